package change

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDepth bounds how deep a template may be nested; CloudFormation's own are
// far below it, and a YAML alias can refer to what holds it.
const maxDepth = 100

// decodeYAML reads a YAML template with CloudFormation's short forms.
func decodeYAML(data []byte) (map[string]any, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("it is empty")
	}
	y := yamlReader{budget: maxTemplate}
	v, err := y.value(doc.Content[0], 0)
	if err != nil {
		return nil, err
	}
	root, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("want a mapping with Resources in it")
	}
	return root, nil
}

// yamlReader turns nodes into values. budget bounds how many, so that a few
// aliases of aliases cannot become a billion values.
type yamlReader struct{ budget int }

func (y *yamlReader) value(n *yaml.Node, depth int) (any, error) {
	if y.budget--; y.budget < 0 || depth > maxDepth {
		return nil, fmt.Errorf("line %d: nested too deeply, or too large", n.Line)
	}
	v, err := y.untagged(n, depth)
	if err != nil || n.Kind == yaml.AliasNode || !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") {
		return v, err
	}
	name := n.Tag[1:]
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return map[string]any{name: v}, nil
}

func (y *yamlReader) untagged(n *yaml.Node, depth int) (any, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return y.value(n.Alias, depth+1)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := y.value(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			key := n.Content[i]
			if _, twice := m[key.Value]; twice {
				return nil, fmt.Errorf("line %d: %s stands twice", key.Line, key.Value)
			}
			m[key.Value] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			v, err := y.value(item, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!null":
			return nil, nil
		case "!!bool": // yes and on are texts in YAML 1.2, and to this library
			return strings.ToLower(n.Value) == "true", nil
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: not a value", n.Line)
}
