// Command gate proves the project: linters, unit tests with the race detector,
// the pages' own tests, and the whole journey with the real cdk command line, the
// real AWS SDKs, the real Amplify library and a real browser. It installs what a
// Debian machine lacks for that.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// step is one thing that must succeed.
type step struct {
	name    string
	group   string // what -only selects
	command []string
	env     []string
	skip    func() bool // nil: never
}

// golangciLint is pinned: a newer linter finds new things in old code.
const golangciLint = "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0"

// actionlint is pinned for the same reason. It would also run shellcheck and pyflakes
// if they were there: what is checked must not depend on that.
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

// steps are in the order that they need each other, the quickest to fail first.
var steps = []step{
	{name: "Installing Chromium", group: "test", command: []string{"sh", "-c", "apt-get install -y --no-install-recommends chromium || { apt-get update && apt-get install -y --no-install-recommends chromium; }"},
		env: []string{"DEBIAN_FRONTEND=noninteractive"}, skip: hasBrowser},
	{name: "Installing packages and building", group: "test", command: []string{"sh", "-c", "go build -o bin/gatehouse ./cmd/gatehouse && bin/gatehouse build"}},
	{name: "Installing the proofs' own packages", group: "test", command: []string{"npm", "ci", "--prefix", "e2e/node", "--no-audit", "--no-fund", "--loglevel=error"}},
	{name: "Checking the configuration", group: "test", command: []string{"bin/gatehouse", "check"}},
	{name: "Linting", group: "lint", command: []string{"go", "run", golangciLint, "run", "--build-tags", "e2e", "./..."}},
	{name: "Vetting", group: "lint", command: []string{"go", "vet", "-tags", "e2e", "./..."}},
	{name: "Checking GitHub's workflows", group: "lint", command: []string{"go", "run", actionlint, "-shellcheck=", "-pyflakes="}},
	{name: "Testing the pages", group: "test", command: []string{"npm", "test", "--workspace", "site"}},
	{name: "Testing", group: "test", command: []string{"go", "test", "-race", "-tags", "e2e", "-timeout", "25m", "./..."}},
}

func main() {
	only := flag.String("only", "", "run one group of steps: lint or test")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, *only)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\ngate: %v\n", err)
		os.Exit(1)
	}
}

// run runs the steps of a group, or all of them, and stops at the first that fails.
func run(ctx context.Context, only string) error {
	start := time.Now()
	for _, s := range steps {
		if only != "" && s.group != only || s.skip != nil && s.skip() {
			continue
		}
		if err := s.run(ctx); err != nil {
			return err
		}
	}
	fmt.Printf("\ngate: green after %s\n", time.Since(start).Round(time.Second))
	return nil
}

func (s step) run(ctx context.Context) error {
	fmt.Printf("\n== %s: %s\n", s.name, strings.Join(s.command, " "))
	started := time.Now()
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", s.name, errors.Join(err, ctx.Err()))
	}
	fmt.Printf("== %s: %s\n", s.name, time.Since(started).Round(100*time.Millisecond))
	return nil
}

func hasBrowser() bool {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}
