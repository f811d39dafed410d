package cloudformation

import (
	"time"

	"go.etcd.io/bbolt"
)

// find returns the stack called name, or with that ARN; deleted stacks are found
// by ARN only.
func find(tx *bbolt.Tx, nameOrARN string) (st stack, found bool, err error) {
	id := nameOrARN
	if !isARN(id) {
		if id, found, err = names.Get(tx, nameOrARN); err != nil || !found {
			return st, false, err
		}
	}
	return stacks.Get(tx, id)
}

// stackNamed is find in a transaction of its own.
func (s *Service) stackNamed(nameOrARN string) (st stack, found bool, err error) {
	err = s.read(func(tx *bbolt.Tx) error {
		st, found, err = find(tx, nameOrARN)
		return err
	})
	return st, found, err
}

// existing is the stack, or the error of the operations that need it; deleted
// stacks do not count.
func (s *Service) existing(nameOrARN string) (stack, error) {
	st, found, err := s.stackNamed(nameOrARN)
	if err == nil && (!found || st.Status == deleteComplete) {
		err = invalid("Stack [%s] does not exist", nameOrARN)
	}
	return st, err
}

// keptAfterDeletion is how long a deleted stack can be asked about. Source: AWS
// documentation, ListStacks.
const keptAfterDeletion = 90 * 24 * time.Hour

// forgetLongDeleted removes what is kept of stacks that were deleted long ago.
func (s *Service) forgetLongDeleted() error {
	return s.write(func(tx *bbolt.Tx) error {
		var forgotten []string
		err := stacks.Each(tx, "", func(id string, st stack) error {
			if st.Status == deleteComplete && s.config.Now().Sub(st.DeletionTime) > keptAfterDeletion {
				forgotten = append(forgotten, id)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range forgotten {
			var keys []string
			if err := events.Each(tx, id+"/", func(key string, _ Event) error { keys = append(keys, key); return nil }); err != nil {
				return err
			}
			for _, key := range keys {
				if err := events.Delete(tx, key); err != nil {
					return err
				}
			}
			if err := stacks.Delete(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}
