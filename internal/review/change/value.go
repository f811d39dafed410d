package change

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// At follows a dotted path into a value in normal form: "Policies.PasswordPolicy".
// It is nil where there is nothing.
func At(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// Text is the text at a path, "" if there is none.
func Text(v any, path string) string {
	s, _ := At(v, path).(string)
	return s
}

// Number is the number at a path, and whether there is one.
func Number(v any, path string) (float64, bool) {
	f, err := strconv.ParseFloat(Text(v, path), 64)
	return f, err == nil
}

// Texts are the texts of the list at a path.
func Texts(v any, path string) []string {
	var texts []string
	for _, item := range List(v, path) {
		if s, ok := item.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

// List is the list at a path.
func List(v any, path string) []any {
	list, _ := At(v, path).([]any)
	return list
}

// Lost are the entries of before that after lacks.
func Lost(before, after []string) []string {
	var lost []string
	for _, s := range before {
		if !slices.Contains(after, s) {
			lost = append(lost, s)
		}
	}
	return lost
}

// Show is a value for people: a text as it is, references as in Fn::Sub, anything
// else as JSON; nil is "nothing".
func Show(v any) string {
	if v == nil {
		return "nothing"
	}
	v = shown(v)
	if text, ok := v.(string); ok {
		return text
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil { // only what is not in normal form
		return "a value"
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// shown is v with references as texts: ${UserPool}, ${UserPool.Arn}.
func shown(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["Ref"].(string); ok && len(v) == 1 {
			return "${" + id + "}"
		}
		out := make(map[string]any, len(v))
		for key, inner := range v {
			out[key] = shown(inner)
		}
		if path := Texts(out, "Fn::GetAtt"); len(out) == 1 && len(path) == 2 {
			return "${" + path[0] + "." + path[1] + "}"
		}
		if join := List(out, "Fn::Join"); len(out) == 1 && len(join) == 2 && join[0] == "" {
			parts, _ := join[1].([]any)
			if text, whole := joined(parts); whole {
				return text
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = shown(inner)
		}
		return out
	}
	return v
}

// joined are parts as one text, if all of them are texts.
func joined(parts []any) (text string, whole bool) {
	for _, part := range parts {
		s, isText := part.(string)
		if !isText {
			return "", false
		}
		text += s
	}
	return text, len(parts) > 0
}

// Unresolved is whether v depends on what only a deployment knows.
func Unresolved(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if key == "Ref" || strings.HasPrefix(key, "Fn::") || Unresolved(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, Unresolved)
	case string:
		return strings.Contains(v, "{{resolve:")
	}
	return false
}

// References is whether v refers to the resource or parameter id.
func References(v any, id string) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if key == "Ref" && inner == id {
				return true
			}
			if path, ok := inner.([]any); ok && key == "Fn::GetAtt" && len(path) > 0 && path[0] == id {
				return true
			}
			if References(inner, id) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(inner any) bool { return References(inner, id) })
	}
	return false
}

// Redirect is v with references to other resources: old id → new id.
func Redirect(v any, ids map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			out[key] = Redirect(inner, ids)
			if id, ok := inner.(string); ok && key == "Ref" && ids[id] != "" {
				out[key] = ids[id]
			}
			if path, ok := out[key].([]any); ok && key == "Fn::GetAtt" && len(path) > 0 {
				if id, ok := path[0].(string); ok && ids[id] != "" {
					path[0] = ids[id]
				}
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = Redirect(inner, ids)
		}
		return out
	}
	return v
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
