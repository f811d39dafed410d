package rules

import "gatehouse/internal/review/change"

var mfaWithoutFactor = Rule{
	ID: "mfa-without-factor", Level: Refused,
	Title:    "MFA is on and has no factor",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "With MFA on or optional, Cognito wants at least one second factor. A passkey is a first one.",
	Safe:     "Name a factor in EnabledMfas, such as SOFTWARE_TOKEN_MFA.",
	Evidence: Measured, Source: "https://github.com/go-to-k/cdkd/issues/1920",
	Message: "SMS MFA, Email MFA, or Software Token MFA must be enabled.",
	Check: declared(typePool, func(c change.Change) []Hit {
		mfa := change.Text(c.After.Properties, "MfaConfiguration")
		if mfa != "ON" && mfa != "OPTIONAL" || !c.Changed("MfaConfiguration") && !c.Changed("EnabledMfas") {
			return nil
		}
		factors, isList := c.Becomes("EnabledMfas").([]any)
		if len(factors) > 0 || !isList && c.Becomes("EnabledMfas") != nil || c.Becomes("SmsConfiguration") != nil {
			return nil // who can send text messages may do so by default
		}
		return hit(c, "MfaConfiguration", "MfaConfiguration is %s, and EnabledMfas names nothing.", mfa)
	}),
}
