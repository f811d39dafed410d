package rules

import "gatehouse/internal/review/change"

var dataRetainDropped = Rule{
	ID: "data-retain-dropped", Level: PeopleLost,
	Title:    "Stored data no longer outlives its stack",
	Who:      "Whoever needs the releases or logs, once the stack is destroyed.",
	Why:      "DeletionPolicy and UpdateReplacePolicy Retain make CloudFormation leave the resource when it would delete it.",
	Safe:     "Keep both at Retain (protect: true).",
	Evidence: Documented, Source: cfn + "aws-attribute-deletionpolicy.html",
	Check: each([]string{typeBucket, typeLogGroup}, func(c change.Change) bool { return c.Action == change.Modify }, retainDropped),
}
