package cloudformation_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

const (
	producer = `
Resources: {A: {Type: Test::Plain}}
Outputs: {Name: {Value: "NAME", Export: {Name: shared}}}`
	consumer = `
Resources: {B: {Type: Test::Plain, Properties: {Text: !ImportValue shared}}}`
)

func TestImportValue(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("producer", producer, "CREATE_COMPLETE")
	b.create("consumer", consumer, "CREATE_COMPLETE")
	wantEqual(t, "B's text", b.fake.world["b-2"]["Text"], any("NAME"))
	exports, err := b.ListExports(t.Context(), &api.ListExportsInput{})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "exports", len(exports.Exports), 1)
	wantEqual(t, "its stack", *exports.Exports[0].ExportingStackId, *b.stack("producer").StackId)
	imports, err := b.ListImports(t.Context(), &api.ListImportsInput{ExportName: aws.String("shared")})
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, "imports", imports.Imports, "consumer")
	_, err = b.ListImports(t.Context(), &api.ListImportsInput{ExportName: aws.String("other")})
	wantRefusal(t, err, "ValidationError", "Export 'other' is not imported by any stack.")
}

func TestAnExportInUseStays(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ template, reason string }{
		"when it would change":    {change(t, producer, "NAME", "OTHER"), "Cannot update export shared as it is in use by consumer."},
		"when it would disappear": {`Resources: {A: {Type: Test::Plain}}`, "Cannot delete export shared as it is in use by consumer."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.create("producer", producer, "CREATE_COMPLETE")
			b.create("consumer", consumer, "CREATE_COMPLETE")
			before := b.state("producer")
			b.update("producer", tc.template, "UPDATE_ROLLBACK_COMPLETE")
			wantEqual(t, "the state", b.state("producer"), before)
			if history := strings.Join(b.history("producer"), "\n"); !strings.Contains(history, "UPDATE_ROLLBACK_IN_PROGRESS "+tc.reason) {
				t.Errorf("no %q in\n%s", tc.reason, history)
			}
		})
	}
}

func TestAStackWhoseExportIsInUseStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("producer", producer, "CREATE_COMPLETE")
	b.create("consumer", consumer, "CREATE_COMPLETE")
	b.delete("producer")
	b.wantStatus("producer", "CREATE_COMPLETE")
	wantEqual(t, "reason", *b.stack("producer").StackStatusReason, "Delete canceled. Cannot delete export shared as it is in use by consumer.")
	b.delete("consumer")
	b.delete("producer")
	wantLines(t, "what exists", b.fake.there())
}

func TestAnExportHasOneStack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("producer", producer, "CREATE_COMPLETE")
	b.create("rival", producer, "ROLLBACK_COMPLETE")
	if history := strings.Join(b.history("rival"), "\n"); !strings.Contains(history, "Export with name shared is already exported by stack producer. Rollback requested by user.") {
		t.Errorf("the events do not say why:\n%s", history)
	}
}

func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.CreateStack(t.Context(), &api.CreateStackInput{StackName: aws.String("consumer"), TemplateBody: aws.String(consumer)})
	wantRefusal(t, err, "ValidationError", "No export named shared found.")
}
