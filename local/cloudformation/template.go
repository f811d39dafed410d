package cloudformation

import (
	"maps"
	"slices"

	"gatehouse/local/wire"
)

// template is a CloudFormation template whose structure is sound. What its
// functions refer to is checked by [template.check] and by evaluating them.
type template struct {
	Description string
	Metadata    any
	Parameters  map[string]parameterDeclaration
	Mappings    map[string]any
	Conditions  map[string]any
	Rules       map[string]rule
	Resources   map[string]resourceDeclaration
	Outputs     map[string]outputDeclaration
}

// resourceDeclaration is one member of Resources.
type resourceDeclaration struct {
	Type                string
	Properties          map[string]any
	DependsOn           []string
	Condition           string // empty: always
	DeletionPolicy      string // Delete when the template says nothing
	UpdateReplacePolicy string // Delete when the template says nothing
	Metadata            any
}

// The policies for what becomes of a physical resource that a stack no longer needs.
const (
	policyDelete               = "Delete"
	policyRetain               = "Retain"
	policyRetainExceptOnCreate = "RetainExceptOnCreate"
	policySnapshot             = "Snapshot"
)

// outputDeclaration is one member of Outputs.
type outputDeclaration struct {
	Description string
	Condition   string
	Value       any
	ExportName  any // nil: not exported
}

// parseTemplate reads a template and checks its structure.
func parseTemplate(body string) (*template, error) {
	document, err := decodeTemplate(body)
	if err != nil {
		return nil, err
	}
	t := &template{}
	sections := map[string]func(any) error{
		"AWSTemplateFormatVersion": checkFormatVersion,
		"Description":              func(v any) (err error) { t.Description, err = sectionText(v, "Description"); return err },
		"Metadata":                 func(v any) error { t.Metadata = v; return nil },
		"Parameters":               t.parseParameters,
		"Mappings":                 t.parseMappings,
		"Conditions":               func(v any) (err error) { t.Conditions, err = section(v, "Conditions"); return err },
		"Rules":                    t.parseRules,
		"Resources":                t.parseResources,
		"Outputs":                  t.parseOutputs,
		"Transform":                func(any) error { return wire.Unimplemented("the template section Transform (macros)") },
		"Hooks":                    func(any) error { return wire.Unimplemented("the template section Hooks") },
	}
	for _, name := range slices.Sorted(maps.Keys(document)) {
		parse, ok := sections[name]
		if !ok {
			return nil, invalid("Invalid template property or properties [%s]", name)
		}
		if err := parse(document[name]); err != nil {
			return nil, err
		}
	}
	if len(t.Resources) == 0 {
		return nil, invalid("Template format error: At least one Resources member must be defined.")
	}
	return t, t.checkSize()
}

// checkSize holds the template to CloudFormation's limits. Source: AWS
// documentation, "CloudFormation quotas".
func (t *template) checkSize() error {
	for _, section := range []struct {
		name      string
		has, most int
	}{
		{"resources", len(t.Resources), 500}, {"parameters", len(t.Parameters), 200}, {"mappings", len(t.Mappings), 200}, {"outputs", len(t.Outputs), 200},
	} {
		if section.has > section.most {
			return invalid("Template format error: Number of %s, %d, is greater than maximum allowed, %d", section.name, section.has, section.most)
		}
	}
	return nil
}

func checkFormatVersion(v any) error {
	if v != "2010-09-09" {
		return invalid("Template format error: unsupported value for AWSTemplateFormatVersion.")
	}
	return nil
}

// section is a top-level member that must be an object.
func section(v any, name string) (map[string]any, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, invalid("Template format error: %s must be an object.", name)
	}
	return object, nil
}

func sectionText(v any, name string) (string, error) {
	if !isScalar(v) {
		return "", invalid("Template format error: every %s member must be a string.", name)
	}
	return text(v), nil
}

func (t *template) parseMappings(v any) error {
	mappings, err := section(v, "Mappings")
	if err != nil {
		return err
	}
	t.Mappings = mappings
	for name, mapping := range mappings {
		keys, ok := mapping.(map[string]any)
		if !ok {
			return invalid("Template format error: Every Mappings member %s must be a map", name)
		}
		for key, attributes := range keys {
			if _, ok := attributes.(map[string]any); !ok {
				return invalid("Template format error: Every Mappings attribute must be a map: %s.%s", name, key)
			}
		}
	}
	return nil
}

func (t *template) parseResources(v any) error {
	resources, err := section(v, "Resources")
	if err != nil {
		return err
	}
	t.Resources = make(map[string]resourceDeclaration, len(resources))
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		if t.Resources[id], err = parseResource(id, resources[id]); err != nil {
			return err
		}
	}
	return nil
}

func parseResource(id string, v any) (r resourceDeclaration, err error) {
	if !isAlphanumeric(id) {
		return r, invalid("Template format error: Resource name %s is non alphanumeric.", id)
	}
	members, ok := v.(map[string]any)
	if !ok {
		return r, invalid("Template format error: Any Resources member must be an object.")
	}
	r = resourceDeclaration{DeletionPolicy: policyDelete, UpdateReplacePolicy: policyDelete}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value := members[name]
		switch name {
		case "Type":
			r.Type, _ = value.(string)
		case "Properties":
			if r.Properties, ok = value.(map[string]any); !ok {
				return r, invalid("Template format error: [/Resources/%s/Properties] Properties must be an object.", id)
			}
		case "DependsOn":
			r.DependsOn, err = parseDependsOn(id, value)
		case "Condition":
			r.Condition, ok = value.(string)
			if !ok {
				return r, invalid("Template format error: Every Condition member must be a string.")
			}
		case "DeletionPolicy":
			r.DeletionPolicy, err = parsePolicy(id, name, value, policyDelete, policyRetain, policyRetainExceptOnCreate)
		case "UpdateReplacePolicy":
			r.UpdateReplacePolicy, err = parsePolicy(id, name, value, policyDelete, policyRetain)
		case "Metadata":
			r.Metadata = value
		case "CreationPolicy", "UpdatePolicy":
			return r, wire.Unimplemented("the attribute " + name + " of the resource " + id)
		default:
			return r, invalid("Invalid template resource property '%s'", name)
		}
		if err != nil {
			return r, err
		}
	}
	if r.Type == "" {
		return r, invalid("Template format error: [/Resources/%s] Every Resources object must contain a Type member.", id)
	}
	return r, nil
}

func parseDependsOn(id string, v any) ([]string, error) {
	if one, ok := v.(string); ok {
		return []string{one}, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, invalid("Template format error: DependsOn of the resource %s must be a string or a list of strings.", id)
	}
	ids := make([]string, 0, len(list))
	for _, element := range list {
		one, ok := element.(string)
		if !ok {
			return nil, invalid("Template format error: DependsOn of the resource %s must be a string or a list of strings.", id)
		}
		ids = append(ids, one)
	}
	return ids, nil
}

func parsePolicy(id, attribute string, v any, allowed ...string) (string, error) {
	policy, _ := v.(string)
	if policy == policySnapshot {
		return "", wire.Unimplemented("the " + attribute + " Snapshot of the resource " + id)
	}
	if !slices.Contains(allowed, policy) {
		return "", invalid("Template format error: Unrecognized %s %s for the resource %s; it must be one of %v.", attribute, text(v), id, allowed)
	}
	return policy, nil
}

func (t *template) parseOutputs(v any) error {
	outputs, err := section(v, "Outputs")
	if err != nil {
		return err
	}
	t.Outputs = make(map[string]outputDeclaration, len(outputs))
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if t.Outputs[name], err = parseOutput(name, outputs[name]); err != nil {
			return err
		}
	}
	return nil
}

func parseOutput(name string, v any) (o outputDeclaration, err error) {
	if !isAlphanumeric(name) {
		return o, invalid("Template format error: Output name '%s' is non alphanumeric.", name)
	}
	members, ok := v.(map[string]any)
	if !ok {
		return o, invalid("Template format error: Every Outputs member must be an object.")
	}
	for _, member := range slices.Sorted(maps.Keys(members)) {
		value := members[member]
		switch member {
		case "Value":
			o.Value = value
		case "Description":
			o.Description, err = sectionText(value, "Description")
		case "Condition":
			o.Condition, err = sectionText(value, "Condition")
		case "Export":
			export, ok := value.(map[string]any)
			if !ok || len(export) != 1 || export["Name"] == nil {
				return o, invalid("Template format error: Output %s is malformed. The Export of an output must hold a Name and nothing else.", name)
			}
			o.ExportName = export["Name"]
		default:
			return o, invalid("Template format error: Output %s is malformed. It cannot hold %s.", name, member)
		}
		if err != nil {
			return o, err
		}
	}
	if o.Value == nil {
		return o, invalid("Template format error: Every Outputs member must contain a Value object")
	}
	return o, nil
}

func isAlphanumeric(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
