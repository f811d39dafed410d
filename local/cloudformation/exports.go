package cloudformation

import (
	"slices"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

// messageOf is the text of an error for people, without its code.
func messageOf(err error) string {
	if e := wire.AsError(err); e.Code != "InternalFailure" {
		return e.Message
	}
	return err.Error()
}

// exportedValue is the value of an export of any stack.
func (s *Service) exportedValue(name string) (value string, err error) {
	found := false
	err = s.eachDeployed(func(st stack) error {
		for _, o := range st.Live.Outputs {
			if o.ExportName == name {
				value, found = o.Value, true
			}
		}
		return nil
	})
	if err == nil && !found {
		err = invalid("No export named %s found.", name)
	}
	return value, err
}

// eachDeployed visits every stack that has been deployed with success and is still
// there, in the order of their ARNs.
func (s *Service) eachDeployed(visit func(stack) error) error {
	return s.read(func(tx *bbolt.Tx) error {
		return stacks.Each(tx, "", func(_ string, st stack) error {
			if !st.Succeeded || st.Status == deleteComplete {
				return nil
			}
			return visit(st)
		})
	})
}

// importers names the stacks other than st that use the export.
func (s *Service) importers(st stack, export string) (users []string, err error) {
	err = s.eachDeployed(func(other stack) error {
		if other.ID != st.ID && slices.Contains(other.Live.Imports, export) {
			users = append(users, other.Name)
		}
		return nil
	})
	return users, err
}

// checkExports reports, as a [failure], an export that the stack may not make,
// change or drop if its outputs become these.
func (s *Service) checkExports(st stack, outputs []output) error {
	for _, o := range outputs {
		if o.ExportName == "" {
			continue
		}
		err := s.eachDeployed(func(other stack) error {
			for _, theirs := range other.Live.Outputs {
				if other.ID != st.ID && theirs.ExportName == o.ExportName {
					return failure{"Export with name " + o.ExportName + " is already exported by stack " + other.Name + "."}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if !st.Succeeded {
		return nil
	}
	for _, old := range st.Live.Outputs {
		if old.ExportName == "" || slices.ContainsFunc(outputs, func(o output) bool { return o.ExportName == old.ExportName && o.Value == old.Value }) {
			continue
		}
		users, err := s.importers(st, old.ExportName)
		switch {
		case err != nil:
			return err
		case len(users) == 0:
		case slices.ContainsFunc(outputs, func(o output) bool { return o.ExportName == old.ExportName }):
			return failure{"Cannot update export " + old.ExportName + " as it is in use by " + users[0] + "."}
		default:
			return failure{"Cannot delete export " + old.ExportName + " as it is in use by " + users[0] + "."}
		}
	}
	return nil
}
