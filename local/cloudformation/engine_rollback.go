package cloudformation

import (
	"errors"
	"maps"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
)

// fail ends a deployment that went wrong: it rolls back, unless the caller wanted
// the stack left as it is.
func (r *run) fail(reason string) error {
	if r.op.DisableRollback {
		r.op.Phase = stoppedPhase
		status := createFailed
		if r.op.Kind == updateKind {
			status = updateFailed
		}
		return r.enter(status, reason)
	}
	return r.rollBack(reason)
}

// rollBack brings the stack back to what it was before the operation. A stack that
// never was anything loses its resources.
func (r *run) rollBack(reason string) error {
	r.op.Phase = rollbackPhase
	if !r.stack.Succeeded {
		status := rollbackInProgress
		if r.op.DeleteOnFailure {
			r.op.Phase, status = deletePhase, deleteInProgress
		}
		if err := r.enter(status, reason+requestedRollback); err != nil {
			return err
		}
		return r.rollBackCreate()
	}
	if err := r.enter(updateRollbackInProgress, reason); err != nil {
		return err
	}
	return r.rollBackUpdate()
}

// rollBackCreate deletes what a create made.
func (r *run) rollBackCreate() error {
	if err := r.recoverPending(); err != nil {
		return err
	}
	failed, err := r.deleteAll(func(res stackResource) bool {
		return res.DeletionPolicy == policyRetain && !r.op.RetainExceptOnCreate
	})
	switch {
	case err != nil:
		return err
	case r.op.Phase == deletePhase && len(failed) == 0:
		return r.disappear()
	case r.op.Phase == deletePhase:
		return r.finish(deleteFailed, failedTo("delete", failed), nothingElse)
	case len(failed) > 0:
		return r.finish(rollbackFailed, failedTo("delete", failed), nothingElse)
	}
	return r.finish(rollbackComplete, "", nothingElse)
}

// rollBackUpdate takes the steps of an update back, from the last to the first,
// then removes the resources it made. When a resource cannot be brought back, the
// operation waits for ContinueUpdateRollback.
func (r *run) rollBackUpdate() error {
	if err := r.recoverPending(); err != nil {
		return err
	}
	for len(r.steps) > 0 {
		st := r.steps[len(r.steps)-1]
		if err := r.undo(st); err != nil {
			if _, ok := errors.AsType[failure](err); !ok {
				return err
			}
			return r.enter(updateRollbackFailed, err.Error())
		}
	}
	r.dropFailed()
	r.op.Phase, r.op.Garbage = rollbackCleanupPhase, deletionOrder(r.op.Garbage)
	if err := r.enter(updateRollbackCompleteCleanupInProgress, ""); err != nil {
		return err
	}
	return r.cleanUp()
}

// undo takes one step back and drops it.
func (r *run) undo(st step) error {
	switch {
	case st.Old == nil:
		r.op.Garbage = append(r.op.Garbage, st.New)
		drop := r.drop()
		return r.s.write(func(tx *bbolt.Tx) error { return errors.Join(drop(tx), operations.Put(tx, r.stack.ID, r.op)) })
	case st.creates():
		r.op.Garbage = append(r.op.Garbage, st.New)
		drop := r.drop()
		return r.put(*st.Old, updateComplete, "", func(tx *bbolt.Tx) error {
			return errors.Join(drop(tx), operations.Put(tx, r.stack.ID, r.op))
		})
	case len(changedProperties(st.Old.Properties, st.New.Properties)) == 0 && maps.Equal(st.Old.Tags, st.New.Tags): // see adopt
		drop := r.drop()
		r.live[st.Old.LogicalID] = *st.Old
		return r.s.write(func(tx *bbolt.Tx) error {
			return errors.Join(drop(tx), resources.Put(tx, r.resourceKey(*st.Old), *st.Old))
		})
	}
	return r.undoUpdate(st)
}

func (r *run) undoUpdate(st step) error {
	old := *st.Old
	if err := r.note(old, updateInProgress, ""); err != nil {
		return err
	}
	result, err := r.callUpdate(st.New, old)
	if err != nil {
		return r.failRollback(st.New, messageOf(err))
	}
	old.Attributes = result.Attributes
	return r.put(old, updateComplete, "", r.drop())
}

// failRollback ends a rollback because of one resource that stays as the update
// made it.
func (r *run) failRollback(res stackResource, reason string) error {
	if err := r.put(res, updateFailed, reason, nothingElse); err != nil {
		return err
	}
	return failure{failedTo("update", []string{res.LogicalID})}
}

// dropFailed forgets the resources that the update could not create.
func (r *run) dropFailed() {
	for _, res := range r.live {
		if !res.exists() {
			r.op.Garbage = append(r.op.Garbage, res)
		}
	}
}

// pending is the step that a killed process was at, if any. The handler may have
// finished its work or not have begun.
func (r *run) pending() (st step, found bool) {
	if len(r.steps) == 0 || r.steps[len(r.steps)-1].Done {
		return st, false
	}
	return r.steps[len(r.steps)-1], true
}

// recoverPending clears up after a pending attempt to create something. A pending update
// in place stays: it can be made again, and taken back as if it had been done.
func (r *run) recoverPending() error {
	st, found := r.pending()
	if !found || !st.creates() {
		return nil
	}
	if handler, ok := r.s.types[st.New.Type].Handler.(resource.Recoverer); ok {
		if err := guard(func() error { return handler.Recover(r.ctx, r.request(st.New, st.Token)) }); err != nil {
			if err := r.report(st.New, createFailed, "Something may have been left behind: "+messageOf(err)); err != nil {
				return err
			}
		}
	}
	return r.s.write(r.drop())
}
