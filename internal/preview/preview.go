// Package preview finds and deletes the copies of an environment that were deployed
// for a while, such as one a pull request.
//
// A copy is told by the tags on its stacks, which say whose copy it is and how long it
// lives after it was last deployed. Nothing else is looked at, so nothing else is
// deleted.
package preview

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"gatehouse/config"
	"gatehouse/outputs"
	"gatehouse/stacks/contract"
)

// Stacks is the part of the CloudFormation client that is used.
type Stacks interface {
	outputs.StackDescriber
	DeleteStack(context.Context, *cloudformation.DeleteStackInput, ...func(*cloudformation.Options)) (*cloudformation.DeleteStackOutput, error)
}

var _ Stacks = (*cloudformation.Client)(nil)

// Preview is one copy.
type Preview struct {
	Name     string    // pr-42
	Stacks   []string  // its stacks, in the order in which they can be deleted
	URL      string    // where its site is; empty while that is not deployed
	Deployed time.Time // last
	Expires  time.Time
}

// order is the order of deletion: the site's configuration names the user pool.
var order = []string{contract.StackHosting, contract.StackAuth}

// List returns the copies of an environment, by name.
func List(ctx context.Context, client Stacks, cfg config.Config) ([]Preview, error) {
	found := map[string]*Preview{}
	pages := cloudformation.NewDescribeStacksPaginator(client, &cloudformation.DescribeStacksInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the stacks in %s: %w", cfg.Region, err)
		}
		for _, s := range page.Stacks {
			if err := add(found, s, cfg); err != nil {
				return nil, err
			}
		}
	}
	var list []Preview
	for _, p := range found {
		slices.SortFunc(p.Stacks, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Preview) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

func rank(stack string) int {
	return slices.IndexFunc(order, func(kind string) bool { return strings.HasSuffix(stack, "-"+kind) })
}

// add adds a stack to the copy that it is part of, if it is.
func add(found map[string]*Preview, s types.Stack, cfg config.Config) error {
	tags := map[string]string{}
	for _, tag := range s.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	stack := aws.ToString(s.StackName)
	copyOf, ours := strings.CutPrefix(stack, cfg.Project+"-"+cfg.Environment+"-")
	if !ours || tags[config.TagPreviewOf] != cfg.Environment || rank(stack) < 0 {
		return nil
	}
	lifetime, err := config.ParseLifetime(tags[config.TagLifetime])
	if err != nil {
		return fmt.Errorf("reading the tag %s of %s: %w", config.TagLifetime, stack, err)
	}
	name := strings.TrimSuffix(copyOf, "-"+order[rank(stack)])
	if found[name] == nil {
		found[name] = &Preview{Name: name}
	}
	p := found[name]
	p.Stacks = append(p.Stacks, stack)
	deployed := aws.ToTime(s.CreationTime)
	if s.LastUpdatedTime != nil {
		deployed = *s.LastUpdatedTime
	}
	if deployed.After(p.Deployed) {
		p.Deployed, p.Expires = deployed, deployed.Add(lifetime.Duration())
	}
	for _, o := range s.Outputs {
		if aws.ToString(o.OutputKey) == contract.OutputSiteURL {
			p.URL = aws.ToString(o.OutputValue)
		}
	}
	return nil
}

// pause is the time between two looks at a stack that is being deleted.
const pause = 5 * time.Second

// Delete deletes a copy: its site, then its users. It returns when all is gone. What
// another deletion has begun it waits for.
func Delete(ctx context.Context, client Stacks, p Preview) error {
	for _, stack := range p.Stacks {
		if _, err := client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &stack}); err != nil {
			return fmt.Errorf("deleting %s: %w", stack, err)
		}
		if err := untilGone(ctx, client, stack); err != nil {
			return fmt.Errorf("deleting %s: %w", stack, err)
		}
	}
	return nil
}

func untilGone(ctx context.Context, client Stacks, stack string) error {
	for {
		found, err := outputs.DescribeStack(ctx, client, stack)
		if err != nil || found == nil || found.StackStatus == types.StackStatusDeleteComplete {
			return err
		}
		if found.StackStatus != types.StackStatusDeleteInProgress {
			return fmt.Errorf("it is in %s: %s", found.StackStatus, aws.ToString(found.StackStatusReason))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
