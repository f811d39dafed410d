package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var oauthOpened = Rule{
	ID: "oauth-opened", Level: Weaker,
	Title:    "Sign-in through OAuth redirects is open",
	Who:      "Everyone: whoever controls an address in CallbackURLs can receive their tokens. The implicit grant puts tokens into addresses.",
	Why:      "AllowedOAuthFlowsUserPoolClient turns on the pool domain's OAuth endpoints for the client.",
	Safe:     "Only the code grant with PKCE, and only addresses of your own; never https://example.com, which the CDK writes by default.",
	Evidence: Documented, Source: guide + "user-pool-settings-client-apps.html",
	Check: declared(typeClient, func(c change.Change) (hits []Hit) {
		after := c.After.Properties
		if !isTrue(after, "AllowedOAuthFlowsUserPoolClient") {
			return nil
		}
		if c.Action == change.Modify && !isTrue(c.Before.Properties, "AllowedOAuthFlowsUserPoolClient") {
			hits = append(hits, hit(c, "AllowedOAuthFlowsUserPoolClient", "The client would take %s.", list(change.Texts(after, "AllowedOAuthFlows")))...)
		}
		if added := change.Lost(change.Texts(after, "AllowedOAuthFlows"), change.Texts(c.Before.Properties, "AllowedOAuthFlows")); slices.Contains(added, "implicit") {
			hits = append(hits, hit(c, "AllowedOAuthFlows", "The implicit grant would be allowed.")...)
		}
		if added := change.Lost(change.Texts(after, "CallbackURLs"), change.Texts(c.Before.Properties, "CallbackURLs")); slices.Contains(added, "https://example.com") {
			hits = append(hits, hit(c, "CallbackURLs", "Tokens could be sent to https://example.com.")...)
		}
		return hits
	}),
}
