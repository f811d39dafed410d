package rules

import "gatehouse/internal/review/change"

var poolAliasChanged = Rule{
	ID: "pool-alias-changed", Level: Refused,
	Title:    "Sign-in aliases cannot change",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "UpdateUserPool has no AliasAttributes; a pool keeps the aliases it was created with.",
	Safe:     "Leave AliasAttributes as they are. A pool with other aliases is another pool.",
	Evidence: Measured, Source: "https://github.com/aws-amplify/amplify-cli/issues/4227",
	Message: "Updates are not allowed for property - AliasAttributes.",
	Check: staying(typePool, func(c change.Change) []Hit {
		if !c.Changed("AliasAttributes") {
			return nil
		}
		return hit(c, "AliasAttributes", "People may also sign in with %s, and could with %s.", show(c.Was("AliasAttributes"), "nothing else"), show(c.Becomes("AliasAttributes"), "nothing else"))
	}),
}
