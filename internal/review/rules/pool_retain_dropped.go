package rules

import "gatehouse/internal/review/change"

var poolRetainDropped = Rule{
	ID: "pool-retain-dropped", Level: PeopleLost,
	Title:    "The pool no longer outlives its stack",
	Who:      "Everyone who has an account, once the stack is destroyed or the pool leaves the template.",
	Why:      "DeletionPolicy and UpdateReplacePolicy Retain make CloudFormation leave the pool when it would delete it.",
	Safe:     "Keep both at Retain (protect: true).",
	Evidence: Documented, Source: cfn + "aws-attribute-deletionpolicy.html",
	Check: staying(typePool, retainDropped),
}

// retainDropped finds policies that no longer keep a resource.
func retainDropped(c change.Change) (hits []Hit) {
	for _, p := range []struct{ name, before, after string }{
		{"DeletionPolicy", c.Before.DeletionPolicy, c.After.DeletionPolicy},
		{"UpdateReplacePolicy", c.Before.UpdateReplacePolicy, c.After.UpdateReplacePolicy},
	} {
		if p.before != "Delete" && p.after == "Delete" {
			hits = append(hits, hit(c, p.name, "%s was %s and would be %s.", p.name, p.before, p.after)...)
		}
	}
	return hits
}
