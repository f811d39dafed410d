package cloudformation

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
)

// run carries out one operation on one stack. Everything it learns it writes down
// before it goes on, so that another process can take over: see [operation].
type run struct {
	s         *Service
	ctx       context.Context
	stack     stack
	op        operation
	steps     []step
	live      map[string]stackResource
	blueprint *blueprint // of op.Target; nil unless going forward
}

// failure is a stack operation that went wrong in a way that is not a defect: the
// stack's status tells it to the caller.
type failure struct{ reason string }

func (f failure) Error() string { return f.reason }

// requestedRollback is what AWS adds to the reason of a create that fails.
const requestedRollback = " Rollback requested by user."

// write makes changes to the state in one transaction.
func (s *Service) write(change func(tx *bbolt.Tx) error) error { return s.config.DB.Update(change) }

// read looks at the state in one transaction.
func (s *Service) read(look func(tx *bbolt.Tx) error) error { return s.config.DB.View(look) }

// load reads the resources of the stack.
func (s *Service) load(stackID string) (map[string]stackResource, error) {
	live := map[string]stackResource{}
	err := s.read(func(tx *bbolt.Tx) error {
		return resources.Each(tx, stackID+"/", func(_ string, r stackResource) error {
			live[r.LogicalID] = r
			return nil
		})
	})
	return live, err
}

// record writes events, together with whatever else change does, in one
// transaction, and then tells the listener.
func (s *Service) record(change func(tx *bbolt.Tx) error, happened ...Event) error {
	for i := range happened {
		if err := s.stamp(&happened[i]); err != nil {
			return err
		}
	}
	err := s.write(func(tx *bbolt.Tx) error {
		for _, e := range happened {
			if err := events.Put(tx, eventKey(e), e); err != nil {
				return err
			}
		}
		return change(tx)
	})
	if err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	for _, e := range happened {
		if s.config.OnEvent != nil {
			s.config.OnEvent(e)
		}
	}
	return nil
}

// eventTime is the layout of times in the ids of events. Every time is as long as
// every other, so that they sort as text.
const eventTime = "2006-01-02T15:04:05.000Z"

// stamp gives the event its time and id.
func (s *Service) stamp(e *Event) error {
	e.Time = s.tick()
	e.ID = fmt.Sprintf("%s-%s-%s", e.LogicalID, e.Status, e.Time.Format(eventTime))
	if e.Type != stackType {
		return nil
	}
	id, err := s.newID()
	e.ID = id
	return err
}

// eventKey orders the events of a stack by time.
func eventKey(e Event) string { return e.StackID + "/" + e.Time.Format(eventTime) + "/" + e.ID }

// stackEvent is an event about the stack itself.
func (r *run) stackEvent() Event {
	return Event{
		StackID: r.stack.ID, StackName: r.stack.Name, LogicalID: r.stack.Name, PhysicalID: r.stack.ID, Type: stackType,
		Status: r.stack.Status, Reason: r.stack.StatusReason, Token: r.op.Token,
	}
}

// enter gives the stack a status and writes the stack and the operation.
func (r *run) enter(status, reason string) error {
	r.stack.Status, r.stack.StatusReason = status, reason
	return r.s.record(func(tx *bbolt.Tx) error {
		if err := stacks.Put(tx, r.stack.ID, r.stack); err != nil {
			return err
		}
		return operations.Put(tx, r.stack.ID, r.op)
	}, r.stackEvent())
}

// finish gives the stack its last status and forgets the operation.
func (r *run) finish(status, reason string, also func(tx *bbolt.Tx) error) error {
	r.stack.Status, r.stack.StatusReason = status, reason
	return r.s.record(func(tx *bbolt.Tx) error {
		if err := also(tx); err != nil {
			return err
		}
		if err := stacks.Put(tx, r.stack.ID, r.stack); err != nil {
			return err
		}
		if err := operations.Delete(tx, r.stack.ID); err != nil {
			return err
		}
		for _, st := range r.steps {
			if err := steps.Delete(tx, r.stepKey(st)); err != nil {
				return err
			}
		}
		return nil
	}, r.stackEvent())
}

func nothingElse(*bbolt.Tx) error { return nil }

func (r *run) stepKey(st step) string { return fmt.Sprintf("%s/%06d", r.stack.ID, st.Number) }

// resourceEvent is an event about a resource.
func (r *run) resourceEvent(res stackResource, status, reason string) Event {
	properties, _ := json.Marshal(res.shown()) // made of JSON's own types
	return Event{
		StackID: r.stack.ID, StackName: r.stack.Name, LogicalID: res.LogicalID, PhysicalID: res.PhysicalID, Type: res.Type,
		Status: status, Reason: reason, Properties: string(properties), Token: r.op.Token,
	}
}

// put makes res the stack's resource of its logical id, with a new status.
func (r *run) put(res stackResource, status, reason string, also func(tx *bbolt.Tx) error) error {
	event := r.resourceEvent(res, status, reason)
	res.Status, res.StatusReason, res.Time = status, reason, r.s.config.Now().UTC()
	r.live[res.LogicalID] = res
	return r.s.record(func(tx *bbolt.Tx) error {
		if err := also(tx); err != nil {
			return err
		}
		return resources.Put(tx, r.resourceKey(res), res)
	}, event)
}

// note writes an event about a physical resource that is not, or no more, the
// stack's resource of its logical id.
func (r *run) note(res stackResource, status, reason string) error {
	return r.s.record(nothingElse, r.resourceEvent(res, status, reason))
}

func (r *run) resourceKey(res stackResource) string { return r.stack.ID + "/" + res.LogicalID }

// remove takes the resource out of the stack.
func (r *run) remove(res stackResource, also func(tx *bbolt.Tx) error, happened ...Event) error {
	delete(r.live, res.LogicalID)
	return r.s.record(func(tx *bbolt.Tx) error {
		if err := also(tx); err != nil {
			return err
		}
		return resources.Delete(tx, r.resourceKey(res))
	}, happened...)
}

// begin writes a step down before its handler is called.
func (r *run) begin(st step) (step, error) {
	st.Number = len(r.steps)
	r.steps = append(r.steps, st)
	return st, r.s.write(func(tx *bbolt.Tx) error { return steps.Put(tx, r.stepKey(st), st) })
}

// end marks a step as done; for use in the transaction that writes its result.
func (r *run) end(st step) func(tx *bbolt.Tx) error {
	st.Done = true
	r.steps[st.Number] = st
	return func(tx *bbolt.Tx) error { return steps.Put(tx, r.stepKey(st), st) }
}

// drop forgets the last step; for use in the transaction that undoes it.
func (r *run) drop() func(tx *bbolt.Tx) error {
	last := r.steps[len(r.steps)-1]
	r.steps = r.steps[:len(r.steps)-1]
	return func(tx *bbolt.Tx) error { return steps.Delete(tx, r.stepKey(last)) }
}

// request is what a handler is told about res.
func (r *run) request(res stackResource, token string) resource.Request {
	return resource.Request{
		Account: r.s.config.Account, Region: r.s.config.Region,
		StackID: r.stack.ID, StackName: r.stack.Name,
		LogicalID: res.LogicalID, PhysicalID: res.PhysicalID,
		Properties: clone(res.Properties), Tags: maps.Clone(res.Tags), Token: token,
	}
}

// clone copies properties in depth: handlers may do with them what they like.
func clone(p resource.Properties) resource.Properties {
	return withMarkers(map[string]any(p)).(map[string]any) // a map in, a map out
}

// deletionOrder sorts resources so that each comes before what it needs.
func deletionOrder(list []stackResource) []stackResource {
	needs, byID := map[string][]string{}, map[string][]stackResource{}
	for _, res := range list {
		needs[res.LogicalID] = append(needs[res.LogicalID], res.Needs...)
		byID[res.LogicalID] = append(byID[res.LogicalID], res)
	}
	ids, err := order(needs)
	if err != nil { // resources of two templates may need each other; then by name
		ids = slices.Sorted(maps.Keys(needs))
	}
	slices.Reverse(ids)
	sorted := make([]stackResource, 0, len(list))
	for _, id := range ids {
		sorted = append(sorted, byID[id]...)
	}
	return sorted
}

// failedTo words a stack's reason as AWS does.
func failedTo(do string, ids []string) string {
	return fmt.Sprintf("The following resource(s) failed to %s: [%s].", do, strings.Join(ids, ", "))
}
