package rules

import "gatehouse/internal/review/change"

var attributeCheckOff = Rule{
	ID: "attribute-check-off", Level: Weaker,
	Title:    "A new address counts before its owner has proved it",
	Who:      "Everyone who mistypes a new address: neither the old nor the new one signs in until it is verified. Whoever holds an open session can move the account to another address.",
	Why:      "AttributesRequireVerificationBeforeUpdate keeps the old value until the new one is verified.",
	Safe:     "Keep email in it.",
	Evidence: Documented, Source: guide + "user-pool-settings-email-phone-verification.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		const path = "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate"
		lost := change.Lost(change.Texts(c.Before.Properties, path), change.Texts(c.After.Properties, path))
		if len(lost) == 0 {
			return nil
		}
		return hit(c, path, "A change of %s would count at once.", list(lost))
	}),
}
