package rules

import "gatehouse/internal/review/change"

var mfaFactorRemoved = Rule{
	ID: "mfa-factor-removed", Level: LockedOut,
	Title:    "A second factor that people use is removed",
	Who:      "Everyone whose only second factor it is. With MFA required they must set up another one; what Cognito asks them for until then is not documented.",
	Why:      "Only the factors in EnabledMfas can be used.",
	Safe:     "Let people set up another factor before this one goes.",
	Evidence: Unverified, Source: guide + "user-pool-settings-mfa.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		lost := change.Lost(change.Texts(c.Before.Properties, "EnabledMfas"), change.Texts(c.After.Properties, "EnabledMfas"))
		if len(lost) == 0 || change.Text(c.After.Properties, "MfaConfiguration") == "OFF" {
			return nil // mfa-weaker
		}
		return hit(c, "EnabledMfas", "%s would no longer be a factor.", list(lost))
	}),
}
