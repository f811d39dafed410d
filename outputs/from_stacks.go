package outputs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"

	"gatehouse/config"
	"gatehouse/stacks/contract"
)

// StackDescriber is the part of the CloudFormation client that FromStacks uses.
type StackDescriber interface {
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
}

var _ StackDescriber = (*cloudformation.Client)(nil)

// FromStacks reads the outputs of the deployed environment cfg. Its error is a
// [*MissingError] if the environment is not deployed, or not completely.
func FromStacks(ctx context.Context, client StackDescriber, cfg config.Config) (Outputs, error) {
	return read(cfg, func(stack string) (stackOutputs, error) {
		return describe(ctx, client, cfg, stack)
	})
}

// MissingError says that a deployment does not have what was looked for.
type MissingError struct {
	Environment string
	Local       bool   // the environment is in the local cloud
	What        string // "stack shop-prod-auth in eu-west-1 does not exist"
}

func (e *MissingError) Error() string { return e.What }

// Hint is how to go on.
func (e *MissingError) Hint() string {
	if e.Local {
		return "gatehouse up deploys the environment " + e.Environment
	}
	return "npx cdk deploy --all -c env=" + e.Environment + " deploys the environment " + e.Environment
}

// stackOutputs are the outputs of one stack.
type stackOutputs struct {
	place  string // for messages: "stack shop-prod-auth in eu-west-1 (UPDATE_COMPLETE)"
	values map[string]string
}

// read gathers the ids of the environment from its stacks' outputs.
func read(cfg config.Config, outputsOf func(stackName string) (stackOutputs, error)) (Outputs, error) {
	var ids IDs
	for _, stack := range []struct {
		id     string
		wanted map[string]*string
	}{
		{contract.StackAuth, map[string]*string{
			contract.OutputUserPoolID:       &ids.UserPoolID,
			contract.OutputUserPoolClientID: &ids.UserPoolClientID,
		}},
		{contract.StackHosting, map[string]*string{
			contract.OutputSiteURL: &ids.SiteURL,
		}},
	} {
		got, err := outputsOf(contract.StackName(cfg.Project, cfg.Environment, stack.id))
		if err != nil {
			return Outputs{}, err
		}
		for _, key := range slices.Sorted(maps.Keys(stack.wanted)) {
			value := got.values[key]
			if value == "" {
				return Outputs{}, missing(cfg, got.place+" has no output "+key)
			}
			*stack.wanted[key] = value
		}
	}
	return New(cfg, ids), nil
}

func missing(cfg config.Config, what string) error {
	return &MissingError{Environment: cfg.Environment, Local: cfg.Local.Endpoint != "", What: what}
}

// describe reads the outputs of one stack.
func describe(ctx context.Context, client StackDescriber, cfg config.Config, stack string) (stackOutputs, error) {
	place := "stack " + stack + " in " + cfg.Region
	answer, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &stack})
	if isNoSuchStack(err) {
		return stackOutputs{}, missing(cfg, place+" does not exist")
	}
	if err != nil {
		return stackOutputs{}, fmt.Errorf("reading %s: %w", place, err)
	}
	if len(answer.Stacks) != 1 {
		return stackOutputs{}, fmt.Errorf("reading %s: want one stack; got %d", place, len(answer.Stacks))
	}
	out := stackOutputs{place: fmt.Sprintf("%s (%s)", place, answer.Stacks[0].StackStatus), values: map[string]string{}}
	for _, o := range answer.Stacks[0].Outputs {
		out.values[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return out, nil
}

// isNoSuchStack tells CloudFormation's "Stack with id … does not exist", which has
// no code of its own.
func isNoSuchStack(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}
