//go:build e2e

package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/local"
	"gatehouse/local/localtest"
)

// cdk is the real command line in a project, pointed at a local cloud.
type cdk struct {
	t       *testing.T
	project string
	cloud   *local.Cloud
	env     string // the environment it deploys
}

func newCDK(t *testing.T) cdk {
	return cdk{t, newProject(t), localtest.Start(t), "local"}
}

// run runs "cdk <arguments>" as a user would who exported AWS_ENDPOINT_URL.
func (c cdk) run(arguments ...string) result {
	c.t.Helper()
	command := append([]string{filepath.Join(root, "node_modules", ".bin", "cdk")}, arguments...)
	command = append(command, "--app", filepath.Join("bin", "infra"), "--build", "", "--no-color",
		"-c", "env="+c.env, "-c", "endpoint="+c.cloud.AWSURL(), "-c", "site="+c.cloud.SiteURL())
	return run(c.t, c.project, awsEnviron(c.t, c.cloud), command...)
}

// awsEnviron is the environment of a user of the local cloud, with a home of its own.
func awsEnviron(t *testing.T, cloud cloud) []string {
	home := t.TempDir()
	// jsii unpacks the CDK's library (200 MB) into a home; once is enough.
	unpacked := filepath.Join(os.Getenv("HOME"), ".cache", "aws", "jsii", "package-cache")
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "JSII_RUNTIME_PACKAGE_CACHE_ROOT=" + unpacked, "CDK_HOME=" + home,
		"AWS_ENDPOINT_URL=" + cloud.AWSURL(), "AWS_REGION=" + local.DefaultRegion,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true", "CDK_DISABLE_CLI_TELEMETRY=1",
	}
}

// want fails the test unless the program ended with code and printed every text.
func (r result) want(t *testing.T, code int, texts ...string) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("want exit status %d; got %s", code, r)
	}
	for _, text := range texts {
		if !strings.Contains(r.stdout+r.stderr, text) {
			t.Errorf("%q was not printed; got %s", text, r)
		}
	}
	for _, noise := range []string{"goroutine ", "panic:", "waitid:", "end-of-life", "at Object.", "node:internal"} {
		if strings.Contains(r.stdout+r.stderr, noise) {
			t.Errorf("%q must not reach a user; got %s", noise, r)
		}
	}
	return r
}

// deployedOutputs deploys all stacks and returns stack name → output → value.
func (c cdk) deployedOutputs(arguments ...string) map[string]map[string]string {
	c.t.Helper()
	path := filepath.Join(c.t.TempDir(), "outputs.json")
	c.run(append([]string{"deploy", "--all", "--require-approval", "never", "--outputs-file", path}, arguments...)...).want(c.t, 0)
	data, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	var outputs map[string]map[string]string
	if err := json.Unmarshal(data, &outputs); err != nil {
		c.t.Fatal(err)
	}
	return outputs
}

// configure replaces what the test added to the environment's YAML.
func (c cdk) configure(yaml string) {
	c.t.Helper()
	path := filepath.Join(c.project, "config", "local.yaml")
	copyFile(c.t, filepath.Join(root, "config", "local.yaml"), path)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := file.WriteString(yaml); err != nil {
		c.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		c.t.Fatal(err)
	}
}

const (
	authStack    = "gatehouse-local-auth"
	hostingStack = "gatehouse-local-hosting"
)

func TestTheCDKCommandLineAgainstTheLocalCloud(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	first := c.deployedOutputs()
	pool := first[authStack]["UserPoolId"]
	client := first[authStack]["UserPoolClientId"]
	if pool == "" || client == "" || first[hostingStack]["SiteUrl"] != c.cloud.SiteURL() {
		t.Fatalf("outputs are incomplete: %v", first)
	}
	user := newUser(t, c.cloud, client)
	user.register()

	// Each step goes on from the one before, as a day of work does.
	c.run("deploy", "--all").want(t, 0, "(no changes)")
	c.run("diff", "--all", "--fail").want(t, 0, "Number of stacks with differences: 0")

	c.configure("auth: {tokens: {access: 30m}, password: {minLength: 14}}")
	c.run("diff", authStack, "--fail").want(t, 1, "AccessTokenValidity", "MinimumLength", "14")
	if after := c.deployedOutputs(); after[authStack]["UserPoolId"] != pool || after[authStack]["UserPoolClientId"] != client {
		t.Errorf("an update replaced the pool or the client: before %v, after %v", first[authStack], after[authStack])
	}
	user.signIn()

	c.run("destroy", "--all", "--force").want(t, 0, authStack+": destroyed")
	c.run("diff", "--all", "--fail").want(t, 1, "Number of stacks with differences: 2")
}

func TestAnUpdateThatCognitoRefusesIsRolledBack(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	const withAttribute = "auth: {attributes: {custom: [{name: plan, type: string, mutable: true}]}}"
	c.configure(withAttribute)
	outputs := c.deployedOutputs()
	user := newUser(t, c.cloud, outputs[authStack]["UserPoolClientId"])
	user.register()

	c.configure("auth: {tokens: {access: 30m}}")
	c.run("deploy", authStack, "--require-approval", "never").
		want(t, 1, "Existing schema attributes cannot be modified or deleted.", "UPDATE_ROLLBACK_COMPLET") // the CLI cuts it there
	user.signIn()

	c.configure(withAttribute)
	c.run("diff", "--all", "--fail").want(t, 0, "Number of stacks with differences: 0")
	c.run("deploy", "--all").want(t, 0, "(no changes)")
}

func TestBootstrapUpdatesTheStackThatTheLocalCloudIsBornWith(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	c.run("bootstrap", "aws://"+local.DefaultAccount+"/"+local.DefaultRegion).want(t, 0, "bootstrapped")
	c.run("bootstrap", "aws://"+local.DefaultAccount+"/"+local.DefaultRegion).want(t, 0, "(no changes)")
	c.deployedOutputs()
}

func TestAProtectedEnvironmentIsNotDestroyed(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	edit(t, filepath.Join(c.project, "config", "local.yaml"), "protect: false", "protect: true")
	outputs := c.deployedOutputs()
	user := newUser(t, c.cloud, outputs[authStack]["UserPoolClientId"])
	user.register()

	c.run("destroy", "--all", "--force").want(t, 1, "TerminationProtection")
	user.signIn()
}

func TestAMistakeInTheConfigurationIsOneLine(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	c.configure("auth: {password: {minLength: 5}}")
	c.run("synth").want(t, 1, "config/local.yaml:", "auth.password.minLength: want 6–99; got 5")
}
