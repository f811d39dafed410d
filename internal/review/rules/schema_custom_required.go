package rules

import "gatehouse/internal/review/change"

var schemaCustomRequired = Rule{
	ID: "schema-custom-required", Level: Refused,
	Title:    "A custom attribute cannot be required",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "Cognito knows required attributes only among the standard ones.",
	Safe:     "Declare it as not required and let the pages, or a pre sign-up trigger, insist on it.",
	Evidence: Documented, Source: guide + "user-pool-settings-attributes.html",
	Message: "Required custom attributes are not supported currently.",
	Check: declared(typePool, func(c change.Change) (hits []Hit) {
		if c.Action == change.Modify && !c.Changed("Schema") {
			return nil
		}
		for _, a := range schemaOf(c.After) {
			if !a.standard && isTrue(a.entry, "Required") {
				hits = append(hits, hit(c, "Schema", "The custom attribute %s says Required.", a.name)...)
			}
		}
		return hits
	}),
}
