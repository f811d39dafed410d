package rules

import "gatehouse/internal/review/change"

var clientSettingRefused = Rule{
	ID: "client-setting-refused", Level: Refused,
	Title:    "A setting of a client is outside what Cognito takes",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "AuthSessionValidity is 3 to 15 minutes, RetryGracePeriodSeconds 0 to 60.",
	Safe:     "Choose values within these limits.",
	Evidence: Documented, Source: api + "API_UpdateUserPoolClient.html",
	Message: "failed to satisfy constraint",
	Check: declared(typeClient, func(c change.Change) (hits []Hit) {
		for _, limit := range []struct {
			path        string
			least, most float64
		}{{"AuthSessionValidity", 3, 15}, {"RefreshTokenRotation.RetryGracePeriodSeconds", 0, 60}} {
			if n, ok := change.Number(c.After.Properties, limit.path); ok && c.Changed(limit.path) && (n < limit.least || n > limit.most) {
				hits = append(hits, hit(c, limit.path, "%s would be %v; Cognito takes %v to %v.", limit.path, n, limit.least, limit.most)...)
			}
		}
		return hits
	}),
}
