package cloudformation

import (
	"context"
	"slices"

	"go.etcd.io/bbolt"
)

type continueUpdateRollbackInput struct {
	StackName          string
	ResourcesToSkip    []string
	RoleARN            string
	ClientRequestToken string
}

// continueUpdateRollback is the ContinueUpdateRollback operation: the rollback goes
// on where it failed. A skipped resource counts as rolled back, as it is.
func (s *Service) continueUpdateRollback(ctx context.Context, in continueUpdateRollbackInput) (out empty, err error) {
	r, err := s.takeUp(ctx, in.StackName, in.ClientRequestToken, updateRollbackInProgress, func(st stack) error {
		if st.Status != updateRollbackFailed {
			return invalid("Stack:%s is in %s state and can not continue rollback.", st.ID, st.Status)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	for _, id := range in.ResourcesToSkip {
		if !slices.ContainsFunc(r.steps, func(st step) bool { return st.New.LogicalID == id }) {
			return out, firstOf(r.enter(updateRollbackFailed, ""), invalid("The resource %s is not in the UPDATE_FAILED state and cannot be skipped.", id))
		}
	}
	if err := r.skip(in.ResourcesToSkip); err != nil {
		return out, err
	}
	return out, r.rollBackUpdate()
}

// skip drops the steps of the resources, which stay as the update made them.
func (r *run) skip(ids []string) error {
	var kept []step
	for _, st := range r.steps {
		if !slices.Contains(ids, st.New.LogicalID) {
			kept = append(kept, st)
			continue
		}
		if err := r.put(r.live[st.New.LogicalID], updateComplete, "", nothingElse); err != nil {
			return err
		}
	}
	before := r.steps
	r.steps = kept
	return r.s.write(func(tx *bbolt.Tx) error {
		for _, st := range before {
			if err := steps.Delete(tx, r.stepKey(st)); err != nil {
				return err
			}
		}
		for i := range r.steps {
			r.steps[i].Number = i
			if err := steps.Put(tx, r.stepKey(r.steps[i]), r.steps[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

type rollbackStackInput struct {
	StackName            string
	RoleARN              string
	ClientRequestToken   string
	RetainExceptOnCreate bool
}

type rollbackStackOutput struct {
	StackId string
}

// rollbackStack is the RollbackStack operation: it takes back what an operation
// without rollback left.
func (s *Service) rollbackStack(ctx context.Context, in rollbackStackInput) (out rollbackStackOutput, err error) {
	r, err := s.takeUp(ctx, in.StackName, in.ClientRequestToken, updateRollbackInProgress, func(st stack) error {
		if st.Status != createFailed && st.Status != updateFailed {
			return invalid("Stack:%s is in %s state and can not be rolled back.", st.ID, st.Status)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	out.StackId = r.stack.ID
	r.op.RetainExceptOnCreate = in.RetainExceptOnCreate
	if r.stack.Succeeded {
		return out, r.rollBackUpdate()
	}
	return out, r.rollBackCreate()
}

// takeUp claims a stack whose operation stopped, to go on with it.
func (s *Service) takeUp(ctx context.Context, nameOrARN, token, status string, allowed func(stack) error) (*run, error) {
	st, err := s.existing(nameOrARN)
	if err != nil {
		return nil, err
	}
	var op operation
	err = s.read(func(tx *bbolt.Tx) error {
		op, _, err = operations.Get(tx, st.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !st.Succeeded {
		status = rollbackInProgress
	}
	st.Status, st.StatusReason = status, "User Initiated"
	op.Phase, op.Token = rollbackPhase, token
	return s.start(ctx, starting{stack: st, op: op, allowed: func(_ *bbolt.Tx, now stack, _ bool) error { return allowed(now) }})
}
