package rules

import "gatehouse/internal/review/change"

var typeChanged = Rule{
	ID: "type-changed", Level: Refused,
	Title:    "A resource cannot become one of another type",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "CloudFormation knows a resource by its logical id, and does not change its type.",
	Safe:     "Give the new resource an id of its own.",
	Evidence: Measured, Source: "https://github.com/aws/aws-sam-cli/issues/6786",
	Message: "Update of resource type is not permitted",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Changes {
			if c.Action == change.Modify && c.Before.Type != c.After.Type {
				hits = append(hits, hit(c, "Type", "It is of type %s and would be of %s.", c.Before.Type, c.After.Type)...)
			}
		}
		return hits
	},
}
