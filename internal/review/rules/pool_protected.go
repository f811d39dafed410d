package rules

import "gatehouse/internal/review/change"

var poolProtected = Rule{
	ID: "pool-protected", Level: PeopleLost,
	Title:    "The user pool is left behind, because it is protected from deletion",
	Who:      "Everyone who has an account. It still exists, but outside every stack, and the site no longer looks there.",
	Why:      "CloudFormation deletes what leaves a template once all else is done. DeleteUserPool refuses while DeletionProtection is ACTIVE; the deployment succeeds without it.",
	Safe:     "Put the pool back under its logical id. If it really is to go, set DeletionProtection to INACTIVE in an earlier deployment, and export what you need of its people.",
	Evidence: Documented, Source: guide + "user-pool-settings-deletion-protection.html",
	Check: going(func(c change.Change) []Hit {
		if kept(c) || change.Text(c.Before.Properties, "DeletionProtection") != "ACTIVE" {
			return nil
		}
		return hit(c, "", "The pool would leave the stack and could not be deleted.")
	}, typePool),
}
