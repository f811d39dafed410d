package cloudformation

import (
	"maps"
	"slices"
	"strings"
)

// dependencies lists, for every resource that the conditions let be, the
// resources it needs: those it refers to and those it DependsOn.
func (s *scope) dependencies() (map[string][]string, error) {
	needs := make(map[string][]string, len(s.template.Resources))
	for id, declaration := range s.template.Resources {
		if !s.active(declaration.Condition) {
			continue
		}
		refers, err := s.references(declaration.Properties)
		if err != nil {
			return nil, err
		}
		needed := map[string]bool{}
		for _, r := range refers {
			if _, ok := s.template.Resources[r.Name]; ok {
				needed[r.Name] = true
			}
		}
		for _, other := range declaration.DependsOn {
			if s.active(s.template.Resources[other].Condition) { // DependsOn of what is not there counts for nothing
				needed[other] = true
			}
		}
		needs[id] = slices.Sorted(maps.Keys(needed))
	}
	return needs, nil
}

// active reports whether what has this condition is part of the stack.
func (s *scope) active(condition string) bool {
	return condition == "" || s.conditions[condition]
}

// order sorts resources so that each comes after what it needs, and otherwise by
// name. needs may name resources that are not among its keys; they are ignored.
func order(needs map[string][]string) ([]string, error) {
	ordered := make([]string, 0, len(needs))
	done := make(map[string]bool, len(needs))
	names := slices.Sorted(maps.Keys(needs))
	for len(ordered) < len(names) {
		i := slices.IndexFunc(names, func(id string) bool {
			return !done[id] && !slices.ContainsFunc(needs[id], func(other string) bool {
				_, among := needs[other]
				return among && !done[other]
			})
		})
		if i < 0 {
			circle := slices.DeleteFunc(names, func(id string) bool { return done[id] })
			return nil, invalid("Circular dependency between resources: [%s]", strings.Join(circle, ", "))
		}
		done[names[i]] = true
		ordered = append(ordered, names[i])
	}
	return ordered, nil
}
