package rules

import "gatehouse/internal/review/change"

var schemaTrap = Rule{
	ID: "schema-trap", Level: Silent,
	Title:    "A new pool that no later update will be able to change",
	Who:      "The team, at its next change of the pool.",
	Why:      "Creating a pool takes a Schema entry without AttributeDataType; every later update is refused for it.",
	Safe:     "Write the AttributeDataType of every entry before the pool is created.",
	Evidence: Measured, Source: "https://github.com/aws/aws-cdk/issues/8585",
	Check: declared(typePool, func(c change.Change) []Hit {
		if c.Action != change.Add {
			return nil
		}
		return untyped(c, "The attribute %s has no AttributeDataType.")
	}),
}
