package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/internal/console"
	"gatehouse/internal/project"
	"gatehouse/internal/review"
	"gatehouse/internal/review/rules"
	"gatehouse/internal/review/source"
	"gatehouse/internal/up"
)

// The exit codes of gatehouse review, beside those of every command.
const (
	ExitNeedsHuman ExitCode = 3
	ExitBlocked    ExitCode = 4
)

// verdictError ends the process with the status of a verdict; the report has said
// everything.
type verdictError struct{ code ExitCode }

func (e verdictError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// reviewOptions are the flags of gatehouse review.
type reviewOptions struct {
	environment, name, from, to, format, failOn string
	noChangeSet                                 bool
}

// formats are what --format takes.
var formats = []string{"terminal", "markdown", "json", "sarif"}

func newReview(h Host) *cobra.Command {
	o := reviewOptions{}
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Say what a change does to people, before it happens",
		Long: `Say what deploying the configuration as it is would do to people: do they stay, can
they still sign in, what goes away, what would AWS refuse half-way. Worst first.
Nothing is deployed.

It compares with what is deployed: it reads the stacks, and makes a change set for
each that CloudFormation plans, is read, and is deleted, never executed. With --from
it needs neither network nor credentials.

--from and --to take live (what is deployed; --from alone), the folder of a cloud
assembly (cdk.out), a template file, golden (the committed templates of
stacks/testdata), or git:REVISION (those of that commit). Without --to, the
environment is built and synthesized.

A finding that is known and accepted is let through until a day that the environment's
file names under review.waivers.

Exit status: 0 harmless, 3 somebody should read it first, 4 AWS would refuse it or
people or data would be lost, 1 could not tell, 2 a mistake in the command line or
the configuration.`,
		Example: `  gatehouse review --env prod
  gatehouse review --env prod --from git:main --to golden
  gatehouse review --env prod --from cdk.out.before --to cdk.out
  gatehouse review --env prod --format markdown > review.md`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return h.review(cmd, o) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.environment, "env", "", "the environment: config/<env>.yaml")
	flags.StringVar(&o.name, "name", "", "which copy of an environment that is deployed in copies")
	flags.StringVar(&o.from, "from", source.Live, "what is there")
	flags.StringVar(&o.to, "to", "", "what is to be there; if not given, the environment is synthesized")
	flags.BoolVar(&o.noChangeSet, "no-change-set", false, "compare the templates alone, where credentials may only read")
	flags.StringVar(&o.format, "format", "terminal", strings.Join(formats, ", "))
	flags.StringVar(&o.failOn, "fail-on", rules.Unknown.String(), "the mildest level that needs a human: refused, people-lost, locked-out,\nsite-breaks, silent, weaker, cost or unknown")
	return cmd
}

func (h Host) review(cmd *cobra.Command, o reviewOptions) error {
	failOn, err := rules.ParseLevel(o.failOn)
	if err != nil {
		return usageError{fmt.Errorf("--fail-on: %w", err)}
	}
	if !slices.Contains(formats, o.format) {
		return usageError{fmt.Errorf("--format: want one of %s; got %q", strings.Join(formats, ", "), o.format)}
	}
	if o.to == source.Live {
		return usageError{errors.New("--to: what is deployed cannot be what is to be deployed; name it with --from")}
	}
	p, err := h.project()
	if err != nil {
		return err
	}
	cfg, err := h.environment(o.environment, o.name)
	if err != nil {
		return err
	}
	places, err := config.Locate(os.DirFS(p.Dir), o.environment)
	if err != nil {
		return err
	}
	waivers, err := waivers(cfg, places)
	if err != nil {
		return err
	}
	from, to, err := h.versions(cmd, p, cfg, o)
	if err != nil {
		return err
	}
	report := review.Run(from, to, review.Options{
		Environment: cfg.Environment, Waivers: waivers, Now: h.Now(),
		Locate: func(key string) review.Location {
			at, ok := places.Of(key)
			if !ok {
				at = config.Place{File: config.Dir + "/" + o.environment + ".yaml", Line: 1}
			}
			return review.Location(at)
		},
	})
	if err := h.writeReview(report, failOn, o.format); err != nil {
		return fmt.Errorf("writing the review: %w", err)
	}
	switch report.Verdict(failOn) {
	case review.Blocked:
		return verdictError{ExitBlocked}
	case review.NeedsHuman:
		return verdictError{ExitNeedsHuman}
	}
	return nil
}

// waivers are those of an environment. One of a rule that does not exist would let
// nothing through, so it is a mistake.
func waivers(cfg config.Config, places config.Places) (list []review.Waiver, err error) {
	var problems config.Problems
	known := review.RuleIDs()
	for i, w := range cfg.Review.Waivers {
		if !slices.Contains(known, w.Rule) {
			key := fmt.Sprintf("review.waivers[%d].rule", i)
			at, _ := places.Of(key)
			problems = append(problems, config.Problem{File: at.File, Line: at.Line, Key: key, Message: fmt.Sprintf("there is no rule %q: docs/review-rules.md lists them", w.Rule)})
		}
		list = append(list, review.Waiver{Rule: w.Rule, Resource: w.Resource, Reason: w.Reason, Until: w.Until.Time()})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return list, nil
}

// versions are what is there and what is to be there.
func (h Host) versions(cmd *cobra.Command, p project.Project, cfg config.Config, o reviewOptions) (from, to review.Deployment, err error) {
	if o.from == source.Live {
		return h.liveVersions(cmd, p, cfg, o)
	}
	if from, err = source.Read(cmd.Context(), p.Dir, o.from, cfg); err != nil {
		return from, to, err
	}
	to, err = h.wanted(cmd, p, cfg, o)
	return from, to, err
}

// wanted is the version after the change: what --to names, or a synthesis.
func (h Host) wanted(cmd *cobra.Command, p project.Project, cfg config.Config, o reviewOptions, settings ...string) (review.Deployment, error) {
	if o.to != "" {
		return source.Read(cmd.Context(), p.Dir, o.to, cfg)
	}
	con := h.console()
	defer con.Close()
	if err := up.Build(cmd.Context(), p, con); err != nil {
		return review.Deployment{}, err
	}
	out, err := os.MkdirTemp("", "gatehouse-review-")
	if err != nil {
		return review.Deployment{}, fmt.Errorf("making a folder for the synthesis: %w", err)
	}
	defer func() { _ = os.RemoveAll(out) }() // in the system's folder for what may be lost
	task := con.Start("Synthesizing")
	if err := p.Synth(cmd.Context(), project.Synthesis{Environment: o.environment, Name: o.name, Out: filepath.Join(out, "cdk.out"), Context: settings}); err != nil {
		task.Fail()
		return review.Deployment{}, err
	}
	task.Done("")
	con.Println("") // between the progress and the report
	d, err := source.Assembly(filepath.Join(out, "cdk.out"))
	d.Label = "the configuration as it is"
	for i := range d.Stacks {
		d.Stacks[i].Path = "" // gone when the report is read
	}
	return d, err
}

func (h Host) writeReview(r review.Report, failOn rules.Level, format string) error {
	switch format {
	case "markdown":
		return review.WriteMarkdown(h.Stdout, r, failOn)
	case "sarif":
		return review.WriteSARIF(h.Stdout, r)
	case "json":
		return review.WriteJSON(h.Stdout, r, failOn)
	}
	con := console.New(h.Stdout, h.Getenv, h.Now)
	defer con.Close()
	return review.WriteTerminal(h.Stdout, r, failOn, con)
}
