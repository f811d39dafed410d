package cloudformation

import (
	"encoding/json"
	"maps"
	"slices"

	"gatehouse/local/resource"
)

// plannedChange is what a deployment would do to one resource.
type plannedChange struct {
	Action       string // Add, Modify or Remove
	LogicalID    string
	PhysicalID   string
	Type         string
	Replacement  string // of a Modify: True, False or Conditional
	PolicyAction string
	Details      []plannedDetail
	Before       string // the resource as JSON; empty for Add
	After        string // the resource as JSON; empty for Remove
}

// plannedDetail is one reason for a Modify.
type plannedDetail struct {
	Attribute          string // Properties, Metadata, DeletionPolicy, UpdateReplacePolicy or Tags
	Name               string // of the property
	RequiresRecreation string // Never or Always; of properties
	Evaluation         string // Static: the value is known to change; Dynamic: it may
	Source             string // DirectModification, ParameterReference, ResourceReference, ResourceAttribute
	Cause              string // what Source is about
	ChangeType         string // Add, Modify or Remove
	Before, After      *string
}

const (
	actionAdd    = "Add"
	actionModify = "Modify"
	actionRemove = "Remove"

	replacementTrue        = "True"
	replacementFalse       = "False"
	replacementConditional = "Conditional"

	evaluationStatic  = "Static"
	evaluationDynamic = "Dynamic"
)

// planner works out what a deployment would change.
type planner struct {
	service   *Service
	blueprint *blueprint
	old       *template // of the stack so far; nil for a new one
	oldValues []parameter
	live      map[string]stackResource
	changes   map[string]plannedChange
}

// plan lists what carrying the blueprint out would do to the stack's resources:
// those that are there, in the order of the work, then those to be removed. It
// asks every type whether it takes the properties.
func (s *Service) plan(b *blueprint, st *stack) ([]plannedChange, error) {
	live, err := s.load(st.ID)
	if err != nil {
		return nil, err
	}
	p := &planner{service: s, blueprint: b, oldValues: st.Live.Parameters, live: live, changes: map[string]plannedChange{}}
	if st.Succeeded {
		if p.old, err = parseTemplate(st.Live.Template); err != nil {
			return nil, err
		}
	}
	if err := p.checkSameTypes(); err != nil {
		return nil, err
	}
	b.see(p.valuesOf)
	var planned []plannedChange
	for _, id := range b.order {
		change, err := p.resource(id)
		if err != nil {
			return nil, err
		}
		if change != nil {
			p.changes[id] = *change
			planned = append(planned, *change)
		}
	}
	return append(planned, p.removals()...), nil
}

// checkSameTypes refuses what no update can do.
func (p *planner) checkSameTypes() error {
	for _, id := range p.blueprint.order {
		if old, ok := p.live[id]; ok && old.exists() && old.Type != p.blueprint.template.Resources[id].Type {
			return invalid("Update of resource type is not permitted. The new template modifies resource type of the following resources: [%s]", id)
		}
	}
	return nil
}

// valuesOf is what the template can learn from a resource before the work begins:
// nothing of one that is still to be created or replaced.
func (p *planner) valuesOf(id string) (resourceValues, error) {
	res, ok := p.live[id]
	if !ok || !res.exists() || p.changes[id].Replacement == replacementTrue || p.changes[id].Replacement == replacementConditional {
		return resourceValues{Unknown: true}, nil
	}
	return resourceValues{Ref: res.PhysicalID, Attributes: res.Attributes}, nil
}

// resource plans one resource; nil means that nothing about it changes.
func (p *planner) resource(id string) (*plannedChange, error) {
	wanted, err := p.blueprint.resource(id)
	if err != nil {
		return nil, err
	}
	t := p.service.types[wanted.Type]
	if err := validate(t, id, clone(wanted.Properties)); err != nil {
		return nil, err
	}
	old, ok := p.live[id]
	if !ok || !old.exists() {
		return &plannedChange{Action: actionAdd, LogicalID: id, Type: wanted.Type, After: shownAs(wanted)}, nil
	}
	change := &plannedChange{
		Action: actionModify, LogicalID: id, PhysicalID: old.PhysicalID, Type: wanted.Type, Replacement: replacementFalse,
		Before: shownAs(old), After: shownAs(wanted),
	}
	for _, name := range changedProperties(old.Properties, wanted.Properties) {
		detail := p.property(id, name, old, wanted)
		if slices.Contains(t.CreateOnly, name) {
			detail.RequiresRecreation = "Always"
			if detail.Evaluation == evaluationStatic {
				change.Replacement = replacementTrue
			} else if change.Replacement == replacementFalse {
				change.Replacement = replacementConditional
			}
		}
		change.Details = append(change.Details, detail)
	}
	change.Details = append(change.Details, p.possible(id, change.Details)...)
	change.Details = append(change.Details, attributes(old, wanted, change.Details, t)...)
	if len(change.Details) == 0 {
		return nil, nil
	}
	if change.Replacement != replacementFalse {
		change.PolicyAction = "ReplaceAndDelete"
		if old.UpdateReplacePolicy == policyRetain || wanted.UpdateReplacePolicy == policyRetain {
			change.PolicyAction = "ReplaceAndRetain"
		}
	}
	return change, nil
}

// property tells why a property changes.
func (p *planner) property(id, name string, old, wanted stackResource) plannedDetail {
	_, had := old.Properties[name]
	after, has := wanted.Properties[name]
	d := plannedDetail{
		Attribute: "Properties", Name: name, RequiresRecreation: "Never",
		Evaluation: evaluationStatic, Source: "DirectModification", ChangeType: actionModify,
	}
	switch {
	case !had:
		d.ChangeType = actionAdd
	case !has:
		d.ChangeType = actionRemove
	}
	if had {
		d.Before = new(old.show(name))
	}
	if has {
		d.After = new(wanted.show(name))
	}
	if isUnknown(after) {
		d.Evaluation = evaluationDynamic
	}
	if p.rewritten(id, name) {
		return d
	}
	if source, cause := p.cause(id, name); cause != "" {
		d.Source, d.Cause = source, cause
	}
	return d
}

// rewritten reports whether the template itself says something else about the
// property than before.
func (p *planner) rewritten(id, name string) bool {
	if p.old == nil {
		return true
	}
	before, had := p.old.Resources[id].Properties[name]
	after, has := p.blueprint.template.Resources[id].Properties[name]
	return had != has || !same(before, after)
}

// cause finds what a property refers to that changes.
func (p *planner) cause(id, name string) (source, cause string) {
	refers, err := p.blueprint.scope.references(p.blueprint.template.Resources[id].Properties[name])
	if err != nil {
		return "", "" // the property was resolved already, so its functions are sound
	}
	for _, r := range refers {
		change, changes := p.changes[r.Name]
		switch {
		case changes && r.Attribute != "":
			return "ResourceAttribute", r.Name + "." + r.Attribute
		case changes && change.Replacement != replacementFalse:
			return "ResourceReference", r.Name
		case p.parameterChanges(r.Name):
			return "ParameterReference", r.Name
		}
	}
	return "", ""
}

func (p *planner) parameterChanges(name string) bool {
	byName := func(q parameter) bool { return q.Key == name }
	i, j := slices.IndexFunc(p.oldValues, byName), slices.IndexFunc(p.blueprint.target.Parameters, byName)
	return i >= 0 && j >= 0 && p.oldValues[i] != p.blueprint.target.Parameters[j]
}

// possible are changes that cannot be ruled out: a property asks for an attribute
// of a resource that is updated in place, and the attribute may come out
// different. They have no values. AWS lists them unless it is asked for values.
func (p *planner) possible(id string, known []plannedDetail) []plannedDetail {
	var details []plannedDetail
	t := p.service.types[p.blueprint.template.Resources[id].Type]
	properties := p.blueprint.template.Resources[id].Properties
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.ContainsFunc(known, func(d plannedDetail) bool { return d.Name == name }) {
			continue
		}
		if source, cause := p.cause(id, name); source == "ResourceAttribute" {
			d := plannedDetail{
				Attribute: "Properties", Name: name, RequiresRecreation: "Never",
				Evaluation: evaluationDynamic, Source: source, Cause: cause, ChangeType: actionModify,
			}
			if slices.Contains(t.CreateOnly, name) {
				d.RequiresRecreation = "Always"
			}
			details = append(details, d)
		}
	}
	return details
}

// attributes tells what changes about a resource besides its properties.
func attributes(old, wanted stackResource, properties []plannedDetail, t resource.Type) []plannedDetail {
	var details []plannedDetail
	add := func(attribute string, before, after any) {
		d := plannedDetail{Attribute: attribute, RequiresRecreation: "Never", Evaluation: evaluationStatic, Source: "DirectModification", ChangeType: actionModify}
		if before != nil {
			d.Before = new(text(stringified(before)))
		}
		if after != nil {
			d.After = new(text(stringified(after)))
		}
		details = append(details, d)
	}
	if !sameOrNone(old.Metadata, wanted.Metadata) {
		add("Metadata", old.Metadata, wanted.Metadata)
	}
	if old.DeletionPolicy != wanted.DeletionPolicy {
		add("DeletionPolicy", old.DeletionPolicy, wanted.DeletionPolicy)
	}
	if old.UpdateReplacePolicy != wanted.UpdateReplacePolicy {
		add("UpdateReplacePolicy", old.UpdateReplacePolicy, wanted.UpdateReplacePolicy)
	}
	own := slices.ContainsFunc(properties, func(d plannedDetail) bool { return d.Name == "Tags" || d.Name == t.TagProperty })
	if !own && !maps.Equal(old.Tags, wanted.Tags) {
		add("Tags", tagObject(old.Tags), tagObject(wanted.Tags))
	}
	return details
}

func tagObject(tags map[string]string) any {
	object := make(map[string]any, len(tags))
	for key, value := range tags {
		object[key] = value
	}
	return object
}

// removals plans the end of the resources that the blueprint has no more.
func (p *planner) removals() []plannedChange {
	var gone []stackResource
	for id, res := range p.live {
		if _, wanted := p.blueprint.needs[id]; !wanted && res.exists() {
			gone = append(gone, res)
		}
	}
	var planned []plannedChange
	for _, res := range deletionOrder(gone) {
		action := policyDelete
		if res.DeletionPolicy != policyDelete {
			action = policyRetain
		}
		planned = append(planned, plannedChange{
			Action: actionRemove, LogicalID: res.LogicalID, PhysicalID: res.PhysicalID, Type: res.Type,
			PolicyAction: action, Before: shownAs(res),
		})
	}
	return planned
}

// shownAs is a resource as a change set shows it: JSON with every scalar as text.
func shownAs(res stackResource) string {
	shown := map[string]any{"Properties": stringified(map[string]any(res.shown()))}
	if res.Metadata != nil {
		shown["Metadata"] = stringified(res.Metadata)
	}
	if res.DeletionPolicy != policyDelete {
		shown["DeletionPolicy"] = res.DeletionPolicy
	}
	if res.UpdateReplacePolicy != policyDelete {
		shown["UpdateReplacePolicy"] = res.UpdateReplacePolicy
	}
	data, _ := json.Marshal(shown) // made of JSON's own types
	return string(data)
}

// show is a property's value for a change set: a scalar as it is, anything else as
// JSON.
func (r stackResource) show(property string) string {
	value, ok := r.shown()[property]
	if !ok {
		return noEchoMask // see [blueprint.resource]
	}
	return text(stringified(value))
}

// changes reports whether carrying out the plan would change anything: a resource
// (possible changes do not count) or an output.
func (b *blueprint) changes(planned []plannedChange, st *stack) (bool, error) {
	outputs, err := b.outputs()
	if err != nil {
		return false, err
	}
	return !slices.Equal(outputs, st.Live.Outputs) || slices.ContainsFunc(planned, func(change plannedChange) bool {
		return change.Action != actionModify || slices.ContainsFunc(change.Details, func(d plannedDetail) bool { return !d.isPossible() })
	}), nil
}

// isPossible reports whether the change cannot be told to happen.
func (d plannedDetail) isPossible() bool {
	return d.Before == nil && d.After == nil && d.Evaluation == evaluationDynamic
}
