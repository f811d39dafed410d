package project

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
)

// Target is a cloud to deploy to that is not AWS.
type Target struct {
	Environment string // which config/<environment>.yaml
	Endpoint    string // AWS_ENDPOINT_URL
	Site        string // where the site will be found
	Region      string
}

// DeployLocal runs the cdk CLI's deploy of all stacks of an environment at the
// local cloud. The app must have been built.
func (p Project) DeployLocal(ctx context.Context, t Target) error {
	return notDeployed(p.withEnviron(t.environ(p)).run(ctx, "deploy", "deploying",
		p.cdk(), "deploy", "--all",
		"--app", filepath.Join("bin", "infra"), "--build", "",
		"--output", p.private("cdk.out"),
		"--require-approval", "never", "--progress", "events", "--no-color",
		"-c", "env="+t.Environment, "-c", "endpoint="+t.Endpoint, "-c", "site="+t.Site))
}

// NotDeployedError says that the cdk CLI did not come to the end of a deployment.
type NotDeployedError struct{ *ToolError }

func (e *NotDeployedError) Unwrap() error { return e.ToolError }

// Hint is how to go on.
func (e *NotDeployedError) Hint() string {
	return "Mend what it names, if anything, and run the same command again: it goes on from what is deployed."
}

// notDeployed adds to the error of a deployment how to go on.
func notDeployed(err error) error {
	if tool, ok := errors.AsType[*ToolError](err); ok {
		return &NotDeployedError{tool}
	}
	return err
}

// environ is the environment of tools that talk to t: nothing of the user's own
// AWS settings may reach them, and nothing of theirs may stay with the user. The
// CDK remembers an account per access key in CDK_HOME. It would ask a proxy for
// localhost, too, and all that it asks for is on this machine.
func (t Target) environ(p Project) []string {
	env := slices.DeleteFunc(slices.Clone(p.Environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "CDK_") && name != "CDK_VALIDATION" ||
			slices.Contains([]string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}, strings.ToUpper(name))
	})
	return append(env,
		"AWS_ENDPOINT_URL="+t.Endpoint,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_REGION="+t.Region, "AWS_DEFAULT_REGION="+t.Region,
		"AWS_CONFIG_FILE="+p.private("no-aws-config"), "AWS_SHARED_CREDENTIALS_FILE="+p.private("no-aws-config"),
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true",
		"CDK_HOME="+p.private("cdk"),
		"CDK_DISABLE_CLI_TELEMETRY=1",
	)
}

func (p Project) withEnviron(environ []string) Project {
	p.Environ = environ
	return p
}
