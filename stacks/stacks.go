// Package stacks declares what an environment takes on AWS: the [Auth] stack with
// the people, and the [Hosting] stack with what they find.
//
// A constructor takes its props by value and returns typed resources. It decides
// everything at synthesis from those props: it reads no file, flag, clock or
// environment variable, so the same commit gives the same templates everywhere.
// (The site's files become assets; [ReadSite] and [NewRelease] look at them before.)
//
// Every setting that matters is stated in the template, also where it is the
// default: what a template leaves out may silently go back to a default when
// something else is updated. Names that others rely on are in the contract package.
package stacks

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"gatehouse/config"
	"gatehouse/stacks/contract"
)

// newStack declares the stack called name of an environment, with the
// environment's tags on everything in it.
func newStack(scope constructs.Construct, cfg config.Config, name, description string) awscdk.Stack {
	return newStackWith(scope, cfg, name, description, nil)
}

// newStackWith is newStack with another way of deployment than by the roles and the
// bucket of cdk bootstrap. A nil synthesizer is that way.
func newStackWith(scope constructs.Construct, cfg config.Config, name, description string, synthesizer awscdk.IStackSynthesizer) awscdk.Stack {
	env := &awscdk.Environment{Region: new(cfg.Region)}
	if cfg.Account != "" {
		env.Account = new(cfg.Account)
	}
	tags := map[string]*string{}
	for key, value := range cfg.Tags {
		tags[key] = new(value)
	}
	full := contract.StackName(cfg.Project, cfg.Environment, name)
	stack := awscdk.NewStack(scope, new(full), &awscdk.StackProps{
		StackName:             new(full),
		Description:           new(description),
		Env:                   env,
		TerminationProtection: new(cfg.Protect),
		Tags:                  &tags,
		Synthesizer:           synthesizer,
	})
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		awscdk.Tags_Of(stack).Add(new(key), tags[key], nil)
	}
	return stack
}

// removal is the one place that decides whether a resource outlives its stack.
func removal(cfg config.Config) awscdk.RemovalPolicy {
	if cfg.Protect {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}

// output declares a stack output. Names come from the contract package.
func output(stack awscdk.Stack, name string, value *string, description string) {
	awscdk.NewCfnOutput(stack, new(name), &awscdk.CfnOutputProps{Value: value, Description: new(description)})
}
