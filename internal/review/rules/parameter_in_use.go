package rules

import (
	"regexp"
	"strings"

	"gatehouse/internal/review/change"
)

var parameterInUse = Rule{
	ID: "parameter-in-use", Level: Refused,
	Title:    "A value goes that another stack looks up",
	Who:      "Nobody yet: the next deployment of the other stack fails, and with it every release.",
	Why:      "CloudFormation looks an AWS::SSM::Parameter::Value, and what a dynamic reference names, up when it updates a stack that has one.",
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

// looksUp is whether CloudFormation reads the name from the Parameter Store for a
// template: as the value of a parameter, or by a dynamic reference.
func looksUp(t change.Template, name string) bool {
	for _, p := range t.Parameters {
		if p.Default == name && strings.HasPrefix(p.Type, "AWS::SSM::Parameter::Value<") {
			return true
		}
	}
	reference := regexp.MustCompile(`\{\{resolve:ssm:` + regexp.QuoteMeta(name) + `(:[0-9]+)?\}\}`)
	for _, r := range t.Resources {
		if reference.MatchString(change.Show(r.Properties)) {
			return true
		}
	}
	return false
}
