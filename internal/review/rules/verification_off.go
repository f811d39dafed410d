package rules

import "gatehouse/internal/review/change"

var verificationOff = Rule{
	ID: "verification-off", Level: LockedOut,
	Title:    "Cognito stops sending codes to new addresses",
	Who:      "Everyone who registers: no code comes, so the account cannot be confirmed and its password never be reset.",
	Why:      "Only attributes in AutoVerifiedAttributes get a code; an update that leaves the setting out resets it.",
	Safe:     "Keep email in AutoVerifiedAttributes.",
	Evidence: Measured, Source: "https://github.com/go-to-k/cdkd/issues/1968",
	Check: staying(typePool, func(c change.Change) []Hit {
		lost := change.Lost(change.Texts(c.Before.Properties, "AutoVerifiedAttributes"), change.Texts(c.After.Properties, "AutoVerifiedAttributes"))
		if len(lost) == 0 {
			return nil
		}
		return hit(c, "AutoVerifiedAttributes", "No code would be sent for %s.", list(lost))
	}),
}
