package cloudformation

import (
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

// changeSet is a deployment that was planned and waits to be carried out.
type changeSet struct {
	ID, Name            string
	StackID, StackName  string
	Description         string
	CreationTime        time.Time
	Status              string
	StatusReason        string
	ExecutionStatus     string
	Target              deployment
	OnStackFailure      string
	DisableRollback     bool
	IncludeNestedStacks bool
	Changes             []plannedChange
}

const (
	changeSetComplete = "CREATE_COMPLETE"
	changeSetFailed   = "FAILED"

	executionUnavailable = "UNAVAILABLE"
	executionAvailable   = "AVAILABLE"
	executionInProgress  = "EXECUTE_IN_PROGRESS"
	executionComplete    = "EXECUTE_COMPLETE"
	executionFailed      = "EXECUTE_FAILED"
	executionObsolete    = "OBSOLETE"
)

// noChanges is the reason of a change set that would change nothing. Clients
// compare its beginning.
const noChanges = "The submitted information didn't contain changes. Submit different information to create a change set."

// eachChangeSet visits the change sets of a stack.
func eachChangeSet(tx *bbolt.Tx, stackID string, visit func(changeSet) error) error {
	return changeSets.Each(tx, "", func(_ string, c changeSet) error {
		if c.StackID != stackID {
			return nil
		}
		return visit(c)
	})
}

// deleteChangeSets removes the change sets of a stack but one.
func (s *Service) deleteChangeSets(tx *bbolt.Tx, stackID, keep string) error {
	var ids []string
	err := eachChangeSet(tx, stackID, func(c changeSet) error {
		if c.ID != keep {
			ids = append(ids, c.ID)
		}
		return nil
	})
	for _, id := range ids {
		if err == nil {
			err = changeSets.Delete(tx, id)
		}
	}
	return err
}

// makeObsolete keeps change sets from being executed once their stack changes.
// When one of them is what changes it, the others are deleted, as on AWS.
func (s *Service) makeObsolete(tx *bbolt.Tx, stackID, executed string) error {
	if executed != "" {
		return s.deleteChangeSets(tx, stackID, executed)
	}
	var obsolete []changeSet
	err := eachChangeSet(tx, stackID, func(c changeSet) error {
		if c.ExecutionStatus == executionAvailable {
			c.ExecutionStatus = executionObsolete
			obsolete = append(obsolete, c)
		}
		return nil
	})
	for _, c := range obsolete {
		if err == nil {
			err = changeSets.Put(tx, c.ID, c)
		}
	}
	return err
}

// changeSetNamed finds a change set by its ARN, or by its name and its stack.
func (s *Service) changeSetNamed(nameOrARN, stackName string) (c changeSet, found bool, err error) {
	if !isARN(nameOrARN) && stackName == "" {
		return c, false, invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
	}
	err = s.read(func(tx *bbolt.Tx) error {
		if isARN(nameOrARN) {
			c, found, err = changeSets.Get(tx, nameOrARN)
			return err
		}
		st, there, err := find(tx, stackName)
		if err != nil {
			return err
		}
		if !there || st.Status == deleteComplete {
			return invalid("Stack [%s] does not exist", stackName)
		}
		return eachChangeSet(tx, st.ID, func(other changeSet) error {
			if other.Name == nameOrARN && other.ExecutionStatus != executionComplete {
				c, found = other, true
			}
			return nil
		})
	})
	return c, found, err
}

// changeSetExisting is changeSetNamed for operations that need one.
func (s *Service) changeSetExisting(nameOrARN, stackName string) (changeSet, error) {
	c, found, err := s.changeSetNamed(nameOrARN, stackName)
	if err == nil && !found {
		err = wire.BadRequest("ChangeSetNotFound", "ChangeSet [%s] does not exist", nameOrARN)
	}
	return c, err
}
