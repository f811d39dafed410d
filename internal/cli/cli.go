// Package cli is the gatehouse command line.
//
// What a command prints for the next program goes to standard output, everything
// else to standard error. A mistake in the command line or in the configuration
// exits with 2, any other failure with 1.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/internal/console"
	"gatehouse/internal/project"
)

// ExitCode is the status the process ends with.
type ExitCode int

// The exit codes of every command.
const (
	ExitOK          ExitCode = 0
	ExitFailure     ExitCode = 1
	ExitUsage       ExitCode = 2 // a mistake in the command line or the configuration
	ExitInterrupted ExitCode = 130
)

// Host is the process that a command runs in.
type Host struct {
	Args           []string
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Environ        []string
	Getwd          func() (string, error)
	Now            func() time.Time
	Rand           io.Reader
}

// Main runs the command line and returns its exit status.
func Main(ctx context.Context, h Host) ExitCode {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()

	root := newRoot(h)
	root.SetArgs(h.Args)
	root.SetOut(h.Stdout)
	root.SetErr(h.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitOK
	}
	if ctx.Err() != nil {
		fmt.Fprintln(h.Stderr, "gatehouse: interrupted; running the same command again goes on from here")
		return ExitInterrupted
	}
	if verdict, ok := errors.AsType[verdictError](err); ok {
		return verdict.code
	}
	return report(h.Stderr, err)
}

// report prints err and picks the exit status. Problems of the configuration are
// printed as they are, a line each, so that editors and CI can jump to them.
func report(stderr io.Writer, err error) ExitCode {
	if problems, ok := errors.AsType[config.Problems](err); ok {
		fmt.Fprintln(stderr, problems)
		return ExitUsage
	}
	if silent, ok := errors.AsType[*notRunningError](err); ok {
		err = silent // what was asked for, and how often, is not what is wrong
	}
	fmt.Fprintf(stderr, "gatehouse: %v\n", err)
	if hinted, ok := errors.AsType[hinter](err); ok {
		fmt.Fprintf(stderr, "\n  %s\n", hinted.Hint())
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return ExitUsage
	}
	if _, ok := errors.AsType[*config.UnknownEnvironmentError](err); ok {
		return ExitUsage
	}
	return ExitFailure
}

// hinter is an error that knows how to go on.
type hinter interface {
	error
	Hint() string
}

// usageError is a mistake in the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func newRoot(h Host) *cobra.Command {
	root := &cobra.Command{
		Use:   "gatehouse",
		Short: "A website with user accounts, on this machine or on AWS",
		Long: `Gatehouse puts a website with real user accounts on AWS, or on this machine.

Describe who may come in and what they will find in config/<environment>.yaml,
then deploy it:

  gatehouse up                         on this machine: no AWS account, no network
  npx cdk deploy --all -c env=prod     on AWS`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\n\n  %s --help shows what it takes", err, cmd.CommandPath())}
	})
	root.AddCommand(newUp(h), newBuild(h), newCheck(h), newOutputs(h))
	root.AddCommand(newReview(h), newSmoke(h), newRelease(h), newPreview(h), newComment(h)) // what pipelines call
	return root
}

// project finds the project that the command runs in.
func (h Host) project() (project.Project, error) {
	dir, err := h.Getwd()
	if err != nil {
		return project.Project{}, fmt.Errorf("finding the current folder: %w", err)
	}
	return project.Find(dir, h.Environ)
}

func (h Host) console() *console.Console {
	return console.New(h.Stderr, h.Getenv, h.Now)
}
