package source_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"gatehouse/config"
	"gatehouse/internal/review"
	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
	"gatehouse/internal/review/source"
	"gatehouse/local/localtest"
	"gatehouse/local/wire"
)

// cloud is a local cloud with its CloudFormation client.
type cloud struct {
	*cloudformation.Client
	t   *testing.T
	cfg config.Config
}

func newCloud(t *testing.T) cloud {
	t.Helper()
	local := localtest.Start(t)
	client := cloudformation.New(cloudformation.Options{
		BaseEndpoint: new(local.AWSURL()), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: wire.PlainBodies(&http.Transport{})},
	})
	return cloud{client, t, config.Config{Project: "shop", Environment: "prod", Region: "us-east-1"}}
}

// create creates a stack.
func (c cloud) create(name, template string) {
	c.t.Helper()
	if _, err := c.CreateStack(c.t.Context(), &cloudformation.CreateStackInput{StackName: &name, TemplateBody: &template}); err != nil {
		c.t.Fatal(err)
	}
	if status := c.status(name); status != types.StackStatusCreateComplete {
		c.t.Fatalf("%s is in %s", name, status)
	}
}

// status is a stack's status, "" if there is no such stack.
func (c cloud) status(name string) types.StackStatus {
	c.t.Helper()
	answer, err := c.DescribeStacks(c.t.Context(), &cloudformation.DescribeStacksInput{StackName: &name})
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "ValidationError" {
		return ""
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.Stacks[0].StackStatus
}

// review reviews a template of the auth stack against what is deployed.
func (c cloud) review(template string) review.Report {
	c.t.Helper()
	live, err := source.Deployed(c.t.Context(), c, http.DefaultClient, c.cfg)
	if err != nil {
		c.t.Fatal(err)
	}
	parsed, err := change.Parse([]byte(template), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	to := review.Deployment{Label: "new", Stacks: []change.Stack{{Name: "shop-prod-auth", Exists: true, Template: parsed, Source: []byte(template)}}}
	if err := source.Ask(c.t.Context(), c, live, &to, "test"); err != nil {
		c.t.Fatal(err)
	}
	return review.Run(live, to, review.Options{Environment: "prod"})
}

func ruleIDs(r review.Report) (ids []string) {
	for _, f := range r.Findings {
		ids = append(ids, f.Rule)
	}
	return ids
}

// pool is the auth stack of the tests. SUBJECT is the subject of its mails.
const pool = `
Parameters:
  Subject: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/subject}
Resources:
  Users:
    Type: AWS::Cognito::UserPool
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      DeletionProtection: ACTIVE
      UsernameAttributes: [email]
      AutoVerifiedAttributes: [email]
      VerificationMessageTemplate:
        DefaultEmailOption: CONFIRM_WITH_CODE
        EmailSubject: !Ref Subject
        EmailMessage: Your code is {####}
Outputs:
  UserPoolId: {Value: !Ref Users}
`

// subject declares the parameter that the pool's mails take their subject from.
func subject(text string) string {
	return "Resources: {Subject: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Name: /shop/subject, Value: " + text + "}}}"
}

// withPool is a cloud in which the pool is deployed.
func withPool(t *testing.T) cloud {
	t.Helper()
	c := newCloud(t)
	c.create("subject", subject("Welcome"))
	c.create("shop-prod-auth", pool)
	return c
}

func TestWhatIsDeployedAndTheSameTemplateDifferInNothing(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	if r := c.review(pool); len(r.Findings) > 0 || r.Verdict(rules.Unknown) != review.Fine {
		t.Errorf("got %+v", r)
	}
}

func TestCloudFormationTellsWhatNoTemplateShows(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	template := subject("Hello")
	if _, err := c.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: new("subject"), TemplateBody: &template}); err != nil {
		t.Fatal(err)
	}
	r := c.review(pool)
	if len(r.Findings) != 1 || r.Findings[0].Resource != "Users" || !strings.Contains(strings.Join(r.Findings[0].What, " "), "VerificationMessageTemplate") {
		t.Errorf("the pool's mails get another subject through a parameter in SSM; got %+v", r.Findings)
	}
}

func TestAReviewLeavesNoChangeSetBehind(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	if r := c.review(strings.Replace(pool, "ACTIVE", "INACTIVE", 1)); !slices.Contains(ruleIDs(r), "pool-protection-lifted") {
		t.Errorf("got %+v", r.Findings)
	}
	_, err := c.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{StackName: new("shop-prod-auth"), ChangeSetName: new("gatehouse-review-test")})
	if _, gone := errors.AsType[*types.ChangeSetNotFoundException](err); !gone {
		t.Errorf("the change set of the review is still there: %v", err)
	}
	if status := c.status("shop-prod-auth"); status != types.StackStatusCreateComplete {
		t.Errorf("the stack is in %s", status)
	}
}

func TestWhatCloudFormationDoesNotTakeIsRefused(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	for name, template := range map[string]string{
		"a reference to nothing":        strings.Replace(pool, "Value: !Ref Users", "Value: !Ref Nobody", 1),
		"a parameter without a value":   strings.Replace(pool, "Parameters:", "Parameters:\n  New: {Type: String}", 1),
		"a parameter that SSM does not": strings.Replace(pool, "Parameters:", "Parameters:\n  New: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /nobody/knows}", 1),
	} {
		t.Run(name, func(t *testing.T) {
			r := c.review(template)
			if !slices.Contains(ruleIDs(r), "change-set-refused") || r.Verdict(rules.Unknown) != review.Blocked {
				t.Errorf("got %+v", r.Findings)
			}
		})
	}
}

func TestAStackThatDoesNotExistIsNewAndIsNotMade(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.create("subject", subject("Welcome"))
	r := c.review(pool)
	if r.Verdict(rules.Unknown) != review.NeedsHuman || len(r.Findings) != 1 || r.Findings[0].Rule != "first-deployment" || len(r.Stacks) != 1 || r.Stacks[0].State != "new" || !strings.Contains(strings.Join(r.Notes, " "), "Nothing of shop prod is deployed in us-east-1") {
		t.Errorf("got %+v", r)
	}
	if status := c.status("shop-prod-auth"); status != "" {
		t.Errorf("the review left a stack in %s behind", status)
	}
}

func TestAStackInAnotherRegionIsLeftBehindAndNotAskedAbout(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	live, err := source.Deployed(t.Context(), c, http.DefaultClient, c.cfg) // the local cloud has one Region and answers for any
	if err != nil {
		t.Fatal(err)
	}
	to := review.Deployment{Stacks: []change.Stack{{Name: "shop-prod-auth", Exists: true, Region: "eu-central-1", Template: live.Stacks[0].Template, Source: []byte(pool)}}}
	if err := source.Ask(t.Context(), c, live, &to, "test"); err != nil {
		t.Fatal(err)
	}
	r := review.Run(live, to, review.Options{Environment: "prod"})
	if len(r.Findings) != 1 || r.Findings[0].Rule != "stack-left-behind" || to.Stacks[0].Plan != nil {
		t.Errorf("got %+v", r)
	}
}

func TestATemplateTooLargeForARequestIsComparedAlone(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	r := c.review(pool + "Metadata: {Large: " + strings.Repeat("x", 51200) + "}\n")
	if len(r.Findings) > 0 || !strings.Contains(strings.Join(r.Notes, " "), "CloudFormation was not asked about shop-prod-auth") {
		t.Errorf("got %+v", r)
	}
}

// denied answers as CloudFormation does to somebody who may not read a parameter.
type denied struct {
	cloud
	onCreate bool
}

const notAuthorized = "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter/shop/subject"

func (d denied) CreateChangeSet(ctx context.Context, in *cloudformation.CreateChangeSetInput, options ...func(*cloudformation.Options)) (*cloudformation.CreateChangeSetOutput, error) {
	if d.onCreate {
		return nil, &smithy.GenericAPIError{Code: "ValidationError", Message: notAuthorized}
	}
	return d.cloud.CreateChangeSet(ctx, in, options...)
}

func (d denied) DescribeChangeSet(context.Context, *cloudformation.DescribeChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeChangeSetOutput, error) {
	return &cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusFailed, StatusReason: new(notAuthorized)}, nil
}

func TestWhoMayNotAskLearnsThatAndNothingOfTheTemplate(t *testing.T) {
	t.Parallel()
	c := withPool(t)
	live, err := source.Deployed(t.Context(), c, http.DefaultClient, c.cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, onCreate := range []bool{true, false} {
		to := review.Deployment{Stacks: []change.Stack{{Name: "shop-prod-auth", Exists: true, Template: live.Stacks[0].Template, Source: []byte(pool)}}}
		err := source.Ask(t.Context(), denied{c, onCreate}, live, &to, "test")
		if err == nil || !strings.Contains(err.Error(), notAuthorized) || to.Stacks[0].Refusal != "" {
			t.Errorf("when the change set is made: %t: got %v, refusal %q", onCreate, err, to.Stacks[0].Refusal)
		}
	}
}

// slow answers as AWS does: a change set takes its time, comes in pages, and names
// properties by their whole path.
type slow struct {
	cloud
	asked []string // the tokens of the pages
}

func (s *slow) DescribeChangeSet(_ context.Context, in *cloudformation.DescribeChangeSetInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeChangeSetOutput, error) {
	s.asked = append(s.asked, aws.ToString(in.NextToken))
	if len(s.asked) == 1 {
		return &cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusCreateInProgress}, nil
	}
	change := func(id, path string, recreation types.RequiresRecreation, replacement types.Replacement) types.Change {
		return types.Change{ResourceChange: &types.ResourceChange{
			LogicalResourceId: &id, ResourceType: new("AWS::Cognito::UserPool"), Action: types.ChangeActionModify, Replacement: replacement,
			Details: []types.ResourceChangeDetail{{Evaluation: types.EvaluationTypeStatic, Target: &types.ResourceTargetDefinition{
				Attribute: types.ResourceAttributeProperties, Name: new("Policies"), Path: &path, RequiresRecreation: recreation, BeforeValue: new("12"), AfterValue: new("14"),
			}}},
		}}
	}
	page := &cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusCreateComplete}
	if in.NextToken == nil {
		page.NextToken = new("more")
		page.Changes = []types.Change{change("Users", "/Properties/Policies/PasswordPolicy/MinimumLength", types.RequiresRecreationNever, types.ReplacementFalse)}
	} else {
		page.Changes = []types.Change{change("Staff", "/Properties/UserPoolName", types.RequiresRecreationAlways, types.ReplacementTrue)}
	}
	return page, nil
}

func TestAChangeSetIsWaitedForAndReadToItsLastPage(t *testing.T) {
	t.Parallel()
	c := &slow{cloud: withPool(t)}
	live, err := source.Deployed(t.Context(), c, http.DefaultClient, c.cfg)
	if err != nil {
		t.Fatal(err)
	}
	to := review.Deployment{Stacks: []change.Stack{{Name: "shop-prod-auth", Exists: true, Template: live.Stacks[0].Template, Source: []byte(pool)}}}
	if err := source.Ask(t.Context(), c, live, &to, "test"); err != nil {
		t.Fatal(err)
	}
	policy := change.Property{Path: "Policies.PasswordPolicy.MinimumLength", Before: "12", After: "14"}
	name := change.Property{Path: "UserPoolName", Before: "12", After: "14"}
	want := []change.Planned{
		{ID: "Users", Type: "AWS::Cognito::UserPool", Action: change.Modify, Properties: []change.Property{policy}},
		{ID: "Staff", Type: "AWS::Cognito::UserPool", Action: change.Modify, Replaced: true, ReplacedBy: []string{"UserPoolName"}, Properties: []change.Property{name}},
	}
	if !reflect.DeepEqual(to.Stacks[0].Plan, want) || !slices.Equal(c.asked, []string{"", "", "more"}) {
		t.Errorf("asked for the pages %q; got %+v; want %+v", c.asked, to.Stacks[0].Plan, want)
	}
}
