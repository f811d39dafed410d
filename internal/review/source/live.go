package source

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"gatehouse/config"
	"gatehouse/internal/review"
	"gatehouse/internal/review/change"
	"gatehouse/outputs"
	"gatehouse/stacks/contract"
)

// Live names what is deployed.
const Live = "live"

// CloudFormation is the part of its client that a review uses.
type CloudFormation interface {
	outputs.StackDescriber
	GetTemplate(context.Context, *cloudformation.GetTemplateInput, ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error)
	CreateChangeSet(context.Context, *cloudformation.CreateChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.CreateChangeSetOutput, error)
	DescribeChangeSet(context.Context, *cloudformation.DescribeChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeChangeSetOutput, error)
	DeleteChangeSet(context.Context, *cloudformation.DeleteChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.DeleteChangeSetOutput, error)
}

var _ CloudFormation = (*cloudformation.Client)(nil)

// Deployed reads what is deployed of an environment: its templates, whether its
// stacks are protected, and the configuration file that its site publishes. It
// changes nothing.
func Deployed(ctx context.Context, client CloudFormation, site *http.Client, cfg config.Config) (review.Deployment, error) {
	d := review.Deployment{Label: "what is deployed in " + cfg.Region}
	for _, kind := range []string{contract.StackAuth, contract.StackHosting} {
		name := contract.StackName(cfg.Project, cfg.Environment, kind)
		found, err := outputs.DescribeStack(ctx, client, name)
		if err != nil {
			return d, fmt.Errorf("reading the stack %s: %w", name, err)
		}
		if found == nil || holdsNothing(found.StackStatus) {
			d.Stacks = append(d.Stacks, change.Stack{Name: name, LookedFor: true})
			continue
		}
		if strings.HasSuffix(string(found.StackStatus), "_IN_PROGRESS") {
			return d, fmt.Errorf("the stack %s is being changed just now (%s): review the change again when that is done", name, found.StackStatus)
		}
		if strings.HasSuffix(string(found.StackStatus), "_FAILED") {
			d.Notes = append(d.Notes, fmt.Sprintf("The stack %s is in %s: no deployment succeeds until that is mended.", name, found.StackStatus))
		}
		stack, err := deployedStack(ctx, client, found)
		if err != nil {
			return d, fmt.Errorf("reading the template of %s: %w", name, err)
		}
		if url := output(found, contract.OutputSiteURL); url != "" {
			d.Site = url
			content, err := fetch(ctx, site, url+"/"+configuration)
			if err != nil {
				d.Notes = append(d.Notes, fmt.Sprintf("The configuration that the site publishes could not be read, and so not be compared: %v.", err))
			} else {
				stack.Files = map[string]map[string]any{configuration: content}
			}
		}
		d.Stacks = append(d.Stacks, stack)
	}
	if !slices.ContainsFunc(d.Stacks, func(s change.Stack) bool { return s.Exists }) {
		d.Notes = append(d.Notes, "Nothing of "+cfg.Project+" "+cfg.Environment+" is deployed in "+cfg.Region+" of this account.")
	}
	return d, nil
}

// holdsNothing is whether a stack in that state has no resources: it was never
// executed, or its creation failed and was rolled back.
func holdsNothing(status types.StackStatus) bool {
	return slices.Contains([]types.StackStatus{types.StackStatusReviewInProgress, types.StackStatusRollbackComplete, types.StackStatusDeleteComplete}, status)
}

func deployedStack(ctx context.Context, client CloudFormation, found *types.Stack) (change.Stack, error) {
	name := aws.ToString(found.StackName)
	got, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &name, TemplateStage: types.TemplateStageOriginal})
	if err != nil {
		return change.Stack{}, err
	}
	values := map[string]string{}
	for _, p := range found.Parameters {
		values[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	id, _ := arn.Parse(aws.ToString(found.StackId)) // what is none says nothing of where the stack is
	values[change.AccountID] = id.AccountID
	parsed, err := change.Parse([]byte(aws.ToString(got.TemplateBody)), values)
	return change.Stack{
		Name: name, Exists: true, Account: id.AccountID, Region: id.Region, Template: parsed, TerminationProtection: found.EnableTerminationProtection,
	}, err
}

func output(stack *types.Stack, key string) string {
	for _, o := range stack.Outputs {
		if aws.ToString(o.OutputKey) == key {
			return aws.ToString(o.OutputValue)
		}
	}
	return ""
}

// patience is how long the site may take to hand out its configuration.
const patience = 10 * time.Second

// maxConfiguration is the most bytes that are read of a configuration file.
const maxConfiguration = 1 << 20

func fetch(ctx context.Context, client *http.Client, url string) (content map[string]any, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // only read from
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", url, answer.Status)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxConfiguration)).Decode(&content); err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return content, nil
}
