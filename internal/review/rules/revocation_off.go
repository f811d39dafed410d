package rules

import "gatehouse/internal/review/change"

var revocationOff = Rule{
	ID: "revocation-off", Level: Weaker,
	Title:    "Signing out no longer revokes tokens",
	Who:      "Everyone who signs out on a device that others use: its refresh token goes on working until it expires.",
	Why:      "RevokeToken works only for clients with EnableTokenRevocation.",
	Safe:     "Keep it on. It is on by default for clients created now.",
	Evidence: Documented, Source: guide + "token-revocation.html",
	Check: staying(typeClient, func(c change.Change) []Hit {
		if change.Text(c.After.Properties, "EnableTokenRevocation") != "false" || change.Text(c.Before.Properties, "EnableTokenRevocation") == "false" {
			return nil
		}
		return hit(c, "EnableTokenRevocation", "EnableTokenRevocation would be false.")
	}),
}
