package cloudformation

import (
	"slices"

	"go.etcd.io/bbolt"
)

// cleanUp removes the garbage after an update or its rollback and ends the
// operation. Garbage that cannot be removed is left behind, as on AWS: the stack
// says so and has nothing to do with it any more.
func (r *run) cleanUp() error {
	leftBehind := false
	for _, res := range r.op.Garbage {
		deleted, err := r.discard(res)
		if err != nil {
			return err
		}
		leftBehind = leftBehind || !deleted
	}
	status, reason := updateComplete, ""
	if r.op.Phase == rollbackCleanupPhase {
		status = updateRollbackComplete
	}
	if leftBehind {
		reason = "Update successful. One or more resources could not be deleted."
	}
	return r.finish(status, reason, nothingElse)
}

// discard removes one piece of garbage, unless its policy keeps it. deleted is
// false when its handler could not delete it.
func (r *run) discard(res stackResource) (deleted bool, err error) {
	live, has := r.live[res.LogicalID]
	removed := has && live.PhysicalID == res.PhysicalID // the template has no such resource any more
	drop := func(e Event) error {
		if removed {
			return r.remove(res, nothingElse, e)
		}
		return r.s.record(nothingElse, e)
	}
	if !res.exists() {
		return true, r.remove(res, nothingElse)
	}
	if r.keeps(res, removed) {
		return true, drop(r.resourceEvent(res, deleteSkipped, ""))
	}
	if err := r.note(res, deleteInProgress, ""); err != nil {
		return false, err
	}
	if err := r.callDelete(res); err != nil {
		return false, drop(r.resourceEvent(res, deleteFailed, messageOf(err)))
	}
	return true, drop(r.resourceEvent(res, deleteComplete, ""))
}

// keeps reports whether a policy spares a piece of garbage. removed: the stack has
// no such logical resource any more, rather than a replacement.
func (r *run) keeps(res stackResource, removed bool) bool {
	switch {
	case r.op.Phase == rollbackCleanupPhase:
		return removed && res.DeletionPolicy == policyRetain && !r.op.RetainExceptOnCreate
	case removed:
		return res.DeletionPolicy != policyDelete
	}
	return res.UpdateReplacePolicy == policyRetain
}

func (r *run) callDelete(res stackResource) error {
	return guard(func() error {
		handler, err := r.s.handler(res.Type)
		if err != nil {
			return err
		}
		return handler.Delete(r.ctx, r.request(res, ""))
	})
}

// deleteAll removes the stack's resources but those to keep. It goes on after a resource
// that cannot be deleted, but spares what that one needs.
func (r *run) deleteAll(keep func(stackResource) bool) (failed []string, err error) {
	all := make([]stackResource, 0, len(r.live))
	for _, res := range r.live {
		all = append(all, res)
	}
	spared := map[string]bool{}
	for _, res := range deletionOrder(all) {
		if spared[res.LogicalID] {
			spare(spared, res)
			continue
		}
		deleted, err := r.deleteOne(res, keep(res))
		if err != nil {
			return nil, err
		}
		if !deleted {
			failed = append(failed, res.LogicalID)
			spare(spared, res)
		}
	}
	return failed, nil
}

func spare(spared map[string]bool, res stackResource) {
	for _, id := range res.Needs {
		spared[id] = true
	}
}

// deleteOne removes a resource from the stack and, unless keep is set, from the
// world. deleted is false when its handler could not.
func (r *run) deleteOne(res stackResource, keep bool) (deleted bool, err error) {
	switch {
	case !res.exists():
		return true, r.remove(res, nothingElse)
	case keep:
		return true, r.remove(res, nothingElse, r.resourceEvent(res, deleteSkipped, ""))
	}
	if err := r.put(res, deleteInProgress, "", nothingElse); err != nil {
		return false, err
	}
	if err := r.callDelete(res); err != nil {
		return false, r.put(res, deleteFailed, messageOf(err), nothingElse)
	}
	return true, r.remove(res, nothingElse, r.resourceEvent(res, deleteComplete, ""))
}

// deleteStack carries out a DeleteStack.
func (r *run) deleteStack() error {
	failed, err := r.deleteAll(func(res stackResource) bool {
		return slices.Contains(r.op.Retain, res.LogicalID) || res.DeletionPolicy != policyDelete
	})
	if err != nil {
		return err
	}
	if len(failed) > 0 {
		return r.finish(deleteFailed, failedTo("delete", failed), nothingElse)
	}
	for _, res := range r.op.Garbage {
		if _, err := r.discard(res); err != nil {
			return err
		}
	}
	return r.disappear()
}

// strays are physical resources that an operation before this one stopped too
// early to remove: the other halves of replacements, and its garbage.
func (r *run) strays(before operation) []stackResource {
	strays := before.Garbage
	for _, st := range r.steps {
		if st.Old != nil && st.creates() {
			strays = append(strays, *st.Old, st.New)
		}
	}
	return slices.DeleteFunc(strays, func(res stackResource) bool {
		return !res.exists() || r.live[res.LogicalID].PhysicalID == res.PhysicalID
	})
}

// disappear ends the life of the stack. Its ARN can still be asked about.
func (r *run) disappear() error {
	r.stack.DeletionTime = r.s.config.Now().UTC()
	return r.finish(deleteComplete, "", func(tx *bbolt.Tx) error {
		if err := r.s.deleteChangeSets(tx, r.stack.ID, ""); err != nil {
			return err
		}
		return names.Delete(tx, r.stack.Name)
	})
}
