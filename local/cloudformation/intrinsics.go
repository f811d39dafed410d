package cloudformation

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gatehouse/local/wire"
)

// function computes an intrinsic function from its argument, as the template has it.
type function func(s *scope, argument any) (any, error)

// functions are the intrinsic functions that give values. init fills it in,
// because functions resolve their arguments through this very table.
var functions map[string]function

func init() {
	functions = map[string]function{
		"Fn::Base64":      (*scope).base64,
		"Fn::Cidr":        (*scope).cidr,
		"Fn::FindInMap":   (*scope).findInMap,
		"Fn::GetAtt":      (*scope).getAtt,
		"Fn::GetAZs":      (*scope).getAZs,
		"Fn::If":          (*scope).ifElse,
		"Fn::ImportValue": (*scope).importValue,
		"Fn::Join":        (*scope).join,
		"Fn::Select":      (*scope).selectOne,
		"Fn::Split":       (*scope).split,
		"Fn::Sub":         (*scope).sub,
		"Ref": func(s *scope, argument any) (any, error) {
			name, ok := argument.(string)
			if !ok {
				return nil, invalid("Template error: every Ref object must have a single String value.")
			}
			return s.ref(name)
		},
	}
}

// conditionFunctions are the functions that only Conditions and Rules may hold.
var conditionFunctions = []string{"Fn::And", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::Equals", "Fn::Not", "Fn::Or"}

// isFunction reports whether there is an intrinsic function of that name.
func isFunction(name string) bool {
	return functions[name] != nil || slices.Contains(conditionFunctions, name)
}

// call is an object that is a function call: one member, Ref or Fn::Something.
func call(v any) (name string, argument any, ok bool) {
	object, isObject := v.(map[string]any)
	if !isObject || len(object) != 1 {
		return "", nil, false
	}
	for name, argument = range object {
	}
	return name, argument, name == "Ref" || strings.HasPrefix(name, "Fn::")
}

// resolve computes every function in v. The result holds [absent] for
// AWS::NoValue only when it is v as a whole, and [unknown] where it must.
func (s *scope) resolve(v any) (any, error) {
	if name, argument, ok := call(v); ok {
		compute, ok := functions[name]
		if !ok {
			return nil, unsupportedFunction(name)
		}
		return compute(s, argument)
	}
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			value, err := s.resolve(v[key])
			if err != nil {
				return nil, err
			}
			if value != (absent{}) {
				out[key] = value
			}
		}
		return out, nil
	case []any:
		out := make([]any, 0, len(v))
		for _, element := range v {
			value, err := s.resolve(element)
			if err != nil {
				return nil, err
			}
			if value != (absent{}) {
				out = append(out, value)
			}
		}
		return out, nil
	case string:
		return s.dynamicReferences(v)
	}
	return v, nil
}

func unsupportedFunction(name string) error {
	if name == "Fn::Transform" || name == "Fn::ForEach" || name == "Fn::Length" || name == "Fn::ToJsonString" {
		return wire.Unimplemented("the function " + name)
	}
	supported := slices.DeleteFunc(slices.Sorted(maps.Keys(functions)), func(name string) bool { return name == "Ref" })
	return invalid("Template error: Encountered unsupported function: %s. Supported functions here are: %v", name, supported)
}

// dynamicReferences replaces {{resolve:ssm:name}} in a string. Others are refused.
func (s *scope) dynamicReferences(v string) (any, error) {
	const opening = "{{resolve:"
	if !strings.Contains(v, opening) {
		return v, nil
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(v, opening)
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		reference, rest, closed := strings.Cut(after, "}}")
		name, isSSM := strings.CutPrefix(reference, "ssm:")
		switch {
		case !closed:
			b.WriteString(opening + after)
			return b.String(), nil
		case !isSSM:
			return nil, refuseReference(opening + reference + "}}")
		}
		value, err := s.storedParameter(name)
		if err != nil {
			return nil, invalid("Parameters: [ssm:%s] cannot be found.", name)
		}
		b.WriteString(value)
		v = rest
	}
}

// strings resolves v, which must give a list of strings. known is false when it
// cannot be told yet.
func (s *scope) strings(v any, malformed error) (list []string, known bool, err error) {
	value, err := s.resolve(v)
	if err != nil || isUnknown(value) {
		return nil, false, err
	}
	elements, ok := value.([]any)
	if !ok {
		return nil, false, malformed
	}
	for _, element := range elements {
		if !isScalar(element) {
			return nil, false, malformed
		}
		list = append(list, text(element))
	}
	return list, true, nil
}

// string is strings for one string.
func (s *scope) string(v any, malformed error) (value string, known bool, err error) {
	resolved, err := s.resolve(v)
	if err != nil || isUnknown(resolved) {
		return "", false, err
	}
	if !isScalar(resolved) {
		return "", false, malformed
	}
	return text(resolved), true, nil
}

func (s *scope) base64(argument any) (any, error) {
	value, known, err := s.string(argument, invalid("Template error: every Fn::Base64 object must have a String-typed value."))
	if err != nil || !known {
		return unknown{}, err
	}
	return base64.StdEncoding.EncodeToString([]byte(value)), nil
}

func (s *scope) findInMap(argument any) (any, error) {
	malformed := invalid("Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value")
	if list, ok := argument.([]any); !ok || len(list) != 3 {
		return nil, malformed
	}
	path, known, err := s.strings(argument, malformed)
	if err != nil || !known {
		return unknown{}, err
	}
	mapping, ok := s.template.Mappings[path[0]].(map[string]any)
	if !ok {
		return nil, invalid("Template error: Mapping named '%s' is not present in the 'Mappings' section of template.", path[0])
	}
	attributes, _ := mapping[path[1]].(map[string]any) // an object in a parsed template, or missing
	value, ok := attributes[path[2]]
	if !ok {
		return nil, invalid("Template error: Unable to get mapping for %s", strings.Join(path, "::"))
	}
	return value, nil
}

// getAttArguments takes both forms of Fn::GetAtt apart. The attribute's name may
// be a function.
func getAttArguments(argument any) (id string, attribute any, err error) {
	malformed := invalid("Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute")
	if dotted, ok := argument.(string); ok {
		id, name, _ := strings.Cut(dotted, ".")
		if id == "" || name == "" {
			return "", nil, malformed
		}
		return id, name, nil
	}
	list, ok := argument.([]any)
	if !ok || len(list) != 2 {
		return "", nil, malformed
	}
	id, ok = list[0].(string)
	if !ok || id == "" || list[1] == "" {
		return "", nil, malformed
	}
	return id, list[1], nil
}

func (s *scope) getAtt(argument any) (any, error) {
	id, attribute, err := getAttArguments(argument)
	if err != nil {
		return nil, err
	}
	name, known, err := s.string(attribute, invalid("Template error: the attribute in an Fn::GetAtt must be a string"))
	if err != nil || !known {
		return unknown{}, err
	}
	return s.attribute(id, name)
}

// getAZs gives three availability zones for every Region.
func (s *scope) getAZs(argument any) (any, error) {
	region, known, err := s.string(argument, invalid("Template error: every Fn::GetAZs object must have a String-typed value."))
	if err != nil || !known {
		return unknown{}, err
	}
	if region == "" {
		region = text(s.pseudo["AWS::Region"])
	}
	return []any{region + "a", region + "b", region + "c"}, nil
}

func (s *scope) ifElse(argument any) (any, error) {
	branch, err := s.branch(argument)
	if err != nil {
		return nil, err
	}
	return s.resolve(branch)
}

// branch is the argument of Fn::If that counts.
func (s *scope) branch(argument any) (any, error) {
	list, ok := argument.([]any)
	if !ok || len(list) != 3 {
		return nil, invalid("Template error: Fn::If requires a list argument with three elements")
	}
	name, ok := list[0].(string)
	if !ok {
		return nil, invalid("Template error: Fn::If requires a list argument with the first element being a condition")
	}
	holds, ok := s.conditions[name]
	switch {
	case !ok:
		return nil, invalid("Template format error: Unresolved condition dependency %s in Fn::If", name)
	case holds:
		return list[1], nil
	}
	return list[2], nil
}

func (s *scope) importValue(argument any) (any, error) {
	name, known, err := s.string(argument, invalid("Template error: the attribute in Fn::ImportValue must be a string or a function that returns a string"))
	if err != nil || !known {
		return unknown{}, err
	}
	return s.export(name)
}

func (s *scope) join(argument any) (any, error) {
	malformed := invalid("Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.")
	list, ok := argument.([]any)
	if !ok || len(list) != 2 {
		return nil, malformed
	}
	delimiter, ok := list[0].(string)
	if !ok {
		return nil, malformed
	}
	elements, known, err := s.strings(list[1], malformed)
	if err != nil || !known {
		return unknown{}, err
	}
	return strings.Join(elements, delimiter), nil
}

func (s *scope) selectOne(argument any) (any, error) {
	list, ok := argument.([]any)
	if !ok || len(list) != 2 {
		return nil, invalid("Template error: Fn::Select requires a list argument with two elements: an integer index and a list")
	}
	written, known, err := s.string(list[0], invalid("Template error: Fn::Select requires a list argument with a valid index value"))
	if err != nil || !known {
		return unknown{}, err
	}
	index, err := strconv.Atoi(written)
	if err != nil {
		return nil, invalid("Template error: Fn::Select requires a list argument with a valid index value")
	}
	value, err := s.resolve(list[1])
	if err != nil {
		return nil, err
	}
	if value == any(unknown{}) {
		return unknown{}, nil
	}
	elements, ok := value.([]any)
	switch {
	case !ok:
		return nil, invalid("Template error: Fn::Select requires a list argument with two elements: an integer index and a list")
	case index < 0 || index >= len(elements):
		return nil, invalid("Template error: Fn::Select cannot select nonexistent value at index %d", index)
	}
	return elements[index], nil
}

func (s *scope) split(argument any) (any, error) {
	malformed := invalid("Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.")
	list, ok := argument.([]any)
	if !ok || len(list) != 2 {
		return nil, malformed
	}
	delimiter, ok := list[0].(string)
	if !ok || delimiter == "" {
		return nil, malformed
	}
	value, known, err := s.string(list[1], malformed)
	if err != nil || !known {
		return unknown{}, err
	}
	out := []any{}
	for element := range strings.SplitSeq(value, delimiter) {
		out = append(out, element)
	}
	return out, nil
}
