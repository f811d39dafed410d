package cloudformation_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gatehouse/local/resource"
)

// fake is a resource type that exists in memory only and fails when it is told
// to. It stands in for the services, which the engine does not know either.
type fake struct {
	mu      sync.Mutex
	world   map[string]resource.Properties // by physical id
	calls   []string                       // "create Topic", "delete Topic topic-1" …
	created int
	// fail is asked before each call; an error makes the call fail.
	fail func(call string) error
	// after is told of each call that has taken effect.
	after func(call string)
	// tokens are the physical ids that attempts to create made.
	tokens map[string]string
	// tagged is told of the tags in each create and update.
	tagged func(logicalID string, tags map[string]string)
	// before is told of each call before anything happens.
	before func(call string)
}

func (f *fake) tell(r resource.Request) {
	if f.tagged != nil {
		f.tagged(r.LogicalID, r.Tags)
	}
}

func newFake() *fake {
	return &fake{world: map[string]resource.Properties{}, tokens: map[string]string{}}
}

// types are Test::Thing, whose Name cannot change in place, and Test::Other.
func (f *fake) types() []resource.Type {
	properties := []string{"Name", "Text", "List", "Map", "Tags"}
	return []resource.Type{
		{Name: "Test::Thing", Properties: properties, CreateOnly: []string{"Name"}, Attributes: []string{"Arn", "Text", "Nested.Value"}, Handler: f},
		{Name: "Test::Plain", Properties: []string{"Text"}, Handler: f},
		{Name: "AWS::IAM::Role", Properties: []string{"RoleName", "AssumeRolePolicyDocument"}, CreateOnly: []string{"RoleName"}, Handler: f},
	}
}

// call notes a call and reports whether it shall fail.
func (f *fake) call(format string, args ...any) error {
	call := fmt.Sprintf(format, args...)
	if f.before != nil {
		f.before(call)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call)
	if f.fail != nil {
		return f.fail(call)
	}
	return nil
}

func (f *fake) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	f.tell(r)
	if err := f.call("create %s", r.LogicalID); err != nil {
		return resource.Result{}, err
	}
	defer f.done("create %s", r.LogicalID)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.created++
	id := fmt.Sprintf("%s-%d", strings.ToLower(r.LogicalID), f.created)
	f.world[id], f.tokens[r.Token] = r.Properties, id
	return f.result(id), nil
}

// Recover removes what an attempt to create made.
func (f *fake) Recover(_ context.Context, r resource.Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.world, f.tokens[r.Token])
	return nil
}

// done tells that a call has taken effect.
func (f *fake) done(format string, args ...any) {
	if f.after != nil {
		f.after(fmt.Sprintf(format, args...))
	}
}

func (f *fake) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	f.tell(r)
	if err := f.call("update %s", r.LogicalID); err != nil {
		return resource.Result{}, err
	}
	defer f.done("update %s", r.LogicalID)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.world[r.PhysicalID] = r.Properties
	return f.result(r.PhysicalID), nil
}

func (f *fake) Delete(_ context.Context, r resource.Request) error {
	if err := f.call("delete %s", r.PhysicalID); err != nil {
		return err
	}
	defer f.done("delete %s", r.PhysicalID)
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.world, r.PhysicalID)
	return nil
}

// Validate refuses the text "invalid".
func (f *fake) Validate(p resource.Properties) error {
	if p["Text"] == "invalid" {
		return fmt.Errorf("Text: want anything but \"invalid\"")
	}
	return nil
}

func (f *fake) result(id string) resource.Result {
	return resource.Result{PhysicalID: id, Attributes: map[string]any{
		"Arn": "arn:test:" + id, "Text": f.world[id]["Text"], "Nested.Value": "nested " + id,
	}}
}

// there lists the physical ids of what exists.
func (f *fake) there() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.world))
}

// failOn makes every call that starts with prefix fail.
func (f *fake) failOn(prefix, reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = func(call string) error {
		if strings.HasPrefix(call, prefix) {
			return fmt.Errorf("%s", reason)
		}
		return nil
	}
}

// takeCalls returns the calls since the last time.
func (f *fake) takeCalls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

// errTest is what a call fails with when nobody looks at the text.
var errTest = errors.New("told to fail")

// succeed ends what failOn began.
func (f *fake) succeed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = nil
}
