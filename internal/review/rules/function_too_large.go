package rules

import "gatehouse/internal/review/change"

// maxFunction is CloudFront's limit for the code of a function.
const maxFunction = 10 * 1024

var functionTooLarge = Rule{
	ID: "function-too-large", Level: Refused,
	Title:    "The function's code is too long for CloudFront",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "A CloudFront function has at most 10 KB, comments included.",
	Safe:     "Shorten it. A site with very many folders makes the router long: give them fewer index pages.",
	Evidence: Documented, Source: front + "cloudfront-limits.html",
	Message: "FunctionSizeLimitExceeded",
	Check: declared(typeFunction, func(c change.Change) []Hit {
		if size := len(change.Text(c.After.Properties, "FunctionCode")); size > maxFunction && c.Changed("FunctionCode") {
			return hit(c, "FunctionCode", "The code would have %d bytes; CloudFront takes %d.", size, maxFunction)
		}
		return nil
	}),
}
