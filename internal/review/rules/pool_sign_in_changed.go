package rules

import "gatehouse/internal/review/change"

var poolSignInChanged = Rule{
	ID: "pool-sign-in-changed", Level: Refused,
	Title:    "What people sign in with cannot change",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "UpdateUserPool has no UsernameAttributes; a pool keeps what it was created with.",
	Safe:     "Leave UsernameAttributes as they are. For another kind of sign-in, create a second pool and move people there when they next sign in (user migration trigger).",
	Evidence: Measured, Source: "https://github.com/aws-amplify/amplify-cli/issues/4227",
	Message: "Updates are not allowed for property - UsernameAttributes.",
	Check: staying(typePool, func(c change.Change) []Hit {
		if !c.Changed("UsernameAttributes") {
			return nil
		}
		return hit(c, "UsernameAttributes", "People sign in with %s, and would with %s.", show(c.Was("UsernameAttributes"), "a user name"), show(c.Becomes("UsernameAttributes"), "a user name"))
	}),
}

// show is a list for people, or what its absence means.
func show(v any, none string) string {
	texts := change.Texts(map[string]any{"v": v}, "v")
	if len(texts) == 0 {
		return none
	}
	return list(texts)
}
