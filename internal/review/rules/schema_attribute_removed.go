package rules

import "gatehouse/internal/review/change"

var schemaAttributeRemoved = Rule{
	ID: "schema-attribute-removed", Level: Refused,
	Title:    "An attribute of a pool cannot be removed",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "Cognito keeps every attribute for as long as the pool lives, and refuses a Schema from which one is missing.",
	Safe:     "Leave the attribute in the configuration and stop using it.",
	Evidence: Measured, Source: "https://github.com/aws-amplify/docs/pull/4624",
	Message: "Existing schema attributes cannot be modified or deleted.",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		after := schemaOf(c.After)
		for _, a := range schemaOf(c.Before) {
			// The standard attributes go and stay with Schema as a whole: schema-dropped.
			if _, stays := findAttribute(after, a.name); !stays && (!a.standard || len(after) > 0) {
				hits = append(hits, hit(c, "Schema", "The attribute %s would go.", a.name)...)
			}
		}
		return hits
	}),
}
