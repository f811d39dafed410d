//go:build e2e

package e2e_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"go.etcd.io/bbolt"

	"gatehouse/local"
	"gatehouse/local/cloudformation"
	"gatehouse/local/localtest"
	"gatehouse/local/store"
)

// cloud is a local cloud, in this process or in another.
type cloud interface {
	AWSURL() string
	SiteURL() string
	MailboxURL() string
	Close() error
}

// versions are two releases of the environment "local", and what a cloud is like when
// each was deployed without any interruption: what all others are measured by.
type versions struct {
	first, second           string // the folders of the releases
	afterFirst, afterSecond string // see deployment.describe
	state                   []byte // of a cloud with the first release and one user
	held                    string // what a cloud holds after either; see deployment.holds
	client, email           string // the user's
}

func newVersions(t *testing.T) versions {
	project, releases := newProject(t), t.TempDir()
	v := versions{first: filepath.Join(releases, "first"), second: filepath.Join(releases, "second")}
	create := func(out string) {
		run(t, project, os.Environ(), filepath.Join("bin", "gatehouse"), "release", "create", "--out", out, "local").want(t, 0)
	}
	create(v.first)
	edit(t, filepath.Join(project, "config", "base.yaml"), "minLength: 12", "minLength: 14")
	create(v.second)

	d := newDeployment(t, nil)
	d.start(d.cdk(v.first)...).wait().want(t, 0)
	somebody := newUser(t, d.cloud, d.outputs(authStack)["UserPoolClientId"])
	somebody.register()
	v.client, v.email = somebody.id, somebody.email
	v.afterFirst = d.describe()
	v.state, v.held = d.end(), d.holds()

	d = newDeployment(t, v.state)
	d.start(d.cdk(v.second)...).wait().want(t, 0)
	v.afterSecond = d.describe()
	if v.afterFirst == v.afterSecond {
		t.Fatal("the two releases do not differ")
	}
	d.wantOnly(v.held)
	return v
}

// deployment is a cloud behind a proxy, and a project that deploys releases to it.
type deployment struct {
	t       *testing.T
	project string
	env     []string
	path    string // of the cloud's state
	cloud   cloud
	proxy   *proxy
}

// newDeployment starts a cloud in this process that goes on from a state; nil: anew.
func newDeployment(t *testing.T, state []byte) *deployment {
	t.Helper()
	d := newDeployer(t, state)
	d.reach(localtest.StartAt(t, d.path))
	return d
}

// newStoppingDeployment is newDeployment with a cloud that stops at an event: reached
// is closed when it comes there, and it goes on when goOn is.
func newStoppingDeployment(t *testing.T, state []byte, isIt func(cloudformation.Event) bool) (d *deployment, reached, goOn chan struct{}) {
	t.Helper()
	d = newDeployer(t, state)
	reached, goOn = make(chan struct{}), make(chan struct{})
	stop := sync.OnceFunc(func() { close(reached); <-goOn })
	c, err := local.Start(local.Options{StatePath: d.path, Now: time.Now, Rand: rand.Reader, OnEvent: func(e cloudformation.Event) {
		if isIt(e) {
			stop()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() }) // it was closed where its state was looked at
	d.reach(c)
	return d, reached, goOn
}

// newDeployer is a deployment whose cloud is yet to be started.
func newDeployer(t *testing.T, state []byte) *deployment {
	t.Helper()
	d := &deployment{t: t, project: t.TempDir(), path: filepath.Join(t.TempDir(), "state.db")}
	if state != nil {
		if err := os.WriteFile(d.path, state, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// What a release needs of the project: its settings and the cdk command line, with the
	// lock file that says it is installed.
	for _, name := range []string{"cdk.json", "package-lock.json"} {
		copyFile(t, filepath.Join(root, name), filepath.Join(d.project, name))
	}
	if err := os.CopyFS(filepath.Join(d.project, "config"), os.DirFS(filepath.Join(root, "config"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "node_modules"), filepath.Join(d.project, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return d
}

// reach puts the proxy in front of a cloud.
func (d *deployment) reach(c cloud) {
	d.cloud, d.proxy = c, newProxy(d.t, c.AWSURL())
	d.env = append(awsEnviron(d.t, c), "AWS_ENDPOINT_URL="+d.proxy.url)
}

// cdk is the command line that deploys a release with the CDK's own tool.
func (d *deployment) cdk(release string) []string {
	return []string{
		filepath.Join(root, "node_modules", ".bin", "cdk"), "deploy", "--all", "--app", filepath.Join(release, "local"), "--build", "",
		"--require-approval", "never", "--progress", "events", "--no-color",
	}
}

// gatehouse is the command line that deploys a release with ours.
func (d *deployment) gatehouse(release string) []string {
	return []string{filepath.Join(root, "bin", "gatehouse"), "release", "deploy", release, "--env", "local"}
}

// process is a program that runs.
type process struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr printed
}

// printed is what a program printed so far.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(data)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// start starts a program in the project, with a user's environment.
func (d *deployment) start(command ...string) *process {
	d.t.Helper()
	p := &process{t: d.t, cmd: exec.CommandContext(d.t.Context(), command[0], command[1:]...)}
	p.cmd.Dir, p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = d.project, d.env, &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	return p
}

// kill is kill -9 of the process, and of it alone.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
}

func (p *process) wait() result {
	p.t.Helper()
	err := p.cmd.Wait()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		p.t.Fatal(err)
	}
	return result{p.cmd.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
}

func (d *deployment) stacks() *api.Client {
	return api.New(api.Options{
		Region: local.DefaultRegion, BaseEndpoint: new(d.cloud.AWSURL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

func (d *deployment) outputs(stack string) map[string]string {
	d.t.Helper()
	answer, err := d.stacks().DescribeStacks(d.t.Context(), &api.DescribeStacksInput{StackName: &stack})
	if err != nil {
		d.t.Fatal(err)
	}
	outputs := map[string]string{}
	for _, o := range answer.Stacks[0].Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return outputs
}

// describe tells all that people and programs can see of the deployment. What a cloud
// makes up itself, an id or a port, is told by its name.
func (d *deployment) describe() string {
	d.t.Helper()
	var s strings.Builder
	made := []string{d.cloud.SiteURL(), "SITE"}
	for _, stack := range []string{authStack, hostingStack} {
		d.describeStack(&s, stack)
		outputs := d.outputs(stack)
		for _, name := range []string{"UserPoolId", "UserPoolClientId", "DistributionId", "BucketName"} {
			if outputs[name] != "" {
				made = append(made, outputs[name], name)
			}
		}
	}
	for _, page := range []string{"/", "/register", "/favicon.svg", "/amplify_outputs.json", "/aws-exports.js", "/config.js", "/nothing-here"} {
		resp, err := http.Get(d.cloud.SiteURL() + page)
		if err != nil {
			d.t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			d.t.Fatal(err)
		}
		_ = resp.Body.Close() // only read from
		fmt.Fprintf(&s, "%s: %s %s\n%s\n", page, resp.Status, resp.Header.Get("Content-Type"), body)
	}
	return strings.NewReplacer(made...).Replace(s.String())
}

func (d *deployment) describeStack(s *strings.Builder, stack string) {
	d.t.Helper()
	found, err := d.stacks().DescribeStacks(d.t.Context(), &api.DescribeStacksInput{StackName: &stack})
	if err != nil {
		d.t.Fatal(err)
	}
	fmt.Fprintf(s, "%s: %s\n", stack, found.Stacks[0].StackStatus)
	for _, o := range found.Stacks[0].Outputs {
		fmt.Fprintf(s, "output %s = %s\n", aws.ToString(o.OutputKey), aws.ToString(o.OutputValue))
	}
	resources, err := d.stacks().DescribeStackResources(d.t.Context(), &api.DescribeStackResourcesInput{StackName: &stack})
	if err != nil {
		d.t.Fatal(err)
	}
	var lines []string
	for _, r := range resources.StackResources {
		lines = append(lines, fmt.Sprintf("resource %s %s %s\n", aws.ToString(r.LogicalResourceId), aws.ToString(r.ResourceType), strings.TrimPrefix(string(r.ResourceStatus), "UPDATE_")))
	}
	slices.Sort(lines)
	s.WriteString(strings.Join(lines, ""))
	template, err := d.stacks().GetTemplate(d.t.Context(), &api.GetTemplateInput{StackName: &stack})
	if err != nil {
		d.t.Fatal(err)
	}
	fmt.Fprintf(s, "template %s\n", aws.ToString(template.TemplateBody))
}

// want fails the test unless the deployment is as it was described.
func (d *deployment) want(described string) {
	d.t.Helper()
	got, want := strings.Split(d.describe(), "\n"), strings.Split(described, "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			d.t.Fatalf("the deployment is not what an undisturbed one is; from line %d on\ngot  %s\nwant %s",
				i+1, strings.Join(got[min(i, len(got)):min(i+3, len(got))], "\n"), strings.Join(want[min(i, len(want)):min(i+3, len(want))], "\n"))
		}
	}
}

// end stops the cloud and returns its state.
func (d *deployment) end() []byte {
	d.t.Helper()
	if err := d.cloud.Close(); err != nil {
		d.t.Fatal(err)
	}
	state, err := os.ReadFile(d.path)
	if err != nil {
		d.t.Fatal(err)
	}
	return state
}

// holds ends the cloud and counts what its state holds of deployments: a pool or a
// bucket that is part of none, or an operation that goes on for ever, is one too many.
func (d *deployment) holds() string {
	d.t.Helper()
	d.end()
	db, err := store.Open(d.path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // only read from
	var s strings.Builder
	for _, table := range []string{
		"cloudformation/names", "cloudformation/operations", "cloudformation/steps", "cognito/pools", "cognito/clients",
		"edge/distributions", "edge/functions", "edge/origin-access-controls", "edge/response-headers-policies", "s3/buckets", "ssm/parameters",
	} {
		n := 0
		if err := db.View(func(tx *bbolt.Tx) error {
			if bucket := tx.Bucket([]byte(table)); bucket != nil {
				n = bucket.Stats().KeyN
			}
			return nil
		}); err != nil {
			d.t.Fatal(err)
		}
		fmt.Fprintf(&s, "%s %d\n", table, n)
	}
	return s.String()
}

// wantOnly ends the cloud and fails the test if it holds more, or less, than another did.
func (d *deployment) wantOnly(held string) {
	d.t.Helper()
	if got := d.holds(); got != held {
		d.t.Errorf("the cloud holds\n%swant\n%s", got, held)
	}
}

// soon waits until something is so.
func soon(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !isSo() {
		select {
		case <-deadline:
			t.Fatalf("%s did not come about within a minute", what)
		case <-tick.C:
		}
	}
}
