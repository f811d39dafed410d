package rules

import "gatehouse/internal/review/change"

var existenceShown = Rule{
	ID: "existence-shown", Level: Weaker,
	Title:    "Strangers can ask who has an account",
	Who:      "Everyone with an account.",
	Why:      "With PreventUserExistenceErrors at LEGACY, which is also its default, sign-in and forgotten password answer differently for an address without an account.",
	Safe:     "Keep it at ENABLED, in words: an update that leaves it out resets it.",
	Evidence: Documented, Source: guide + "cognito-user-pool-managing-errors.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		if change.Text(c.Before.Properties, "PreventUserExistenceErrors") != "ENABLED" || change.Text(c.After.Properties, "PreventUserExistenceErrors") == "ENABLED" {
			return nil
		}
		return hit(c, "PreventUserExistenceErrors", "PreventUserExistenceErrors was ENABLED and would be %s.", nameOr(change.Text(c.After.Properties, "PreventUserExistenceErrors"), "LEGACY"))
	}),
}
