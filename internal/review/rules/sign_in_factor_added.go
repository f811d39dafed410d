package rules

import "gatehouse/internal/review/change"

var signInFactorAdded = Rule{
	ID: "sign-in-factor-added", Level: Weaker,
	Title:    "There is one more way to sign in",
	Who:      "Everyone: with a code by e-mail or text message, whoever reads the messages has the account.",
	Why:      "Each factor in AllowedFirstAuthFactors begins a sign-in on its own.",
	Safe:     "Passkeys are stronger than passwords; codes are as strong as the mailbox.",
	Evidence: Documented, Source: api + "API_SignInPolicyType.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		added := change.Lost(factors(c.After), factors(c.Before))
		if len(added) == 0 {
			return nil
		}
		return hit(c, firstFactors, "People could also sign in with %s.", list(added))
	}),
}
