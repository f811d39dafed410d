package cloudformation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gatehouse/local/wire"
)

// invalid is the error for whatever is wrong with a request or a template.
func invalid(format string, args ...any) error {
	return wire.BadRequest("ValidationError", format, args...)
}

// decodeTemplate reads JSON or YAML into strings, bools, float64s, []any and
// map[string]any. The short forms of YAML (!Ref x) come out as the long ones.
func decodeTemplate(body string) (map[string]any, error) {
	decode := decodeYAML
	if strings.HasPrefix(strings.TrimSpace(body), "{") {
		decode = decodeJSON
	}
	value, err := decode(body)
	if err != nil {
		return nil, err
	}
	if value, err = clean(value, ""); err != nil {
		return nil, err
	}
	document, ok := value.(map[string]any)
	if !ok {
		return nil, invalid("Template format error: unsupported structure.")
	}
	return document, nil
}

func decodeJSON(body string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	var value any
	err := dec.Decode(&value)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return value, nil
		}
		err = errors.New("there is more after the end of the template")
	}
	offset := dec.InputOffset()
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		offset = int64(len(body))
	}
	line, column := position(body, offset)
	return nil, invalid("Template format error: JSON not well-formed. (line %d, column %d): %v", line, column, err)
}

// position turns a byte offset into a line and a column, both counted from 1.
func position(text string, offset int64) (line, column int) {
	before := []byte(text[:min(int(offset), len(text))])
	line = bytes.Count(before, []byte("\n")) + 1
	return line, len(before) - bytes.LastIndexByte(before, '\n')
}

func decodeYAML(body string) (any, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(body), &document); err != nil {
		return nil, invalid("Template format error: YAML not well-formed. %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 {
		return nil, invalid("Template format error: unsupported structure.")
	}
	return fromNode(document.Content[0])
}

// fromNode turns a YAML node into a value, its short form tags into functions.
func fromNode(n *yaml.Node) (any, error) {
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return fromTagged(n)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return fromMapping(n)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, element := range n.Content {
			value, err := fromNode(element)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case yaml.ScalarNode:
		return fromScalar(n)
	default: // aliases: CloudFormation refuses them, so nothing can grow by reference
		return nil, invalid("Template error: YAML aliases are not allowed in CloudFormation templates (line %d)", n.Line)
	}
}

func fromMapping(n *yaml.Node) (any, error) {
	object := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, node := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			return nil, invalid("Template format error: YAML not well-formed. (line %d, column %d): a key must be a plain word", key.Line, key.Column)
		}
		if _, twice := object[key.Value]; twice {
			return nil, invalid("Template format error: YAML not well-formed. (line %d, column %d): the key %s appears twice", key.Line, key.Column, key.Value)
		}
		value, err := fromNode(node)
		if err != nil {
			return nil, err
		}
		object[key.Value] = value
	}
	return object, nil
}

// fromScalar keeps as text what is not plainly a bool, a number or null; dates
// such as a policy's Version stay as they were written.
func fromScalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!bool":
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE", nil
	case "!!null":
		return nil, nil
	case "!!int", "!!float":
		return number(n.Value), nil
	case "!!binary":
		return nil, invalid("Template format error: YAML not well-formed. (line %d, column %d): binary values are not supported", n.Line, n.Column)
	default:
		return n.Value, nil
	}
}

// fromTagged turns !Ref x into {"Ref": x} and !Name x into {"Fn::Name": x}.
func fromTagged(n *yaml.Node) (any, error) {
	name := strings.TrimPrefix(n.Tag, "!")
	plain := *n
	plain.Tag = ""
	if n.Kind == yaml.ScalarNode {
		plain.Tag = "!!str"
	}
	argument, err := fromNode(&plain)
	if err != nil {
		return nil, err
	}
	switch {
	case name == "Ref" || name == "Condition":
		return map[string]any{name: argument}, nil
	case !isFunction("Fn::" + name):
		return nil, invalid("Template format error: YAML not well-formed. (line %d, column %d): unknown tag %s", n.Line, n.Column, n.Tag)
	case name == "GetAtt":
		if dotted, ok := argument.(string); ok {
			id, attribute, _ := strings.Cut(dotted, ".")
			argument = []any{id, attribute}
		}
	}
	return map[string]any{"Fn::" + name: argument}, nil
}

// clean refuses nulls, which CloudFormation accepts nowhere, and makes JSON's
// numbers what YAML's are.
func clean(v any, path string) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, invalid("[%s] 'null' values are not allowed in templates", path)
	case json.Number:
		return number(v.String()), nil
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			value, err := clean(v[key], path+"/"+key)
			if err != nil {
				return nil, err
			}
			v[key] = value
		}
	case []any:
		for i, element := range v {
			value, err := clean(element, fmt.Sprintf("%s/%d", path, i))
			if err != nil {
				return nil, err
			}
			v[i] = value
		}
	}
	return v, nil
}

// number is the number that the text says; where the text says more than the
// number would (1.10, 1e3, a 20-digit integer), it stays text.
func number(written string) any {
	if n, err := strconv.ParseFloat(written, 64); err == nil && text(n) == written {
		return n
	}
	return written
}
