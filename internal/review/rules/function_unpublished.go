package rules

import "gatehouse/internal/review/change"

var functionUnpublished = Rule{
	ID: "function-unpublished", Level: Silent,
	Title:    "Changes of the function no longer reach visitors",
	Who:      "Whoever publishes a release: it is uploaded, and the old one stays live.",
	Why:      "Without AutoPublish, CloudFormation changes only the function's DEVELOPMENT stage.",
	Safe:     "Keep AutoPublish true.",
	Evidence: Documented, Source: cfn + "aws-resource-cloudfront-function.html",
	Check: staying(typeFunction, func(c change.Change) []Hit {
		if !isTrue(c.Before.Properties, "AutoPublish") || isTrue(c.After.Properties, "AutoPublish") {
			return nil
		}
		return hit(c, "AutoPublish", "AutoPublish would be off.")
	}),
}
