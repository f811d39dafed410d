package rules

import (
	"reflect"

	"gatehouse/internal/review/change"
)

var domainRenamed = Rule{
	ID: "domain-renamed", Level: Refused,
	Title:    "A pool's domain prefix cannot become another",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A pool has one prefix, and CloudFormation creates the new domain before it deletes the old one.",
	Safe:     "Remove the domain in one deployment and add the other in the next; links and sign-in pages are gone in between.",
	Evidence: Measured, Source: "https://github.com/aws/aws-cdk/issues/10062",
	Message: "User pool already has a domain configured.",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeDomain) {
			name := c.Becomes("Domain")
			if c.Action == change.Remove || c.Action == change.Modify && !c.Changed("Domain") || c.Becomes("CustomDomainConfig") != nil {
				continue
			}
			for _, id := range sortedIDs(s.Before.Template.Resources) {
				old := s.Before.Template.Resources[id]
				if old.Type != typeDomain || change.At(old.Properties, "CustomDomainConfig") != nil ||
					!reflect.DeepEqual(change.At(old.Properties, "UserPoolId"), c.Becomes("UserPoolId")) ||
					reflect.DeepEqual(change.At(old.Properties, "Domain"), name) { // name-taken
					continue
				}
				hits = append(hits, hit(c, "Domain", "The pool has the prefix %s, and would have %s beside it.", change.Show(change.At(old.Properties, "Domain")), change.Show(name))...)
			}
		}
		return hits
	},
}
