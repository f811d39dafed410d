package rules

import "gatehouse/internal/review/change"

const (
	maxCustomAttributes = 50 // of a pool
	maxAddedAttributes  = 25 // of one call of AddCustomAttributes
)

var schemaTooMany = Rule{
	ID: "schema-too-many", Level: Refused,
	Title:    "More custom attributes than Cognito takes",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A pool has at most 50 custom attributes, and one call of AddCustomAttributes adds at most 25.",
	Safe:     "Add 25 at a time in deployments one after the other, or keep several values in one attribute.",
	Evidence: Documented, Source: api + "API_AddCustomAttributes.html",
	Check: declared(typePool, func(c change.Change) []Hit {
		before, custom, added := schemaOf(c.Before), 0, 0
		for _, a := range schemaOf(c.After) {
			if a.standard {
				continue
			}
			custom++
			if _, had := findAttribute(before, a.name); !had {
				added++
			}
		}
		switch {
		case added > 0 && custom > maxCustomAttributes:
			return hit(c, "Schema", "There would be %d custom attributes; a pool takes %d.", custom, maxCustomAttributes)
		case c.Action == change.Modify && added > maxAddedAttributes:
			return hit(c, "Schema", "%d custom attributes would be added at once; one call takes %d.", added, maxAddedAttributes)
		}
		return nil
	}),
}
