package rules

import "gatehouse/internal/review/change"

var mfaRequired = Rule{
	ID: "mfa-required", Level: LockedOut,
	Title:    "A second factor becomes required",
	Who:      "Everyone without one: at the next sign-in Cognito answers with MFA_SETUP, and pages without a step for it go no further.",
	Why:      "With MfaConfiguration ON, all users must set up MFA before they can sign in.",
	Safe:     "Set it to OPTIONAL first, publish pages that set up and ask for the factor, and require it when most people have one.",
	Evidence: Documented, Source: guide + "user-pool-settings-mfa.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		if change.Text(c.After.Properties, "MfaConfiguration") != "ON" || change.Text(c.Before.Properties, "MfaConfiguration") == "ON" {
			return nil
		}
		return hit(c, "MfaConfiguration", "MfaConfiguration was %s and would be ON.", nameOr(change.Text(c.Before.Properties, "MfaConfiguration"), "not stated"))
	}),
}
