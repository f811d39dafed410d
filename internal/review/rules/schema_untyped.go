package rules

import "gatehouse/internal/review/change"

var schemaUntyped = Rule{
	ID: "schema-untyped", Level: Refused,
	Title:    "A Schema entry without AttributeDataType refuses every update",
	Who:      "Nobody, because nothing is deployed: the stack rolls back, whatever else was to change.",
	Why:      "Creating a pool takes such an entry, updating one does not, even where Schema stays the same. The CDK's standardAttributes writes it.",
	Safe:     "Write the AttributeDataType of every entry; if the pool was created without, leave Schema out of the template.",
	Evidence: Measured, Source: "https://github.com/aws/aws-cdk/issues/8585",
	Message: "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
	Check: staying(typePool, func(c change.Change) []Hit {
		if len(c.Properties) == 0 {
			return nil
		}
		return untyped(c, "The update would be refused for the attribute %s.")
	}),
}

func untyped(c change.Change, format string) (hits []Hit) {
	for _, a := range schemaOf(c.After) {
		if typeOf(a) == "" {
			hits = append(hits, hit(c, "Schema", format, a.name)...)
		}
	}
	return hits
}
