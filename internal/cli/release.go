package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/internal/project"
	"gatehouse/internal/release"
	"gatehouse/internal/up"
)

func newRelease(h Host) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Make a release once, deploy it, take it back",
		Long: `A release is synthesized once and deployed several times: what was tried on staging
is what production gets, to the byte.

  gatehouse release create --out release staging prod
  gatehouse release deploy release --env staging
  gatehouse smoke --env staging
  gatehouse release deploy release --env prod
  gatehouse smoke --env prod || gatehouse release rollback --env prod`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newReleaseCreate(h), newReleaseVerify(h), newReleaseDeploy(h), newReleaseRollback(h))
	return cmd
}

func newReleaseCreate(h Host) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "create environment ...",
		Short: "Build, and synthesize environments into one folder with one hash",
		Long: `Build the site and the CDK app, and synthesize the environments into one folder. The
SHA-256 of all that is deployed from it goes to standard output; the same commit has
the same everywhere.`,
		Example: `  gatehouse release create --out release staging prod`,
		Args:    atLeastOne("name the environments that the release is for, such as staging prod"),
		RunE: func(cmd *cobra.Command, environments []string) error {
			p, err := h.project()
			if err != nil {
				return err
			}
			for _, environment := range environments { // every mistake before anything is built
				if _, err := h.environment(environment, ""); err != nil {
					return err
				}
			}
			con := h.console()
			defer con.Close()
			if err := up.Build(cmd.Context(), p, con); err != nil {
				return err
			}
			dir, err := filepath.Abs(out)
			if err != nil {
				return err
			}
			task := con.Start("Synthesizing")
			m, err := release.Create(cmd.Context(), p, dir, environments)
			if err != nil {
				task.Fail()
				return err
			}
			task.Done(out)
			fmt.Fprintln(h.Stdout, m.SHA256)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "release", "the folder to write; an earlier release there is replaced")
	return cmd
}

// atLeastOne refuses a command without arguments.
func atLeastOne(message string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError{errors.New(message)}
		}
		return nil
	}
}

// oneFolder wants the folder of a release.
func oneFolder(cmd *cobra.Command, args []string) error {
	if err := cobra.ExactArgs(1)(cmd, args); err != nil {
		return usageError{fmt.Errorf("name the folder of the release: %w", err)}
	}
	return nil
}

func newReleaseVerify(h Host) *cobra.Command {
	var sum checksum
	cmd := &cobra.Command{
		Use:   "verify folder",
		Short: "Check that a release is what was made",
		Args:  oneFolder,
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := sum.open(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(h.Stdout, m.SHA256)
			return nil
		},
	}
	sum.flag(cmd)
	return cmd
}

// checksum is the flag with the hash that a release must have.
type checksum struct {
	cmd  *cobra.Command // nil: there is no such flag
	want string
}

const checksumFlag = "sha256"

func (c *checksum) flag(cmd *cobra.Command) {
	c.cmd = cmd
	cmd.Flags().StringVar(&c.want, checksumFlag, "", "the hash that the release must have")
}

// open opens the release in dir. A flag that is given and empty, as by a pipeline that
// lost the hash on the way, is a mistake: it must not switch the check off.
func (c checksum) open(dir string) (release.Manifest, error) {
	if c.cmd != nil && c.cmd.Flags().Changed(checksumFlag) && c.want == "" {
		return release.Manifest{}, usageError{errors.New("--sha256: it is empty; want the hash that gatehouse release create printed")}
	}
	return release.Open(dir, c.want)
}

// target is where a release goes: the flags that its commands share.
type target struct {
	environment string
	wait        time.Duration
}

func (t *target) flags(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&t.environment, "env", "", "the environment: config/<env>.yaml")
	cmd.Flags().DurationVar(&t.wait, "wait", 30*time.Minute, "the most to wait while another deployment is at work")
}

// deployer deploys to cfg. What the cdk CLI prints goes to standard error.
func (h Host) deployer(ctx context.Context, p project.Project, cfg config.Config, wait time.Duration) (release.Deployer, error) {
	sdk, cfg, err := h.cloud(ctx, cfg)
	if err != nil {
		return release.Deployer{}, err
	}
	p.Output = h.Stderr
	return release.Deployer{
		Project: p, Config: cfg, Stacks: cloudformation.NewFromConfig(sdk), Now: h.Now, Wait: wait,
		Say: func(line string) { fmt.Fprintln(h.Stderr, line) },
	}, nil
}

// open finds the project and its environment, and installs the cdk CLI if it is
// missing: a job that deploys a release has built nothing.
func (h Host) open(ctx context.Context, t target) (release.Deployer, error) {
	p, err := h.project()
	if err != nil {
		return release.Deployer{}, err
	}
	cfg, err := h.environment(t.environment, "")
	if err != nil {
		return release.Deployer{}, err
	}
	con := h.console()
	defer con.Close()
	con.Patience = time.Second
	if err := up.Install(ctx, p, con); err != nil {
		return release.Deployer{}, err
	}
	return h.deployer(ctx, p, cfg, t.wait)
}

// assembly is the absolute path of an environment's assembly in a release that was checked.
func assembly(dir string, sum checksum, environment string) (string, error) {
	m, err := sum.open(dir)
	if err != nil {
		return "", err
	}
	if m.Environments[environment] == "" {
		return "", fmt.Errorf("the release in %s was not made for %s: name the environment to gatehouse release create", dir, environment)
	}
	return filepath.Abs(filepath.Join(dir, environment))
}

func newReleaseDeploy(h Host) *cobra.Command {
	var t target
	var sum checksum
	cmd := &cobra.Command{
		Use:   "deploy folder",
		Short: "Deploy a release to an environment",
		Long: `Deploy a release to an environment: check its hash, wait while another deployment is at
work, keep what the site is now for gatehouse release rollback, and run cdk deploy.

It can be cut off at any moment and run again. A mistake in the release itself stops
it before anything is changed.`,
		Example: `  gatehouse release deploy release --env staging
  gatehouse release deploy release --env prod --sha256 "$SHA256"`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := assembly(args[0], sum, t.environment)
			if err != nil {
				return err
			}
			d, err := h.open(cmd.Context(), t)
			if err != nil {
				return err
			}
			if err := d.Deploy(cmd.Context(), dir); err != nil {
				return err
			}
			return h.tellLive(cmd.Context(), d)
		},
	}
	t.flags(cmd)
	sum.flag(cmd)
	return cmd
}

// tellLive prints which release the environment's site shows.
func (h Host) tellLive(ctx context.Context, d release.Deployer) error {
	id, url, err := d.Live(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(h.Stdout, "%s shows release %s at %s\n", d.Config.Environment, id, url)
	return nil
}

func newReleaseRollback(h Host) *cobra.Command {
	var t target
	var to string
	cmd := &cobra.Command{
		Use:   "rollback",
		Short: "Put the previous release of the site back",
		Long: `Put the site back to what it was before the last gatehouse release deploy of this
checkout, or to an earlier release. The stack with the site is deployed as it was;
people's accounts, and the stack they are in, are not touched.

What is live is then a deployment like any other: the next release deploy goes on
from it, and there is nothing to reconcile.`,
		Example: `  gatehouse release rollback --env prod
  gatehouse release rollback --env prod --to ../release-of-monday`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := h.open(cmd.Context(), t)
			if err != nil {
				return err
			}
			if to == "" {
				err = d.Rollback(cmd.Context())
			} else {
				var dir string
				if dir, err = assembly(to, checksum{}, d.Config.Environment); err == nil {
					err = d.RollbackTo(cmd.Context(), dir)
				}
			}
			if err != nil {
				return err
			}
			return h.tellLive(cmd.Context(), d)
		},
	}
	t.flags(cmd)
	cmd.Flags().StringVar(&to, "to", "", "the folder of an earlier release")
	return cmd
}
