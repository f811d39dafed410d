package rules

import (
	"strings"

	"gatehouse/internal/review/change"
)

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
			{"ReadAttributes", "the standard attributes"}, {"WriteAttributes", "the standard attributes"},
		} {
			if c.Was(s.property) != nil && c.Becomes(s.property) == nil && !isDefault(c.Before, s.property) {
				hits = append(hits, hit(c, s.property, "%s would be %s, Cognito's default.", s.property, s.value)...)
			}
		}
		return hits
	}),
}

// isDefault is whether a client's property holds what Cognito takes without it.
func isDefault(r change.Resource, property string) bool {
	switch property {
	case "AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity":
		token := strings.TrimSuffix(property, "Validity")
		stated, known := validity(r.Properties, token)
		otherwise, _ := validity(nil, token)
		return known && stated == otherwise
	case "AuthSessionValidity":
		return change.Text(r.Properties, property) == "3"
	case "ExplicitAuthFlows":
		stated, otherwise := flows(r), flows(change.Resource{})
		return len(change.Lost(stated, otherwise)) == 0 && len(change.Lost(otherwise, stated)) == 0
	}
	return false
}
