package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var accountRecoveryClosed = Rule{
	ID: "account-recovery-closed", Level: LockedOut,
	Title:    "A way to recover a forgotten password is closed",
	Who:      "Everyone who forgets the password and has no other verified way.",
	Why:      "ForgotPassword sends codes only by the mechanisms in AccountRecoverySetting; admin_only means none.",
	Safe:     "Keep verified_email.",
	Evidence: Documented, Source: api + "API_AccountRecoverySettingType.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		lost := change.Lost(mechanisms(c.Before), mechanisms(c.After))
		lost = slices.DeleteFunc(lost, func(m string) bool { return m == "admin_only" })
		if len(lost) == 0 || c.Becomes("AccountRecoverySetting") == nil {
			return nil // left out: whatever is verified
		}
		return hit(c, "AccountRecoverySetting", "%s would no longer recover an account.", list(lost))
	}),
}

// mechanisms are the ways to recover an account. Without the setting, these are
// the attributes that are verified.
func mechanisms(r change.Resource) (names []string) {
	if change.At(r.Properties, "AccountRecoverySetting") == nil {
		for _, attribute := range change.Texts(r.Properties, "AutoVerifiedAttributes") {
			names = append(names, "verified_"+attribute)
		}
		return names
	}
	for _, m := range change.List(r.Properties, "AccountRecoverySetting.RecoveryMechanisms") {
		names = append(names, change.Text(m, "Name"))
	}
	return names
}
