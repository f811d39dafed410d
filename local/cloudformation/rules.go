package cloudformation

import (
	"maps"
	"slices"

	"gatehouse/local/wire"
)

// rule is one member of Rules: what must hold for the parameters.
type rule struct {
	Condition  any // nil: the rule always applies
	Assertions []assertion
}

type assertion struct {
	Assert      any
	Description string
}

func (t *template) parseRules(v any) error {
	rules, err := section(v, "Rules")
	if err != nil {
		return err
	}
	t.Rules = make(map[string]rule, len(rules))
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		if t.Rules[name], err = parseRule(name, rules[name]); err != nil {
			return err
		}
	}
	return nil
}

func parseRule(name string, v any) (r rule, err error) {
	malformed := invalid("Template format error: the rule %s must hold Assertions, a list of objects with Assert and AssertDescription, and may hold a RuleCondition.", name)
	members, ok := v.(map[string]any)
	if !ok {
		return r, malformed
	}
	for member, value := range members {
		switch member {
		case "RuleCondition":
			r.Condition = value
		case "Assertions":
			list, ok := value.([]any)
			if !ok {
				return r, malformed
			}
			for _, element := range list {
				object, ok := element.(map[string]any)
				if !ok || object["Assert"] == nil {
					return r, malformed
				}
				description, _ := object["AssertDescription"].(string)
				r.Assertions = append(r.Assertions, assertion{object["Assert"], description})
			}
		default:
			return r, malformed
		}
	}
	if len(r.Assertions) == 0 {
		return r, malformed
	}
	return r, nil
}

// checkRules reports the first assertion that does not hold.
func (s *scope) checkRules() error {
	for _, name := range slices.Sorted(maps.Keys(s.template.Rules)) {
		r := s.template.Rules[name]
		if r.Condition != nil {
			applies, err := s.holds(r.Condition)
			if err != nil {
				return err
			}
			if !applies {
				continue
			}
		}
		for _, a := range r.Assertions {
			ok, err := s.holds(a.Assert)
			if err != nil {
				return err
			}
			if !ok {
				return invalid("Template validation error: rule %s: %s", name, a.Description)
			}
		}
	}
	return nil
}

// holds computes an expression of the functions that only rules have, and of
// those of conditions.
func (s *scope) holds(expression any) (bool, error) {
	name, argument, ok := call(expression)
	if !ok {
		return s.test(expression, nil)
	}
	list, _ := argument.([]any)
	switch name {
	case "Fn::Not":
		if len(list) != 1 {
			return false, invalid("Template error: every Fn::Not object requires one boolean parameter.")
		}
		holds, err := s.holds(list[0])
		return !holds, err
	case "Fn::And", "Fn::Or":
		for _, operand := range list {
			if holds, err := s.holds(operand); err != nil || holds == (name == "Fn::Or") {
				return holds, err
			}
		}
		return name == "Fn::And", nil
	case "Fn::Contains":
		return s.compareLists(name, list, func(strings, value []any) bool {
			return len(value) == 1 && contains(strings, value[0])
		})
	case "Fn::EachMemberEquals":
		return s.compareLists(name, list, func(strings, value []any) bool {
			return len(value) == 1 && !slices.ContainsFunc(strings, func(e any) bool { return !same(e, value[0]) })
		})
	case "Fn::EachMemberIn":
		return s.compareLists(name, list, func(strings, allowed []any) bool {
			return !slices.ContainsFunc(strings, func(e any) bool { return !contains(allowed, e) })
		})
	case "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll":
		return false, wire.Unimplemented("the rule function " + name)
	}
	return s.test(expression, nil)
}

// compareLists resolves the two arguments of a rule function, a single string
// counting as a list of one, and compares them.
func (s *scope) compareLists(name string, arguments []any, compare func(a, b []any) bool) (bool, error) {
	if len(arguments) != 2 {
		return false, invalid("Template error: every %s object requires two parameters.", name)
	}
	var lists [2][]any
	for i, argument := range arguments {
		value, err := s.resolve(argument)
		if err != nil {
			return false, err
		}
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		lists[i] = list
	}
	return compare(lists[0], lists[1]), nil
}

func contains(list []any, v any) bool {
	return slices.ContainsFunc(list, func(e any) bool { return same(e, v) })
}
