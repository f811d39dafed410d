package rules

import "gatehouse/internal/review/change"

var verificationDomainDropped = Rule{
	ID: "verification-domain-dropped", Level: LockedOut,
	Title:    "The pool's domain goes, and the links to it",
	Who:      "Everyone with a verification mail that was not yet followed, and everyone who signs in through the domain's pages.",
	Why:      "Links in mails point to the domain they were sent with; a prefix that is free again can be taken by anyone.",
	Safe:     "Keep the domain until the last links have expired, 24 hours after the change of method.",
	Evidence: Documented, Source: guide + "cognito-user-pools-assign-domain-prefix.html",
	Check: going(func(c change.Change) []Hit {
		if kept(c) {
			return nil // it goes on answering, outside the stack
		}
		name := change.Text(c.Before.Properties, "Domain")
		if c.Replaced && !c.Changed("Domain") {
			property, because := replacement(c)
			return hit(c, property, "The domain %s would be made anew%s.", name, because)
		}
		if c.Replaced {
			return hit(c, "Domain", "The domain %s would become %s.", name, change.Show(c.Becomes("Domain")))
		}
		return hit(c, "", "The domain %s would go.", name)
	}, typeDomain),
}
