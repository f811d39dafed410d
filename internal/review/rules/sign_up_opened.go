package rules

import "gatehouse/internal/review/change"

var signUpOpened = Rule{
	ID: "sign-up-opened", Level: Weaker,
	Title:    "Anybody can register",
	Who:      "Whoever relied on knowing every person with an account.",
	Why:      "Without AllowAdminCreateUserOnly, SignUp is open to the world; the client id in the pages is all it takes.",
	Safe:     "Make sure that a fresh account may do nothing that needs trust, and that the mail quota suffices.",
	Evidence: Documented, Source: guide + "user-pool-settings-admin-create-user-policy.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		const path = "AdminCreateUserConfig.AllowAdminCreateUserOnly"
		if !isTrue(c.Before.Properties, path) || isTrue(c.After.Properties, path) {
			return nil
		}
		return hit(c, path, "Anybody could create an account.")
	}),
}
