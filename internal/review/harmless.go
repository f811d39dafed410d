package review

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

func harmless(s *change.Set, resource, what string) Finding {
	f := Finding{Rule: ruleHarmless, Level: rules.Harmless, Title: "Harmless", Stack: s.Stack, Resource: resource, Type: typeOf(s, resource), What: []string{what}}
	if resource == "" {
		f.Resource = s.Stack
	}
	return f
}

// describe says in one sentence what happens to a resource that nobody need mind.
func describe(c change.Change) string {
	switch {
	case c.Action == change.Add:
		return "It is new."
	case c.Action == change.Remove:
		return "It goes; nothing uses it any more."
	case c.Replaced:
		return "It is made anew; it holds nothing."
	case len(c.Properties) == 0 && c.Assets:
		return "The content of its files changes."
	case len(c.Properties) == 0:
		return "From now on it outlives its stack (" + c.After.DeletionPolicy + ")."
	}
	var paths []string
	for _, p := range c.Properties {
		paths = append(paths, glance(p))
	}
	const most = 3
	if len(paths) > most {
		paths = append(paths[:most], count(len(c.Properties)-most, "more property"))
	}
	return "A change of " + strings.Join(paths, ", ") + "."
}

// glance is a property's path, with its values where a few words tell them.
func glance(p change.Property) string {
	before, told := few(p.Before)
	after, alsoTold := few(p.After)
	if !told || !alsoTold || before == after {
		return p.Path
	}
	return p.Path + " (" + before + " → " + after + ")"
}

// few is a value in a few words, if that can be.
func few(v any) (string, bool) {
	const most = 32
	switch v := v.(type) {
	case nil:
		return "nothing", true
	case string:
		return v, v != "" && len(v) <= most && !strings.ContainsAny(v, "\n<")
	case []any:
		return count(len(v), "entry"), true
	}
	return "", false
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if before, ok := strings.CutSuffix(what, "y"); ok {
		what = before + "ie"
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// newRelease is whether another release of the site goes live, as far as is known.
func newRelease(s *change.Set) bool {
	before, after := s.Before.Template.Release, s.After.Template.Release
	if before != "" && after != "" && before != change.AnyRelease && after != change.AnyRelease {
		return before != after
	}
	return slices.ContainsFunc(s.Changes, func(c change.Change) bool { return c.Assets && c.Type == "Custom::CDKBucketDeployment" })
}

// isRelease is whether a change is nothing but a part of a new release.
func isRelease(c change.Change) bool {
	if c.Action != change.Modify {
		return false
	}
	switch c.Type {
	case "Custom::CDKBucketDeployment", "AWS::CloudFront::Function", "AWS::Lambda::LayerVersion":
		return true
	}
	return rules.Machinery(c.ID)
}

func changedOutputs(s *change.Set) (names []string) {
	for name, before := range s.Before.Template.Outputs {
		after, kept := s.After.Template.Outputs[name]
		if kept && change.Show(before.Value) != change.Show(after.Value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
