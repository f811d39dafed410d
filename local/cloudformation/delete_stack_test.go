package cloudformation_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

func (b *bench) delete(nameOrARN string) {
	b.t.Helper()
	if _, err := b.DeleteStack(b.t.Context(), &api.DeleteStackInput{StackName: &nameOrARN}); err != nil {
		b.t.Fatalf("deleting %s: %v", nameOrARN, err)
	}
}

func TestDeleteStack(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(*bench) string{
		"by name": func(*bench) string { return "app" },
		"by ARN":  func(b *bench) string { return *b.stack("app").StackId },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.create("app", chain, "CREATE_COMPLETE")
			id := *b.stack("app").StackId
			b.fake.takeCalls()
			b.delete(of(b))
			wantLines(t, "calls: what needs others goes first", b.fake.takeCalls(), "delete c-3", "delete b-2", "delete a-1")
			_, err := b.DescribeStacks(t.Context(), &api.DescribeStacksInput{StackName: aws.String("app")})
			wantRefusal(t, err, "ValidationError", "Stack with id app does not exist")
			b.wantStatus(id, "DELETE_COMPLETE")
			b.delete("app")
			b.create("app", chain, "CREATE_COMPLETE")
			if *b.stack("app").StackId == id {
				t.Error("the new stack has the ARN of the old one")
			}
		})
	}
}

func TestDeleteStackHonoursDeletionPolicies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", `
Resources:
  A: {Type: Test::Plain, DeletionPolicy: Retain}
  B: {Type: Test::Plain, DeletionPolicy: RetainExceptOnCreate}
  C: {Type: Test::Plain, DeletionPolicy: Delete}
`, "CREATE_COMPLETE")
	b.delete("app")
	wantLines(t, "what exists", b.fake.there(), "a-1", "b-2")
}

func TestDeleteStackThatFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", chain, "CREATE_COMPLETE")
	_, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("app"), RetainResources: []string{"B"}})
	wantRefusal(t, err, "ValidationError", "only when the stack is in the DELETE_FAILED state")
	b.fake.failOn("delete b-2", "in use")
	b.delete("app")
	b.wantStatus("app", "DELETE_FAILED")
	wantEqual(t, "reason", *b.stack("app").StackStatusReason, "The following resource(s) failed to delete: [B].")
	wantLines(t, "what exists: B, and A that B needs", b.fake.there(), "a-1", "b-2")
	if history := strings.Join(b.history("app"), "\n"); !strings.Contains(history, "B DELETE_FAILED in use") {
		t.Errorf("the events do not say why:\n%s", history)
	}
	if _, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("app"), RetainResources: []string{"B"}}); err != nil {
		t.Fatal(err)
	}
	wantLines(t, "what exists after B was retained", b.fake.there(), "b-2")
}

func TestTerminationProtection(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", chain, "CREATE_COMPLETE", func(in *api.CreateStackInput) { in.EnableTerminationProtection = aws.Bool(true) })
	_, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("app")})
	wantRefusal(t, err, "ValidationError", "Stack [app] cannot be deleted while TerminationProtection is enabled")
	if _, err := b.UpdateTerminationProtection(t.Context(), &api.UpdateTerminationProtectionInput{StackName: aws.String("app"), EnableTerminationProtection: aws.Bool(false)}); err != nil {
		t.Fatal(err)
	}
	b.delete("app")
}

func TestOneOperationAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	edited := change(t, shop, "Text: client", "Text: customer")
	tried := false
	b.fake.before = func(string) {
		tried = true
		_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: aws.String(change(t, shop, "Text: extra", "Text: other"))})
		wantRefusal(t, err, "ValidationError", "is in UPDATE_IN_PROGRESS state and can not be updated.")
		_, err = b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("shop")})
		wantRefusal(t, err, "ValidationError", "is in UPDATE_IN_PROGRESS state and can not be deleted.")
		_, err = b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: aws.String("shop"), ChangeSetName: aws.String("cs"), TemplateBody: aws.String(shop)})
		wantRefusal(t, err, "ValidationError", "is in UPDATE_IN_PROGRESS state and can not be updated.")
	}
	b.update("shop", edited, "UPDATE_COMPLETE")
	if !tried {
		t.Error("nothing was tried during the update")
	}
}

func TestTheWorkGoesOnWhenTheCallerGoesAway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	b.fake.before = func(call string) {
		if call == "create A" {
			cancel()
		}
		if call == "create C" {
			close(done)
		}
	}
	if _, err := b.CreateStack(ctx, &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(chain)}); err == nil {
		t.Fatal("the caller has not gone away")
	}
	<-done
}
