package cloudformation

import (
	"context"
	"maps"
	"slices"

	"gatehouse/local/resource"
)

// blueprint is a deployment made ready: the template read and checked, parameters
// bound, conditions computed, resources in order.
type blueprint struct {
	service  *Service
	target   deployment
	template *template
	scope    *scope
	// masked is scope with NoEcho parameters as asterisks; nil when there are none.
	masked *scope
	needs  map[string][]string
	order  []string
	// imports collects the exports that the template was found to use.
	imports map[string]bool
}

// noEchoMask stands for the value of a NoEcho parameter wherever it is shown.
const noEchoMask = "****"

// draw makes the blueprint of a deployment whose parameters are bound.
func (s *Service) draw(ctx context.Context, st *stack, target deployment) (*blueprint, error) {
	t, err := parseTemplate(target.Template)
	if err != nil {
		return nil, err
	}
	if err := s.check(t); err != nil {
		return nil, err
	}
	target.Description = t.Description
	b := &blueprint{service: s, target: target, template: t, imports: map[string]bool{}}
	values, masked := map[string]any{}, map[string]any{}
	hides := false
	for _, p := range target.Parameters {
		values[p.Key] = p.ref(t.Parameters[p.Key])
		masked[p.Key] = values[p.Key]
		if p.NoEcho {
			masked[p.Key], hides = noEchoMask, true
		}
	}
	b.scope = &scope{
		template:   t,
		pseudo:     s.pseudoParameters(st),
		parameters: values,
		export: func(name string) (string, error) {
			b.imports[name] = true
			return s.exportedValue(name)
		},
		storedParameter: func(name string) (string, error) { return s.config.Parameter(ctx, name) },
	}
	if err := b.scope.evaluateConditions(); err != nil {
		return nil, err
	}
	if err := b.scope.checkRules(); err != nil {
		return nil, err
	}
	if hides {
		b.masked = new(*b.scope)
		b.masked.parameters = masked
	}
	if b.needs, err = b.scope.dependencies(); err != nil {
		return nil, err
	}
	if err := b.checkActive(); err != nil {
		return nil, err
	}
	b.order, err = order(b.needs)
	return b, err
}

// checkActive reports a resource that needs another which its condition leaves out.
func (b *blueprint) checkActive() error {
	for _, id := range slices.Sorted(maps.Keys(b.needs)) {
		for _, other := range b.needs[id] {
			if _, ok := b.needs[other]; !ok {
				return unresolved(other, "Resources")
			}
		}
	}
	return nil
}

// see lets the template refer to resources; values gives what is known of one.
func (b *blueprint) see(values func(logicalID string) (resourceValues, error)) {
	b.scope.resource = values
	if b.masked != nil {
		b.masked.resource = values
	}
}

// resource is what the blueprint wants the resource to be, its functions computed
// from what the scope knows by now.
func (b *blueprint) resource(id string) (stackResource, error) {
	declaration := b.template.Resources[id]
	r := stackResource{
		LogicalID: id, Type: declaration.Type, Metadata: declaration.Metadata,
		DeletionPolicy: declaration.DeletionPolicy, UpdateReplacePolicy: declaration.UpdateReplacePolicy,
		Needs: b.needs[id],
	}
	var err error
	if r.Properties, err = resolveProperties(b.scope, declaration); err != nil {
		return r, err
	}
	if b.masked != nil {
		if r.Shown, err = resolveProperties(b.masked, declaration); err != nil {
			r.Shown = resource.Properties{} // a function cannot work on asterisks: show nothing
		}
	}
	r.Tags = tagsFor(b.service.types[r.Type], b.target.Tags, r.Properties)
	return r, nil
}

func resolveProperties(s *scope, declaration resourceDeclaration) (resource.Properties, error) {
	value, err := s.resolve(declaration.Properties)
	if err != nil {
		return nil, err
	}
	return value.(map[string]any), nil // properties are a map, and no function: see parseResource
}

// outputs computes the outputs that the conditions let be.
func (b *blueprint) outputs() ([]output, error) {
	outputs := []output{}
	for _, name := range slices.Sorted(maps.Keys(b.template.Outputs)) {
		declaration := b.template.Outputs[name]
		if !b.scope.active(declaration.Condition) {
			continue
		}
		notText := invalid("Template format error: Output %s is malformed. The Value field of every Outputs member must evaluate to a String.", name)
		value, _, err := b.scope.string(declaration.Value, notText)
		if err != nil {
			return nil, err
		}
		o := output{Key: name, Value: value, Description: declaration.Description}
		if declaration.ExportName != nil {
			if o.ExportName, _, err = b.scope.string(declaration.ExportName, notText); err != nil {
				return nil, err
			}
		}
		outputs = append(outputs, o)
	}
	return outputs, nil
}
