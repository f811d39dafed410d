package rules_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"gatehouse/internal/review/rules"
	"gatehouse/local/localtest"
)

// A rule that says that AWS refuses a change is tried: the local cloud is given
// the case's templates and must refuse as the rule says, or its cases say why not.
func TestTheLocalCloudRefusesWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		for _, c := range casesOf(t, r) {
			what, text, _ := strings.Cut(c.local, " ")
			reason, notModelled := strings.CutPrefix(c.local, "not modelled: ")
			refused := r.Level == rules.Refused && len(c.want) > 0
			if refused && what != "refuses" && !notModelled || notModelled && reason == "" {
				t.Errorf("%s: %s: say that the local cloud refuses it, or why that is not modelled", r.ID, c.name)
			}
			if notModelled || what == "" {
				continue
			}
			t.Run(r.ID+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				first, rest, _ := strings.Cut(text, " ")
				next := first == "next"
				if next {
					text = rest
				}
				if text == "" {
					text = r.Message
				}
				switch {
				case what == "accepts":
					tryAccepted(t, c)
				case what != "refuses" || text == "":
					t.Fatalf("local: %s: want refuses, and a text if the rule has no Message; accepts; or not modelled: and a reason", c.local)
				case next:
					tryRefusedNext(t, c, text)
				default:
					tryRefused(t, c, text)
				}
			})
		}
	}
}

// deployed is a case's old version in a local cloud of its own.
type deployed struct {
	t   *testing.T
	sdk *cloudformation.Client
}

func deploy(t *testing.T, c testCase) deployed {
	t.Helper()
	cloud := localtest.Start(t)
	d := deployed{t, cloudformation.New(cloudformation.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(cloud.AWSURL()), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})}
	if c.before.template != "" {
		d.must(d.create(testStack, c.before.template))
	}
	for _, name := range sortedNames(c.before.stacks) {
		d.must(d.create(name, c.before.stacks[name]))
	}
	return d
}

func (d deployed) must(reasons []string) {
	d.t.Helper()
	if len(reasons) > 0 {
		d.t.Fatalf("a deployment that must succeed failed: %s", strings.Join(reasons, "; "))
	}
}

var capabilities = []types.Capability{types.CapabilityCapabilityNamedIam}

// create deploys a new stack and returns why it failed.
func (d deployed) create(name, template string) []string {
	d.t.Helper()
	_, err := d.sdk.CreateStack(context.Background(), &cloudformation.CreateStackInput{StackName: &name, TemplateBody: &template, Capabilities: capabilities})
	return d.outcome(name, err, types.StackStatusCreateComplete)
}

// update deploys a stack again and returns why it failed.
func (d deployed) update(name, template string) []string {
	d.t.Helper()
	_, err := d.sdk.UpdateStack(context.Background(), &cloudformation.UpdateStackInput{StackName: &name, TemplateBody: &template, Capabilities: capabilities})
	return d.outcome(name, err, types.StackStatusUpdateComplete)
}

// outcome is why a deployment did not end in the wanted status. The local cloud
// answers when it has ended.
func (d deployed) outcome(name string, err error, want types.StackStatus) []string {
	d.t.Helper()
	if err != nil {
		return []string{err.Error()}
	}
	out, err := d.sdk.DescribeStacks(context.Background(), &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	if out.Stacks[0].StackStatus == want {
		return nil
	}
	return d.failures(name)
}

// failures are the reasons of a stack's events that failed, or began a rollback.
func (d deployed) failures(name string) (reasons []string) {
	d.t.Helper()
	out, err := d.sdk.DescribeStackEvents(context.Background(), &cloudformation.DescribeStackEventsInput{StackName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range out.StackEvents {
		failed := strings.HasSuffix(string(e.ResourceStatus), "_FAILED") || strings.Contains(string(e.ResourceStatus), "ROLLBACK_IN_PROGRESS")
		if failed && e.ResourceStatusReason != nil {
			reasons = append(reasons, aws.ToString(e.ResourceStatusReason))
		}
	}
	if len(reasons) == 0 {
		d.t.Fatalf("the stack %s failed without a reason", name)
	}
	return reasons
}

// state is a stack's template and resources, as far as a refusal must not change them.
func (d deployed) state(name string) (lines []string) {
	d.t.Helper()
	template, err := d.sdk.GetTemplate(context.Background(), &cloudformation.GetTemplateInput{StackName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	resources, err := d.sdk.DescribeStackResources(context.Background(), &cloudformation.DescribeStackResourcesInput{StackName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range resources.StackResources {
		lines = append(lines, aws.ToString(r.LogicalResourceId)+" is "+aws.ToString(r.PhysicalResourceId))
	}
	slices.Sort(lines)
	return append(lines, aws.ToString(template.TemplateBody))
}

func tryRefused(t *testing.T, c testCase, text string) {
	d := deploy(t, c)
	if c.before.template == "" {
		wantReason(t, d.create(testStack, c.after.template), text)
		return
	}
	before := d.state(testStack)
	wantReason(t, d.update(testStack, c.after.template), text)
	if after := d.state(testStack); !slices.Equal(before, after) {
		t.Errorf("the stack is not what it was\nbefore %s\nafter  %s", before, after)
	}
}

func tryRefusedNext(t *testing.T, c testCase, text string) {
	d := deploy(t, c)
	d.must(d.update(testStack, c.after.template))
	for _, name := range sortedNames(c.after.stacks) {
		wantReason(t, d.update(name, c.after.stacks[name]), text)
	}
}

func tryAccepted(t *testing.T, c testCase) {
	d := deploy(t, c)
	if c.before.template == "" {
		d.must(d.create(testStack, c.after.template))
		return
	}
	d.must(d.update(testStack, c.after.template))
}

func wantReason(t *testing.T, reasons []string, text string) {
	t.Helper()
	if !slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(r, text) }) {
		t.Errorf("the local cloud said %q; want %q", reasons, text)
	}
}
