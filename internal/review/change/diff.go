// Package change says what differs between two versions of a CloudFormation
// stack, without judging it: which resources come, go and change, and which of
// their properties. What means the same to CloudFormation does not differ.
package change

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Stack is one version of a stack.
type Stack struct {
	Name                  string
	Exists                bool   // false: nothing is deployed under that name
	LookedFor             bool   // whether that is known, because somebody asked what is deployed
	Account, Region       string // where it is; "" if that is not known
	Template              Template
	TerminationProtection *bool                     // nil: not known
	Files                 map[string]map[string]any // the configuration files published with the site: name → content
	Path                  string                    // the file that the template was read from, for people; "" if none
	Source                []byte                    // the template as written, to find lines in
	Plan                  []Planned                 // what CloudFormation says it would do to get there; nil: it was not asked
	Refusal               string                    // why CloudFormation would not even plan it; "" if it would, or was not asked
}

// Set is all that changes in one stack.
type Set struct {
	Stack         string
	Before, After Stack
	Changes       []Change // sorted by logical id
	// Successors are the resources that take another's place: one that goes → one that
	// comes and is the same but for its name. Whatever referred to the one follows.
	Successors map[string]string
	// Others are the sets of the review's other stacks.
	Others []*Set
}

// Action is what happens to a resource.
type Action string

// What can happen to a resource.
const (
	Add    Action = "add"
	Remove Action = "remove"
	Modify Action = "modify"
)

// Change is what happens to one resource.
type Change struct {
	ID, Type      string
	Action        Action
	Before, After Resource   // the zero Resource where there is none
	Properties    []Property // what differs, sorted by path
	// Replaced: CloudFormation makes a new resource and removes the old one.
	Replaced   bool
	ReplacedBy []string // the properties that make it so
	Assets     bool     // the content of an asset changes
}

// Property is one property that differs. Before or After is nil where it is unset.
type Property struct {
	Path          string // Policies.PasswordPolicy.MinimumLength, Origins[0].DomainName
	Before, After any
}

var index = regexp.MustCompile(`\[\d+\]`)

// Pattern is the property's path without positions: Origins[].DomainName.
func (p Property) Pattern() string { return index.ReplaceAllString(p.Path, "[]") }

// Compare says what changes when before becomes after.
func Compare(before, after Stack) *Set {
	s := &Set{Stack: after.Name, Before: before, After: after}
	if s.Stack == "" {
		s.Stack = before.Name
	}
	old, now := before.Template.Resources, after.Template.Resources
	ids := map[string]bool{}
	for id := range old {
		ids[id] = true
	}
	for id := range now {
		ids[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		b, had := old[id]
		a, has := now[id]
		if b.Type == "AWS::CDK::Metadata" || a.Type == "AWS::CDK::Metadata" {
			continue // the CDK's own statistics
		}
		switch {
		case !had:
			s.Changes = append(s.Changes, Change{ID: id, Type: a.Type, Action: Add, After: a, Properties: properties(map[string]any{}, a.Properties)})
		case !has:
			s.Changes = append(s.Changes, Change{ID: id, Type: b.Type, Action: Remove, Before: b})
		default:
			c := Change{ID: id, Type: a.Type, Action: Modify, Before: b, After: a, Properties: properties(b.Properties, a.Properties)}
			c.Assets = assetsDiffer(b.Assets, a.Assets)
			c.markReplacement()
			if len(c.Properties) > 0 || c.Assets || b.Type != a.Type || b.Condition != a.Condition ||
				b.DeletionPolicy != a.DeletionPolicy || b.UpdateReplacePolicy != a.UpdateReplacePolicy {
				s.Changes = append(s.Changes, c)
			}
		}
	}
	s.consult(after.Plan)
	s.Successors = s.successors()
	return s
}

func (s *Set) successors() map[string]string {
	gone, come := map[string][]string{}, map[string][]string{}
	for _, c := range s.Changes {
		switch c.Action {
		case Remove:
			gone[c.Type] = append(gone[c.Type], c.ID)
		case Add:
			come[c.Type] = append(come[c.Type], c.ID)
		case Modify:
		}
	}
	found := map[string]string{}
	for resourceType, ids := range gone {
		if len(ids) == 1 && len(come[resourceType]) == 1 {
			found[ids[0]] = come[resourceType][0]
		}
	}
	all := maps.Clone(found)
	maps.DeleteFunc(found, func(old, now string) bool {
		b, a := s.Before.Template.Resources[old], s.After.Template.Resources[now]
		return slices.ContainsFunc(properties(Redirect(b.Properties, all), a.Properties), func(p Property) bool {
			return p.Path != PhysicalNames[a.Type] && p.Path != innerNames[a.Type]
		})
	})
	return found
}

// Succeeds is whether a resource takes another's place.
func (s *Set) Succeeds(id string) bool {
	for _, now := range s.Successors {
		if now == id {
			return true
		}
	}
	return false
}

// Follows is whether a property is the same but for references to a resource that
// another takes the place of.
func (s *Set) Follows(p Property) bool {
	return len(s.Successors) > 0 && reflect.DeepEqual(Redirect(p.Before, s.Successors), p.After)
}

// assetsDiffer is whether known hashes differ; a golden template has none.
func assetsDiffer(before, after []string) bool {
	return len(before) > 0 && len(after) > 0 && !slices.Equal(before, after)
}

func (c *Change) markReplacement() {
	for _, p := range c.Properties {
		top, _, _ := strings.Cut(p.Pattern(), ".")
		top = strings.TrimSuffix(top, "[]")
		if slices.Contains(createOnly[c.Type], top) && !slices.Contains(c.ReplacedBy, top) {
			c.Replaced = true
			c.ReplacedBy = append(c.ReplacedBy, top)
		}
	}
}

// Of are the changes of resources of a type.
func (s *Set) Of(types ...string) []Change {
	return slices.DeleteFunc(slices.Clone(s.Changes), func(c Change) bool { return !slices.Contains(types, c.Type) })
}

// Changed is whether a property, or something under it, differs.
func (c Change) Changed(path string) bool {
	return slices.ContainsFunc(c.Properties, func(p Property) bool { return Under(p.Pattern(), path) })
}

// Under is whether a property's pattern is path or lies under it.
func Under(pattern, path string) bool {
	rest, ok := strings.CutPrefix(pattern, path)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// Was and Becomes are the values of a property before and after.
func (c Change) Was(path string) any { return At(c.Before.Properties, path) }

// Becomes is the value of a property after the change.
func (c Change) Becomes(path string) any { return At(c.After.Properties, path) }

// Differing are the paths at which two values differ, but for the CDK's statistics.
func Differing(before, after any) (paths []string) {
	for _, p := range properties(before, after) {
		if !Under(p.Path, "CDKMetadataAvailable") {
			paths = append(paths, cmp.Or(p.Path, "all of it"))
		}
	}
	return paths
}

// properties are the leaves that differ.
func properties(before, after any) []Property {
	var found []Property
	compare("", before, after, &found)
	slices.SortFunc(found, func(a, b Property) int { return strings.Compare(a.Path, b.Path) })
	return found
}

func compare(path string, before, after any, found *[]Property) {
	if reflect.DeepEqual(before, after) {
		return
	}
	b, bIsMap := before.(map[string]any)
	a, aIsMap := after.(map[string]any)
	if (bIsMap || before == nil) && (aIsMap || after == nil) && !IsCall(b) && !IsCall(a) && len(a)+len(b) > 0 {
		keys := map[string]bool{}
		for k := range b {
			keys[k] = true
		}
		for k := range a {
			keys[k] = true
		}
		for k := range keys {
			compare(join(path, k), b[k], a[k], found)
		}
		return
	}
	bl, bIsList := before.([]any)
	al, aIsList := after.([]any)
	if bIsList && aIsList && len(bl) == len(al) && mappings(bl) && mappings(al) {
		for i := range bl {
			compare(fmt.Sprintf("%s[%d]", path, i), bl[i], al[i], found)
		}
		return
	}
	*found = append(*found, Property{path, before, after})
}

// IsCall is whether m is a call of an intrinsic function.
func IsCall(m map[string]any) bool {
	for key := range m {
		return len(m) == 1 && (key == "Ref" || key == "Condition" || strings.HasPrefix(key, "Fn::"))
	}
	return false
}

func mappings(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool {
		m, ok := v.(map[string]any)
		return !ok || IsCall(m)
	})
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
