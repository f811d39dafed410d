package cloudformation

import (
	"errors"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
)

// forward makes the stack what op.Target says and brings it to a stable state:
// deployed, or as it was before. The error, if any, is a defect; a deployment that
// fails is told by the stack's status.
func (r *run) forward() error {
	deployed, err := r.deploy()
	if err == nil {
		return r.succeed(deployed)
	}
	failed, ok := errors.AsType[failure](err)
	if !ok {
		return err
	}
	return r.fail(failed.reason)
}

// deploy creates and updates resources, and computes what the deployment gives.
func (r *run) deploy() (deployment, error) {
	b := r.blueprint
	b.see(r.valuesOf)
	for _, id := range b.order {
		if err := r.apply(id); err != nil {
			return deployment{}, err
		}
	}
	outputs, err := b.outputs()
	if err != nil {
		return deployment{}, failure{messageOf(err)}
	}
	if err := r.s.checkExports(r.stack, outputs); err != nil {
		return deployment{}, err
	}
	deployed := b.target
	deployed.Outputs, deployed.Imports = outputs, slices.Sorted(maps.Keys(b.imports))
	return deployed, nil
}

// valuesOf is what the template learns from a resource while it is deployed.
func (r *run) valuesOf(id string) (resourceValues, error) {
	res := r.live[id]
	return resourceValues{Ref: res.PhysicalID, Attributes: res.Attributes}, nil
}

// apply makes one resource what the blueprint wants it to be.
func (r *run) apply(id string) error {
	old, had := r.live[id]
	had = had && old.exists()
	wanted, err := r.blueprint.resource(id) // its type is there: see check
	if err == nil {
		err = validate(r.s.types[wanted.Type], id, clone(wanted.Properties))
	}
	switch {
	case err != nil && had:
		return r.failResource(old, updateFailed, "update", messageOf(err))
	case err != nil:
		return r.failResource(wanted, createFailed, "create", messageOf(err))
	case !had:
		return r.create(nil, wanted)
	}
	wanted.PhysicalID, wanted.Attributes = old.PhysicalID, old.Attributes
	wanted.Status, wanted.StatusReason, wanted.Time = old.Status, old.StatusReason, old.Time
	changed := changedProperties(old.Properties, wanted.Properties)
	switch {
	case len(changed) == 0 && maps.Equal(old.Tags, wanted.Tags):
		return r.adopt(old, wanted)
	case replaces(r.s.types[wanted.Type], changed):
		return r.create(&old, wanted)
	}
	return r.update(old, wanted)
}

// failResource ends the deployment because of one resource.
func (r *run) failResource(res stackResource, status, verb, reason string) error {
	if err := r.report(res, status, reason); err != nil {
		return err
	}
	return failure{failedTo(verb, []string{res.LogicalID})}
}

// report tells that something went wrong with a resource. If the stack has a
// physical resource for it, that stays as it is.
func (r *run) report(res stackResource, status, reason string) error {
	if old, had := r.live[res.LogicalID]; had && old.exists() {
		return r.note(res, status, reason)
	}
	return r.put(res, status, reason, nothingElse)
}

// create makes a new physical resource, in place of old if there is one.
func (r *run) create(old *stackResource, wanted stackResource) error {
	wanted.PhysicalID, wanted.Attributes = "", nil
	token, err := r.s.newID()
	if err != nil {
		return err
	}
	st, err := r.begin(step{Old: old, New: wanted, Token: token})
	if err != nil {
		return err
	}
	status, verb := createInProgress, "create"
	if old != nil {
		status, verb = updateInProgress, "update"
		err = r.note(*old, status, "Requested update requires the creation of a new physical resource; hence creating one.")
	} else {
		err = r.put(wanted, status, "", nothingElse)
	}
	if err != nil {
		return err
	}
	result, err := r.callCreate(r.s.types[wanted.Type], r.request(wanted, token))
	if err != nil {
		if err := r.s.write(r.drop()); err != nil {
			return err
		}
		return r.failResource(wanted, failedStatus(status), verb, messageOf(err))
	}
	wanted.PhysicalID, wanted.Attributes = result.PhysicalID, result.Attributes
	st.New = wanted
	reason := "Resource creation Initiated"
	if err := r.put(wanted, status, reason, r.end(st)); err != nil {
		return err
	}
	return r.put(wanted, completeStatus(status), "", nothingElse)
}

// callCreate calls the handler; a resource without an id would be none.
func (r *run) callCreate(t resource.Type, request resource.Request) (result resource.Result, err error) {
	err = guard(func() error {
		result, err = t.Handler.Create(r.ctx, request)
		return err
	})
	if err == nil && result.PhysicalID == "" {
		err = errors.New("internal failure: the resource was created without a physical id")
	}
	return result, err
}

// update changes a resource in place. A handler that answers with another
// physical id has replaced it: the old one is removed when the stack is done.
func (r *run) update(old, wanted stackResource) error {
	st, err := r.begin(step{Old: &old, New: wanted})
	if err != nil {
		return err
	}
	if err := r.note(wanted, updateInProgress, ""); err != nil {
		return err
	}
	result, err := r.callUpdate(old, wanted)
	if err != nil {
		if err := r.s.write(r.drop()); err != nil {
			return err
		}
		return r.failResource(wanted, updateFailed, "update", messageOf(err))
	}
	if result.PhysicalID != "" {
		wanted.PhysicalID = result.PhysicalID
	}
	wanted.Attributes = result.Attributes
	st.New = wanted
	return r.put(wanted, updateComplete, "", r.end(st))
}

func (r *run) callUpdate(old, wanted stackResource) (result resource.Result, err error) {
	request := r.request(wanted, "")
	request.PhysicalID, request.Old = old.PhysicalID, clone(old.Properties)
	err = guard(func() error {
		handler, err := r.s.handler(wanted.Type)
		if err != nil {
			return err
		}
		result, err = handler.Update(r.ctx, request)
		return err
	})
	return result, err
}

// adopt notes what changed about a resource that its handler has no part in: its
// metadata and its policies.
func (r *run) adopt(old, wanted stackResource) error {
	if !touched(old, wanted) && slices.Equal(old.Needs, wanted.Needs) {
		return nil
	}
	st, err := r.begin(step{Old: &old, New: wanted})
	if err != nil {
		return err
	}
	r.live[wanted.LogicalID] = wanted
	done := r.end(st)
	return r.s.write(func(tx *bbolt.Tx) error {
		if err := done(tx); err != nil {
			return err
		}
		return resources.Put(tx, r.resourceKey(wanted), wanted)
	})
}

// touched reports whether the metadata or a policy of a resource changes.
func touched(old, wanted stackResource) bool {
	return old.DeletionPolicy != wanted.DeletionPolicy || old.UpdateReplacePolicy != wanted.UpdateReplacePolicy || !sameOrNone(old.Metadata, wanted.Metadata)
}

func sameOrNone(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return same(a, b)
}

// changedProperties names the properties that differ, in order.
func changedProperties(old, wanted resource.Properties) []string {
	names := map[string]bool{}
	for name, value := range wanted {
		if before, ok := old[name]; !ok || !same(before, value) {
			names[name] = true
		}
	}
	for name := range old {
		if _, ok := wanted[name]; !ok {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// replaces reports whether a change of these properties needs a new resource.
func replaces(t resource.Type, changed []string) bool {
	return slices.ContainsFunc(changed, func(name string) bool { return slices.Contains(t.CreateOnly, name) })
}

func completeStatus(inProgress string) string {
	if inProgress == createInProgress {
		return createComplete
	}
	return updateComplete
}

func failedStatus(inProgress string) string {
	if inProgress == createInProgress {
		return createFailed
	}
	return updateFailed
}

// succeed makes the deployment the stack's own, then removes what it left over.
func (r *run) succeed(deployed deployment) error {
	r.op.Phase, r.op.Garbage = cleanupPhase, r.leftOver()
	r.stack.Live, r.stack.Succeeded, r.stack.ChangeSetID = deployed, true, r.op.ChangeSetID
	if r.op.Kind == createKind {
		return r.finish(createComplete, "", nothingElse)
	}
	if err := r.enter(updateCompleteCleanupInProgress, ""); err != nil {
		return err
	}
	return r.cleanUp()
}

// leftOver are the physical resources that a deployment has no more use for:
// those that were replaced and those that the template has no more.
func (r *run) leftOver() []stackResource {
	var garbage []stackResource
	for _, st := range r.steps {
		if st.Old == nil || !st.creates() {
			continue
		}
		old := *st.Old
		if st.New.UpdateReplacePolicy == policyRetain { // said before or said now: either keeps it
			old.UpdateReplacePolicy = policyRetain
		}
		garbage = append(garbage, old)
	}
	for _, id := range slices.Sorted(maps.Keys(r.live)) {
		if _, wanted := r.blueprint.needs[id]; !wanted {
			garbage = append(garbage, r.live[id])
		}
	}
	return deletionOrder(garbage)
}
