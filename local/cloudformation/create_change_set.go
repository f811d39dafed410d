package cloudformation

import (
	"context"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

type createChangeSetInput struct {
	StackName, ChangeSetName  string
	ChangeSetType             string
	Description               string
	ClientToken               string
	TemplateBody, TemplateURL *string
	UsePreviousTemplate       bool
	Parameters                []parameterInput
	Tags                      []tag
	Capabilities              []string
	RoleARN                   string
	NotificationARNs          []string
	DeploymentConfig          deploymentConfig
	IncludeNestedStacks       bool
	// ImportExistingResources changes nothing here: a resource whose name is taken
	// cannot be created. `cdk bootstrap` always asks for it.
	ImportExistingResources bool
	OnStackFailure          string
}

func (in createChangeSetInput) deployment() deploymentInput {
	return deploymentInput{
		in.TemplateBody, in.TemplateURL, in.UsePreviousTemplate, in.Parameters, in.Tags, in.Capabilities, in.RoleARN,
		in.NotificationARNs, in.DeploymentConfig,
	}
}

type changeSetIdentity struct {
	Id, StackId string
}

// createChangeSet is the CreateChangeSet operation. The change set is complete, or
// has failed, when it answers.
func (s *Service) createChangeSet(ctx context.Context, in createChangeSetInput) (out changeSetIdentity, err error) {
	if err := checkName("changeSetName", in.ChangeSetName); err != nil {
		return out, err
	}
	if err := checkOnFailure(in.OnStackFailure); err != nil {
		return out, err
	}
	st, err := s.changeSetStack(in)
	if err != nil {
		return out, err
	}
	id, err := s.newID()
	if err != nil {
		return out, err
	}
	c := changeSet{
		ID: s.arn("changeSet", in.ChangeSetName, id), Name: in.ChangeSetName, StackID: st.ID, StackName: st.Name,
		Description: in.Description, OnStackFailure: in.OnStackFailure, DisableRollback: in.DeploymentConfig.DisableRollback,
		IncludeNestedStacks: in.IncludeNestedStacks, Status: changeSetComplete, ExecutionStatus: executionAvailable,
	}
	p, err := s.propose(ctx, in.deployment(), &st)
	if err != nil {
		return out, err
	}
	c.Target, c.Changes = p.blueprint.target, p.planned
	if !p.changes && st.Succeeded {
		c.Status, c.StatusReason, c.ExecutionStatus = changeSetFailed, noChanges, executionUnavailable
	}
	return changeSetIdentity{c.ID, st.ID}, s.storeChangeSet(st, c)
}

// changeSetStack is the stack that the change set is for. For CREATE it is a new
// one, or one that earlier change sets left in review.
func (s *Service) changeSetStack(in createChangeSetInput) (st stack, err error) {
	st, found, err := s.stackNamed(in.StackName)
	if err != nil {
		return st, err
	}
	found = found && st.Status != deleteComplete
	switch in.ChangeSetType {
	case "CREATE":
		if found && st.Status != reviewInProgress {
			return st, invalid("Stack [%s] already exists and cannot be created again with the changeSet [%s].", st.Name, in.ChangeSetName)
		}
		if found {
			return st, nil
		}
		if isARN(in.StackName) {
			return st, invalid("Stack [%s] does not exist", in.StackName)
		}
		return s.newStack(in.StackName, reviewInProgress)
	case "", "UPDATE":
		if !found {
			return st, invalid("Stack [%s] does not exist", in.StackName)
		}
		return st, checkUpdatable(st, true)
	case "IMPORT":
		return st, wire.Unimplemented("the ChangeSetType IMPORT")
	}
	return st, invalid("1 validation error detected: Value '%s' at 'changeSetType' failed to satisfy constraint: Member must satisfy enum value set: [IMPORT, UPDATE, CREATE]", in.ChangeSetType)
}

// newStack is a stack that is not stored yet.
func (s *Service) newStack(name, status string) (stack, error) {
	if err := checkName("stackName", name); err != nil {
		return stack{}, err
	}
	id, err := s.newID()
	return stack{
		ID: s.arn("stack", name, id), Name: name, Status: status, StatusReason: "User Initiated", CreationTime: s.config.Now().UTC(),
	}, err
}

// storeChangeSet writes the change set, and its stack if that is new.
func (s *Service) storeChangeSet(st stack, c changeSet) error {
	var happened []Event
	isNew := false
	err := s.read(func(tx *bbolt.Tx) error {
		_, found, err := stacks.Get(tx, st.ID)
		isNew = !found
		return err
	})
	if err != nil {
		return err
	}
	if isNew {
		happened = append(happened, (&run{stack: st}).stackEvent())
	}
	c.CreationTime = s.tick() // before any event of its execution
	return s.record(func(tx *bbolt.Tx) error {
		err := eachChangeSet(tx, st.ID, func(other changeSet) error {
			if other.Name == c.Name && other.ExecutionStatus != executionComplete {
				return wire.BadRequest("AlreadyExistsException", "ChangeSet %s already exists", c.Name)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if isNew {
			if _, taken, err := names.Get(tx, st.Name); err != nil || taken {
				return firstOf(err, invalid("Stack [%s] already exists and cannot be created again with the changeSet [%s].", st.Name, c.Name))
			}
			if err := names.Put(tx, st.Name, st.ID); err != nil {
				return err
			}
			if err := stacks.Put(tx, st.ID, st); err != nil {
				return err
			}
		}
		return changeSets.Put(tx, c.ID, c)
	}, happened...)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkOnFailure reports a value that OnFailure cannot have.
func checkOnFailure(value string) error {
	switch value {
	case "", "DO_NOTHING", "ROLLBACK", "DELETE":
		return nil
	}
	return invalid("1 validation error detected: Value '%s' at 'onFailure' failed to satisfy constraint: Member must satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]", value)
}
