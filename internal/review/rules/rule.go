// Package rules knows what changes of a deployment mean to people.
//
// A rule is one file: a value of [Rule] that says what happens, to whom, why, and
// what to do instead, where that is known from, and a check that finds it. [All]
// lists them. A rule claims nothing about AWS that its Source does not say;
// Evidence tells how good the source is. testdata/<rule>.txtar are its cases, which
// say what it finds and what it must not, and what the local cloud refuses with it.
package rules

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

// Level is how bad a finding is; the lowest is the worst.
type Level int

// The levels, worst first.
const (
	Refused    Level = iota // AWS refuses the deployment; the stack rolls back
	PeopleLost              // accounts or other data are lost, or what protects them is
	LockedOut               // everyone, or many, are signed out or cannot sign in
	SiteBreaks              // pages, addresses or their configuration stop working
	Silent                  // the deployment succeeds and does not do what the template says
	Weaker                  // security is weaker afterwards
	Cost                    // another price class
	Unknown                 // no rule understands it: somebody must read it
	Harmless
)

var levelNames = []string{"refused", "people-lost", "locked-out", "site-breaks", "silent", "weaker", "cost", "unknown", "harmless"}

// levelTitles head the sections of reports.
var levelTitles = []string{
	"Refused by AWS",
	"People or data lost",
	"People signed out or locked out",
	"The site breaks",
	"Succeeds, but does something else",
	"Security is weaker",
	"Another price",
	"Not understood: please read it",
	"Harmless",
}

// Levels are all levels, worst first.
func Levels() []Level {
	return []Level{Refused, PeopleLost, LockedOut, SiteBreaks, Silent, Weaker, Cost, Unknown, Harmless}
}

// String is the level's name on the command line and in JSON: people-lost.
func (l Level) String() string { return levelNames[l] }

// Title is the level's name in reports.
func (l Level) Title() string { return levelTitles[l] }

// MarshalText makes JSON hold the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// ParseLevel reads a level's name.
func ParseLevel(name string) (Level, error) {
	if i := slices.Index(levelNames, name); i >= 0 {
		return Level(i), nil
	}
	return 0, fmt.Errorf("want one of %s; got %q", strings.Join(levelNames, ", "), name)
}

// Evidence is how well a claim about AWS is founded.
type Evidence string

// Kinds of evidence, best first.
const (
	Documented Evidence = "documented"         // AWS's own documents say so
	Measured   Evidence = "measured by others" // people report it of the real service; the source names them
	Unverified Evidence = "not verified"       // follows from what is documented, or from experience; nobody we know has measured it
)

// Rule finds one kind of consequence.
type Rule struct {
	ID    string // pool-removed; waivers and reports name it
	Level Level
	Title string // what happens, in a few words
	Who   string // whom it concerns
	Why   string // why it is so
	Safe  string // what to do instead
	// Evidence and Source found the rule.
	Evidence Evidence
	Source   string // an address, or an issue of a public repository
	// Message is a part of what the service answers, where that is known; for rules
	// of level Refused.
	Message string
	// Along are properties whose change goes along with what the rule finds, and is no
	// news beside it.
	Along []string
	Check func(s *change.Set) []Hit
}

// Hit is one place where a rule applies.
type Hit struct {
	Resource string // the logical id; "" for the stack itself
	Property string // the property that causes it; "" for the resource itself
	What     string // what happens here, a sentence
}

// Sources that several rules cite.
const (
	guide     = "https://docs.aws.amazon.com/cognito/latest/developerguide/"
	api       = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/"
	cfn       = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
	front     = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
	s3        = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	deploying = "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_deployment-readme.html"
)

// The resource types that rules speak of.
const (
	typePool         = "AWS::Cognito::UserPool"
	typeClient       = "AWS::Cognito::UserPoolClient"
	typeDomain       = "AWS::Cognito::UserPoolDomain"
	typeGroup        = "AWS::Cognito::UserPoolGroup"
	typeBucket       = "AWS::S3::Bucket"
	typeBucketPolicy = "AWS::S3::BucketPolicy"
	typeDistribution = "AWS::CloudFront::Distribution"
	typeFunction     = "AWS::CloudFront::Function"
	typeHeaders      = "AWS::CloudFront::ResponseHeadersPolicy"
	typeDeployment   = "Custom::CDKBucketDeployment"
	typeAutoDelete   = "Custom::S3AutoDeleteObjects"
	typeLogGroup     = "AWS::Logs::LogGroup"
	typeParameter    = "AWS::SSM::Parameter"
	typePermission   = "AWS::Lambda::Permission"
)

// staying looks at each resource of a type that was there and stays. A hit on a
// property of which only the deployment knows the value, before or after, would be
// a guess and is dropped; the review puts such a change before a human.
func staying(typ string, check func(c change.Change) []Hit) func(*change.Set) []Hit {
	return each([]string{typ}, func(c change.Change) bool { return c.Action == change.Modify && c.Before.Type == typ }, known(check))
}

// known drops the hits that would be guesses.
func known(check func(c change.Change) []Hit) func(change.Change) []Hit {
	return func(c change.Change) []Hit {
		return slices.DeleteFunc(check(c), func(h Hit) bool { return guessed(c.Was(h.Property), c.Becomes(h.Property)) })
	}
}

// guessed is whether one of two values, or an entry of one of two lists, is not
// known and not the other's.
func guessed(before, after any) bool {
	unknown := func(v, other []any) bool {
		return slices.ContainsFunc(without(v, other), isUnknown)
	}
	b, a := entries(before), entries(after)
	return unknown(b, a) || unknown(a, b)
}

// entries are a list's, or the value alone.
func entries(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// isUnknown is whether v as a whole is what only a deployment knows.
func isUnknown(v any) bool {
	if m, isMap := v.(map[string]any); isMap {
		return change.IsCall(m)
	}
	return change.Unresolved(v)
}

// declared looks at each resource of a type that comes or changes.
func declared(typ string, check func(c change.Change) []Hit) func(*change.Set) []Hit {
	return each([]string{typ}, func(c change.Change) bool { return c.Action != change.Remove }, check)
}

// going looks at each resource of some types that is removed or replaced.
func going(check func(c change.Change) []Hit, types ...string) func(*change.Set) []Hit {
	return each(types, func(c change.Change) bool { return c.Action == change.Remove || c.Replaced }, check)
}

func each(types []string, wanted func(change.Change) bool, check func(c change.Change) []Hit) func(*change.Set) []Hit {
	return func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(types...) {
			if wanted(c) {
				hits = append(hits, check(c)...)
			}
		}
		return hits
	}
}

// hit is one hit on a property of c.
func hit(c change.Change, property, format string, args ...any) []Hit {
	return []Hit{{c.ID, property, fmt.Sprintf(format, args...)}}
}

// replacement is the first of the properties that make c a replacement, and how to
// say it; both are empty where only CloudFormation knows why.
func replacement(c change.Change) (property, because string) {
	if len(c.ReplacedBy) == 0 {
		return "", ""
	}
	return c.ReplacedBy[0], ", because of " + list(c.ReplacedBy)
}

// isTrue is whether a property is set to true.
func isTrue(v any, path string) bool { return change.Text(v, path) == "true" }

// list is "a", "a and b", "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
