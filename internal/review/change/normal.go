package change

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// normalizer brings values to their normal form.
type normalizer struct {
	known   map[string]string // parameters with a value
	release string            // the id to replace
	assets  []string          // the hashes that were replaced
}

var assetHash = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// value is v in normal form; key is the property that holds it.
func (n *normalizer) value(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, k := range sortedKeys(v) { // in order, as the assets are
			if value := n.value(k, v[k]); value != nil {
				out[k] = value
			}
		}
		if !IsCall(out) {
			return oneOrMore(key, out)
		}
		var called any = out
		for name, argument := range out {
			if result, ok := n.intrinsic(name, argument); ok {
				called = result
			}
		}
		return oneOrMore(key, called)
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			// In Fn::If it counts which of the two values is none.
			if value := n.value("", item); value != nil || key == "Fn::If" {
				out = append(out, value)
			}
		}
		if unordered[key] {
			slices.SortFunc(out, func(a, b any) int { return cmp.Compare(sortText(a), sortText(b)) })
		}
		return out
	case nil:
		return nil
	default:
		return oneOrMore(key, n.text(scalar(v)))
	}
}

// oneOrMore is a value alone, or as a list of one where IAM takes both.
func oneOrMore(key string, v any) any {
	if _, isList := v.([]any); single[key] && v != nil && !isList {
		return []any{v}
	}
	return v
}

// text replaces what changes with the site's content.
func (n *normalizer) text(s string) string {
	if len(s) >= 64 {
		s = assetHash.ReplaceAllStringFunc(s, func(hash string) string {
			n.assets = append(n.assets, hash)
			return Asset
		})
	}
	if len(n.release) >= 8 && n.release != AnyRelease {
		s = strings.ReplaceAll(s, n.release, AnyRelease)
	}
	return s
}

// referToAccount makes the account's number, where it is written out in a normal
// form, a reference. account is "" if it is not known.
func referToAccount(v any, account string) any {
	if account == "" {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			out[key] = referToAccount(inner, account)
		}
		if list := List(out, "Fn::Join"); IsCall(out) && len(list) == 2 && list[0] == "" {
			return concatenation(List(map[string]any{"parts": list[1]}, "parts"))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = referToAccount(inner, account)
		}
		return out
	case string:
		var parts []any
		for i, text := range strings.Split(v, account) {
			if i > 0 {
				parts = append(parts, map[string]any{"Ref": AccountID})
			}
			parts = append(parts, text)
		}
		return concatenation(parts)
	}
	return v
}

// unordered are properties whose lists are sets to AWS.
var unordered = map[string]bool{
	"AliasAttributes": true, "AllowedFirstAuthFactors": true, "AllowedMethods": true, "AllowedOAuthFlows": true,
	"AllowedOAuthScopes": true, "Aliases": true, "AttributesRequireVerificationBeforeUpdate": true,
	"AutoVerifiedAttributes": true, "CachedMethods": true, "CallbackURLs": true, "EnabledMfas": true,
	"ExplicitAuthFlows": true, "LogoutURLs": true, "ManagedPolicyArns": true, "ReadAttributes": true,
	"SupportedIdentityProviders": true, "Tags": true, "UsernameAttributes": true, "WriteAttributes": true,
	"Action": true, "NotAction": true, "Resource": true, "NotResource": true,
}

// single are members of IAM policies that may be a text or a list.
var single = map[string]bool{"Action": true, "NotAction": true, "Resource": true, "NotResource": true, "Statement": true}

func sortText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Show(v)
}

// intrinsic brings a call of an intrinsic function, whose argument is in normal
// form, to its own.
func (n *normalizer) intrinsic(name string, argument any) (any, bool) {
	switch name {
	case "Ref":
		target := scalar(argument)
		if target == "AWS::NoValue" {
			return nil, true
		}
		if value, ok := n.known[target]; ok {
			return n.text(value), true
		}
	case "Fn::GetAtt":
		if path, ok := argument.(string); ok {
			resource, attribute, _ := strings.Cut(path, ".")
			return map[string]any{name: []any{resource, attribute}}, true
		}
	case "Fn::Sub":
		return n.sub(argument)
	case "Fn::Join":
		list, ok := argument.([]any)
		if !ok || len(list) != 2 {
			return nil, false
		}
		delimiter, isText := list[0].(string)
		parts, isList := list[1].([]any)
		if !isText || !isList {
			return nil, false
		}
		var joined []any
		for i, part := range parts {
			if i > 0 {
				joined = append(joined, delimiter)
			}
			joined = append(joined, part)
		}
		return concatenation(joined), true
	}
	return nil, false
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// sub is an Fn::Sub as a joined list.
func (n *normalizer) sub(argument any) (any, bool) {
	text, ok := argument.(string)
	own := map[string]any{}
	if list, isList := argument.([]any); isList && len(list) == 2 {
		text, ok = list[0].(string)
		own, _ = list[1].(map[string]any)
	}
	if !ok {
		return nil, false
	}
	var parts []any
	at := 0
	for _, m := range variable.FindAllStringSubmatchIndex(text, -1) {
		parts = append(parts, text[at:m[0]])
		at = m[1]
		name := text[m[2]:m[3]]
		value, given := own[name]
		switch {
		case strings.HasPrefix(name, "!"):
			parts = append(parts, "${"+name[1:]+"}")
		case given:
			if one, isList := value.([]any); isList && len(one) == 1 {
				value = one[0] // a variable that is called as a member of IAM policies is
			}
			parts = append(parts, value)
		case strings.Contains(name, "."):
			out, _ := n.intrinsic("Fn::GetAtt", name)
			parts = append(parts, out)
		default:
			parts = append(parts, n.value("", map[string]any{"Ref": name}))
		}
	}
	return concatenation(append(parts, text[at:])), true
}

// concatenation is parts as one value: neighbouring texts are one text, joins
// inside are opened.
func concatenation(parts []any) any {
	var out []any
	add := func(part any) {
		text, isText := part.(string)
		if isText && text == "" || part == nil {
			return
		}
		if isText && len(out) > 0 {
			if before, ok := out[len(out)-1].(string); ok {
				out[len(out)-1] = before + text
				return
			}
		}
		out = append(out, part)
	}
	for _, part := range parts {
		if inner := At(part, "Fn::Join"); inner != nil {
			if list, ok := inner.([]any); ok && len(list) == 2 && list[0] == "" {
				if items, ok := list[1].([]any); ok {
					for _, item := range items {
						add(item)
					}
					continue
				}
			}
		}
		add(part)
	}
	switch len(out) {
	case 0:
		return ""
	case 1:
		return out[0]
	}
	return map[string]any{"Fn::Join": []any{"", out}}
}

// scalar is a scalar as text, "" for anything else.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case int, int64, uint64, float64:
		return fmt.Sprint(v)
	default:
		return ""
	}
}

// plain is a scalar as text, nil for anything else.
func plain(v any) any {
	switch v.(type) {
	case nil, map[string]any, []any:
		return nil
	}
	return scalar(v)
}
