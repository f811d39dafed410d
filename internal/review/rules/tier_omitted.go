package rules

import "gatehouse/internal/review/change"

var tierOmitted = Rule{
	ID: "tier-omitted", Level: Silent,
	Title:    "Removing the feature plan from the template does not change it",
	Who:      "Whoever believes that the pool is back at Essentials.",
	Why:      "UserPoolTier is the one setting that UpdateUserPool keeps when it is left out, as documented.",
	Safe:     "Write the plan you want.",
	Evidence: Documented, Source: api + "API_UpdateUserPool.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		if c.Was("UserPoolTier") == nil || c.Becomes("UserPoolTier") != nil {
			return nil
		}
		return hit(c, "UserPoolTier", "The plan stays %s.", change.Show(c.Was("UserPoolTier")))
	}),
}
