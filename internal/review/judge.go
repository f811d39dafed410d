package review

import (
	"maps"
	"slices"
	"strings"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

// judge asks every rule about a stack.
func judge(s *change.Set, o Options) (found []Finding) {
	spoken := map[string][]string{} // resource → properties that rules spoke of
	for _, rule := range rules.All() {
		byResource := map[string]*Finding{}
		var order []string
		for _, h := range rule.Check(s) {
			f, seen := byResource[h.Resource]
			if !seen {
				f = &Finding{
					Rule: rule.ID, Level: rule.Level, Title: rule.Title, Stack: s.Stack, Resource: h.Resource,
					Who: rule.Who, Why: rule.Why, Safe: rule.Safe, Evidence: rule.Evidence, Source: rule.Source,
				}
				f.Type = typeOf(s, h.Resource)
				f.Location = locate(s, f.Type, h.Resource, h.Property, o)
				if f.Resource == "" {
					f.Resource = s.Stack
				}
				byResource[h.Resource] = f
				order = append(order, h.Resource)
			}
			if !slices.Contains(f.What, h.What) {
				f.What = append(f.What, h.What)
			}
			spoken[h.Resource] = append(append(spoken[h.Resource], h.Property), rule.Along...)
		}
		for _, id := range order {
			found = append(found, *byResource[id])
		}
	}
	return append(found, rest(s, spoken, o)...)
}

// rest is what no rule speaks of: not understood, or harmless.
func rest(s *change.Set, spoken map[string][]string, o Options) (found []Finding) {
	if !s.Before.Exists {
		if len(spoken[""]) > 0 {
			return nil
		}
		return append(found, harmless(s, "", "The stack is new, with "+count(len(s.Changes), "resource")+"."))
	}
	release := newRelease(s)
	if release {
		f := harmless(s, "", "A new release of the site.")
		f.Rule, f.Title = ruleNewRelease, "A new release of the site"
		found = append(found, f)
	}
	for _, c := range s.Changes {
		if what := strangeness(s, c, spoken[c.ID]); len(what) > 0 {
			property := ""
			if len(c.Properties) > 0 {
				property = c.Properties[0].Path
			}
			found = append(found, Finding{
				Rule: ruleNotUnderstood, Level: rules.Unknown, Title: "No rule knows what this does", Stack: s.Stack, Resource: c.ID, Type: c.Type, What: what,
				Who:      "Not known: please find out.",
				Safe:     safely(c),
				Location: locate(s, c.Type, c.ID, property, o),
			})
			continue
		}
		if len(spoken[c.ID]) > 0 {
			c.Properties = unspoken(c, spoken[c.ID])
			if len(c.Properties) == 0 {
				continue
			}
		}
		if release && isRelease(c) {
			continue
		}
		found = append(found, harmless(s, c.ID, describe(c)))
	}
	if what := elsewhere(s); len(what) > 0 {
		found = append(found, Finding{
			Rule: ruleNotUnderstood, Level: rules.Unknown, Title: "No rule knows what this does", Stack: s.Stack, Resource: s.Stack, What: what,
			Who: "Not known: please find out.", Safe: "Look for the resources that depend on it.", Location: locate(s, "", "", "", o),
		})
	}
	for _, name := range changedOutputs(s) {
		found = append(found, harmless(s, "", "The output "+name+" changes."))
	}
	return found
}

// unspoken are the properties of a resource that changes in place which no rule has
// spoken of.
func unspoken(c change.Change, spoken []string) (left []change.Property) {
	if c.Action != change.Modify || c.Replaced || slices.Contains(spoken, "") {
		return nil // it is spoken of as a whole
	}
	for _, p := range c.Properties {
		if !isSpoken(p.Pattern(), spoken) {
			left = append(left, p)
		}
	}
	return left
}

// isSpoken is whether one of the properties that rules have spoken of is, holds or
// lies in the property.
func isSpoken(pattern string, spoken []string) bool {
	return slices.ContainsFunc(spoken, func(path string) bool {
		return path != "" && (change.Under(pattern, path) || change.Under(path, pattern))
	})
}

// elsewhere is what changes in parts of the template that values depend on.
func elsewhere(s *change.Set) (what []string) {
	for _, name := range []string{"Conditions", "Mappings", "Transform"} {
		before, after := s.Before.Template.Sections[name], s.After.Template.Sections[name]
		if differing := change.Differing(before, after); len(differing) > 0 {
			what = append(what, "A change of "+name+": "+shorten(strings.Join(differing, ", "))+".")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.After.Template.Parameters)) {
		before, had := s.Before.Template.Parameters[name]
		after := s.After.Template.Parameters[name]
		if had && strings.HasPrefix(after.Type, "AWS::SSM::") && before != after {
			what = append(what, "The parameter "+name+" looks up "+change.Show(before.Default)+", and would look up "+change.Show(after.Default)+".")
		}
	}
	return what
}

// safely is what to do about a change that nobody here understands.
func safely(c change.Change) string {
	switch c.Action {
	case change.Add:
		return "Find out what it does, who may use it and what it costs."
	case change.Remove:
		return "Find out who uses it, and whether it holds anything."
	}
	return "Read the property's \"Update requires\" in CloudFormation's reference, and try the change in another environment first."
}
