package rules

import (
	"regexp"
	"strings"

	"gatehouse/internal/review/change"
)

var domainRefused = Rule{
	ID: "domain-refused", Level: Refused,
	Title:    "A domain prefix that Cognito does not take",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A prefix has lower-case letters, digits and hyphens, 63 at most, no hyphen at an end, and not the words aws, amazon or cognito.",
	Safe:     "Choose another name, or a domain of your own.",
	Evidence: Documented, Source: guide + "cognito-user-pools-assign-domain-prefix.html",
	Check: declared(typeDomain, func(c change.Change) []Hit {
		name, known := c.Becomes("Domain").(string)
		if !known || !c.Changed("Domain") || change.Unresolved(name) || c.Becomes("CustomDomainConfig") != nil {
			return nil
		}
		if !domainPrefix.MatchString(name) {
			return hit(c, "Domain", "The prefix %q is not one that Cognito takes.", name)
		}
		for _, word := range []string{"aws", "amazon", "cognito"} {
			if strings.Contains(name, word) {
				return hit(c, "Domain", "The prefix %q contains %s.", name, word)
			}
		}
		return nil
	}),
}

// domainPrefix is the pattern of CreateUserPoolDomain's Domain, without dots, which
// only domains of one's own have.
var domainPrefix = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
