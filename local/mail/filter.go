package mail

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxWait is the longest that a request may wait for a message.
const MaxWait = time.Minute

// filter selects messages. Its zero value selects all.
type filter struct {
	to      string
	trigger string
	after   uint64 // a sequence number
}

func (f filter) matches(m stored) bool {
	return m.Sequence > f.after &&
		(f.to == "" || strings.EqualFold(f.to, m.Message.To)) &&
		(f.trigger == "" || f.trigger == m.Message.Trigger)
}

// query is what a request asks for.
type query struct {
	filter filter
	wait   time.Duration
}

// parseQuery reads the parameters of a request. allowed are those that it may
// have: one that is misspelt must not become "all messages".
func parseQuery(raw string, allowed ...string) (q query, err *parameterError) {
	values, parseErr := url.ParseQuery(raw)
	if parseErr != nil {
		return query{}, &parameterError{Problem: "the query cannot be read: " + parseErr.Error()}
	}
	names := slices.Sorted(maps.Keys(values))
	for _, name := range names {
		value := values.Get(name)
		bad := func(want string) *parameterError {
			return &parameterError{Parameter: name, Problem: fmt.Sprintf("want %s; got %q", want, value)}
		}
		switch {
		case !slices.Contains(allowed, name):
			problem := "no such parameter"
			if len(allowed) > 0 {
				problem += "; want " + strings.Join(allowed, ", ")
			}
			return query{}, &parameterError{Parameter: name, Problem: problem}
		case len(values[name]) > 1:
			return query{}, &parameterError{Parameter: name, Problem: fmt.Sprintf("want it once; got it %d times", len(values[name]))}
		case value == "":
			return query{}, bad("a value")
		}
		switch name {
		case "to":
			q.filter.to = value
		case "trigger":
			q.filter.trigger = value
		case "after":
			var ok bool
			if q.filter.after, ok = sequenceOf(value); !ok {
				return query{}, bad("the id of a message")
			}
		case "wait":
			d, err := time.ParseDuration(value)
			if err != nil || d < 0 || d > MaxWait {
				return query{}, bad("a duration from 0s to " + strconv.Itoa(int(MaxWait.Seconds())) + "s")
			}
			q.wait = d
		}
	}
	return q, nil
}

// parameterError is a caller's mistake.
type parameterError struct {
	Parameter string `json:"parameter,omitempty"`
	Problem   string `json:"error"`
}

var messageID = regexp.MustCompile(`^([0-9]{10,20})-[0-9a-f]{8}$`)

// sequenceOf is the place of the message with that id in the order of sending.
func sequenceOf(id string) (sequence uint64, ok bool) {
	parts := messageID.FindStringSubmatch(id)
	if parts == nil {
		return 0, false
	}
	sequence, err := strconv.ParseUint(parts[1], 10, 64)
	return sequence, err == nil
}
