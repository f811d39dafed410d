package rules

import (
	"reflect"
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var policyWider = Rule{
	ID: "policy-wider", Level: Weaker,
	Title:    "Somebody may do more",
	Who:      "Whoever's data it concerns.",
	Why:      "A statement that allows is new or different, or one that denies is gone.",
	Safe:     "Read the statement: who may do what with which resource, under which condition.",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
	Check: existing(each(
		[]string{typeBucketPolicy, "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::Lambda::Permission"},
		func(c change.Change) bool {
			return c.Action != change.Remove && !(c.Action == change.Add && Machinery(c.ID))
		},
		func(c change.Change) (hits []Hit) {
			for _, path := range []string{statements, "AssumeRolePolicyDocument.Statement"} {
				before, after := change.List(c.Before.Properties, path), change.List(c.After.Properties, path)
				for _, v := range without(after, before) {
					if change.Text(v, "Effect") == "Allow" {
						hits = append(hits, hit(c, path, "It would allow %s to %s.", list(change.Texts(v, "Action")), change.Show(orAll(change.At(v, "Principal"))))...)
					}
				}
				for _, v := range without(before, after) {
					if change.Text(v, "Effect") == "Deny" {
						hits = append(hits, hit(c, path, "It would no longer deny %s%s.", list(change.Texts(v, "Action")), unless(v))...)
					}
				}
			}
			if added := change.Lost(shown(c.After, "ManagedPolicyArns"), shown(c.Before, "ManagedPolicyArns")); len(added) > 0 {
				hits = append(hits, hit(c, "ManagedPolicyArns", "It would also have %s.", list(added))...)
			}
			return hits
		})),
}

// existing looks at stacks that are deployed already: in a new one all is new.
func existing(check func(*change.Set) []Hit) func(*change.Set) []Hit {
	return func(s *change.Set) []Hit {
		if !s.Before.Exists {
			return nil
		}
		return check(s)
	}
}

// Machinery is whether a resource is a part of what the CDK deploys files with.
func Machinery(id string) bool {
	return strings.HasPrefix(id, "CustomCDKBucketDeployment") || strings.HasPrefix(id, "CustomS3AutoDeleteObjects")
}

func orAll(principal any) any {
	if principal == nil {
		return "the role"
	}
	return principal
}

func unless(v any) string {
	if change.Text(v, "Condition.Bool.aws:SecureTransport") == "false" {
		return " without TLS"
	}
	return ""
}

// without are the entries of list that other lacks.
func without(list, other []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(v any) bool {
		return slices.ContainsFunc(other, func(o any) bool { return reflect.DeepEqual(v, o) })
	})
}

func shown(r change.Resource, path string) (texts []string) {
	for _, v := range change.List(r.Properties, path) {
		texts = append(texts, change.Show(v))
	}
	return texts
}
