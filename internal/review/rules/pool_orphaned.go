package rules

import "gatehouse/internal/review/change"

var poolOrphaned = Rule{
	ID: "pool-orphaned", Level: PeopleLost,
	Title:    "The user pool is left behind, and the site has none or another",
	Who:      "Everyone who has an account. It still exists, but the site no longer looks there.",
	Why:      "The pool is no longer in the template under this logical id; DeletionPolicy Retain keeps it, outside every stack.",
	Safe:     "Put the pool back under its logical id. If it is orphaned already, import it (cdk import) instead of creating a new one.",
	Evidence: Documented, Source: cfn + "aws-attribute-deletionpolicy.html",
	Check: func(s *change.Set) (hits []Hit) {
		another := ""
		for _, c := range s.Of(typePool) {
			if c.Action == change.Add {
				another = " The new pool " + c.ID + " starts without people."
			}
		}
		return going(func(c change.Change) []Hit {
			if !kept(c) {
				return nil
			}
			return hit(c, "", "The pool would be left outside the stack.%s", another)
		}, typePool)(s)
	},
}
