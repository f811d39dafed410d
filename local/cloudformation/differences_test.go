package cloudformation_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

// Each test here is a line in DIFFERENCES.md.

func TestDiffersInAnsweringWhenDone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.CreateStack(t.Context(), &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(chain)}); err != nil {
		t.Fatal(err)
	}
	b.wantStatus("app", "CREATE_COMPLETE")
}

func TestDiffersInDetailsPerProperty(t *testing.T) {
	t.Parallel()
	const template = `Resources: {A: {Type: Test::Thing, Properties: {Map: {a: 1, b: {c: 2}}}}}`
	b := newBench(t)
	b.create("app", template, "CREATE_COMPLETE")
	cs := b.changeSet("app", change(t, template, "a: 1", "a: 3", "c: 2", "c: 4"), "UPDATE")
	wantLines(t, "changes", lines(cs.Changes),
		"Modify A a-1 False", `  Properties Map Never: Static DirectModification  {"a":"1","b":{"c":"2"}} -> {"a":"3","b":{"c":"4"}}`)
	wantEqual(t, "path", *cs.Changes[0].ResourceChange.Details[0].Target.Path, "/Properties/Map")
}

func TestDiffersInImportOfNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: aws.String("app"), ChangeSetName: aws.String("cs"), ChangeSetType: "CREATE", TemplateBody: aws.String(consumer)})
	wantRefusal(t, err, "ValidationError", "No export named shared found.")
	_, err = b.DescribeStacks(t.Context(), &api.DescribeStacksInput{StackName: aws.String("app")})
	wantRefusal(t, err, "ValidationError", "does not exist")
}

func TestDiffersInImportExistingResources(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.fake.failOn("create A", "A already exists")
	cs := b.changeSet("app", chain, "CREATE", func(in *api.CreateChangeSetInput) { in.ImportExistingResources = aws.Bool(true) })
	b.execute(*cs.ChangeSetId)
	b.wantStatus("app", "ROLLBACK_COMPLETE")
}

func TestDiffersInRoles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const nobody = "arn:aws:iam::123456789012:role/nobody"
	b.create("app", chain, "CREATE_COMPLETE", func(in *api.CreateStackInput) { in.RoleARN = aws.String(nobody) })
	wantEqual(t, "role", *b.stack("app").RoleARN, nobody)
}

func TestDiffersInClientRequestTokens(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(chain), ClientRequestToken: aws.String("once")}
	if _, err := b.CreateStack(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	_, err := b.CreateStack(t.Context(), in)
	wantRefusal(t, err, "AlreadyExistsException", "Stack [app] already exists")
	wantEqual(t, "token in the events", b.events[0].Token, "once")
}

func TestDiffersInExecutedChangeSets(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.changeSet("shop", shop, "CREATE")
	b.execute(*first.ChangeSetId)
	second := b.changeSet("shop", change(t, shop, "Text: client", "Text: customer"), "UPDATE")
	b.execute(*second.ChangeSetId)
	b.described(*second.ChangeSetId, false)
	_, err := b.DescribeChangeSet(t.Context(), &api.DescribeChangeSetInput{ChangeSetName: first.ChangeSetId})
	wantRefusal(t, err, "ChangeSetNotFound", "does not exist")
}
