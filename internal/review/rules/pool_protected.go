package rules

import "gatehouse/internal/review/change"

var poolProtected = Rule{
	ID: "pool-protected", Level: Refused,
	Title:    "A pool with deletion protection cannot be deleted",
	Who:      "Nobody: the accounts stay, and the stack ends with a resource it could not delete.",
	Why:      "DeleteUserPool refuses while DeletionProtection is ACTIVE.",
	Safe:     "If the pool really is to go, set DeletionProtection to INACTIVE in an earlier deployment, and export what you need of its people.",
	Evidence: Documented, Source: guide + "user-pool-settings-deletion-protection.html",
	Message: "deletion protection",
	Check: going(func(c change.Change) []Hit {
		if c.Before.DeletionPolicy != "Delete" || change.Text(c.Before.Properties, "DeletionProtection") != "ACTIVE" {
			return nil
		}
		return hit(c, "", "The pool is no longer in the template, and CloudFormation would be refused its deletion.")
	}, typePool),
}
