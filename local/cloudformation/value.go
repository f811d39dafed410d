package cloudformation

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"gatehouse/local/resource"
)

// unknown is a value that is not known before the stack is deployed. Whatever is
// made from it is unknown, too.
type unknown struct{}

// MarshalJSON writes what AWS writes in a change set.
func (unknown) MarshalJSON() ([]byte, error) { return json.Marshal(resource.KnownAfterApply) }

// absent is AWS::NoValue: the property or list element that holds it is left out.
type absent struct{}

// isScalar reports whether v is a string, a bool or a number.
func isScalar(v any) bool {
	switch v.(type) {
	case string, bool, float64:
		return true
	}
	return false
}

// text is a scalar as CloudFormation writes it into a string.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	data, _ := json.Marshal(v) // made of JSON's own types
	return string(data)
}

// same reports whether two values mean the same to CloudFormation, which compares
// scalars by their text: "true" is true and "8" is 8. Nothing is the same as what
// is not known yet.
func same(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, same)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	}
	return isScalar(a) && isScalar(b) && text(a) == text(b)
}

// isUnknown reports whether v is or holds something not known yet.
func isUnknown(v any) bool {
	switch v := v.(type) {
	case unknown:
		return true
	case map[string]any:
		return anyOf(maps.Values(v), isUnknown)
	case []any:
		return slices.ContainsFunc(v, isUnknown)
	}
	return false
}

func anyOf(values func(func(any) bool), is func(any) bool) bool {
	for v := range values {
		if is(v) {
			return true
		}
	}
	return false
}

// stringified writes every scalar in v as text, as AWS shows values in a change set.
func stringified(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = stringified(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = stringified(value)
		}
		return out
	case unknown:
		return resource.KnownAfterApply
	}
	return text(v)
}

// withMarkers replaces what is unknown by the text that stands for it.
func withMarkers(v any) any {
	switch v := v.(type) {
	case unknown:
		return resource.KnownAfterApply
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = withMarkers(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = withMarkers(value)
		}
		return out
	}
	return v
}
