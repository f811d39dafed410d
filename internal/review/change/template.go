package change

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Template is a CloudFormation template in normal form: values that mean the same
// to CloudFormation are equal, see [Parse].
type Template struct {
	Resources  map[string]Resource
	Outputs    map[string]Output
	Parameters map[string]Parameter
	// Sections are the parts of the template that values may depend on and that are not
	// evaluated here.
	Sections map[string]any
	// Release is the id of the site's release that the template makes the live one,
	// "" if it has none, [AnyRelease] in a golden template.
	Release string
}

// Resource is one resource of a template.
type Resource struct {
	Type                string
	Properties          map[string]any // normal form: string, []any, map[string]any
	DeletionPolicy      string         // "Delete" where the template says nothing
	UpdateReplacePolicy string         // "Delete" where the template says nothing
	Condition           string
	// Assets are the hashes of the assets that the properties name, in order. In
	// Properties each stands as [Asset].
	Assets []string
}

// Output is a stack output.
type Output struct {
	Value  any
	Export any // the name it is exported under; nil: it is not
}

// Parameter is a template parameter.
type Parameter struct {
	Type    string
	Default any // nil: none
}

// What stands for a text that changes with the content of the site, as in the
// golden templates of package stacks.
const (
	Asset      = "ASSET"
	AnyRelease = "RELEASE"
)

// AccountID is the pseudo parameter for the account of whoever deploys.
const AccountID = "AWS::AccountId"

// releaseOutput is the output that names the live release (stacks/contract).
const releaseOutput = "ReleaseId"

// maxTemplate is CloudFormation's limit for a template in S3:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxTemplate = 1 << 20

// Parse reads a template, JSON or YAML with CloudFormation's short forms (!Ref).
//
// In its normal form every scalar is a text ("5" and 5 are one value to
// CloudFormation), Fn::Sub and Fn::Join are one joined list, Fn::GetAtt is a list,
// lists whose order means nothing are sorted, the hashes of assets and the id of
// the release are replaced by [Asset] and [AnyRelease], and a Ref to a parameter
// is the parameter's value: from values, or else its default. Parameters that
// CloudFormation looks up in SSM stay references. So does the account: where its
// number is written out and values has it as [AccountID], it is a reference again.
func Parse(data []byte, values map[string]string) (Template, error) {
	if len(data) > maxTemplate {
		return Template{}, fmt.Errorf("reading a template: it has %d bytes; CloudFormation takes %d", len(data), maxTemplate)
	}
	root, err := decode(data)
	if err != nil {
		return Template{}, fmt.Errorf("reading a template: %w", err)
	}
	if _, ok := root["Resources"].(map[string]any); !ok {
		return Template{}, fmt.Errorf("reading a template: there are no Resources in it: this is no CloudFormation template")
	}
	t := Template{Resources: map[string]Resource{}, Outputs: map[string]Output{}, Parameters: map[string]Parameter{}, Sections: map[string]any{}}
	known := map[string]string{}
	for name, p := range section(root, "Parameters") {
		parameter := Parameter{Type: scalar(p["Type"]), Default: plain(p["Default"])}
		t.Parameters[name] = parameter
		switch value, given := values[name]; {
		case strings.HasPrefix(parameter.Type, "AWS::SSM::"): // the default is the name of an SSM parameter
		case given:
			known[name] = value
		case parameter.Default != nil:
			known[name] = scalar(parameter.Default)
		}
	}
	outputs := section(root, "Outputs")
	release, _ := outputs[releaseOutput]["Value"].(string)
	t.Release = release
	n := normalizer{known: known, release: release}
	for _, name := range []string{"Conditions", "Mappings", "Transform"} {
		if part := n.value("", root[name]); part != nil {
			t.Sections[name] = part
		}
	}
	account := values[AccountID]
	for name, o := range outputs {
		output := Output{Value: referToAccount(n.value("", o["Value"]), account)}
		if export, ok := o["Export"].(map[string]any); ok {
			output.Export = referToAccount(n.value("", export["Name"]), account)
		}
		t.Outputs[name] = output
	}
	for id, r := range section(root, "Resources") {
		if strings.HasPrefix(id, "Fn::ForEach") {
			return Template{}, fmt.Errorf("reading a template: %s is a loop, which only CloudFormation expands", id)
		}
		typ := scalar(r["Type"])
		if typ == "" {
			return Template{}, fmt.Errorf("reading a template: the resource %s has no Type", id)
		}
		resource := Resource{
			Type: typ, Condition: scalar(r["Condition"]),
			DeletionPolicy:      policy(r["DeletionPolicy"]),
			UpdateReplacePolicy: policy(r["UpdateReplacePolicy"]),
			Properties:          map[string]any{},
		}
		n.assets = nil
		if properties, ok := n.value("", r["Properties"]).(map[string]any); ok {
			resource.Properties = properties
		}
		resource.Properties, _ = referToAccount(resource.Properties, account).(map[string]any)
		resource.Assets = n.assets
		t.Resources[id] = resource
	}
	return t, nil
}

// decode reads JSON or YAML into maps, lists and scalars.
func decode(data []byte) (map[string]any, error) {
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return decodeYAML(data)
	}
	dec := json.NewDecoder(bytes.NewReader(trimmed))
	dec.UseNumber()
	var root map[string]any
	if err := dec.Decode(&root); err != nil {
		if next := bytes.TrimSpace(trimmed[1:]); len(next) > 0 && next[0] == '"' {
			return nil, jsonError(trimmed, err)
		}
		return decodeYAML(data) // YAML's flow style begins with a brace, too
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the JSON document")
	}
	return root, nil
}

// jsonError says at which line JSON is wrong.
func jsonError(data []byte, err error) error {
	lines := func(upTo int) int { return 1 + bytes.Count(data[:upTo], []byte("\n")) }
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("line %d: the JSON breaks off", lines(len(data)))
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("line %d: %w", lines(min(int(syntax.Offset), len(data))), err)
	}
	return err
}

// section are the entries of a part of the template that are mappings.
func section(root map[string]any, name string) map[string]map[string]any {
	found := map[string]map[string]any{}
	all, _ := root[name].(map[string]any)
	for key, v := range all {
		if m, ok := v.(map[string]any); ok {
			found[key] = m
		} else {
			found[key] = map[string]any{}
		}
	}
	return found
}

func policy(v any) string {
	if p := scalar(v); p != "" {
		return p
	}
	return "Delete"
}
