package rules

import "gatehouse/internal/review/change"

var clientSettingReset = Rule{
	ID: "client-setting-reset", Level: Silent,
	Title:    "A setting that the template no longer states goes back to its default",
	Who:      "Everyone who signs in through the client.",
	Why:      "UpdateUserPoolClient sets whatever it is not given to its default.",
	Safe:     "Write the value you want, also if it is the default.",
	Evidence: Documented, Source: api + "API_UpdateUserPoolClient.html",
	Check: staying(typeClient, func(c change.Change) (hits []Hit) {
		for _, s := range []struct{ property, value string }{
			{"AccessTokenValidity", "1 hour"}, {"IdTokenValidity", "1 hour"}, {"RefreshTokenValidity", "30 days"},
			{"AuthSessionValidity", "3 minutes"}, {"ExplicitAuthFlows", "SRP, refresh and custom authentication"},
			{"ReadAttributes", "all attributes"}, {"WriteAttributes", "all standard attributes"},
		} {
			if c.Was(s.property) != nil && c.Becomes(s.property) == nil {
				hits = append(hits, hit(c, s.property, "%s would be %s, Cognito's default.", s.property, s.value)...)
			}
		}
		return hits
	}),
}
