package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var mfaOnWithCodeSignIn = Rule{
	ID: "mfa-on-with-code-sign-in", Level: Refused,
	Title:    "Required MFA does not go with sign-in by a code",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "With MFA required, a password or a passkey must come first.",
	Safe:     "Set MfaConfiguration to OPTIONAL, or remove EMAIL_OTP and SMS_OTP from the first factors.",
	Evidence: Measured, Source: "https://github.com/go-to-k/cdkd/issues/1975",
	Message: "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
	Check: declared(typePool, func(c change.Change) []Hit {
		codes := slices.DeleteFunc(factors(c.After), func(f string) bool { return f != "EMAIL_OTP" && f != "SMS_OTP" })
		if change.Text(c.After.Properties, "MfaConfiguration") != "ON" || len(codes) == 0 || !c.Changed("MfaConfiguration") && !c.Changed("Policies.SignInPolicy") {
			return nil
		}
		return hit(c, "MfaConfiguration", "MfaConfiguration is ON, and people may sign in with %s alone.", list(codes))
	}),
}
