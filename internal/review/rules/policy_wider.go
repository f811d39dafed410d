package rules

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var policyWider = Rule{
	ID: "policy-wider", Level: Weaker,
	Title:    "Somebody may do more",
	Who:      "Whoever's data it concerns.",
	Why:      "A statement that allows is new or lets more through, or one that denies is gone.",
	Safe:     "Read the statement: who may do what with which resource, under which condition.",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
	Check: func(s *change.Set) (hits []Hit) {
		if !s.Before.Exists {
			return nil // in a new stack all is new
		}
		for _, c := range s.Of(typeBucketPolicy, "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", typePermission) {
			switch {
			case c.Action == change.Add && Machinery(c.ID):
			case c.Type == typePermission:
				hits = append(hits, permissionWider(c)...)
			case c.Action == change.Remove && !bucketStays(s, c):
			default:
				hits = append(hits, statementsWider(s, c)...)
			}
		}
		return hits
	},
}

// bucketStays is whether a policy that goes leaves its bucket behind.
func bucketStays(s *change.Set, policy change.Change) bool {
	_, stays := s.After.Template.Resources[change.Text(policy.Before.Properties, "Bucket.Ref")]
	return stays
}

// policyPaths are where a policy, or a role, has statements.
var policyPaths = []string{statements, "AssumeRolePolicyDocument.Statement", "Policies"}

// statementsBefore are the statements before, speaking of what takes the place of
// what they spoke of.
func statementsBefore(s *change.Set, c change.Change, path string) []any {
	before := c.Before
	before.Properties, _ = change.Redirect(before.Properties, s.Successors).(map[string]any)
	return statementsAt(before, path)
}

// statementsWider looks at what a policy, or a role, says.
func statementsWider(s *change.Set, c change.Change) (hits []Hit) {
	for _, path := range policyPaths {
		before, after := statementsBefore(s, c, path), statementsAt(c.After, path)
		for _, v := range without(after, before) {
			if change.Text(v, "Effect") == "Allow" && !slices.ContainsFunc(before, func(b any) bool { return includes(b, v) }) {
				hits = append(hits, hit(c, path, "It would allow %s to %s.", actions(v), principal(v))...)
			}
		}
		for _, v := range without(before, after) {
			if change.Text(v, "Effect") == "Deny" && !slices.ContainsFunc(after, func(a any) bool { return includes(a, v) }) {
				hits = append(hits, hit(c, path, "It would no longer deny %s%s.", actions(v), unless(v))...)
			}
		}
	}
	if added := change.Lost(shown(c.After, "ManagedPolicyArns"), shown(c.Before, "ManagedPolicyArns")); len(added) > 0 {
		hits = append(hits, hit(c, "ManagedPolicyArns", "It would also have %s.", list(added))...)
	}
	return hits
}

// permissionWider looks at a permission to call a Lambda function.
func permissionWider(c change.Change) []Hit {
	if c.Action == change.Remove || c.Action == change.Modify && len(c.Properties) == 0 {
		return nil
	}
	return hit(c, "Principal", "It would allow %s to %s.", actions(c.After.Properties), change.Show(c.Becomes("Principal")))
}

// Machinery is whether a resource is a part of what the CDK deploys files with.
func Machinery(id string) bool {
	return strings.HasPrefix(id, "CustomCDKBucketDeployment") || strings.HasPrefix(id, "CustomS3AutoDeleteObjects")
}

// statementsAt are the statements of a policy, or of a role's own policies, without
// their names.
func statementsAt(r change.Resource, path string) (all []any) {
	value := change.At(r.Properties, path)
	if path == "Policies" {
		for _, p := range entries(value) {
			all = append(all, entries(change.At(p, statements))...)
		}
	} else {
		all = entries(value) // IAM takes one statement for a list of one
	}
	for i, s := range all {
		if m, ok := s.(map[string]any); ok {
			unnamed := maps.Clone(m)
			delete(unnamed, "Sid")
			all[i] = unnamed
		}
	}
	return all
}

// includes is whether a statement says all that another says, and perhaps more.
func includes(wide, narrow any) bool {
	w, ok1 := wide.(map[string]any)
	n, ok2 := narrow.(map[string]any)
	if !ok1 || !ok2 {
		return false
	}
	w, n = maps.Clone(w), maps.Clone(n)
	for _, key := range []string{"Action", "Resource"} {
		if len(without(entries(n[key]), entries(w[key]))) > 0 {
			return false
		}
		delete(w, key)
		delete(n, key)
	}
	return reflect.DeepEqual(w, n)
}

// actions are what a statement is about, for people.
func actions(statement any) string {
	if but := change.Texts(statement, "NotAction"); len(but) > 0 {
		return "everything but " + list(but)
	}
	return list(change.Texts(statement, "Action"))
}

// principal is whom a statement is for.
func principal(statement any) string {
	of := change.At(statement, "Principal")
	if of == nil {
		return "whoever has the role"
	}
	if kinds, ok := of.(map[string]any); ok && len(kinds) == 1 {
		for _, who := range kinds { // AWS, Service, Federated or CanonicalUser
			return list(texts(entries(who)))
		}
	}
	return change.Show(of)
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

func shown(r change.Resource, path string) []string { return texts(change.List(r.Properties, path)) }

func texts(values []any) (shown []string) {
	for _, v := range values {
		shown = append(shown, change.Show(v))
	}
	return shown
}
