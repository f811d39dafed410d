package cloudformation

import (
	"context"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

type empty struct{}

type executeChangeSetInput struct {
	ChangeSetName, StackName string
	ClientRequestToken       string
	DisableRollback          bool
	RetainExceptOnCreate     bool
}

// executeChangeSet is the ExecuteChangeSet operation. It answers when the stack is
// in its final state.
func (s *Service) executeChangeSet(ctx context.Context, in executeChangeSetInput) (out empty, err error) {
	c, err := s.changeSetExisting(in.ChangeSetName, in.StackName)
	if err != nil {
		return out, err
	}
	if err := c.checkExecutable(); err != nil {
		return out, err
	}
	st, err := s.existing(c.StackID)
	if err != nil {
		return out, err
	}
	b, err := s.draw(ctx, &st, c.Target)
	if err != nil {
		return out, err
	}
	disableRollback := in.DisableRollback || c.DisableRollback || c.OnStackFailure == "DO_NOTHING"
	st, op := s.begun(st, disableRollback)
	op.ChangeSetID, op.Token, op.RetainExceptOnCreate = c.ID, in.ClientRequestToken, in.RetainExceptOnCreate
	op.DeleteOnFailure = c.OnStackFailure == "DELETE"
	if op.Kind == createKind {
		st.Live = b.target
	}
	r, err := s.start(ctx, starting{stack: st, op: op, blueprint: b, allowed: func(tx *bbolt.Tx, now stack, _ bool) error {
		if now.Status != reviewInProgress {
			if err := checkUpdatable(now, disableRollback); err != nil {
				return err
			}
		}
		current, found, err := changeSets.Get(tx, c.ID)
		if err != nil || !found {
			return firstOf(err, wire.BadRequest("ChangeSetNotFound", "ChangeSet [%s] does not exist", c.ID))
		}
		if err := current.checkExecutable(); err != nil {
			return err
		}
		current.ExecutionStatus = executionInProgress
		return changeSets.Put(tx, c.ID, current)
	}})
	if err != nil {
		return out, err
	}
	err = r.forward()
	c.ExecutionStatus = executionResult(r.stack)
	return out, firstOf(err, s.write(func(tx *bbolt.Tx) error {
		if r.stack.Status == deleteComplete {
			return nil
		}
		return changeSets.Put(tx, c.ID, c)
	}))
}

// executionResult is how the execution of a change set has ended, by the stack that it
// was the last to change.
func executionResult(st stack) string {
	if st.Status == createComplete || st.Status == updateComplete {
		return executionComplete
	}
	return executionFailed
}

func (c changeSet) checkExecutable() error {
	if c.Status != changeSetComplete {
		return wire.BadRequest("InvalidChangeSetStatus", "ChangeSet [%s] cannot be executed in its current status of [%s]", c.ID, c.Status)
	}
	if c.ExecutionStatus != executionAvailable {
		return wire.BadRequest("InvalidChangeSetStatus", "ChangeSet [%s] cannot be executed in its current execution status of [%s]", c.ID, c.ExecutionStatus)
	}
	return nil
}

// begun is the stack at the beginning of its creation or of an update, and the
// operation for it.
func (s *Service) begun(st stack, disableRollback bool) (stack, operation) {
	op := operation{Kind: updateKind, Phase: forwardPhase, DisableRollback: disableRollback}
	if st.Status == reviewInProgress {
		op.Kind = createKind
		st.Status = createInProgress
	} else {
		st.Status = updateInProgress
	}
	st.StatusReason, st.DisableRollback, st.LastUpdatedTime = "User Initiated", disableRollback, s.config.Now().UTC()
	return st, op
}

// deleteChangeSet is the DeleteChangeSet operation. One that is not there is no
// mistake as long as the stack is.
func (s *Service) deleteChangeSet(_ context.Context, in changeSetInput) (out empty, err error) {
	c, found, err := s.changeSetNamed(in.ChangeSetName, in.StackName)
	if err != nil || !found {
		return out, err
	}
	if c.ExecutionStatus == executionInProgress {
		return out, wire.BadRequest("InvalidChangeSetStatus", "ChangeSet [%s] cannot be deleted in its current execution status of [%s]", c.ID, c.ExecutionStatus)
	}
	return out, s.write(func(tx *bbolt.Tx) error { return changeSets.Delete(tx, c.ID) })
}

// readChangeSets visits the change sets of a stack in a transaction of its own.
func (s *Service) readChangeSets(stackID string, visit func(changeSet)) error {
	return s.read(func(tx *bbolt.Tx) error {
		return eachChangeSet(tx, stackID, func(c changeSet) error { visit(c); return nil })
	})
}
