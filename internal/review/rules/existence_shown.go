package rules

import "gatehouse/internal/review/change"

var existenceShown = Rule{
	ID: "existence-shown", Level: Weaker,
	Title:    "Strangers can ask who has an account",
	Who:      "Everyone with an account.",
	Why:      "With PreventUserExistenceErrors at LEGACY, which is also its default, sign-in and forgotten password answer differently for an address without an account.",
	Safe:     "Keep it at ENABLED, in words: an update that leaves it out resets it.",
	Evidence: Documented, Source: guide + "cognito-user-pool-managing-errors.html",
	Check: declared(typeClient, known(func(c change.Change) []Hit {
		const path = "PreventUserExistenceErrors"
		before, after := change.Text(c.Before.Properties, path), nameOr(change.Text(c.After.Properties, path), "LEGACY")
		switch {
		case after == "ENABLED":
			return nil
		case c.Action == change.Add:
			return hit(c, path, "The new client has %s at %s.", path, after)
		case before != "ENABLED":
			return nil
		}
		return hit(c, path, "%s was ENABLED and would be %s.", path, after)
	})),
}
