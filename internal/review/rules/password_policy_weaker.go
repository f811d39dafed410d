package rules

import (
	"cmp"

	"gatehouse/internal/review/change"
)

var passwordPolicyWeaker = Rule{
	ID: "password-policy-weaker", Level: Weaker,
	Title:    "Weaker passwords are taken",
	Who:      "Everyone who chooses a password from then on.",
	Why:      "A shorter password is guessed sooner. (NIST SP 800-63B asks for length, not for kinds of characters: fewer kinds with more length can be the better rule.)",
	Safe:     "Twelve characters at least, fifteen where passwords are the only factor.",
	Evidence: Documented, Source: api + "API_PasswordPolicyType.html",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		if c.Becomes(passwordPolicy) == nil {
			return nil // policy-dropped
		}
		if b, a, ok := minimumLengths(c); ok && a < b {
			hits = append(hits, hit(c, passwordPolicy+".MinimumLength", "A password needs %v characters instead of %v.", a, b)...)
		}
		for _, class := range passwordClasses {
			path := passwordPolicy + "." + class.property
			if requires(c.Before, class.property) && !isTrue(c.After.Properties, path) {
				hits = append(hits, hit(c, path, "A password no longer needs %s.", class.words)...)
			}
		}
		if b, a, ok := numbers(c, passwordPolicy+".PasswordHistorySize"); ok && a < b {
			hits = append(hits, hit(c, passwordPolicy+".PasswordHistorySize", "The last %s cannot be used again, instead of %v.", words(a, "password"), b)...)
		}
		const days = 7 // by default
		if b, a, ok := numbers(c, passwordPolicy+".TemporaryPasswordValidityDays"); ok && cmp.Or(a, days) > cmp.Or(b, days) {
			hits = append(hits, hit(c, passwordPolicy+".TemporaryPasswordValidityDays", "A temporary password is good for %v days instead of %v.", cmp.Or(a, days), cmp.Or(b, days))...)
		}
		return hits
	}),
}
