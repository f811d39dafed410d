package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
	"gatehouse/stacks"
	"gatehouse/stacks/contract"
)

// invocation is how the cdk CLI calls the app.
type invocation struct {
	project string // the project's folder
	context string // the context as JSON: what cdk.json and -c say
	outdir  string // where the templates go; empty: cdk.out in the project's folder
	cache   string // jsii's package cache; empty if unknown
	stderr  io.Writer
}

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitWrong  = 2 // the configuration or the call is wrong, and nothing was started
)

// run does what main is for. Whatever goes wrong is told in plain words; neither a
// Go panic nor a JavaScript stack reaches the user.
func run(inv invocation) int {
	plan, err := prepare(inv)
	if err != nil {
		fmt.Fprintln(inv.stderr, err)
		jsii.Close() // it unpacked itself when the program started
		return exitWrong
	}
	quiet := filterStderr(inv.stderr)
	err = synthesize(inv, plan)
	quiet()
	if err != nil {
		fmt.Fprintln(inv.stderr, err)
		return exitFailed
	}
	return exitOK
}

// plan is all that the stacks need to know.
type plan struct {
	config   config.Config
	release  stacks.Release
	delivery bool // the delivery stack alone
}

// prepare reads and checks everything that can be checked before Node starts.
func prepare(inv invocation) (plan, error) {
	context := map[string]any{}
	if inv.context != "" {
		if err := json.Unmarshal([]byte(inv.context), &context); err != nil {
			return plan{}, fmt.Errorf("reading the context that the cdk CLI passes: %w", err)
		}
	}
	value := func(key string) string {
		s, _ := context[key].(string) // the CLI passes all that -c says as text
		return s
	}
	cfg, err := config.Load(os.DirFS(inv.project), value(contract.ContextEnvironment))
	if unknown, ok := errors.AsType[*config.UnknownEnvironmentError](err); ok {
		return plan{}, fmt.Errorf("%w\nname one with -c %s=NAME", unknown, contract.ContextEnvironment)
	}
	if err != nil {
		return plan{}, err
	}
	if value(contract.ContextDelivery) == "true" {
		if !cfg.Delivery.On() {
			return plan{}, fmt.Errorf("-c %s: the environment %s names no pipeline: set delivery.github.repository, delivery.gitlab.project or delivery.codeBuild", contract.ContextDelivery, cfg.Environment)
		}
		return plan{config: cfg, delivery: true}, nil
	}
	if cfg, err = cfg.Named(value(contract.ContextName)); err != nil {
		return plan{}, fmt.Errorf("-c %w", err)
	}
	if cfg, err = cfg.AtEndpoint(value(contract.ContextEndpoint), value(contract.ContextSite)); err != nil {
		return plan{}, fmt.Errorf("-c %w", err)
	}
	site, err := stacks.ReadSite(filepath.Join(inv.project, filepath.FromSlash(cfg.Hosting.Folder)))
	if errors.Is(err, stacks.ErrNoSite) {
		return plan{}, fmt.Errorf("%w\nbuild the pages first; make build builds those in site/", err)
	}
	if err != nil {
		return plan{}, err
	}
	release, err := stacks.NewRelease(cfg, site)
	if err != nil {
		return plan{}, fmt.Errorf("preparing the site for publication: %w", err)
	}
	return plan{config: cfg, release: release}, nil
}

// synthesize writes the templates.
func synthesize(inv invocation, p plan) (err error) {
	defer jsii.Close()
	defer func() {
		// The CDK reports wrong props by panicking with the message of a JavaScript error.
		if r := recover(); r != nil {
			err = fmt.Errorf("synthesizing environment %s: %s", p.config.Environment, firstWords(r))
			if cause, ok := r.(error); ok && errors.Is(cause, exec.ErrNotFound) {
				err = fmt.Errorf("%w\nNode.js runs the CDK: install it, or name it in JSII_NODE", err)
			}
		}
	}()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:             new(cmp.Or(inv.outdir, filepath.Join(inv.project, "cdk.out"))),
		AnalyticsReporting: new(false),
	})
	if p.delivery {
		stacks.NewDelivery(app, stacks.DeliveryProps{Config: p.config})
	} else {
		auth := stacks.NewAuth(app, stacks.AuthProps{Config: p.config})
		stacks.NewHosting(app, stacks.HostingProps{Config: p.config, Release: p.release, Auth: auth})
	}
	app.Synth(nil)
	waitForIndex(inv.cache)
	return nil
}
