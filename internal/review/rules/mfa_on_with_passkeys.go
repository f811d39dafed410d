package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var mfaOnWithPasskeys = Rule{
	ID: "mfa-on-with-passkeys", Level: Refused,
	Title:    "Required MFA needs passkeys that verify the person",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A passkey counts as more than one factor only with WebAuthnFactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION.",
	Safe:     "Set WebAuthnFactorConfiguration so, or MfaConfiguration to OPTIONAL.",
	Evidence: Measured, Source: "https://github.com/go-to-k/cdkd/issues/2064",
	Message: "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor",
	Check: declared(typePool, func(c change.Change) []Hit {
		after, kind := c.After.Properties, c.Becomes("WebAuthnFactorConfiguration")
		if change.Text(after, "MfaConfiguration") != "ON" || !slices.Contains(factors(c.After), "WEB_AUTHN") ||
			kind == "MULTI_FACTOR_WITH_USER_VERIFICATION" || isUnknown(kind) ||
			!c.Changed("MfaConfiguration") && !c.Changed("Policies.SignInPolicy") && !c.Changed("WebAuthnFactorConfiguration") {
			return nil
		}
		return hit(c, "MfaConfiguration", "MfaConfiguration is ON, and passkeys are allowed without user verification.")
	}),
}
