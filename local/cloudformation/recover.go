package cloudformation

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"
)

// interrupted is the reason of a rollback that recover begins.
const interrupted = "The process of the local cloud ended during the operation."

// recover ends the operations that a killed process left under way.
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
		return r.rollBack(interrupted)
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
