package cloudformation

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gatehouse/local/wire"
)

// parameterDeclaration is one member of Parameters.
type parameterDeclaration struct {
	Type        string
	Description string
	Default     *string
	NoEcho      bool
	constraints parameterConstraints
}

// parameterConstraints are what a value must meet; zero means no constraint.
type parameterConstraints struct {
	AllowedValues      []string
	Pattern            *regexp.Regexp
	MinLength          *float64
	MaxLength          *float64
	MinValue, MaxValue *float64
	Description        string
}

const ssmParameterValue = "AWS::SSM::Parameter::Value<"

// parameterTypes maps each type to how a value becomes what Ref gives.
var parameterTypes = map[string]func(string) any{
	"String":                                  func(v string) any { return v },
	"Number":                                  func(v string) any { return v },
	"CommaDelimitedList":                      splitList,
	"List<String>":                            splitList,
	"List<Number>":                            splitList,
	"AWS::SSM::Parameter::Name":               func(v string) any { return v },
	ssmParameterValue + "String>":             func(v string) any { return v },
	ssmParameterValue + "List<String>>":       splitList,
	ssmParameterValue + "CommaDelimitedList>": splitList,
}

func splitList(v string) any {
	list := []any{}
	for element := range strings.SplitSeq(v, ",") {
		list = append(list, strings.TrimSpace(element))
	}
	return list
}

func (t *template) parseParameters(v any) error {
	parameters, err := section(v, "Parameters")
	if err != nil {
		return err
	}
	t.Parameters = make(map[string]parameterDeclaration, len(parameters))
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		if t.Parameters[name], err = parseParameter(name, parameters[name]); err != nil {
			return err
		}
	}
	return nil
}

func parseParameter(name string, v any) (p parameterDeclaration, err error) {
	if !isAlphanumeric(name) {
		return p, invalid("Template format error: Parameter name %s is non alphanumeric.", name)
	}
	members, ok := v.(map[string]any)
	if !ok {
		return p, invalid("Template format error: Every Parameters member must be an object.")
	}
	for _, member := range slices.Sorted(maps.Keys(members)) {
		value := members[member]
		switch member {
		case "Type":
			p.Type, _ = value.(string)
		case "Description":
			p.Description, err = sectionText(value, "Description")
		case "ConstraintDescription":
			p.constraints.Description, err = sectionText(value, "ConstraintDescription")
		case "Default":
			if !isScalar(value) {
				return p, invalid("Template format error: Every Default member must be a string.")
			}
			p.Default = new(text(value))
		case "NoEcho":
			p.NoEcho = text(value) == "true"
		case "AllowedValues":
			list, ok := value.([]any)
			if !ok || slices.ContainsFunc(list, func(e any) bool { return !isScalar(e) }) {
				return p, invalid("Template format error: AllowedValues of the parameter %s must be a list of strings.", name)
			}
			for _, element := range list {
				p.constraints.AllowedValues = append(p.constraints.AllowedValues, text(element))
			}
		case "AllowedPattern":
			p.constraints.Pattern, err = compilePattern(name, text(value))
		case "MinLength":
			p.constraints.MinLength, err = parseLimit(name, member, value)
		case "MaxLength":
			p.constraints.MaxLength, err = parseLimit(name, member, value)
		case "MinValue":
			p.constraints.MinValue, err = parseLimit(name, member, value)
		case "MaxValue":
			p.constraints.MaxValue, err = parseLimit(name, member, value)
		default:
			return p, invalid("Invalid template parameter property '%s'", member)
		}
		if err != nil {
			return p, err
		}
	}
	switch {
	case p.Type == "":
		return p, invalid("Template format error: Every Parameters object must contain a Type member.")
	case parameterTypes[p.Type] != nil:
		return p, nil
	case strings.HasPrefix(p.Type, "AWS::") || strings.HasPrefix(p.Type, "List<AWS::"):
		return p, wire.Unimplemented("the type " + p.Type + " of the parameter " + name)
	}
	return p, invalid("Template format error: Unrecognized parameter type: %s", p.Type)
}

// compilePattern compiles an AllowedPattern, which must match the whole value.
// AWS's patterns are Java's; the few that Go's engine lacks are refused.
func compilePattern(parameter, pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		return nil, wire.Unimplemented("the AllowedPattern of the parameter " + parameter + " (" + err.Error() + ")")
	}
	return re, nil
}

func parseLimit(parameter, member string, v any) (*float64, error) {
	limit, err := strconv.ParseFloat(text(v), 64)
	if err != nil {
		return nil, invalid("Template format error: %s of the parameter %s must be a number.", member, parameter)
	}
	return &limit, nil
}

// parameterInput is one parameter of a request.
type parameterInput struct {
	ParameterKey     string
	ParameterValue   *string
	UsePreviousValue bool
	ResolvedValue    *string // an answer's member, which clients may send back
}

// parameter is a parameter of a stack with its value.
type parameter struct {
	Key      string
	Value    string // as the caller or the template's default gave it
	Resolved string // of a type AWS::SSM::Parameter::Value<…>: the value in the Parameter Store
	NoEcho   bool
}

// bindParameters gives every parameter of the template its value: the caller's,
// that of the stack so far, or the default.
func (s *Service) bindParameters(ctx context.Context, t *template, given []parameterInput, previous []parameter) ([]parameter, error) {
	inputs, err := t.acceptedInputs(given)
	if err != nil {
		return nil, err
	}
	bound := make([]parameter, 0, len(t.Parameters))
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		declaration := t.Parameters[name]
		p := parameter{Key: name, NoEcho: declaration.NoEcho}
		switch input, ok := inputs[name]; {
		case ok && input.UsePreviousValue:
			i := slices.IndexFunc(previous, func(p parameter) bool { return p.Key == name })
			if i < 0 {
				return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true for a parameter key not in the previous template", name)
			}
			p.Value = previous[i].Value
		case ok && input.ParameterValue != nil:
			p.Value = *input.ParameterValue
		case declaration.Default != nil:
			p.Value = *declaration.Default
		default:
			missing = append(missing, name)
			continue
		}
		if err := s.resolveParameter(ctx, &p, declaration); err != nil {
			return nil, err
		}
		bound = append(bound, p)
	}
	if len(missing) > 0 {
		return nil, invalid("Parameters: [%s] must have values", strings.Join(missing, ", "))
	}
	return bound, nil
}

// acceptedInputs are the inputs by key; every one must be in the template.
func (t *template) acceptedInputs(given []parameterInput) (map[string]parameterInput, error) {
	inputs := make(map[string]parameterInput, len(given))
	var strangers []string
	for _, input := range given {
		key := input.ParameterKey
		if _, twice := inputs[key]; twice {
			return nil, invalid("Duplicate parameter key: %s", key)
		}
		if input.UsePreviousValue && input.ParameterValue != nil {
			return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true and non empty value for a parameter", key)
		}
		if _, ok := t.Parameters[key]; !ok {
			strangers = append(strangers, key)
		}
		inputs[key] = input
	}
	if len(strangers) > 0 {
		slices.Sort(strangers)
		return nil, invalid("Parameters: [%s] do not exist in the template", strings.Join(strangers, ", "))
	}
	return inputs, nil
}

// resolveParameter looks the value up in the Parameter Store, if it is a name
// there, and checks it.
func (s *Service) resolveParameter(ctx context.Context, p *parameter, d parameterDeclaration) error {
	if strings.HasPrefix(d.Type, ssmParameterValue) {
		value, err := s.config.Parameter(ctx, p.Value)
		if err != nil {
			return invalid("Unable to fetch parameters [%s] from parameter store for this account.", p.Value)
		}
		p.Resolved = value
	}
	return d.check(p.Key, p.Value)
}

// check reports a value that breaks a constraint.
func (d parameterDeclaration) check(name, value string) error {
	c := d.constraints
	broken := func(format string, args ...any) error {
		if c.Description != "" {
			return invalid("Parameter %s failed to satisfy constraint: %s", name, c.Description)
		}
		return invalid("Parameter '%s' must "+format, append([]any{name}, args...)...)
	}
	if c.AllowedValues != nil && !slices.Contains(c.AllowedValues, value) {
		return broken("be one of AllowedValues")
	}
	if c.Pattern != nil && !c.Pattern.MatchString(value) {
		return broken("match pattern %s", strings.TrimSuffix(strings.TrimPrefix(c.Pattern.String(), "^(?:"), ")$"))
	}
	if length := float64(utf8.RuneCountInString(value)); c.MinLength != nil && length < *c.MinLength {
		return broken("contain at least %s characters", text(*c.MinLength))
	} else if c.MaxLength != nil && length > *c.MaxLength {
		return broken("contain at most %s characters", text(*c.MaxLength))
	}
	if d.Type == "Number" || d.Type == "List<Number>" {
		for element := range strings.SplitSeq(value, ",") {
			number, err := strconv.ParseFloat(strings.TrimSpace(element), 64)
			if err != nil {
				return invalid("Parameter '%s' must be a number", name)
			}
			if c.MinValue != nil && number < *c.MinValue {
				return broken("be a number not less than %s", text(*c.MinValue))
			}
			if c.MaxValue != nil && number > *c.MaxValue {
				return broken("be a number not greater than %s", text(*c.MaxValue))
			}
		}
	}
	return nil
}

// ref is what Ref gives for the parameter.
func (p parameter) ref(d parameterDeclaration) any {
	if strings.HasPrefix(d.Type, ssmParameterValue) {
		return parameterTypes[d.Type](p.Resolved)
	}
	return parameterTypes[d.Type](p.Value)
}
