package rules

import "gatehouse/internal/review/change"

var schemaDropped = Rule{
	ID: "schema-dropped", Level: Silent,
	Title:    "A template without Schema removes no attribute",
	Who:      "Whoever believes that the attributes are gone, or no longer required at sign-up.",
	Why:      "Leaving Schema out sends none to Cognito, which keeps what the pool has. People use it as the way out of a Schema that blocks every update.",
	Safe:     "Say in the pull request that the attributes stay. Do not set Schema again afterwards: it would be compared with what the pool has.",
	Evidence: Measured, Source: "https://github.com/aws/aws-cdk/issues/8585",
	Check: staying(typePool, func(c change.Change) []Hit {
		before := schemaOf(c.Before)
		if len(before) == 0 || len(schemaOf(c.After)) > 0 {
			return nil
		}
		var names []string
		for _, a := range before {
			if !a.standard {
				return nil // schema-attribute-removed
			}
			names = append(names, a.name)
		}
		return hit(c, "Schema", "The pool keeps %s.", list(names))
	}),
}
