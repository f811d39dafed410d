package cloudformation

import "strings"

// subPart is a piece of an Fn::Sub string: text to keep, or the name of a variable.
type subPart struct {
	Text     string
	Variable string // empty: Text counts
}

// parseSub splits the string of an Fn::Sub. ${Name} is a variable, ${!Name} the
// text ${Name}; a $ or { alone means itself.
func parseSub(s string) ([]subPart, error) {
	var parts []subPart
	for s != "" {
		before, after, found := strings.Cut(s, "${")
		if before != "" {
			parts = append(parts, subPart{Text: before})
		}
		if !found {
			break
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed {
			return nil, invalid("Template error: the string of Fn::Sub opens a variable that it does not close: ${%s", after)
		}
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			parts = append(parts, subPart{Text: "${" + literal + "}"})
		} else if name = strings.TrimSpace(name); name == "" {
			return nil, invalid("Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons")
		} else {
			parts = append(parts, subPart{Variable: name})
		}
		s = rest
	}
	return parts, nil
}

// subArguments takes both forms of Fn::Sub apart: a string, or a list of the
// string and a map of variables.
func subArguments(argument any) (parts []subPart, variables map[string]any, err error) {
	pattern, ok := argument.(string)
	if list, isList := argument.([]any); isList && len(list) == 2 {
		pattern, ok = list[0].(string)
		if ok {
			variables, ok = list[1].(map[string]any)
		}
	}
	if !ok {
		return nil, nil, invalid("Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string")
	}
	parts, err = parseSub(pattern)
	return parts, variables, err
}

func (s *scope) sub(argument any) (any, error) {
	parts, variables, err := subArguments(argument)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	known := true
	for _, part := range parts {
		if part.Variable == "" {
			b.WriteString(part.Text)
			continue
		}
		value, err := s.variable(part.Variable, variables)
		if err != nil {
			return nil, err
		}
		switch {
		case isUnknown(value):
			known = false
		case isScalar(value):
			b.WriteString(text(value))
		default:
			return nil, invalid("Template error: Fn::Sub expression does not resolve to a string: ${%s}", part.Variable)
		}
	}
	if !known {
		return unknown{}, nil
	}
	return b.String(), nil
}

// variable is the value of ${name} in an Fn::Sub.
func (s *scope) variable(name string, variables map[string]any) (any, error) {
	if value, ok := variables[name]; ok {
		return s.resolve(value)
	}
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return s.attribute(id, attribute)
	}
	return s.ref(name)
}
