package rules

import (
	"strings"

	"gatehouse/internal/review/change"
)

var serviceTokenChanged = Rule{
	ID: "service-token-changed", Level: Refused,
	Title:    "A custom resource cannot get another function",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "CloudFormation does not change the ServiceToken of a custom resource, which is the function behind it. A function with another logical id, or one that is replaced, is another function.",
	Safe:     "Keep the function's logical id and name, or give the custom resource another logical id, too.",
	Evidence: Documented, Source: cfn + "aws-resource-cfn-customresource.html",
	Message: "Modifying service token is not allowed.",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Changes {
			if c.Action == change.Modify && (strings.HasPrefix(c.Type, "Custom::") || c.Type == "AWS::CloudFormation::CustomResource") && c.Changed("ServiceToken") {
				hits = append(hits, hit(c, "ServiceToken", "The function was %s and would be %s.", change.Show(c.Was("ServiceToken")), change.Show(c.Becomes("ServiceToken")))...)
			}
		}
		return hits
	},
}
