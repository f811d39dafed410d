package rules

import "gatehouse/internal/review/change"

var threatProtectionOff = Rule{
	ID: "threat-protection-off", Level: Weaker,
	Title:    "Threat protection does less",
	Who:      "Everyone whose password is known from elsewhere, or whose sign-in looks unlike them.",
	Why:      "ENFORCED blocks, AUDIT only records, OFF does neither.",
	Safe:     "Keep it, or say what takes its place.",
	Evidence: Documented, Source: guide + "cognito-user-pool-settings-threat-protection.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		const path = "UserPoolAddOns.AdvancedSecurityMode"
		strength := map[string]int{"AUDIT": 1, "ENFORCED": 2}
		before, after := change.Text(c.Before.Properties, path), change.Text(c.After.Properties, path)
		if strength[after] >= strength[before] {
			return nil
		}
		return hit(c, path, "It was %s and would be %s.", before, nameOr(after, "OFF"))
	}),
}
