package cloudformation_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

// twenty is a stack of twenty resources, each of which refers to the one before.
func twenty(text string) string {
	var s strings.Builder
	s.WriteString("Resources:\n")
	for i := range 20 {
		value := text
		if i > 0 {
			value = fmt.Sprintf(`!Sub "${R%02d}-%s"`, i-1, text)
		}
		fmt.Fprintf(&s, "  R%02d: {Type: Test::Thing, Properties: {Text: %s}}\n", i, value)
	}
	return s.String()
}

// BenchmarkDeploy is a change to each of twenty resources, as `cdk deploy` makes
// it: change set, description, execution. The handlers do nothing.
func BenchmarkDeploy(b *testing.B) {
	bench := newBench(b)
	bench.create("app", twenty("start"), "CREATE_COMPLETE")
	i := 0
	for b.Loop() {
		i++
		cs := bench.changeSet("app", twenty(fmt.Sprint("text", i)), "UPDATE")
		bench.execute(*cs.ChangeSetId)
	}
}

// BenchmarkDeployDirect is the same through UpdateStack.
func BenchmarkDeployDirect(b *testing.B) {
	bench := newBench(b)
	bench.create("app", twenty("start"), "CREATE_COMPLETE")
	i := 0
	for b.Loop() {
		i++
		if _, err := bench.UpdateStack(b.Context(), &api.UpdateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(twenty(fmt.Sprint("text", i)))}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCreateAndDelete is the life of a stack of twenty resources.
func BenchmarkCreateAndDelete(b *testing.B) {
	bench := newBench(b)
	for b.Loop() {
		if _, err := bench.CreateStack(b.Context(), &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(twenty("text"))}); err != nil {
			b.Fatal(err)
		}
		bench.delete("app")
	}
}

// BenchmarkTemplateSummary reads the CDK's bootstrap
// template, 27 KB of YAML.
func BenchmarkTemplateSummary(b *testing.B) {
	data, err := os.ReadFile("testdata/bootstrap-2.1148.1.yaml")
	if err != nil {
		b.Fatal(err)
	}
	bench := newBench(b)
	for b.Loop() {
		if _, err := bench.GetTemplateSummary(b.Context(), &api.GetTemplateSummaryInput{TemplateBody: aws.String(string(data))}); err != nil {
			b.Fatal(err)
		}
	}
}
