package cloudformation

import (
	"context"

	"go.etcd.io/bbolt"
)

// starting is what is settled about an operation before it begins.
type starting struct {
	stack     stack
	op        operation
	blueprint *blueprint
	// allowed reports why the stack's status, read in the transaction that claims
	// it, does not let the operation begin.
	allowed func(tx *bbolt.Tx, now stack, found bool) error
}

// start claims the stack for one operation: from here until it has ended, every
// other is refused. It writes the stack's first status.
func (s *Service) start(ctx context.Context, o starting) (*run, error) {
	// A caller that goes away does not stop the work.
	r := &run{s: s, ctx: context.WithoutCancel(ctx), stack: o.stack, op: o.op, blueprint: o.blueprint}
	if o.blueprint != nil {
		r.op.Target = o.blueprint.target
	}
	var err error
	claim := func(tx *bbolt.Tx) error {
		now, found, err := stacks.Get(tx, r.stack.ID)
		if err != nil {
			return err
		}
		if err := o.allowed(tx, now, found); err != nil {
			return err
		}
		if err := names.Put(tx, r.stack.Name, r.stack.ID); err != nil {
			return err
		}
		if err := s.makeObsolete(tx, r.stack.ID, r.op.ChangeSetID); err != nil {
			return err
		}
		if err := stacks.Put(tx, r.stack.ID, r.stack); err != nil {
			return err
		}
		return operations.Put(tx, r.stack.ID, r.op)
	}
	if err = s.record(claim, r.stackEvent()); err != nil {
		return nil, err
	}
	if r.live, err = s.load(r.stack.ID); err != nil {
		return nil, err
	}
	r.steps, err = s.loadSteps(r.stack.ID)
	return r, err
}

// loadSteps reads the steps of a stack's operation, in order.
func (s *Service) loadSteps(stackID string) (list []step, err error) {
	err = s.read(func(tx *bbolt.Tx) error {
		return steps.Each(tx, stackID+"/", func(_ string, st step) error {
			list = append(list, st)
			return nil
		})
	})
	return list, err
}
