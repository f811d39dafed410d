package cloudformation

import (
	"maps"
	"slices"
	"strings"
)

// evaluateConditions computes every member of Conditions. They see parameters and
// mappings, never resources.
func (s *scope) evaluateConditions() error {
	s.conditions = make(map[string]bool, len(s.template.Conditions))
	for _, name := range slices.Sorted(maps.Keys(s.template.Conditions)) {
		if _, err := s.condition(name, nil); err != nil {
			return err
		}
	}
	return nil
}

// condition is the value of the named condition. pending are the conditions that
// are being computed and lead here.
func (s *scope) condition(name string, pending []string) (bool, error) {
	if holds, ok := s.conditions[name]; ok {
		return holds, nil
	}
	expression, ok := s.template.Conditions[name]
	if !ok {
		return false, invalid("Template format error: Unresolved condition dependencies [%s] in the Conditions block of the template", name)
	}
	if slices.Contains(pending, name) {
		return false, invalid("Template format error: Circular dependency between conditions: [%s]", strings.Join(pending, ", "))
	}
	holds, err := s.test(expression, append(pending, name))
	if err != nil {
		return false, err
	}
	s.conditions[name] = holds
	return holds, nil
}

// test computes an expression of Fn::And, Fn::Equals, Fn::Not, Fn::Or and Condition.
func (s *scope) test(expression any, pending []string) (bool, error) {
	object, ok := expression.(map[string]any)
	if !ok || len(object) != 1 {
		return false, invalid("Template format error: Every Conditions member must be a condition function such as Fn::Equals.")
	}
	var name string
	var argument any
	for name, argument = range object {
	}
	if name == "Condition" {
		other, ok := argument.(string)
		if !ok {
			return false, invalid("Template format error: Every Condition member must be a string.")
		}
		return s.condition(other, pending)
	}
	list, ok := argument.([]any)
	if !ok {
		return false, invalid("Template error: every %s object requires a list argument.", name)
	}
	switch name {
	case "Fn::Equals":
		return s.equals(list)
	case "Fn::Not":
		if len(list) != 1 {
			return false, invalid("Template error: every Fn::Not object requires one boolean parameter.")
		}
		holds, err := s.test(list[0], pending)
		return !holds, err
	case "Fn::And", "Fn::Or":
		return s.combine(name, list, pending)
	}
	return false, invalid("Template error: Encountered unsupported function: %s. Supported functions here are: [Fn::And Fn::Equals Fn::Not Fn::Or Condition]", name)
}

func (s *scope) equals(list []any) (bool, error) {
	if len(list) != 2 {
		return false, invalid("Template error: every Fn::Equals object requires a list of 2 string parameters.")
	}
	a, err := s.resolve(list[0])
	if err != nil {
		return false, err
	}
	b, err := s.resolve(list[1])
	return same(a, b), err
}

// combine computes Fn::And and Fn::Or. Every operand is computed, so that a
// mistake in one is found whatever the others are.
func (s *scope) combine(name string, list []any, pending []string) (bool, error) {
	if len(list) < 2 || len(list) > 10 {
		return false, invalid("Template error: every %s object requires a list of at least 2 and at most 10 boolean parameters.", name)
	}
	result := name == "Fn::And"
	for _, operand := range list {
		holds, err := s.test(operand, pending)
		if err != nil {
			return false, err
		}
		if name == "Fn::And" {
			result = result && holds
		} else {
			result = result || holds
		}
	}
	return result, nil
}
