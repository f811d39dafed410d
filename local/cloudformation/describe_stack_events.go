package cloudformation

import (
	"context"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// eventPage is how many events an answer holds.
const eventPage = 100

type describeStackEventsInput struct {
	StackName string
	NextToken *string // the id of the last event on the page before
}

type describeStackEventsOutput struct {
	StackEvents []eventDescription
	NextToken   string
}

type eventDescription struct {
	StackId, EventId, StackName string
	LogicalResourceId           string
	PhysicalResourceId          *string
	ResourceType                string
	Timestamp                   time.Time
	ResourceStatus              string
	ResourceStatusReason        string
	ResourceProperties          string
	ClientRequestToken          string
}

// describeStackEvents is the DescribeStackEvents operation: the newest event first.
func (s *Service) describeStackEvents(_ context.Context, in describeStackEventsInput) (out describeStackEventsOutput, err error) {
	st, found, err := s.stackNamed(in.StackName)
	if err == nil && !found {
		err = invalid("Stack [%s] does not exist", in.StackName)
	}
	if err != nil {
		return out, err
	}
	history, err := s.history(st)
	if err != nil {
		return out, err
	}
	slices.Reverse(history)
	if in.NextToken != nil {
		i := slices.IndexFunc(history, func(e Event) bool { return e.ID == *in.NextToken })
		if i < 0 {
			return out, errNextToken
		}
		history = history[i+1:]
	}
	if len(history) > eventPage {
		history = history[:eventPage]
		out.NextToken = history[eventPage-1].ID
	}
	out.StackEvents = []eventDescription{}
	for _, e := range history {
		out.StackEvents = append(out.StackEvents, eventDescription{
			e.StackID, e.ID, e.StackName, e.LogicalID, &e.PhysicalID, e.Type, e.Time, e.Status, e.Reason, e.Properties, e.Token,
		})
	}
	return out, nil
}

// history lists the events of a stack, the oldest first.
func (s *Service) history(st stack) (history []Event, err error) {
	err = s.read(func(tx *bbolt.Tx) error {
		return events.Each(tx, st.ID+"/", func(_ string, e Event) error {
			history = append(history, e)
			return nil
		})
	})
	return history, err
}

// whyFailed tells in one line what went wrong in the stack's last operation.
func (s *Service) whyFailed(st stack) string {
	history, err := s.history(st)
	if err != nil {
		return err.Error()
	}
	for _, e := range slices.Backward(history) {
		if strings.HasSuffix(e.Status, "_FAILED") {
			return st.Status + ": " + e.LogicalID + ": " + e.Reason
		}
	}
	return st.Status + ": " + st.StatusReason
}
