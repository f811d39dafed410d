package rules

import "gatehouse/internal/review/change"

var mailSenderDropped = Rule{
	ID: "mail-sender-dropped", Level: LockedOut,
	Title:    "Mails come from Cognito's own sender, 50 a day at most",
	Who:      "Everyone who registers or forgets a password after the fiftieth mail of the day.",
	Why:      "COGNITO_DEFAULT is for trying things out and has a daily limit for the whole account.",
	Safe:     "Keep EmailSendingAccount at DEVELOPER with a verified SES identity.",
	Evidence: Documented, Source: guide + "user-pool-email.html",
	Along: []string{"EmailConfiguration"},
	Check: staying(typePool, func(c change.Change) []Hit {
		const path = "EmailConfiguration.EmailSendingAccount"
		if change.Text(c.Before.Properties, path) != "DEVELOPER" || change.Text(c.After.Properties, path) == "DEVELOPER" {
			return nil
		}
		return hit(c, path, "Cognito would send the mails instead of your SES identity.")
	}),
}
