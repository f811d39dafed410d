package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var mfaEmailNeedsSender = Rule{
	ID: "mfa-email-needs-sender", Level: Refused,
	Title:    "MFA by e-mail needs a sender of your own",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "Cognito sends MFA codes only through Amazon SES in your account, not with its own sender of 50 mails a day.",
	Safe:     "Set EmailConfiguration.EmailSendingAccount to DEVELOPER with a verified SES identity first.",
	Evidence: Documented, Source: guide + "user-pool-settings-mfa-sms-email-message.html",
	Check: declared(typePool, func(c change.Change) []Hit {
		sender := c.Becomes("EmailConfiguration.EmailSendingAccount")
		if !slices.Contains(change.Texts(c.After.Properties, "EnabledMfas"), "EMAIL_OTP") ||
			sender == "DEVELOPER" || isUnknown(sender) ||
			!c.Changed("EnabledMfas") && !c.Changed("EmailConfiguration") {
			return nil
		}
		return hit(c, "EnabledMfas", "EMAIL_OTP is among EnabledMfas, and Cognito itself sends the mails.")
	}),
}
