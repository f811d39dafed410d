package rules

import "gatehouse/internal/review/change"

var signUpClosed = Rule{
	ID: "sign-up-closed", Level: LockedOut,
	Title:    "People can no longer register themselves",
	Who:      "Everyone without an account: SignUp fails with NotAuthorizedException. Who has registered but not yet confirmed the address is not affected by what is documented.",
	Why:      "AllowAdminCreateUserOnly leaves it to administrators to create accounts.",
	Safe:     "Take the way to the registration page off the site in the same release.",
	Evidence: Documented, Source: guide + "user-pool-settings-admin-create-user-policy.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		const path = "AdminCreateUserConfig.AllowAdminCreateUserOnly"
		if isTrue(c.Before.Properties, path) || !isTrue(c.After.Properties, path) {
			return nil
		}
		return hit(c, path, "Only administrators would create accounts.")
	}),
}
