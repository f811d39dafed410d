package change_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/review/change"
)

// stack is a stack with these resources, written as YAML, a line each.
func stack(t *testing.T, resources ...string) change.Stack {
	t.Helper()
	parsed, err := change.Parse([]byte("Resources:\n  "+strings.Join(append(resources, "Same: {Type: T}"), "\n  ")), nil)
	if err != nil {
		t.Fatal(err)
	}
	return change.Stack{Name: "shop", Exists: true, Template: parsed}
}

// told says what a set of changes holds, a line a change.
func told(s *change.Set) string {
	var lines []string
	for _, c := range s.Changes {
		line := fmt.Sprintf("%s %s %s", c.Action, c.Type, c.ID)
		for _, p := range c.Properties {
			line += fmt.Sprintf("; %s: %s → %s", p.Path, change.Show(p.Before), change.Show(p.After))
		}
		if c.Replaced {
			line += "; replaced by " + strings.Join(c.ReplacedBy, ", ")
		}
		if c.Assets {
			line += "; assets"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestCompareSaysWhatChanges(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before, after []string
		want          string
	}{
		"nothing":                          {[]string{"A: {Type: T, Properties: {P: 1}}"}, []string{"A: {Type: T, Properties: {P: 1}}"}, ""},
		"a resource comes":                 {nil, []string{"A: {Type: T, Properties: {P: {Q: 1}}}"}, "add T A; P.Q: nothing → 1"},
		"a resource goes":                  {[]string{"A: {Type: T, Properties: {P: 1}}"}, nil, "remove T A"},
		"another logical id":               {[]string{"A: {Type: T}"}, []string{"B: {Type: T}"}, "remove T A\nadd T B"},
		"in the order of their ids":        {[]string{"B: {Type: T}", "A: {Type: T}"}, nil, "remove T A\nremove T B"},
		"a property of a property":         {[]string{"A: {Type: T, Properties: {P: {Q: 1, R: 2}}}"}, []string{"A: {Type: T, Properties: {P: {Q: 1, R: 3}}}"}, "modify T A; P.R: 2 → 3"},
		"properties come and go":           {[]string{"A: {Type: T, Properties: {P: 1}}"}, []string{"A: {Type: T, Properties: {Q: 1}}"}, "modify T A; P: 1 → nothing; Q: nothing → 1"},
		"a mapping goes, leaf by leaf":     {[]string{"A: {Type: T, Properties: {P: {Q: {R: 1}, S: 2}}}"}, []string{"A: {Type: T}"}, "modify T A; P.Q.R: 1 → nothing; P.S: 2 → nothing"},
		"an empty mapping comes":           {[]string{"A: {Type: T}"}, []string{"A: {Type: T, Properties: {P: {}}}"}, "modify T A; P: nothing → {}"},
		"a mapping becomes a text":         {[]string{"A: {Type: T, Properties: {P: {Q: 1}}}"}, []string{"A: {Type: T, Properties: {P: 1}}"}, `modify T A; P: {"Q":"1"} → 1`},
		"a reference is one value":         {[]string{"A: {Type: T, Properties: {P: !Ref X}}"}, []string{"A: {Type: T, Properties: {P: !Ref Y}}"}, "modify T A; P: ${X} → ${Y}"},
		"a reference comes":                {[]string{"A: {Type: T}"}, []string{"A: {Type: T, Properties: {P: !Ref X}}"}, "modify T A; P: nothing → ${X}"},
		"a list of texts is one value":     {[]string{"A: {Type: T, Properties: {P: [a, b]}}"}, []string{"A: {Type: T, Properties: {P: [a, c]}}"}, `modify T A; P: ["a","b"] → ["a","c"]`},
		"a list of mappings, by position":  {[]string{"A: {Type: T, Properties: {P: [{Q: 1}, {Q: 2}]}}"}, []string{"A: {Type: T, Properties: {P: [{Q: 1}, {Q: 3}]}}"}, "modify T A; P[1].Q: 2 → 3"},
		"a list that grows is one value":   {[]string{"A: {Type: T, Properties: {P: [{Q: 1}]}}"}, []string{"A: {Type: T, Properties: {P: [{Q: 1}, {Q: 2}]}}"}, `modify T A; P: [{"Q":"1"}] → [{"Q":"1"},{"Q":"2"}]`},
		"a list of references is one":      {[]string{"A: {Type: T, Properties: {P: [!Ref X]}}"}, []string{"A: {Type: T, Properties: {P: [!Ref Y]}}"}, `modify T A; P: ["${X}"] → ["${Y}"]`},
		"another type":                     {[]string{"A: {Type: T}"}, []string{"A: {Type: U}"}, "modify U A"},
		"another condition":                {[]string{"A: {Type: T}"}, []string{"A: {Type: T, Condition: C}"}, "modify T A"},
		"another DeletionPolicy":           {[]string{"A: {Type: T}"}, []string{"A: {Type: T, DeletionPolicy: Retain}"}, "modify T A"},
		"another UpdateReplacePolicy":      {[]string{"A: {Type: T}"}, []string{"A: {Type: T, UpdateReplacePolicy: Retain}"}, "modify T A"},
		"a DeletionPolicy that is default": {[]string{"A: {Type: T}"}, []string{"A: {Type: T, DeletionPolicy: Delete}"}, ""},
		"metadata is no change":            {[]string{"A: {Type: T}"}, []string{"A: {Type: T, Metadata: {M: 1}}"}, ""},
		"the CDK's own statistics":         {[]string{"CDK: {Type: AWS::CDK::Metadata, Properties: {A: 1}}"}, []string{"CDK: {Type: AWS::CDK::Metadata, Properties: {A: 2}}"}, ""},
		"the content of an asset":          {[]string{"A: {Type: T, Properties: {P: " + hash + "}}"}, []string{"A: {Type: T, Properties: {P: " + otherHash + "}}"}, "modify T A; assets"},
		"an asset, and a golden template":  {[]string{"A: {Type: T, Properties: {P: ASSET}}"}, []string{"A: {Type: T, Properties: {P: " + otherHash + "}}"}, ""},
		"what CloudFormation replaces":     {[]string{"A: {Type: AWS::S3::Bucket, Properties: {BucketName: a}}"}, []string{"A: {Type: AWS::S3::Bucket, Properties: {BucketName: b}}"}, "modify AWS::S3::Bucket A; BucketName: a → b; replaced by BucketName"},
		"a name that was made up":          {[]string{"A: {Type: AWS::S3::Bucket}"}, []string{"A: {Type: AWS::S3::Bucket, Properties: {BucketName: b}}"}, "modify AWS::S3::Bucket A; BucketName: nothing → b; replaced by BucketName"},
		"a part of what it replaces for":   {[]string{"A: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Key: a, S3Bucket: b}}}"}, []string{"A: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Key: c, S3Bucket: d}}}"}, "modify AWS::Lambda::LayerVersion A; Content.S3Bucket: b → d; Content.S3Key: a → c; replaced by Content"},
		"a list of what it replaces for":   {[]string{"A: {Type: AWS::Lambda::LayerVersion, Properties: {CompatibleRuntimes: [a]}}"}, []string{"A: {Type: AWS::Lambda::LayerVersion, Properties: {CompatibleRuntimes: [b]}}"}, `modify AWS::Lambda::LayerVersion A; CompatibleRuntimes: ["a"] → ["b"]; replaced by CompatibleRuntimes`},
		"what it changes in place":         {[]string{"A: {Type: AWS::S3::Bucket, Properties: {Tags: [a]}}"}, []string{"A: {Type: AWS::S3::Bucket, Properties: {Tags: [b]}}"}, `modify AWS::S3::Bucket A; Tags: ["a"] → ["b"]`},
		"a property that only begins so":   {[]string{"A: {Type: AWS::S3::Bucket, Properties: {BucketNames: a}}"}, []string{"A: {Type: AWS::S3::Bucket, Properties: {BucketNames: b}}"}, "modify AWS::S3::Bucket A; BucketNames: a → b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := told(change.Compare(stack(t, tc.before...), stack(t, tc.after...))); got != tc.want {
				t.Errorf("\ngot  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestAStackThatIsNewOrGoneKeepsItsName(t *testing.T) {
	t.Parallel()
	there := stack(t)
	if s := change.Compare(change.Stack{}, there); s.Stack != "shop" || told(s) != "add T Same" {
		t.Errorf("a new stack: %s %s", s.Stack, told(s))
	}
	if s := change.Compare(there, change.Stack{}); s.Stack != "shop" || told(s) != "remove T Same" {
		t.Errorf("a stack that is gone: %s %s", s.Stack, told(s))
	}
}

func TestWhatCloudFormationKnowsBetterCounts(t *testing.T) {
	t.Parallel()
	const bucket, other = "A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name, P: 1}}", "A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name, P: 2}}"
	for name, tc := range map[string]struct {
		after string
		plan  change.Planned
		want  string
	}{
		"a replacement that the templates do not show": {bucket, change.Planned{ID: "A", Type: "AWS::S3::Bucket", Action: change.Modify, Replaced: true, ReplacedBy: []string{"BucketName"}}, "modify AWS::S3::Bucket A; replaced by BucketName"},
		"a replacement of what changes anyway":         {other, change.Planned{ID: "A", Action: change.Modify, Replaced: true, ReplacedBy: []string{"BucketName"}}, "modify AWS::S3::Bucket A; P: 1 → 2; replaced by BucketName"},
		"a value behind a reference":                   {bucket, change.Planned{ID: "A", Type: "AWS::S3::Bucket", Action: change.Modify, Properties: []change.Property{{Path: "BucketName", Before: "a", After: "b"}}}, "modify AWS::S3::Bucket A; BucketName: a → b"},
		"a value that is written in both templates":    {bucket, change.Planned{ID: "A", Type: "AWS::S3::Bucket", Action: change.Modify, Properties: []change.Property{{Path: "P", Before: "1", After: "{{changeSet:KNOWN_AFTER_APPLY}}"}}}, ""},
		"a resource whose condition changes":           {bucket, change.Planned{ID: "A", Type: "AWS::S3::Bucket", Action: change.Remove}, "remove AWS::S3::Bucket A"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := stack(t, tc.after)
			after.Plan = []change.Planned{tc.plan}
			if got := told(change.Compare(stack(t, bucket), after)); got != tc.want {
				t.Errorf("\ngot  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestAChangeIsAskedByPath(t *testing.T) {
	t.Parallel()
	s := change.Compare(
		stack(t, "A: {Type: T, Properties: {P: {Q: 1}, L: [{M: a}], N: x}}", "B: {Type: U}"),
		stack(t, "A: {Type: T, Properties: {P: {Q: 2}, L: [{M: b}], N: x}}"))
	if of := s.Of("U", "V"); len(of) != 1 || of[0].ID != "B" {
		t.Errorf("of the type U: %+v", of)
	}
	c := s.Of("T")[0]
	for path, want := range map[string]bool{"P": true, "P.Q": true, "P.Q.R": false, "L": true, "L[].M": true, "N": false, "": false, "PP": false} {
		if c.Changed(path) != want {
			t.Errorf("Changed(%q) is %v", path, !want)
		}
	}
	if c.Was("P.Q") != "1" || c.Becomes("P.Q") != "2" || c.Was("P.Z") != nil || c.Becomes("N.Z") != nil {
		t.Errorf("was %v, becomes %v", c.Was("P.Q"), c.Becomes("P.Q"))
	}
	if p := (change.Property{Path: "Origins[12].Paths[0]"}).Pattern(); p != "Origins[].Paths[]" {
		t.Errorf("the pattern is %s", p)
	}
}

func TestEveryNameThatCollidesIsOneThatReplaces(t *testing.T) {
	t.Parallel()
	for typ, property := range change.PhysicalNames {
		before, after := stack(t, fmt.Sprintf("A: {Type: %s, Properties: {%s: a}}", typ, property)), stack(t, fmt.Sprintf("A: {Type: %s, Properties: {%s: b}}", typ, property))
		if c := change.Compare(before, after).Changes[0]; !c.Replaced || !slices.Equal(c.ReplacedBy, []string{property}) {
			t.Errorf("%s with another %s is changed in place", typ, property)
		}
	}
}
