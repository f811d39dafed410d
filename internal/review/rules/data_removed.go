package rules

import "gatehouse/internal/review/change"

var dataRemoved = Rule{
	ID: "data-removed", Level: PeopleLost,
	Title:    "What is stored is deleted with its resource",
	Who:      "Whoever needs the releases or logs in it.",
	Why:      "The resource leaves the template and its DeletionPolicy is Delete. S3 refuses to delete a bucket that is not empty, unless the stack empties it first.",
	Safe:     "Set DeletionPolicy and UpdateReplacePolicy to Retain in an earlier deployment (protect: true), or copy what you need.",
	Evidence: Documented, Source: cfn + "aws-attribute-deletionpolicy.html",
	Check: going(func(c change.Change) []Hit {
		if kept(c) {
			return nil
		}
		return hit(c, "", "What is in it would be deleted.")
	}, typeBucket, typeLogGroup),
}
