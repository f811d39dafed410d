package cloudformation

import (
	"context"

	"go.etcd.io/bbolt"
)

type updateStackInput struct {
	StackName                 string
	TemplateBody, TemplateURL *string
	UsePreviousTemplate       bool
	Parameters                []parameterInput
	Tags                      []tag
	Capabilities              []string
	RoleARN                   string
	NotificationARNs          []string
	DeploymentConfig          deploymentConfig
	ClientRequestToken        string
	DisableRollback           bool
	RetainExceptOnCreate      bool
}

// updateStack is the UpdateStack operation. It answers when the stack is in its
// final state.
func (s *Service) updateStack(ctx context.Context, in updateStackInput) (out stackIdentity, err error) {
	st, err := s.existing(in.StackName)
	if err != nil {
		return out, err
	}
	disableRollback := in.DisableRollback || in.DeploymentConfig.DisableRollback
	if err := checkUpdatable(st, disableRollback); err != nil {
		return out, err
	}
	p, err := s.propose(ctx, deploymentInput{
		in.TemplateBody, in.TemplateURL, in.UsePreviousTemplate, in.Parameters, in.Tags, in.Capabilities, in.RoleARN, in.NotificationARNs, in.DeploymentConfig,
	}, &st)
	if err != nil {
		return out, err
	}
	if !p.changes && st.Succeeded {
		return out, invalid("No updates are to be performed.")
	}
	begun, op := s.begun(st, disableRollback)
	op.Token, op.RetainExceptOnCreate = in.ClientRequestToken, in.RetainExceptOnCreate
	r, err := s.start(ctx, starting{stack: begun, op: op, blueprint: p.blueprint, allowed: func(_ *bbolt.Tx, now stack, _ bool) error {
		return checkUpdatable(now, disableRollback)
	}})
	if err != nil {
		return out, err
	}
	return stackIdentity{st.ID}, r.forward()
}

type updateTerminationProtectionInput struct {
	StackName                   string
	EnableTerminationProtection bool
}

// updateTerminationProtection is the UpdateTerminationProtection operation.
func (s *Service) updateTerminationProtection(_ context.Context, in updateTerminationProtectionInput) (out stackIdentity, err error) {
	return out, s.write(func(tx *bbolt.Tx) error {
		st, found, err := find(tx, in.StackName)
		if err != nil {
			return err
		}
		if !found || st.Status == deleteComplete {
			return invalid("Stack [%s] does not exist", in.StackName)
		}
		st.TerminationProtection, out.StackId = in.EnableTerminationProtection, st.ID
		return stacks.Put(tx, st.ID, st)
	})
}
