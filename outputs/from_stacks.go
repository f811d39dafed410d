package outputs

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/config"
	"gatehouse/stacks/contract"
)

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
	found, err := DescribeStack(ctx, client, stack)
	if err != nil {
		return stackOutputs{}, fmt.Errorf("reading %s: %w", place, err)
	}
	if found == nil {
		return stackOutputs{}, missing(cfg, place+" does not exist")
	}
	out := stackOutputs{place: fmt.Sprintf("%s (%s)", place, found.StackStatus), values: map[string]string{}}
	for _, o := range found.Outputs {
		out.values[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return out, nil
}
