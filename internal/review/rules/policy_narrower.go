package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var policyNarrower = Rule{
	ID: "policy-narrower", Level: Unknown,
	Title:    "Somebody may do less",
	Who:      "Whoever does what the statement was for: visitors, a pipeline, a service that delivers logs. They are refused from then on, some of them without a word.",
	Why:      "A statement that allows is gone, or one that denies is new. A deny wins over every allow.",
	Safe:     "Read the statement: who needs it, and for what?",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeBucketPolicy, "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy") {
			if c.Action == change.Modify && !Machinery(c.ID) && len(statementsWider(s, c)) == 0 { // else policy-wider has it read
				hits = append(hits, lessAllowed(s, c)...)
			}
		}
		return hits
	},
}

func lessAllowed(s *change.Set, c change.Change) (hits []Hit) {
	for _, path := range policyPaths {
		before, after := statementsBefore(s, c, path), statementsAt(c.After, path)
		for _, v := range without(before, after) {
			// What CloudFront may do is for origin-access-removed and listing-denied.
			if change.Text(v, "Effect") == "Allow" && change.Text(v, "Principal.Service") != "cloudfront.amazonaws.com" && !principalGone(s, v) &&
				!slices.ContainsFunc(after, func(a any) bool { return includes(a, v) }) {
				hits = append(hits, hit(c, path, "It would no longer allow %s to %s.", actions(v), principal(v))...)
			}
		}
		for _, v := range without(after, before) {
			if change.Text(v, "Effect") == "Deny" && !slices.ContainsFunc(before, func(b any) bool { return includes(b, v) }) {
				hits = append(hits, hit(c, path, "It would deny %s to %s.", actions(v), principal(v))...)
			}
		}
	}
	return hits
}

// principalGone is whether a statement is for a resource that leaves with it.
func principalGone(s *change.Set, statement any) bool {
	return slices.ContainsFunc(s.Changes, func(c change.Change) bool {
		return c.Action == change.Remove && change.References(change.At(statement, "Principal"), c.ID)
	})
}
