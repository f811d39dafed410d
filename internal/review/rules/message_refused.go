package rules

import (
	"regexp"

	"gatehouse/internal/review/change"
)

var messageRefused = Rule{
	ID: "message-refused", Level: Refused,
	Title:    "A message has no place for its code or link",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "Cognito takes a message with a code only with {####} in it, and one with a link only with {##words to click on##}.",
	Safe:     "Write the placeholder where the code or the link belongs.",
	Evidence: Documented, Source: api + "API_VerificationMessageTemplateType.html",
	Message: "failed to satisfy constraint",
	Check: declared(typePool, func(c change.Change) (hits []Hit) {
		for _, m := range []struct {
			property string
			pattern  *regexp.Regexp
			want     string
		}{
			{"EmailVerificationMessage", codePlace, "{####}"},
			{"SmsVerificationMessage", codePlace, "{####}"},
			{"VerificationMessageTemplate.EmailMessage", codePlace, "{####}"},
			{"VerificationMessageTemplate.EmailMessageByLink", linkPlace, "{##…##}"},
			{"VerificationMessageTemplate.SmsMessage", codePlace, "{####}"},
		} {
			if text, ok := c.Becomes(m.property).(string); ok && c.Changed(m.property) && !change.Unresolved(text) && !m.pattern.MatchString(text) {
				hits = append(hits, hit(c, m.property, "There is no %s in it.", m.want)...)
			}
		}
		return hits
	}),
}

var (
	codePlace = regexp.MustCompile(`\{####\}`)
	linkPlace = regexp.MustCompile(`(?s)\{##.*##\}`)
)
