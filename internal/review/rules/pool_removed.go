package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var poolRemoved = Rule{
	ID: "pool-removed", Level: PeopleLost,
	Title:    "The user pool is deleted with every account",
	Who:      "Everyone who has an account. Nobody can sign in again; passwords cannot be restored from anywhere.",
	Why:      "The pool is no longer in the template under this logical id, and its DeletionPolicy is Delete.",
	Safe:     "Put the pool back under its logical id. To move it between stacks, use a stack refactoring or a resource import with DeletionPolicy Retain.",
	Evidence: Documented, Source: cfn + "aws-attribute-deletionpolicy.html",
	Check: going(func(c change.Change) []Hit {
		if kept(c) || change.Text(c.Before.Properties, "DeletionProtection") == "ACTIVE" {
			return nil // pool-orphaned, pool-protected
		}
		return hit(c, "", "The pool and everyone in it would be deleted.")
	}, typePool),
}

// kept is whether what c removes outlives its place in the template.
func kept(c change.Change) bool {
	policy := c.Before.DeletionPolicy
	if c.Replaced {
		policy = c.After.UpdateReplacePolicy
	}
	return slices.Contains([]string{"Retain", "RetainExceptOnCreate"}, policy)
}
