package cloudformation_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// shop is a stack that every kind of update can be tried on: Pool is referred to
// by Client, which its Name replaces.
const shop = `
Parameters:
  Text: {Type: String, Default: one}
Resources:
  Pool: {Type: Test::Thing, Properties: {Name: pool, Text: !Ref Text}}
  Client: {Type: Test::Thing, Properties: {Name: !Ref Pool, Text: client}}
  Extra: {Type: Test::Plain, Properties: {Text: extra}}
Outputs:
  Client: {Value: !Ref Client, Export: {Name: !Sub "${AWS::StackName}:client"}}
`

// change replaces text in a template; it must be there.
func change(t *testing.T, template string, oldnew ...string) string {
	t.Helper()
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(template, oldnew[i]) {
			t.Fatalf("the template has no %q", oldnew[i])
		}
		template = strings.ReplaceAll(template, oldnew[i], oldnew[i+1])
	}
	return template
}

func TestUpdateInPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	b.fake.takeCalls()
	b.update("shop", change(t, shop, "Default: one", "Default: two"), "UPDATE_COMPLETE")
	wantLines(t, "calls", b.fake.takeCalls(), "update Pool")
	wantEqual(t, "the pool's text", b.fake.world["pool-2"]["Text"], any("two"))
}

func TestReplacementGoesThroughToWhatRefers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	b.fake.takeCalls()
	b.update("shop", change(t, shop, "Name: pool", "Name: basin"), "UPDATE_COMPLETE")
	wantLines(t, "calls: new ones first, old ones last and in reverse order", b.fake.takeCalls(),
		"create Pool", "create Client", "delete client-3", "delete pool-2")
	wantEqual(t, "output", b.outputs("shop"), map[string]string{"Client": "client-5"})
	history := strings.Join(b.history("shop"), "\n")
	for _, line := range []string{
		"Pool UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.",
		"shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Client DELETE_COMPLETE", "Pool DELETE_COMPLETE",
	} {
		if !strings.Contains(history, line) {
			t.Errorf("no event %q in\n%s", line, history)
		}
	}
}

func TestUpdateRemovesWhatTheTemplateHasNoMore(t *testing.T) {
	t.Parallel()
	const two = `
Resources:
  Gone: {Type: Test::Plain}
  Kept: {Type: Test::Plain, DeletionPolicy: Retain}
  Stays: {Type: Test::Plain}
`
	b := newBench(t)
	b.create("app", two, "CREATE_COMPLETE")
	b.update("app", "Resources:\n  Stays: {Type: Test::Plain}", "UPDATE_COMPLETE")
	wantLines(t, "what exists", b.fake.there(), "kept-2", "stays-3")
	if history := strings.Join(b.history("app"), "\n"); !strings.Contains(history, "Kept DELETE_SKIPPED") {
		t.Errorf("no DELETE_SKIPPED in\n%s", history)
	}
}

func TestUpdateReplacePolicyKeepsTheOldResource(t *testing.T) {
	t.Parallel()
	const template = `Resources: {A: {Type: Test::Thing, UpdateReplacePolicy: Retain, Properties: {Name: one}}}`
	b := newBench(t)
	b.create("app", template, "CREATE_COMPLETE")
	b.update("app", change(t, template, "one", "two"), "UPDATE_COMPLETE")
	wantLines(t, "what exists", b.fake.there(), "a-1", "a-2")
}

func TestUpdateThatLeavesGarbageBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	b.fake.failOn("delete extra", "not now")
	b.update("shop", change(t, shop, "  Extra: {Type: Test::Plain, Properties: {Text: extra}}\n", ""), "UPDATE_COMPLETE")
	wantEqual(t, "reason", *b.stack("shop").StackStatusReason, "Update successful. One or more resources could not be deleted.")
}

func TestNoUpdates(t *testing.T) {
	t.Parallel()
	for name, template := range map[string]string{
		"the same template":                  shop,
		"a scalar written in another way":    strings.Replace(shop, "Text: client", `Text: "client"`, 1),
		"another form of the same function":  strings.Replace(shop, "!Ref Pool", "{Ref: Pool}", 1),
		"nothing but another description":    "Description: new\n" + shop,
		"a default that the value is anyway": shop + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.create("shop", shop, "CREATE_COMPLETE")
			_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &template})
			wantRefusal(t, err, "ValidationError", "No updates are to be performed.")
			b.wantStatus("shop", "CREATE_COMPLETE")
		})
	}
}

func TestWhatCountsAsAnUpdate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		template string
		calls    []string
	}{
		"an output":                {change(t, shop, "Value: !Ref Client", "Value: other"), nil},
		"the name of an export":    {change(t, shop, ":client", ":theClient"), nil},
		"a deletion policy":        {change(t, shop, "Extra: {", "Extra: {DeletionPolicy: Retain, "), nil},
		"a replace policy":         {change(t, shop, "Extra: {", "Extra: {UpdateReplacePolicy: Retain, "), nil},
		"metadata":                 {change(t, shop, "Extra: {", "Extra: {Metadata: {a: b}, "), nil},
		"a property taken away":    {change(t, shop, ", Text: client", ""), []string{"update Client"}},
		"a property with no value": {change(t, shop, "Text: client", "Text: !Ref AWS::NoValue"), []string{"update Client"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.create("shop", shop, "CREATE_COMPLETE")
			b.fake.takeCalls()
			b.update("shop", tc.template, "UPDATE_COMPLETE")
			wantLines(t, "calls", b.fake.takeCalls(), tc.calls...)
			_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &tc.template})
			wantRefusal(t, err, "ValidationError", "No updates are to be performed.")
		})
	}
}

// TestFailedUpdateRestoresTheStack tries updates that fail at their very end,
// after everything else was changed.
func TestFailedUpdateRestoresTheStack(t *testing.T) {
	t.Parallel()
	const last = "  Zz: {Type: Test::Thing, DependsOn: [Pool, Client], Properties: {Text: z}}\nOutputs:"
	for name, tc := range map[string]struct {
		edits []string
		tags  map[string]string
	}{
		"in place":                    {edits: []string{"Default: one", "Default: two", "Text: client", "Text: customer"}},
		"replacement":                 {edits: []string{"Name: pool", "Name: basin"}},
		"removal":                     {edits: []string{"  Extra: {Type: Test::Plain, Properties: {Text: extra}}\n", ""}},
		"addition":                    {edits: []string{"  Extra:", "  Added: {Type: Test::Plain}\n  Extra:"}},
		"addition to be kept":         {edits: []string{"Extra: {", "Extra: {DeletionPolicy: Retain, "}},
		"metadata and policies":       {edits: []string{"Extra: {", "Extra: {UpdateReplacePolicy: Retain, Metadata: {a: b}, "}},
		"outputs and exports":         {edits: []string{":client", ":theClient"}},
		"tags":                        {tags: map[string]string{"stage": "new"}},
		"everything at the same time": {edits: []string{"Default: one", "Default: two", "Name: pool", "Name: basin", "Extra: {", "Extra: {Metadata: {a: b}, ", ":client", ":theClient"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.create("shop", shop, "CREATE_COMPLETE", func(in *api.CreateStackInput) { in.Tags = tags(map[string]string{"stage": "old"}) })
			before := b.state("shop")
			b.fake.failOn("create Zz", "no room")
			b.update("shop", change(t, change(t, shop, tc.edits...), "Outputs:", last), "UPDATE_ROLLBACK_COMPLETE", func(in *api.UpdateStackInput) {
				in.Tags = tags(tc.tags)
			})
			wantEqual(t, "the state", b.state("shop"), before)
			b.fake.fail = nil
			_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: aws.String(shop)})
			wantRefusal(t, err, "ValidationError", "No updates are to be performed.")
		})
	}
}

func TestFailedUpdateTellsWhy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	skip := len(b.history("shop"))
	b.fake.failOn("create Client", "no room")
	b.update("shop", change(t, shop, "Name: pool", "Name: basin"), "UPDATE_ROLLBACK_COMPLETE")
	wantLines(t, "events", b.history("shop")[skip:],
		"shop UPDATE_IN_PROGRESS User Initiated",
		"Pool UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.",
		"Pool UPDATE_IN_PROGRESS Resource creation Initiated", "Pool UPDATE_COMPLETE",
		"Client UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.",
		"Client UPDATE_FAILED no room",
		"shop UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [Client].",
		"Pool UPDATE_COMPLETE",
		"shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
		"Pool DELETE_IN_PROGRESS", "Pool DELETE_COMPLETE",
		"shop UPDATE_ROLLBACK_COMPLETE",
	)
}

func TestRollbackOfAnUpdateThatFails(t *testing.T) {
	t.Parallel()
	edited := []string{"Default: one", "Default: two", "Text: client", "Text: customer"}
	fail := func(b *bench) {
		updates := 0
		b.fake.fail = func(call string) error {
			if call == "update Pool" {
				updates++ // the first is the update, the second its rollback
			}
			if call == "update Client" || call == "update Pool" && updates > 1 {
				return errTest
			}
			return nil
		}
	}
	t.Run("waits for ContinueUpdateRollback", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.create("shop", shop, "CREATE_COMPLETE")
		before := b.state("shop")
		fail(b)
		b.update("shop", change(t, shop, edited...), "UPDATE_ROLLBACK_FAILED")
		_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: aws.String(shop)})
		wantRefusal(t, err, "ValidationError", "is in UPDATE_ROLLBACK_FAILED state and can not be updated.")
		b.restart()
		b.wantStatus("shop", "UPDATE_ROLLBACK_FAILED")
		b.fake.fail = nil
		if _, err := b.ContinueUpdateRollback(t.Context(), &api.ContinueUpdateRollbackInput{StackName: aws.String("shop")}); err != nil {
			t.Fatal(err)
		}
		b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
		wantEqual(t, "the state", b.state("shop"), before)
	})
	t.Run("can skip a resource", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.create("shop", shop, "CREATE_COMPLETE")
		fail(b)
		b.update("shop", change(t, shop, edited...), "UPDATE_ROLLBACK_FAILED")
		_, err := b.ContinueUpdateRollback(t.Context(), &api.ContinueUpdateRollbackInput{StackName: aws.String("shop"), ResourcesToSkip: []string{"Extra"}})
		wantRefusal(t, err, "ValidationError", "Extra")
		b.wantStatus("shop", "UPDATE_ROLLBACK_FAILED")
		if _, err := b.ContinueUpdateRollback(t.Context(), &api.ContinueUpdateRollbackInput{StackName: aws.String("shop"), ResourcesToSkip: []string{"Pool"}}); err != nil {
			t.Fatal(err)
		}
		b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
		wantEqual(t, "the skipped pool's text", b.fake.world["pool-2"]["Text"], any("two"))
	})
	t.Run("can be deleted", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.create("shop", shop, "CREATE_COMPLETE")
		fail(b)
		b.update("shop", change(t, shop, edited...), "UPDATE_ROLLBACK_FAILED")
		if _, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("shop")}); err != nil {
			t.Fatal(err)
		}
		wantLines(t, "what exists", b.fake.there())
	})
}

func TestUpdateWithoutRollback(t *testing.T) {
	t.Parallel()
	stopped := func(t *testing.T) *bench {
		b := newBench(t)
		b.create("shop", shop, "CREATE_COMPLETE")
		b.fake.failOn("create Client", "no room")
		b.update("shop", change(t, shop, "Name: pool", "Name: basin"), "UPDATE_FAILED", func(in *api.UpdateStackInput) { in.DisableRollback = aws.Bool(true) })
		return b
	}
	t.Run("leaves what was done", func(t *testing.T) {
		t.Parallel()
		wantLines(t, "what exists", stopped(t).fake.there(), "client-3", "extra-1", "pool-2", "pool-4")
	})
	t.Run("can be tried again and cleans up then", func(t *testing.T) {
		t.Parallel()
		b := stopped(t)
		b.restart()
		b.fake.fail = nil
		again := change(t, shop, "Name: pool", "Name: basin")
		_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("shop"), TemplateBody: &again})
		wantRefusal(t, err, "ValidationError", "please use the disable-rollback parameter")
		b.update("shop", again, "UPDATE_COMPLETE", func(in *api.UpdateStackInput) { in.DisableRollback = aws.Bool(true) })
		wantLines(t, "what exists", b.fake.there(), "client-5", "extra-1", "pool-4")
	})
	t.Run("can be rolled back", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.create("shop", shop, "CREATE_COMPLETE")
		before := b.state("shop")
		b.fake.failOn("create Client", "no room")
		b.update("shop", change(t, shop, "Name: pool", "Name: basin"), "UPDATE_FAILED", func(in *api.UpdateStackInput) { in.DisableRollback = aws.Bool(true) })
		if _, err := b.RollbackStack(t.Context(), &api.RollbackStackInput{StackName: aws.String("shop")}); err != nil {
			t.Fatal(err)
		}
		b.wantStatus("shop", "UPDATE_ROLLBACK_COMPLETE")
		wantEqual(t, "the state", b.state("shop"), before)
	})
	t.Run("can be deleted with all that it left", func(t *testing.T) {
		t.Parallel()
		b := stopped(t)
		if _, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("shop")}); err != nil {
			t.Fatal(err)
		}
		wantLines(t, "what exists", b.fake.there())
	})
}

func TestStackTagsReachResources(t *testing.T) {
	t.Parallel()
	const template = `Resources: {A: {Type: Test::Thing, Properties: {Tags: [{Key: own, Value: "1"}, {Key: both, Value: resource}]}}, B: {Type: Test::Plain}}`
	b := newBench(t)
	var got map[string]string
	b.fake.tagged = func(id string, tags map[string]string) {
		if id == "A" {
			got = tags
		} else if tags != nil {
			t.Errorf("a resource whose type takes no tags was given %v", tags)
		}
	}
	b.create("app", template, "CREATE_COMPLETE", func(in *api.CreateStackInput) {
		in.Tags = tags(map[string]string{"both": "stack", "stack": "2"})
	})
	wantEqual(t, "tags", got, map[string]string{"own": "1", "both": "resource", "stack": "2"})
	b.fake.takeCalls()
	b.update("app", template, "UPDATE_COMPLETE", func(in *api.UpdateStackInput) { in.Tags = tags(map[string]string{"stack": "3"}) })
	wantEqual(t, "tags after an update of the stack's tags alone", got, map[string]string{"own": "1", "both": "resource", "stack": "3"})
	wantLines(t, "calls", b.fake.takeCalls(), "update A")
}

func tags(of map[string]string) (tags []types.Tag) {
	for key, value := range of {
		tags = append(tags, types.Tag{Key: &key, Value: &value})
	}
	return tags
}
