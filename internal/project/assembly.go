package project

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"

	"gatehouse/config"
)

// Synthesis is one run of the CDK app.
type Synthesis struct {
	Environment string
	Name        string // which copy, of an environment that is deployed in copies
	Out         string // the folder for the cloud assembly: templates, and the files that they publish
	// Validate has the CDK validate the templates, which takes most of the time.
	Validate bool
	Context  []string // further context of the app, such as endpoint=http://localhost:4566
}

// Synth synthesizes an environment. The app and the site must have been built.
func (p Project) Synth(ctx context.Context, s Synthesis) error {
	command := []string{
		p.cdk(), "synth", "--quiet", "--app", filepath.Join("bin", "infra"), "--build", "",
		"--output", s.Out, "--no-color", "-c", "env=" + s.Environment,
	}
	if s.Name != "" {
		command = append(command, "-c", "name="+s.Name)
	}
	for _, setting := range s.Context {
		command = append(command, "-c", setting)
	}
	return p.with("CDK_VALIDATION="+strconv.FormatBool(s.Validate), "CDK_DISABLE_CLI_TELEMETRY=1").run(ctx, "synth", "synthesizing "+s.Environment, command...)
}

// DeployAssembly runs the cdk CLI's deploy of a synthesized environment: of the
// stacks that are named, and of them alone, or of all. Nothing is built, whatever
// cdk.json says.
func (p Project) DeployAssembly(ctx context.Context, cfg config.Config, assembly string, stacks ...string) error {
	command := []string{
		p.cdk(), "deploy", "--app", assembly, "--build", "", "--require-approval", "never", "--progress", "events", "--no-color",
	}
	if len(stacks) == 0 {
		command = append(command, "--all")
	} else {
		command = append(append(command, "--exclusively"), stacks...)
	}
	if cfg.Local.Endpoint != "" {
		p = p.withEnviron(Target{cfg.Environment, cfg.Local.Endpoint, cfg.Local.Site, cfg.Region}.environ(p))
	}
	return notDeployed(p.with("CDK_DISABLE_CLI_TELEMETRY=1").run(ctx, "deploy", "deploying "+cfg.Environment, command...))
}

// with is p with variables added to the environment of its tools.
func (p Project) with(variables ...string) Project {
	return p.withEnviron(append(slices.Clone(p.Environ), variables...))
}

// cdk is the pinned cdk CLI.
func (p Project) cdk() string { return filepath.Join(p.Dir, "node_modules", ".bin", "cdk") }

// PreviousPath is where a deployment keeps what was there before it.
func (p Project) PreviousPath(environment string) string { return p.private("previous", environment) }

// PreviewPath is where a preview is synthesized to.
func (p Project) PreviewPath(environment string) string { return p.private("preview", environment) }

// Commit is the commit that is checked out, or "" if that cannot be told.
func (p Project) Commit(ctx context.Context) string { return gitHead(ctx, p.Dir) }
