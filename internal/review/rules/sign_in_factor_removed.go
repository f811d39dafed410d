package rules

import "gatehouse/internal/review/change"

var signInFactorRemoved = Rule{
	ID: "sign-in-factor-removed", Level: LockedOut,
	Title:    "A way to sign in is closed",
	Who:      "Everyone who signs in with it and has no other way, such as people with a passkey and no password.",
	Why:      "Only the factors in AllowedFirstAuthFactors begin a sign-in.",
	Safe:     "Let people add another way first.",
	Evidence: Documented, Source: api + "API_SignInPolicyType.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		lost := change.Lost(factors(c.Before), factors(c.After))
		if len(lost) == 0 || c.Becomes(firstFactors) == nil {
			return nil // policy-dropped
		}
		return hit(c, firstFactors, "People could no longer sign in with %s.", list(lost))
	}),
}
