package outputs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
)

// StackDescriber is the part of the CloudFormation client that DescribeStack uses.
type StackDescriber interface {
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
}

var _ StackDescriber = (*cloudformation.Client)(nil)

// DescribeStack is the stack of that name, or nil if there is none. Its errors are the
// client's own: the caller says what it was about.
func DescribeStack(ctx context.Context, client StackDescriber, name string) (*types.Stack, error) {
	answer, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if isNoSuchStack(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(answer.Stacks) != 1 {
		return nil, fmt.Errorf("want one stack; got %d", len(answer.Stacks))
	}
	return &answer.Stacks[0], nil
}

// isNoSuchStack tells CloudFormation's "Stack with id … does not exist", which has
// no code of its own.
func isNoSuchStack(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}
