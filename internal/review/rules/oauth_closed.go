package rules

import "gatehouse/internal/review/change"

var oauthClosed = Rule{
	ID: "oauth-closed", Level: LockedOut,
	Title:    "Sign-in through the pool's own pages is closed",
	Who:      "Everyone who signs in through the managed login, or through another provider: both go by OAuth redirects.",
	Why:      "AllowedOAuthFlowsUserPoolClient false turns the OAuth endpoints off for the client.",
	Safe:     "Publish pages that sign in with SRP first.",
	Evidence: Documented, Source: api + "API_UpdateUserPoolClient.html",
	Along: []string{"AllowedOAuthScopes"},
	Check: staying(typeClient, func(c change.Change) []Hit {
		const path = "AllowedOAuthFlowsUserPoolClient"
		if !isTrue(c.Before.Properties, path) || isTrue(c.After.Properties, path) {
			return nil
		}
		return hit(c, path, "The client would take no OAuth grant.")
	}),
}
