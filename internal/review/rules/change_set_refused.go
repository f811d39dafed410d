package rules

import "gatehouse/internal/review/change"

var changeSetRefused = Rule{
	ID: "change-set-refused", Level: Refused,
	Title:    "CloudFormation does not take the template",
	Who:      "Nobody, because nothing is deployed.",
	Why:      "CloudFormation was asked for a change set and looked at the template, its parameters and the names of new resources before it answered.",
	Safe:     "Mend what it names, and review again.",
	Evidence: Documented, Source: cfn + "validate-stack-deployments.html",
	Check: func(s *change.Set) []Hit {
		if s.After.Refusal == "" {
			return nil
		}
		return []Hit{{"", "", "CloudFormation says: " + s.After.Refusal}}
	},
}
