package rules

import (
	"strings"

	"gatehouse/internal/review/change"
)

var parameterInUse = Rule{
	ID: "parameter-in-use", Level: Refused,
	Title:    "A value goes that another stack looks up",
	Who:      "Nobody yet: the next deployment of the other stack fails, and with it every release.",
	Why:      "CloudFormation looks an AWS::SSM::Parameter::Value up whenever it updates a stack that has one.",
	Safe:     "Keep the parameter until no stack names it.",
	Evidence: Documented, Source: cfn + "cloudformation-supplied-parameter-types.html",
	Message: "Unable to fetch parameters",
	Check: func(s *change.Set) []Hit {
		return going(func(c change.Change) (hits []Hit) {
			name := change.Text(c.Before.Properties, "Name")
			for _, other := range s.Others {
				if name != "" && !kept(c) && looksUp(other.After.Template, name) {
					hits = append(hits, hit(c, "Name", "The stack %s looks up %s.", other.Stack, name)...)
				}
			}
			return hits
		}, typeParameter)(s)
	},
}

// looksUp is whether a template has a parameter whose value CloudFormation reads
// from the Parameter Store under the name.
func looksUp(t change.Template, name string) bool {
	for _, p := range t.Parameters {
		if p.Default == name && strings.HasPrefix(p.Type, "AWS::SSM::Parameter::Value<") {
			return true
		}
	}
	return false
}
