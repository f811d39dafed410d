package rules

import "gatehouse/internal/review/change"

var oauthGrantRemoved = Rule{
	ID: "oauth-grant-removed", Level: LockedOut,
	Title:    "An OAuth grant or scope that pages may ask for is removed",
	Who:      "Everyone whose page asks for it: Cognito answers unauthorized_client or invalid_scope instead of a sign-in page.",
	Why:      "A client takes only the grants in AllowedOAuthFlows and the scopes in AllowedOAuthScopes.",
	Safe:     "Publish pages that do without it first.",
	Evidence: Documented, Source: guide + "user-pool-settings-client-apps.html",
	Check: staying(typeClient, func(c change.Change) (hits []Hit) {
		if !redirects(c.After) {
			return nil // oauth-closed
		}
		for _, property := range []string{"AllowedOAuthFlows", "AllowedOAuthScopes"} {
			lost := change.Lost(change.Texts(c.Before.Properties, property), change.Texts(c.After.Properties, property))
			if len(lost) > 0 {
				hits = append(hits, hit(c, property, "%s would no longer be in %s.", list(lost), property)...)
			}
		}
		return hits
	}),
}
