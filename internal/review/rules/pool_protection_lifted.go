package rules

import "gatehouse/internal/review/change"

var poolProtectionLifted = Rule{
	ID: "pool-protection-lifted", Level: PeopleLost,
	Title:    "The pool's deletion protection is lifted",
	Who:      "Everyone who has an account: the next mistake may delete the pool.",
	Why:      "With DeletionProtection ACTIVE, Cognito itself refuses to delete the pool, whoever asks.",
	Safe:     "Keep DeletionProtection ACTIVE (protect: true). If the pool is to be deleted, waive this finding for a day.",
	Evidence: Documented, Source: guide + "user-pool-settings-deletion-protection.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		if change.Text(c.Before.Properties, "DeletionProtection") != "ACTIVE" || change.Text(c.After.Properties, "DeletionProtection") == "ACTIVE" {
			return nil
		}
		if c.Becomes("DeletionProtection") == nil {
			return hit(c, "DeletionProtection", "The template no longer asks for the protection. Whether Cognito keeps it then, nobody has measured.")
		}
		return hit(c, "DeletionProtection", "The pool could be deleted by anyone who may call DeleteUserPool.")
	}),
}
