package cloudformation_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// chain is three resources, each of which needs the one before.
const chain = `
Resources:
  C: {Type: Test::Thing, DependsOn: B, Properties: {Text: c}}
  B: {Type: Test::Thing, Properties: {Text: !Sub "${A.Nested.Value}!"}}
  A: {Type: Test::Thing, Properties: {Text: a}}
Outputs:
  Arn: {Value: !GetAtt B.Arn, Description: where B is}
`

func TestCreateStackCreatesResourcesInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", chain, "CREATE_COMPLETE")
	wantLines(t, "calls", b.fake.takeCalls(), "create A", "create B", "create C")
	wantEqual(t, "what B was given", b.fake.world["b-2"]["Text"], any("nested a-1!"))
	wantEqual(t, "outputs", b.outputs("app"), map[string]string{"Arn": "arn:test:b-2"})
	wantLines(t, "events", b.history("app"),
		"app CREATE_IN_PROGRESS User Initiated",
		"A CREATE_IN_PROGRESS", "A CREATE_IN_PROGRESS Resource creation Initiated", "A CREATE_COMPLETE",
		"B CREATE_IN_PROGRESS", "B CREATE_IN_PROGRESS Resource creation Initiated", "B CREATE_COMPLETE",
		"C CREATE_IN_PROGRESS", "C CREATE_IN_PROGRESS Resource creation Initiated", "C CREATE_COMPLETE",
		"app CREATE_COMPLETE",
	)
}

func TestEventsAreWhatClientsRelyOn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", chain, "CREATE_COMPLETE")
	out, err := b.DescribeStackEvents(t.Context(), &api.DescribeStackEventsInput{StackName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, e := range out.StackEvents {
		if seen[*e.EventId] {
			t.Errorf("the event id %s appears twice", *e.EventId)
		}
		seen[*e.EventId] = true
		if i > 0 && !e.Timestamp.Before(*out.StackEvents[i-1].Timestamp) {
			t.Errorf("event %d is not older than the one before it in the list", i)
		}
	}
	root := out.StackEvents[0]
	wantEqual(t, "physical id of the stack's own event", *root.PhysicalResourceId, *root.StackId)
	wantEqual(t, "events told as they happen", len(b.events), len(out.StackEvents))
}

func TestEventsComeInPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	template := "Resources:\n"
	for i := range 60 {
		template += "  R" + string(rune('A'+i/26)) + string(rune('a'+i%26)) + ": {Type: Test::Plain}\n"
	}
	b.create("big", template, "CREATE_COMPLETE")
	wantEqual(t, "events on all pages", len(b.history("big")), 60*3+2)
	out, err := b.DescribeStackEvents(t.Context(), &api.DescribeStackEventsInput{StackName: aws.String("big")})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "events on the first page", len(out.StackEvents), 100)
	_, err = b.DescribeStackEvents(t.Context(), &api.DescribeStackEventsInput{StackName: aws.String("big"), NextToken: aws.String("made up")})
	wantRefusal(t, err, "ValidationError", "NextToken")
}

func TestFailedCreate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		option func(*api.CreateStackInput)
		status string // empty: the stack is gone
		reason string
		there  []string
	}{
		"rolls back": {
			option: func(*api.CreateStackInput) {},
			status: "ROLLBACK_COMPLETE", there: nil,
		},
		"leaves everything with OnFailure DO_NOTHING": {
			option: func(in *api.CreateStackInput) { in.OnFailure = types.OnFailureDoNothing },
			status: "CREATE_FAILED", there: []string{"a-1"}, reason: "The following resource(s) failed to create: [B].",
		},
		"leaves everything with DisableRollback": {
			option: func(in *api.CreateStackInput) { in.DisableRollback = aws.Bool(true) },
			status: "CREATE_FAILED", there: []string{"a-1"}, reason: "The following resource(s) failed to create: [B].",
		},
		"leaves nothing at all with OnFailure DELETE": {
			option: func(in *api.CreateStackInput) { in.OnFailure = types.OnFailureDelete },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.fake.failOn("create B", "no room")
			in := &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(chain)}
			tc.option(in)
			out, err := b.CreateStack(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, "what exists", b.fake.there(), tc.there...)
			if tc.status == "" {
				b.wantStatus(*out.StackId, "DELETE_COMPLETE")
				_, err := b.DescribeStacks(t.Context(), &api.DescribeStacksInput{StackName: aws.String("app")})
				wantRefusal(t, err, "ValidationError", "Stack with id app does not exist")
				return
			}
			b.wantStatus("app", tc.status)
			if tc.reason != "" {
				wantEqual(t, "reason", *b.stack("app").StackStatusReason, tc.reason)
			}
		})
	}
}

func TestFailedCreateTellsWhy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.fake.failOn("create B", "no room")
	b.create("app", chain, "ROLLBACK_COMPLETE")
	wantLines(t, "events", b.history("app"),
		"app CREATE_IN_PROGRESS User Initiated",
		"A CREATE_IN_PROGRESS", "A CREATE_IN_PROGRESS Resource creation Initiated", "A CREATE_COMPLETE",
		"B CREATE_IN_PROGRESS", "B CREATE_FAILED no room",
		"app ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [B]. Rollback requested by user.",
		"A DELETE_IN_PROGRESS", "A DELETE_COMPLETE",
		"app ROLLBACK_COMPLETE",
	)
	_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(chain)})
	wantRefusal(t, err, "ValidationError", "is in ROLLBACK_COMPLETE state and can not be updated.")
	if _, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("app")}); err != nil {
		t.Fatal(err)
	}
	b.fake.fail = nil
	b.create("app", chain, "CREATE_COMPLETE")
}

func TestRollbackOfACreateHonoursDeletionPolicies(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  Kept: {Type: Test::Thing, DeletionPolicy: Retain}
  Made: {Type: Test::Thing, DeletionPolicy: RetainExceptOnCreate}
  Last: {Type: Test::Thing, DependsOn: [Kept, Made]}
`
	b := newBench(t)
	b.fake.failOn("create Last", "no room")
	b.create("app", template, "ROLLBACK_COMPLETE")
	wantLines(t, "what exists", b.fake.there(), "kept-1")

	b = newBench(t)
	b.fake.failOn("create Last", "no room")
	b.create("app", template, "ROLLBACK_COMPLETE", func(in *api.CreateStackInput) { in.RetainExceptOnCreate = aws.Bool(true) })
	wantLines(t, "what exists with RetainExceptOnCreate", b.fake.there())
}

func TestRollbackThatFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.fake.fail = func(call string) error {
		switch call {
		case "create C", "delete b-2":
			return errTest
		}
		return nil
	}
	b.create("app", chain, "ROLLBACK_FAILED")
	wantEqual(t, "reason", *b.stack("app").StackStatusReason, "The following resource(s) failed to delete: [B].")
	wantLines(t, "what exists: B, and A that B needs", b.fake.there(), "a-1", "b-2")
	b.fake.fail = nil
	if _, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("app")}); err != nil {
		t.Fatal(err)
	}
	wantLines(t, "what exists after DeleteStack", b.fake.there())
}

func TestAHandlerThatPanicsFailsItsResource(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.fake.fail = func(call string) error {
		if call == "create B" {
			panic("a defect")
		}
		return nil
	}
	b.create("app", chain, "ROLLBACK_COMPLETE")
}
