package cloudformation

import (
	"maps"
	"slices"
	"strings"
)

// reference is what a value in a template refers to: the Ref of a resource, a
// parameter or a pseudo parameter, or (Attribute is set) an attribute of a resource.
type reference struct {
	Name      string
	Attribute string
}

// references lists what v refers to, in a fixed order. Of an Fn::If only the
// branch that counts is looked at, or both when s has no conditions yet.
func (s *scope) references(v any) ([]reference, error) {
	var found []reference
	err := s.walk(v, func(r reference) {
		if !slices.Contains(found, r) {
			found = append(found, r)
		}
	})
	return found, err
}

func (s *scope) walk(v any, visit func(reference)) error {
	name, argument, ok := call(v)
	if !ok {
		return s.walkMembers(v, visit)
	}
	switch name {
	case "Ref":
		id, ok := argument.(string)
		if !ok {
			return invalid("Template error: every Ref object must have a single String value.")
		}
		visit(reference{Name: id})
		return nil
	case "Fn::GetAtt":
		id, attribute, err := getAttArguments(argument)
		if err != nil {
			return err
		}
		plain, _ := attribute.(string)
		visit(reference{id, plain})
		return s.walk(attribute, visit)
	case "Fn::Sub":
		return s.walkSub(argument, visit)
	case "Fn::If":
		if s.conditions != nil {
			branch, err := s.branch(argument)
			if err != nil {
				return err
			}
			return s.walk(branch, visit)
		}
	}
	return s.walkMembers(argument, visit)
}

func (s *scope) walkMembers(v any, visit func(reference)) error {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if err := s.walk(v[key], visit); err != nil {
				return err
			}
		}
	case []any:
		for _, element := range v {
			if err := s.walk(element, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scope) walkSub(argument any, visit func(reference)) error {
	parts, variables, err := subArguments(argument)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if _, own := variables[part.Variable]; own || part.Variable == "" {
			continue
		}
		id, attribute, _ := strings.Cut(part.Variable, ".")
		visit(reference{id, attribute})
	}
	return s.walkMembers(variables, visit)
}
