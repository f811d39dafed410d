package rules

import "gatehouse/internal/review/change"

var verificationMethodChanged = Rule{
	ID: "verification-method-changed", Level: LockedOut,
	Title:    "Addresses are verified in another way",
	Who:      "Everyone who is registering: the page asks for a code where the mail holds a link, or the other way round.",
	Why:      "The mail follows DefaultEmailOption at once; pages that are open do not.",
	Safe:     "Publish pages for both ways, then change it. Mails that were sent before keep what they hold.",
	Evidence: Documented, Source: api + "API_VerificationMessageTemplateType.html",
	Check: staying(typePool, func(c change.Change) []Hit {
		const path = "VerificationMessageTemplate.DefaultEmailOption"
		option := func(r change.Resource) string {
			if change.Text(r.Properties, path) == "CONFIRM_WITH_LINK" {
				return "a link"
			}
			return "a code"
		}
		before, after := option(c.Before), option(c.After)
		if before == after {
			return nil
		}
		return hit(c, path, "The mail held %s and would hold %s.", before, after)
	}),
}
