package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var smsOn = Rule{
	ID: "sms-on", Level: Cost,
	Title:    "Text messages cost money, each of them",
	Who:      "Whoever pays the bill: strangers can cause messages by registering (SMS pumping).",
	Why:      "Cognito sends them through Amazon SNS in your account, which is billed by message and country.",
	Safe:     "Set a monthly spending limit for SMS, or use codes by e-mail or an authenticator app.",
	Evidence: Documented, Source: guide + "cognito-user-pool-sms-settings.html",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		for _, p := range []struct{ property, value string }{{"AutoVerifiedAttributes", "phone_number"}, {"EnabledMfas", "SMS_MFA"}, {firstFactors, "SMS_OTP"}} {
			if slices.Contains(change.Texts(c.After.Properties, p.property), p.value) && !slices.Contains(change.Texts(c.Before.Properties, p.property), p.value) {
				hits = append(hits, hit(c, p.property, "%s would be in %s.", p.value, p.property)...)
			}
		}
		return hits
	}),
}
