package cloudformation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// changeSet creates a change set called "cs" and describes it with values.
func (b *bench) changeSet(stack, template string, kind types.ChangeSetType, options ...func(*api.CreateChangeSetInput)) *api.DescribeChangeSetOutput {
	b.t.Helper()
	in := &api.CreateChangeSetInput{StackName: &stack, ChangeSetName: aws.String("cs"), TemplateBody: &template, ChangeSetType: kind}
	for _, option := range options {
		option(in)
	}
	out, err := b.CreateChangeSet(b.t.Context(), in)
	if err != nil {
		b.t.Fatalf("creating a change set: %v", err)
	}
	return b.described(*out.Id, true)
}

func (b *bench) described(arn string, values bool) *api.DescribeChangeSetOutput {
	b.t.Helper()
	out, err := b.DescribeChangeSet(b.t.Context(), &api.DescribeChangeSetInput{ChangeSetName: &arn, IncludePropertyValues: &values})
	if err != nil {
		b.t.Fatalf("describing a change set: %v", err)
	}
	return out
}

func (b *bench) execute(arn string) {
	b.t.Helper()
	if _, err := b.ExecuteChangeSet(b.t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &arn}); err != nil {
		b.t.Fatalf("executing a change set: %v", err)
	}
}

// lines tells changes one a line, details included.
func lines(changes []types.Change) (lines []string) {
	for _, c := range changes {
		r := c.ResourceChange
		lines = append(lines, strings.Join(slices.DeleteFunc([]string{
			string(r.Action), *r.LogicalResourceId, aws.ToString(r.PhysicalResourceId), string(r.Replacement), string(r.PolicyAction),
		}, func(s string) bool { return s == "" }), " "))
		for _, d := range r.Details {
			lines = append(lines, fmt.Sprintf("  %s %s %s: %s %s %s %s -> %s", d.Target.Attribute, aws.ToString(d.Target.Name), d.Target.RequiresRecreation,
				d.Evaluation, d.ChangeSource, aws.ToString(d.CausingEntity), aws.ToString(d.Target.BeforeValue), aws.ToString(d.Target.AfterValue)))
		}
	}
	return lines
}

func TestChangeSetTellsEveryChange(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edits   []string
		options func(*api.CreateChangeSetInput)
		want    []string // with values
		hidden  []string // only listed without values
	}{
		"a property written anew": {
			edits: []string{"Text: client", "Text: customer"},
			want:  []string{"Modify Client client-3 False", "  Properties Text Never: Static DirectModification  client -> customer"},
		},
		"a property that holds a function": {
			edits: []string{"Text: client", "Text: !Sub '${AWS::StackName}-b'"},
			want:  []string{"Modify Client client-3 False", "  Properties Text Never: Static DirectModification  client -> shop-b"},
		},
		"a property added": {
			edits: []string{"Text: client", "Text: client, List: [1, two]"},
			want:  []string{"Modify Client client-3 False", `  Properties List Never: Static DirectModification   -> ["1","two"]`},
		},
		"a property removed": {
			edits: []string{", Text: client", ""},
			want:  []string{"Modify Client client-3 False", "  Properties Text Never: Static DirectModification  client -> "},
		},
		"a parameter": {
			options: func(in *api.CreateChangeSetInput) {
				in.Parameters = []types.Parameter{{ParameterKey: aws.String("Text"), ParameterValue: aws.String("two")}}
			},
			want: []string{"Modify Pool pool-2 False", "  Properties Text Never: Static ParameterReference Text one -> two"},
		},
		"a replacement and what it does to those that refer": {
			edits: []string{"Name: pool", "Name: basin"},
			want: []string{
				"Modify Pool pool-2 True ReplaceAndDelete", "  Properties Name Always: Static DirectModification  pool -> basin",
				"Modify Client client-3 Conditional ReplaceAndDelete", "  Properties Name Always: Dynamic ResourceReference Pool pool-2 -> {{changeSet:KNOWN_AFTER_APPLY}}",
			},
		},
		"a replacement that keeps the old one": {
			edits: []string{"Client: {Type", "Client: {UpdateReplacePolicy: Retain, Type", "Name: !Ref Pool", "Name: own"},
			want: []string{
				"Modify Client client-3 True ReplaceAndRetain", "  Properties Name Always: Static DirectModification  pool-2 -> own",
				"  UpdateReplacePolicy  Never: Static DirectModification  Delete -> Retain",
			},
		},
		"an attribute of a resource that is updated": {
			edits: []string{"Text: client", "Text: !GetAtt Pool.Arn", "Default: one", "Default: two"},
			want:  []string{"Modify Pool pool-2 False", "  Properties Text Never: Static ParameterReference Text one -> two", "Modify Client client-3 False", "  Properties Text Never: Static DirectModification  client -> arn:test:pool-2"},
		},
		"metadata and a policy": {
			edits: []string{"Extra: {", "Extra: {DeletionPolicy: Retain, Metadata: {a: 1}, "},
			want: []string{
				"Modify Extra extra-1 False", `  Metadata  Never: Static DirectModification   -> {"a":"1"}`,
				"  DeletionPolicy  Never: Static DirectModification  Delete -> Retain",
			},
		},
		"tags of the stack": {
			options: func(in *api.CreateChangeSetInput) { in.Tags = tags(map[string]string{"stage": "new"}) },
			want: []string{
				"Modify Pool pool-2 False", `  Tags  Never: Static DirectModification  {} -> {"stage":"new"}`,
				"Modify Client client-3 False", `  Tags  Never: Static DirectModification  {} -> {"stage":"new"}`,
			},
		},
		"a resource added and one removed": {
			edits: []string{"  Extra:", "  Added:"},
			want:  []string{"Add Added", "Remove Extra extra-1 Delete"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.create("shop", shop, "CREATE_COMPLETE")
			option := tc.options
			if option == nil {
				option = func(*api.CreateChangeSetInput) {}
			}
			wantLines(t, "changes", lines(b.changeSet("shop", change(t, shop, tc.edits...), "UPDATE", option).Changes), tc.want...)
		})
	}
}

// An attribute of a resource that is updated in place may change: AWS says so
// unless it is asked for values.
func TestPossibleChangesAreListedWithoutValues(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  A: {Type: Test::Thing, Properties: {Text: one}}
  B: {Type: Test::Thing, Properties: {Text: !GetAtt A.Text}}
`
	b := newBench(t)
	b.create("app", template, "CREATE_COMPLETE")
	cs := b.changeSet("app", change(t, template, "one", "two"), "UPDATE")
	wantLines(t, "with values", lines(cs.Changes),
		"Modify A a-1 False", "  Properties Text Never: Static DirectModification  one -> two")
	wantLines(t, "without values", lines(b.described(*cs.ChangeSetId, false).Changes),
		"Modify A a-1 False", "  Properties Text Never: Static DirectModification   -> ",
		"Modify B b-2 False", "  Properties Text Never: Dynamic ResourceAttribute A.Text  -> ")
	b.execute(*cs.ChangeSetId)
	wantEqual(t, "B's text", b.fake.world["b-2"]["Text"], any("two"))
}

func TestChangeSetForANewStack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cs := b.changeSet("shop", shop, "CREATE")
	b.wantStatus("shop", "REVIEW_IN_PROGRESS")
	wantLines(t, "changes", lines(cs.Changes), "Add Extra", "Add Pool", "Add Client")
	wantEqual(t, "what the client will be", *cs.Changes[2].ResourceChange.AfterContext, `{"Properties":{"Name":"{{changeSet:KNOWN_AFTER_APPLY}}","Text":"client"}}`)
	wantLines(t, "what exists", b.fake.there())
	b.execute(*cs.ChangeSetId)
	b.wantStatus("shop", "CREATE_COMPLETE")
	history := b.history("shop")
	wantLines(t, "first events", history[:2], "shop REVIEW_IN_PROGRESS User Initiated", "shop CREATE_IN_PROGRESS User Initiated")
	wantEqual(t, "change set of the stack", *b.stack("shop").ChangeSetId, *cs.ChangeSetId)
	wantEqual(t, "its execution", b.described(*cs.ChangeSetId, false).ExecutionStatus, types.ExecutionStatusExecuteComplete)
	_, err := b.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: cs.ChangeSetId})
	wantRefusal(t, err, "InvalidChangeSetStatus", "cannot be executed in its current execution status of [EXECUTE_COMPLETE]")
}

func TestChangeSetWithoutChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	cs := b.changeSet("shop", shop, "UPDATE")
	wantEqual(t, "status", cs.Status, types.ChangeSetStatusFailed)
	wantEqual(t, "reason", *cs.StatusReason, "The submitted information didn't contain changes. Submit different information to create a change set.")
	_, err := b.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: cs.ChangeSetId})
	wantRefusal(t, err, "InvalidChangeSetStatus", "cannot be executed in its current status of [FAILED]")
}

func TestChangeSetOfOutputsAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	cs := b.changeSet("shop", change(t, shop, "Value: !Ref Client", "Value: other"), "UPDATE")
	wantEqual(t, "status", cs.Status, types.ChangeSetStatusCreateComplete)
	wantEqual(t, "changes", len(cs.Changes), 0)
	b.execute(*cs.ChangeSetId)
	wantEqual(t, "output", b.outputs("shop")["Client"], "other")
}

func TestChangeSetIsObsoleteOnceTheStackChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	cs := b.changeSet("shop", change(t, shop, "Text: client", "Text: customer"), "UPDATE")
	b.update("shop", change(t, shop, "Text: extra", "Text: other"), "UPDATE_COMPLETE")
	wantEqual(t, "execution status", b.described(*cs.ChangeSetId, true).ExecutionStatus, types.ExecutionStatusObsolete)
	_, err := b.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: cs.ChangeSetId})
	wantRefusal(t, err, "InvalidChangeSetStatus", "[OBSOLETE]")
}

func TestChangeSetKeepsTheParametersItWasMadeWith(t *testing.T) {
	t.Parallel()
	const template = `
Parameters: {Version: {Type: "AWS::SSM::Parameter::Value<String>", Default: /version}}
Resources: {A: {Type: Test::Plain, Properties: {Text: !Ref Version}}}`
	b := newBench(t)
	b.parameters["/version"] = "1"
	cs := b.changeSet("app", template, "CREATE")
	b.parameters["/version"] = "2"
	b.execute(*cs.ChangeSetId)
	wantEqual(t, "A's text", b.fake.world["a-1"]["Text"], any("1"))
}

func TestChangeSetNames(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	edited := change(t, shop, "Text: client", "Text: customer")
	b.changeSet("shop", edited, "UPDATE")
	_, err := b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: aws.String("shop"), ChangeSetName: aws.String("cs"), TemplateBody: &edited})
	wantRefusal(t, err, "AlreadyExistsException", "ChangeSet cs already exists")
	_, err = b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: aws.String("shop"), ChangeSetName: aws.String("two"), TemplateBody: &edited, ChangeSetType: "CREATE"})
	wantRefusal(t, err, "ValidationError", "Stack [shop] already exists and cannot be created again with the changeSet [two].")
	_, err = b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: aws.String("none"), ChangeSetName: aws.String("cs"), TemplateBody: &edited, ChangeSetType: "UPDATE"})
	wantRefusal(t, err, "ValidationError", "Stack [none] does not exist")
	_, err = b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: aws.String("shop"), ChangeSetName: aws.String("a_b"), TemplateBody: &edited})
	wantRefusal(t, err, "ValidationError", "'changeSetName' failed to satisfy constraint")
	list, err := b.ListChangeSets(t.Context(), &api.ListChangeSetsInput{StackName: aws.String("shop")})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "change sets", len(list.Summaries), 1)
	_, err = b.DescribeChangeSet(t.Context(), &api.DescribeChangeSetInput{ChangeSetName: aws.String("cs")})
	wantRefusal(t, err, "ValidationError", "StackName must be specified if ChangeSetName is not specified as an ARN.")
	_, err = b.DescribeChangeSet(t.Context(), &api.DescribeChangeSetInput{ChangeSetName: aws.String("other"), StackName: aws.String("shop")})
	wantRefusal(t, err, "ChangeSetNotFound", "ChangeSet [other] does not exist")
}

func TestDeleteChangeSet(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("shop", shop, "CREATE_COMPLETE")
	for range 2 { // the second time there is none, which is no mistake
		if _, err := b.DeleteChangeSet(t.Context(), &api.DeleteChangeSetInput{ChangeSetName: aws.String("cs"), StackName: aws.String("shop")}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := b.DeleteChangeSet(t.Context(), &api.DeleteChangeSetInput{ChangeSetName: aws.String("cs"), StackName: aws.String("none")})
	wantRefusal(t, err, "ValidationError", "Stack [none] does not exist")
}

func TestAStackInReviewCanBeDeletedOrCreated(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.changeSet("shop", shop, "CREATE")
	if _, err := b.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: aws.String("shop")}); err != nil {
		t.Fatal(err)
	}
	cs := b.changeSet("shop", shop, "CREATE")
	b.create("shop", shop, "CREATE_COMPLETE")
	wantEqual(t, "the change set", b.described(*cs.ChangeSetId, true).ExecutionStatus, types.ExecutionStatusObsolete)
}

func TestChangeSetByTemplateURL(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.templates["http://127.0.0.1/bucket/key.json"] = shop
	in := &api.CreateChangeSetInput{
		StackName: aws.String("shop"), ChangeSetName: aws.String("cs"), ChangeSetType: "CREATE", TemplateURL: aws.String("http://127.0.0.1/bucket/key.json"),
		DeploymentConfig: &types.DeploymentConfig{Mode: "EXPRESS"}, IncludeNestedStacks: aws.Bool(true), ClientToken: aws.String("token"),
		Parameters: []types.Parameter{}, Tags: []types.Tag{}, RoleARN: aws.String("arn:aws:iam::123456789012:role/exec"),
	}
	if _, err := b.CreateChangeSet(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	in.ChangeSetName, in.TemplateURL = aws.String("other"), aws.String("http://127.0.0.1/bucket/none.json")
	_, err := b.CreateChangeSet(t.Context(), in)
	wantRefusal(t, err, "ValidationError", "S3 error: The specified key does not exist.")
}
