package rules

import "gatehouse/internal/review/change"

var callbackRemoved = Rule{
	ID: "callback-removed", Level: LockedOut,
	Title:    "An address to come back to after sign-in is removed",
	Who:      "Everyone who signs in from there: Cognito answers redirect_mismatch.",
	Why:      "OAuth redirects go only to addresses in CallbackURLs and LogoutURLs, character by character.",
	Safe:     "Keep the address until nothing links to it.",
	Evidence: Documented, Source: guide + "user-pool-settings-client-apps.html",
	Check: staying(typeClient, func(c change.Change) (hits []Hit) {
		for _, property := range []string{"CallbackURLs", "LogoutURLs"} {
			lost := change.Lost(change.Texts(c.Before.Properties, property), change.Texts(c.After.Properties, property))
			if len(lost) > 0 && redirects(c.After) {
				hits = append(hits, hit(c, property, "%s would no longer be in %s.", list(lost), property)...)
			}
		}
		return hits
	}),
}

// redirects is whether a client may take OAuth grants, as far as is known.
func redirects(r change.Resource) bool {
	on := change.At(r.Properties, "AllowedOAuthFlowsUserPoolClient")
	return on == "true" || isUnknown(on)
}
