package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var identityProviderRemoved = Rule{
	ID: "identity-provider-removed", Level: LockedOut,
	Title:    "An identity provider is closed",
	Who:      "Everyone who signs in through it.",
	Why:      "A client takes only the providers in SupportedIdentityProviders.",
	Safe:     "Link these accounts to another way to sign in first.",
	Evidence: Documented, Source: api + "API_UpdateUserPoolClient.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		lost := change.Lost(change.Texts(c.Before.Properties, "SupportedIdentityProviders"), change.Texts(c.After.Properties, "SupportedIdentityProviders"))
		if !redirects(c.After) {
			// Without managed login, people of the pool itself sign in whatever the list says.
			lost = slices.DeleteFunc(lost, func(provider string) bool { return provider == "COGNITO" })
		}
		if len(lost) == 0 {
			return nil
		}
		return hit(c, "SupportedIdentityProviders", "The client would no longer take %s.", list(lost))
	}),
}
