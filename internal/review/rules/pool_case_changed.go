package rules

import "gatehouse/internal/review/change"

var poolCaseChanged = Rule{
	ID: "pool-case-changed", Level: Refused,
	Title:    "Whether letter case matters cannot change",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "UpdateUserPool has no UsernameConfiguration; case sensitivity is decided when the pool is created.",
	Safe:     "Leave UsernameConfiguration as it is, also if it is the default.",
	Evidence: Measured, Source: "https://github.com/aws-amplify/amplify-cli/issues/10846",
	Message: "Updates are not allowed for property - UsernameConfiguration.",
	Check: staying(typePool, func(c change.Change) []Hit {
		if !c.Changed("UsernameConfiguration") {
			return nil
		}
		return hit(c, "UsernameConfiguration", "CaseSensitive is %s, and would be %s.",
			change.Show(c.Was("UsernameConfiguration.CaseSensitive")), change.Show(c.Becomes("UsernameConfiguration.CaseSensitive")))
	}),
}
