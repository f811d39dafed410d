package rules

import "gatehouse/internal/review/change"

var mfaWeaker = Rule{
	ID: "mfa-weaker", Level: Weaker,
	Title:    "The second factor is asked for less, or no longer",
	Who:      "Everyone who had one: a password that leaks is enough again.",
	Why:      "MfaConfiguration OFF turns the factor off for all, OPTIONAL leaves it to each person.",
	Safe:     "OPTIONAL keeps it for those who have set one up.",
	Evidence: Documented, Source: guide + "user-pool-settings-mfa.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		strength := map[string]int{"OFF": 1, "OPTIONAL": 2, "ON": 3}
		before, after := change.Text(c.Before.Properties, "MfaConfiguration"), change.Text(c.After.Properties, "MfaConfiguration")
		if after == "" || strength[after] >= strength[before] {
			return nil // left out: policy-dropped
		}
		return hit(c, "MfaConfiguration", "MfaConfiguration was %s and would be %s.", before, after)
	}),
}
