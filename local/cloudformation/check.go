package cloudformation

import (
	"maps"
	"slices"
	"strings"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// check reports what is wrong with a template before anything is known about
// parameters: resource types and properties that are not there, and references
// to nothing.
func (s *Service) check(t *template) error {
	if err := s.checkTypes(t); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if err := s.checkResource(t, id); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Outputs)) {
		output := t.Outputs[name]
		if err := t.checkCondition(output.Condition); err != nil {
			return err
		}
		if err := s.checkReferences(t, []any{output.Value, output.ExportName}, "Outputs"); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) checkTypes(t *template) error {
	var unrecognized []string
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		name := t.Resources[id].Type
		if _, ok := s.types[name]; !ok && !slices.Contains(unrecognized, name) {
			unrecognized = append(unrecognized, name)
		}
	}
	if len(unrecognized) > 0 {
		return invalid("Template format error: Unrecognized resource types: [%s]", strings.Join(unrecognized, ", "))
	}
	return nil
}

func (s *Service) checkResource(t *template, id string) error {
	declaration := t.Resources[id]
	known := s.types[declaration.Type]
	for _, property := range slices.Sorted(maps.Keys(declaration.Properties)) {
		if !slices.Contains(known.Properties, property) {
			return wire.Unimplemented("the property " + property + " of the resource " + id + " (" + declaration.Type + ")")
		}
	}
	if err := t.checkCondition(declaration.Condition); err != nil {
		return err
	}
	for _, other := range declaration.DependsOn {
		if _, ok := t.Resources[other]; !ok {
			return unresolved(other, "Resources")
		}
	}
	return s.checkReferences(t, declaration.Properties, "Resources")
}

func (t *template) checkCondition(name string) error {
	if _, ok := t.Conditions[name]; name != "" && !ok {
		return invalid("Template format error: Unresolved condition dependency %s in the Resources or Outputs block of the template", name)
	}
	return nil
}

// checkReferences reports a reference in v to something that is not there.
func (s *Service) checkReferences(t *template, v any, block string) error {
	refers, err := (&scope{template: t}).references(v)
	if err != nil {
		return err
	}
	for _, r := range refers {
		declaration, isResource := t.Resources[r.Name]
		_, isParameter := t.Parameters[r.Name]
		switch {
		case r.Attribute != "" && !isResource:
			return invalid("Template error: instance of Fn::GetAtt references undefined resource %s", r.Name)
		case r.Attribute != "":
			if names := s.types[declaration.Type].Attributes; names != nil && !slices.Contains(names, r.Attribute) {
				return invalid("Template error: resource %s does not support attribute type %s in Fn::GetAtt", r.Name, r.Attribute)
			}
		case !isResource && !isParameter && !slices.Contains(pseudoNames, r.Name):
			return unresolved(r.Name, block)
		}
	}
	return nil
}

func unresolved(name, block string) error {
	return invalid("Template format error: Unresolved resource dependencies [%s] in the %s block of the template", name, block)
}

// pseudoNames are the pseudo parameters that Ref knows.
var pseudoNames = []string{
	"AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition",
	"AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
}

// validate asks the type's handler whether it would take the properties.
func validate(t resource.Type, id string, properties resource.Properties) error {
	validator, ok := t.Handler.(resource.Validator)
	if !ok {
		return nil
	}
	err := guard(func() error { return validator.Validate(properties) })
	if err == nil {
		return nil
	}
	e := wire.AsError(err)
	if e.Code == "InternalFailure" {
		e = wire.BadRequest("ValidationError", "%v", err)
	}
	return &wire.Error{Status: e.Status, Code: e.Code, Message: "Resource " + id + " (" + t.Name + "): " + e.Message}
}
