package rules

import "gatehouse/internal/review/change"

var tokenValidityRaised = Rule{
	ID: "token-validity-raised", Level: Weaker,
	Title:    "A stolen token is of use for longer",
	Who:      "Everyone whose token leaks. An access or ID token cannot be taken back before it expires.",
	Why:      "A token is good until it expires, wherever it is checked by its signature.",
	Safe:     "Short access and ID tokens cost nothing: pages refresh them by themselves.",
	Evidence: Documented, Source: guide + "amazon-cognito-user-pools-using-tokens-with-identity-providers.html",
	Check: staying(typeClient, func(c change.Change) (hits []Hit) {
		for _, token := range []string{"AccessToken", "IdToken", "RefreshToken"} {
			before, ok1 := validity(c.Before.Properties, token)
			after, ok2 := validity(c.After.Properties, token)
			if ok1 && ok2 && after > before {
				hits = append(hits, hit(c, token+"Validity", "%s was valid for %s and would be for %s.", token, span(before), span(after))...)
			}
		}
		return hits
	}),
}
