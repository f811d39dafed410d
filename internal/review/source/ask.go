package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"gatehouse/internal/review"
	"gatehouse/internal/review/change"
	"gatehouse/stacks/contract"
)

// maxTemplateBody is the most bytes of a template that a request may hold; a larger one
// has to lie in S3, where a reviewer may not write:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxTemplateBody = 51200

// Ask lets CloudFormation say what it would do to get from live to to: for each stack
// that exists it makes a change set, reads it and deletes it, and executes none. A
// stack that does not exist yet is not asked about, because that would leave one
// behind. id makes the names of the change sets this review's own.
func Ask(ctx context.Context, client CloudFormation, live review.Deployment, to *review.Deployment, id string) error {
	for i := range to.Stacks {
		after := &to.Stacks[i]
		var before *change.Stack
		for j := range live.Stacks {
			if live.Stacks[j].Exists && review.SameStack(live.Stacks[j], *after) {
				before = &live.Stacks[j]
			}
		}
		if before == nil {
			continue
		}
		body := compact(after.Source)
		if len(body) > maxTemplateBody {
			to.Notes = append(to.Notes, fmt.Sprintf("CloudFormation was not asked about %s: its template has %d bytes, and a request may hold %d. The templates were compared.", after.Name, len(body), maxTemplateBody))
			continue
		}
		if err := ask(ctx, client, before.Template, after, body, contract.ReviewChangeSet+id); err != nil {
			return fmt.Errorf("asking CloudFormation what would change in %s: %w", after.Name, err)
		}
	}
	return nil
}

// compact is a template without the white space of JSON; one in YAML stays as it is.
func compact(template []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, template) != nil {
		return string(template)
	}
	return b.String()
}

// cleanUp is how long deleting a change set may take, also after an interruption.
const cleanUp = 20 * time.Second

// ask makes one change set, reads it into after, and deletes it.
func ask(ctx context.Context, client CloudFormation, before change.Template, after *change.Stack, body, name string) (err error) {
	_, err = client.CreateChangeSet(ctx, &cloudformation.CreateChangeSetInput{
		StackName: &after.Name, ChangeSetName: &name, ChangeSetType: types.ChangeSetTypeUpdate, TemplateBody: &body,
		Description:  new("Made by gatehouse review to be read, not to be executed"),
		Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityNamedIam, types.CapabilityCapabilityAutoExpand},
		Parameters:   parameters(before, after.Template),
	})
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "ValidationError" && !isDenied(api.ErrorMessage()) {
		after.Refusal = api.ErrorMessage() // the template, its parameters, or the state of the stack
		return nil
	}
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUp)
		defer cancel()
		if _, e := client.DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{StackName: &after.Name, ChangeSetName: &name}); e != nil {
			err = errors.Join(err, fmt.Errorf("deleting the change set %s, which nobody should execute: %w", name, e))
		}
	}()
	return read(ctx, client, after, name)
}

// parameters keeps the values that a stack's parameters have.
func parameters(before, after change.Template) (list []types.Parameter) {
	for key := range after.Parameters {
		if _, had := before.Parameters[key]; had {
			list = append(list, types.Parameter{ParameterKey: &key, UsePreviousValue: new(true)})
		}
	}
	return list
}

// look is the time between two looks at a change set that is being made.
const look = time.Second

// read waits until a change set is made and reads it into after.
func read(ctx context.Context, client CloudFormation, after *change.Stack, name string) error {
	input := cloudformation.DescribeChangeSetInput{StackName: &after.Name, ChangeSetName: &name, IncludePropertyValues: new(true)}
	after.Plan = []change.Planned{}
	for {
		page, err := client.DescribeChangeSet(ctx, &input)
		if err != nil {
			return err
		}
		switch page.Status {
		case types.ChangeSetStatusCreatePending, types.ChangeSetStatusCreateInProgress:
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(look):
			}
			continue
		case types.ChangeSetStatusFailed:
			reason := aws.ToString(page.StatusReason)
			if isDenied(reason) {
				return errors.New(reason)
			}
			if !changesNothing(reason) {
				after.Refusal = reason
			}
			return nil
		}
		for _, c := range page.Changes {
			if c.ResourceChange != nil {
				after.Plan = append(after.Plan, planned(*c.ResourceChange))
			}
		}
		if page.NextToken == nil {
			return nil
		}
		input.NextToken = page.NextToken
	}
}

// isDenied is whether CloudFormation could not look because of who asked it: that says
// nothing of the template.
func isDenied(reason string) bool {
	return strings.Contains(reason, "not authorized to perform") || strings.Contains(reason, "AccessDenied")
}

// changesNothing is whether a change set failed because there is nothing to change.
// CloudFormation has no status for that; the cdk command line tells it by these texts.
func changesNothing(reason string) bool {
	return strings.Contains(reason, "didn't contain changes") || strings.Contains(reason, "No updates are to be performed")
}

var actions = map[types.ChangeAction]change.Action{
	types.ChangeActionAdd: change.Add, types.ChangeActionRemove: change.Remove, types.ChangeActionModify: change.Modify,
}

// planned is an entry of a change set as a review takes it.
func planned(c types.ResourceChange) change.Planned {
	action, known := actions[c.Action]
	if !known { // Dynamic: it cannot tell yet
		action = change.Modify
	}
	p := change.Planned{ID: aws.ToString(c.LogicalResourceId), Type: aws.ToString(c.ResourceType), Action: action, Replaced: c.Replacement == types.ReplacementTrue}
	for _, d := range c.Details {
		if d.Target == nil || d.Target.Attribute != types.ResourceAttributeProperties {
			continue // policies and tags are in the templates
		}
		path := propertyPath(d.Target)
		if d.Target.RequiresRecreation == types.RequiresRecreationAlways {
			p.ReplacedBy = append(p.ReplacedBy, path)
		}
		if before, after := value(d.Target.BeforeValue), value(d.Target.AfterValue); d.Evaluation == types.EvaluationTypeStatic && before != after {
			p.Properties = append(p.Properties, change.Property{Path: path, Before: before, After: after})
		}
	}
	return p
}

// propertyPath is a property's path as templates are compared: Policies.PasswordPolicy
// for /Properties/Policies/PasswordPolicy.
func propertyPath(t *types.ResourceTargetDefinition) string {
	if path, ok := strings.CutPrefix(aws.ToString(t.Path), "/Properties/"); ok {
		return strings.ReplaceAll(path, "/", ".")
	}
	return aws.ToString(t.Name)
}

// value is a property's value as the change set has it; nil if it has none.
func value(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}
