package rules

import "gatehouse/internal/review/change"

var passwordPolicyRefused = Rule{
	ID: "password-policy-refused", Level: Refused,
	Title:    "A password policy outside what Cognito takes",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "MinimumLength is 6 to 99, PasswordHistorySize 0 to 24, TemporaryPasswordValidityDays 0 to 365.",
	Safe:     "Choose values within these limits.",
	Evidence: Documented, Source: api + "API_PasswordPolicyType.html",
	Message: "failed to satisfy constraint",
	Check: declared(typePool, func(c change.Change) (hits []Hit) {
		for _, limit := range []struct {
			name        string
			least, most float64
		}{{"MinimumLength", 6, 99}, {"PasswordHistorySize", 0, 24}, {"TemporaryPasswordValidityDays", 0, 365}} {
			path := passwordPolicy + "." + limit.name
			if n, ok := change.Number(c.After.Properties, path); ok && c.Changed(path) && (n < limit.least || n > limit.most) {
				hits = append(hits, hit(c, path, "%s would be %v; Cognito takes %v to %v.", limit.name, n, limit.least, limit.most)...)
			}
		}
		return hits
	}),
}
