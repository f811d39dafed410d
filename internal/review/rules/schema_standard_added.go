package rules

import "gatehouse/internal/review/change"

var schemaStandardAdded = Rule{
	ID: "schema-standard-added", Level: Refused,
	Title:    "A standard attribute cannot be made required, or otherwise set, later",
	Who:      "Nobody, because nothing is deployed: the stack rolls back. If it were possible, those who signed up before would lack the attribute.",
	Why:      "Every pool has the standard attributes from the start; which of them are required is decided when it is created.",
	Safe:     "Let the pages ask for it and refuse an empty one, or add a custom attribute.",
	Evidence: Documented, Source: guide + "user-pool-settings-attributes.html",
	Message: "Existing schema attributes cannot be modified or deleted.",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		before := schemaOf(c.Before)
		for _, a := range schemaOf(c.After) {
			if _, had := findAttribute(before, a.name); a.standard && !had && typeOf(a) != "" {
				hits = append(hits, hit(c, "Schema", "The standard attribute %s would be set for a pool that exists.", a.name)...)
			}
		}
		return hits
	}),
}
