package release

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"gatehouse/config"
	"gatehouse/internal/project"
	"gatehouse/outputs"
	"gatehouse/stacks/contract"
)

// Stacks is the part of the CloudFormation client that deployments use.
type Stacks interface {
	outputs.StackDescriber
	GetTemplate(context.Context, *cloudformation.GetTemplateInput, ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error)
}

var _ Stacks = (*cloudformation.Client)(nil)

// Deployer deploys releases to one environment.
type Deployer struct {
	Project project.Project
	Config  config.Config // the environment
	Stacks  Stacks
	Now     func() time.Time
	Wait    time.Duration // the most to wait while another deployment is at work
	Say     func(line string)
}

// pause is the time between two looks at a busy stack.
const pause = 5 * time.Second

// tries is how often a deployment is begun that finds another at work meanwhile.
const tries = 3

// Deploy deploys the assembly in dir: all stacks of the environment. It keeps what
// the site is before, for [Deployer.Rollback]. It waits while another deployment is
// at work, and may be run again after it was cut off at any moment.
func (d Deployer) Deploy(ctx context.Context, dir string) error {
	return d.patiently(ctx, func() error {
		if err := d.keep(ctx, dir); err != nil {
			return fmt.Errorf("keeping the site as it is: %w", err)
		}
		return d.Project.DeployAssembly(ctx, d.Config, dir)
	})
}

// Rollback puts the site back to what it was before the last Deploy from this
// checkout: it deploys the template that was there then, of the hosting stack alone.
// Users, and everything else, are not touched. It is no error if nothing was
// deployed since.
func (d Deployer) Rollback(ctx context.Context) error {
	dir := d.Project.PreviousPath(d.Config.Environment)
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err != nil {
		return &NothingKeptError{d.Config.Environment}
	}
	return d.RollbackTo(ctx, dir)
}

// RollbackTo deploys the site as the assembly in dir has it: one of an earlier release.
func (d Deployer) RollbackTo(ctx context.Context, dir string) error {
	return d.patiently(ctx, func() error { return d.Project.DeployAssembly(ctx, d.Config, dir, d.hosting()) })
}

// NothingKeptError says that there is nothing to go back to.
type NothingKeptError struct{ Environment string }

func (e *NothingKeptError) Error() string {
	return "nothing is known of " + e.Environment + " before the last deployment: none was made from this checkout, or it was the first, or it deployed what was there"
}

// Hint is how to go on.
func (e *NothingKeptError) Hint() string {
	return "Name an earlier release: gatehouse release rollback --env " + e.Environment + " --to FOLDER"
}

func (d Deployer) hosting() string { return d.stack(contract.StackHosting) }

func (d Deployer) stack(name string) string {
	return contract.StackName(d.Config.Project, d.Config.Environment, name)
}

// keep writes the deployed template of the site as an assembly of its own, unless it
// is the very one in dir: then an earlier run, cut off, kept what was before.
func (d Deployer) keep(ctx context.Context, dir string) error {
	out := d.Project.PreviousPath(d.Config.Environment)
	live, err := d.describe(ctx, d.hosting())
	if err != nil {
		return err
	}
	if live == nil || live.StackStatus == types.StackStatusReviewInProgress || live.StackStatus == types.StackStatusRollbackComplete {
		return os.RemoveAll(out) // there is no site yet
	}
	got, err := d.Stacks.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: new(d.hosting()), TemplateStage: types.TemplateStageOriginal})
	if err != nil {
		return err
	}
	template := aws.ToString(got.TemplateBody)
	same, err := isTemplateOf(dir, d.hosting(), template)
	if err != nil || same {
		return err
	}
	tags := map[string]string{}
	for _, tag := range live.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return past(dir, d.hosting(), template, tags, out)
}

// patiently deploys when no other deployment is at work on the stacks, and again if
// one was begun, or cut off, in between.
func (d Deployer) patiently(ctx context.Context, deploy func() error) error {
	deadline := d.Now().Add(d.Wait)
	for try := 1; ; try++ {
		before, err := d.untilIdle(ctx, deadline)
		if err != nil {
			return err
		}
		err = deploy()
		if err == nil || ctx.Err() != nil || try == tries {
			return err
		}
		after, lookErr := d.look(ctx)
		switch {
		case lookErr != nil:
			return err
		case after.busy != "":
			d.Say(after.busy + ": trying again when it is done")
		case after.stands != before.stands && !strings.Contains(after.stands, "ROLLBACK"):
			d.Say("the stacks were changed meanwhile, by another deployment perhaps: trying again")
		default:
			return err
		}
	}
}

// untilIdle waits until no stack of the environment is being changed.
func (d Deployer) untilIdle(ctx context.Context, deadline time.Time) (state, error) {
	for said := ""; ; {
		now, err := d.look(ctx)
		if err != nil || now.busy == "" {
			return now, err
		}
		if !d.Now().Before(deadline) {
			return now, fmt.Errorf("%s; it was waited for %s", now.busy, d.Wait)
		}
		if now.busy != said {
			d.Say(now.busy + ": waiting for it")
			said = now.busy
		}
		select {
		case <-ctx.Done():
			return now, ctx.Err()
		case <-time.After(min(pause, deadline.Sub(d.Now()))):
		}
	}
}

// state is how the environment's stacks stand.
type state struct {
	busy   string // which of them another deployment is at work on, for people; or ""
	stands string // the status of each, and since when
}

// look tells how the stacks stand. It fails if one is in a state that no deployment
// gets it out of.
func (d Deployer) look(ctx context.Context) (now state, err error) {
	for _, name := range []string{d.stack(contract.StackAuth), d.hosting()} {
		s, err := d.describe(ctx, name)
		if err != nil {
			return now, err
		}
		if s == nil {
			continue
		}
		if slices.Contains([]types.StackStatus{types.StackStatusUpdateRollbackFailed, types.StackStatusRollbackFailed, types.StackStatusDeleteFailed}, s.StackStatus) {
			return now, &StuckError{name, string(s.StackStatus), aws.ToString(s.StackStatusReason)}
		}
		since := aws.ToTime(s.CreationTime)
		if s.LastUpdatedTime != nil {
			since = *s.LastUpdatedTime
		}
		now.stands += fmt.Sprintf("%s %s %d\n", name, s.StackStatus, since.UnixNano())
		if now.busy == "" && strings.HasSuffix(string(s.StackStatus), "_IN_PROGRESS") && s.StackStatus != types.StackStatusReviewInProgress {
			now.busy = fmt.Sprintf("another deployment is at work on %s (%s since %s)", name, s.StackStatus, since.UTC().Format("15:04:05 UTC"))
		}
	}
	return now, nil
}

// StuckError says that a stack needs a hand before it can be deployed again.
type StuckError struct{ Stack, Status, Reason string }

func (e *StuckError) Error() string {
	text := e.Stack + " is in " + e.Status
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Hint is how to go on.
func (e *StuckError) Hint() string {
	if e.Status == string(types.StackStatusUpdateRollbackFailed) {
		return "Mend what the reason names, then: npx cdk rollback " + e.Stack
	}
	return "Mend what the reason names, delete the stack, and deploy again. A protected user pool stays and can be imported."
}

// describe is a stack, or nil if there is none.
func (d Deployer) describe(ctx context.Context, name string) (*types.Stack, error) {
	found, err := outputs.DescribeStack(ctx, d.Stacks, name)
	if err != nil {
		return nil, fmt.Errorf("reading stack %s: %w", name, err)
	}
	return found, nil
}

// Live is which release the environment's site shows and where, or "" if none.
func (d Deployer) Live(ctx context.Context) (id, url string, err error) {
	s, err := d.describe(ctx, d.hosting())
	if err != nil || s == nil {
		return "", "", err
	}
	for _, o := range s.Outputs {
		switch aws.ToString(o.OutputKey) {
		case contract.OutputReleaseID:
			id = aws.ToString(o.OutputValue)
		case contract.OutputSiteURL:
			url = aws.ToString(o.OutputValue)
		}
	}
	return id, url, nil
}
