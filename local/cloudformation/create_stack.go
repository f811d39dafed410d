package cloudformation

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

type createStackInput struct {
	StackName                   string
	TemplateBody, TemplateURL   *string
	Parameters                  []parameterInput
	Tags                        []tag
	Capabilities                []string
	RoleARN                     string
	NotificationARNs            []string
	DeploymentConfig            deploymentConfig
	ClientRequestToken          string
	DisableRollback             bool
	OnFailure                   string
	EnableTerminationProtection bool
	RetainExceptOnCreate        bool
}

type stackIdentity struct {
	StackId string
}

// createStack is the CreateStack operation. It answers when the stack is in its
// final state.
func (s *Service) createStack(ctx context.Context, in createStackInput) (out stackIdentity, err error) {
	if in.DisableRollback && in.OnFailure != "" {
		return out, invalid("You can specify either DisableRollback or OnFailure, but not both.")
	}
	if err := checkOnFailure(in.OnFailure); err != nil {
		return out, err
	}
	if err := checkName("stackName", in.StackName); err != nil {
		return out, err
	}
	st, found, err := s.stackNamed(in.StackName)
	switch {
	case err != nil:
		return out, err
	case found && st.Status != reviewInProgress:
		return out, alreadyExists(st.Name)
	case !found:
		if st, err = s.newStack(in.StackName, reviewInProgress); err != nil {
			return out, err
		}
	}
	p, err := s.propose(ctx, deploymentInput{
		TemplateBody: in.TemplateBody, TemplateURL: in.TemplateURL, Parameters: in.Parameters, Tags: list(in.Tags), Capabilities: in.Capabilities,
		RoleARN: in.RoleARN, NotificationARNs: in.NotificationARNs, DeploymentConfig: in.DeploymentConfig,
	}, &st)
	if err != nil {
		return out, err
	}
	st, op := s.begun(st, in.DisableRollback || in.DeploymentConfig.DisableRollback || in.OnFailure == "DO_NOTHING")
	op.Token, op.DeleteOnFailure, op.RetainExceptOnCreate = in.ClientRequestToken, in.OnFailure == "DELETE", in.RetainExceptOnCreate
	st.TerminationProtection, st.Live = in.EnableTerminationProtection, p.blueprint.target
	r, err := s.start(ctx, starting{stack: st, op: op, blueprint: p.blueprint, allowed: func(tx *bbolt.Tx, now stack, _ bool) error {
		id, taken, err := names.Get(tx, st.Name)
		if err != nil {
			return err
		}
		if taken && (id != st.ID || now.Status != reviewInProgress) {
			return alreadyExists(st.Name)
		}
		return nil
	}})
	if err != nil {
		return out, err
	}
	return stackIdentity{st.ID}, r.forward()
}

func alreadyExists(name string) error {
	return wire.BadRequest("AlreadyExistsException", "Stack [%s] already exists", name)
}

// CreateStackOnce creates a stack from a template that needs no parameters, unless
// there is a stack of that name. It is how the local cloud comes with the CDK's
// bootstrap stack.
func (s *Service) CreateStackOnce(ctx context.Context, name, template string) error {
	st, found, err := s.stackNamed(name)
	if err != nil || found && st.Status != rollbackComplete {
		return err
	}
	if found { // an earlier attempt failed
		if _, err := s.deleteStack(ctx, deleteStackInput{StackName: name}); err != nil {
			return err
		}
	}
	if _, err := s.createStack(ctx, createStackInput{StackName: name, TemplateBody: &template}); err != nil {
		return fmt.Errorf("creating the stack %s: %w", name, err)
	}
	if st, _, err = s.stackNamed(name); err == nil && st.Status != createComplete {
		err = fmt.Errorf("creating the stack %s: %s", name, s.whyFailed(st))
	}
	return err
}
