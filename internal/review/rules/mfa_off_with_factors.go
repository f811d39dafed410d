package rules

import "gatehouse/internal/review/change"

var mfaOffWithFactors = Rule{
	ID: "mfa-off-with-factors", Level: Refused,
	Title:    "MFA cannot be off and have factors",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "Cognito refuses to turn MFA off and configure a factor in one request.",
	Safe:     "Remove EnabledMfas together with setting MfaConfiguration to OFF.",
	Evidence: Measured, Source: "https://github.com/go-to-k/cdkd/issues/1923",
	Message: "Invalid MFA configuration given, can't turn off MFA and configure an MFA together",
	Check: declared(typePool, func(c change.Change) []Hit {
		mfas := change.Texts(c.After.Properties, "EnabledMfas")
		if change.Text(c.After.Properties, "MfaConfiguration") != "OFF" || len(mfas) == 0 || !c.Changed("MfaConfiguration") && !c.Changed("EnabledMfas") {
			return nil
		}
		return hit(c, "EnabledMfas", "MfaConfiguration is OFF, and EnabledMfas names %s.", list(mfas))
	}),
}
