package cloudformation

import (
	"context"
	"slices"

	"go.etcd.io/bbolt"
)

type deleteStackInput struct {
	StackName          string
	RetainResources    []string
	RoleARN            string
	ClientRequestToken string
	DeploymentConfig   deploymentConfig
}

// deleteStack is the DeleteStack operation. It answers when the stack is gone or
// cannot be deleted. A stack that is not there is no mistake.
func (s *Service) deleteStack(ctx context.Context, in deleteStackInput) (out empty, err error) {
	st, found, err := s.stackNamed(in.StackName)
	if err != nil || !found || st.Status == deleteComplete {
		return out, err
	}
	if err := s.checkDeletable(st, in.RetainResources); err != nil {
		return out, err
	}
	before := st
	st.Status, st.StatusReason = deleteInProgress, "User Initiated"
	op := operation{Kind: deleteKind, Phase: deletePhase, Token: in.ClientRequestToken, Retain: in.RetainResources}
	if op.Garbage, err = s.strays(st); err != nil {
		return out, err
	}
	r, err := s.start(ctx, starting{stack: st, op: op, allowed: func(_ *bbolt.Tx, now stack, _ bool) error {
		if now.Status != before.Status {
			return notNow(now, "deleted")
		}
		return nil
	}})
	if err != nil {
		return out, err
	}
	if user, export, err := s.firstImporter(before); err != nil {
		return out, err
	} else if user != "" {
		// AWS takes the request and then calls it off.
		return out, r.finish(before.Status, "Delete canceled. Cannot delete export "+export+" as it is in use by "+user+".", nothingElse)
	}
	return out, r.deleteStack()
}

func (s *Service) checkDeletable(st stack, retain []string) error {
	switch {
	case st.TerminationProtection:
		return invalid("Stack [%s] cannot be deleted while TerminationProtection is enabled", st.Name)
	case inProgress(st.Status):
		return notNow(st, "deleted")
	case len(retain) > 0 && st.Status != deleteFailed:
		return invalid("Invalid operation on stack [%s]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.", st.ID)
	}
	live, err := s.load(st.ID)
	for _, id := range retain {
		if _, ok := live[id]; err == nil && !ok {
			err = invalid("The stack does not have the resources: [%s]", id)
		}
	}
	return err
}

// strays are the physical resources of the stack that only its last operation,
// which stopped half-way, knows of.
func (s *Service) strays(st stack) ([]stackResource, error) {
	r := &run{s: s, stack: st}
	var before operation
	err := s.read(func(tx *bbolt.Tx) (err error) {
		before, _, err = operations.Get(tx, st.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if r.live, err = s.load(st.ID); err != nil {
		return nil, err
	}
	if r.steps, err = s.loadSteps(st.ID); err != nil {
		return nil, err
	}
	return r.strays(before), nil
}

// firstImporter finds a stack that uses an export of st.
func (s *Service) firstImporter(st stack) (user, export string, err error) {
	if !st.Succeeded {
		return "", "", nil
	}
	for _, o := range st.Live.Outputs {
		if o.ExportName == "" {
			continue
		}
		users, err := s.importers(st, o.ExportName)
		if err != nil || len(users) > 0 {
			return slices.Concat(users, []string{""})[0], o.ExportName, err
		}
	}
	return "", "", nil
}
