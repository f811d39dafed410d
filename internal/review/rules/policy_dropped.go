package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var policyDropped = Rule{
	ID: "policy-dropped", Level: Silent,
	Title:    "Removing a policy from the template changes nothing",
	Who:      "Whoever believes that the policy is back at its default.",
	Why:      "Cognito keeps MfaConfiguration, PasswordPolicy and SignInPolicy when an update leaves them out, although its guide says that what is left out goes to a default.",
	Safe:     "Write the value you want.",
	Evidence: Measured, Source: "https://github.com/go-to-k/cdkd/pull/1982",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		for _, path := range []string{"MfaConfiguration", passwordPolicy, "Policies.SignInPolicy"} {
			isDefault := path == "MfaConfiguration" && c.Was(path) == "OFF" || path == "Policies.SignInPolicy" && slices.Equal(factors(c.Before), []string{"PASSWORD"})
			if c.Was(path) != nil && c.Becomes(path) == nil && !isDefault {
				hits = append(hits, hit(c, path, "%s stays %s.", path, change.Show(c.Was(path)))...)
			}
		}
		return hits
	}),
}
