package rules

import "gatehouse/internal/review/change"

var tierChanged = Rule{
	ID: "tier-changed", Level: Cost,
	Title:    "Another feature plan, another price for each person",
	Who:      "Whoever pays the bill. Prices differ by Region and change; look at aws.amazon.com/cognito/pricing.",
	Why:      "Cognito bills each person who is active in a month, by the pool's plan. Plus has no free ones.",
	Safe:     "Multiply the plan's price by the people of a month before deploying.",
	Evidence: Documented, Source: guide + "cognito-sign-in-feature-plans.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		before, after := change.Text(c.Before.Properties, "UserPoolTier"), change.Text(c.After.Properties, "UserPoolTier")
		if before == after || after == "" {
			return nil // tier-omitted
		}
		return hit(c, "UserPoolTier", "The plan was %s and would be %s.", nameOr(before, "not stated"), after)
	}),
}
