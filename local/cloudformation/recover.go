package cloudformation

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"
)

// interrupted is the reason of what recover does.
const interrupted = "The process of the local cloud ended during the operation."

// recover ends the operations that a killed process left under way, as they would have
// ended: a deployment that has begun goes on, whatever becomes of those who asked for it.
// To roll it back could fail where nothing is wrong: a bucket that a create has filled
// cannot be deleted before the resource is there that empties it.
func (s *Service) recover(ctx context.Context) error {
	var runs []*run
	err := s.read(func(tx *bbolt.Tx) error {
		return operations.Each(tx, "", func(id string, op operation) error {
			st, found, err := stacks.Get(tx, id)
			if err == nil && found && inProgress(st.Status) {
				runs = append(runs, &run{s: s, ctx: ctx, stack: st, op: op})
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, r := range runs {
		if r.live, err = s.load(r.stack.ID); err != nil {
			return err
		}
		if r.steps, err = s.loadSteps(r.stack.ID); err != nil {
			return err
		}
		if err := r.resume(); err != nil {
			return fmt.Errorf("the stack %s: %w", r.stack.Name, err)
		}
	}
	return s.write(s.settleChangeSets)
}

// settleChangeSets ends the executions that a killed process left under way: one that
// goes on for ever could never be deleted, and its name never be used again.
func (s *Service) settleChangeSets(tx *bbolt.Tx) error {
	var settled []changeSet
	err := changeSets.Each(tx, "", func(_ string, c changeSet) error {
		if c.ExecutionStatus != executionInProgress {
			return nil
		}
		st, _, err := stacks.Get(tx, c.StackID)
		c.ExecutionStatus = executionResult(st)
		settled = append(settled, c)
		return err
	})
	for _, c := range settled {
		if err == nil {
			err = changeSets.Put(tx, c.ID, c)
		}
	}
	return err
}

// resume takes an operation up where another process left it.
func (r *run) resume() error {
	switch r.op.Phase {
	case forwardPhase:
		return r.goOn()
	case rollbackPhase:
		if r.stack.Succeeded {
			return r.rollBackUpdate()
		}
		return r.rollBackCreate()
	case cleanupPhase, rollbackCleanupPhase:
		return r.cleanUp()
	case deletePhase:
		if r.op.Kind == deleteKind {
			return r.deleteStack()
		}
		return r.rollBackCreate()
	}
	return fmt.Errorf("an operation cannot be resumed in the phase %q", r.op.Phase)
}

// goOn carries on with a deployment. What is done already it finds done.
func (r *run) goOn() error {
	if err := r.enter(r.stack.Status, interrupted); err != nil {
		return err
	}
	if err := r.recoverPending(); err != nil {
		return err
	}
	if _, found := r.pending(); found { // an update in place: it is made again
		if err := r.s.write(r.drop()); err != nil {
			return err
		}
	}
	for _, st := range r.steps {
		if err := r.completeLast(st); err != nil {
			return err
		}
	}
	b, err := r.s.draw(r.ctx, &r.stack, r.op.Target)
	if err != nil { // this local cloud cannot deploy what another version could
		return r.rollBack(interrupted + " " + messageOf(err))
	}
	r.blueprint = b
	return r.forward()
}

// completeLast tells of a resource that it is complete, where that was the one thing
// missing.
func (r *run) completeLast(st step) error {
	switch res := r.live[st.New.LogicalID]; res.Status {
	case createInProgress, updateInProgress:
		return r.put(res, completeStatus(res.Status), "", nothingElse)
	}
	return nil
}
