//go:build e2e

package cloudformation_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"gatehouse/local/cloudformation"
	"gatehouse/local/recorded"
	"gatehouse/local/resource"
	"gatehouse/local/ssm"
	"gatehouse/local/store"
	"gatehouse/local/sts"
)

// The tests here run the real cdk command line against the service. They need
// node_modules (npm install) and are behind the build tag e2e.

// cloud is the smallest endpoint that the cdk command line works with.
type cloud struct {
	t    *testing.T
	url  string
	home string
	fake *fake
	app  string // the folder with the app's cloud assembly
}

// buckets is AWS::S3::Bucket and AWS::S3::BucketPolicy on an S3 in memory: enough
// for the CDK's bootstrap template.
type buckets struct{ backend gofakes3.Backend }

func (b buckets) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	name, _ := r.Properties["BucketName"].(string)
	result := resource.Result{PhysicalID: name, Attributes: map[string]any{
		"Arn": "arn:aws:s3:::" + name, "RegionalDomainName": name + ".s3." + r.Region + ".amazonaws.com",
	}}
	return result, b.backend.CreateBucket(name)
}
func (b buckets) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	return resource.Result{PhysicalID: r.PhysicalID}, nil
}
func (b buckets) Delete(_ context.Context, r resource.Request) error {
	return b.backend.ForceDeleteBucket(r.PhysicalID)
}

// newCloud starts an endpoint that nobody has bootstrapped yet.
func newCloud(t *testing.T) *cloud {
	cdk := cdkCommand(t)
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	backend := s3mem.New()
	objects := gofakes3.New(backend).Server()
	parameters := ssm.New(db, time.Now)
	f := newFake()
	types := slices.Concat(f.types()[:2], recorded.Types(), parameters.Resources(), []resource.Type{
		{Name: "AWS::S3::Bucket", Properties: []string{"BucketName", "AccessControl", "BucketEncryption", "PublicAccessBlockConfiguration", "VersioningConfiguration", "LifecycleConfiguration"}, CreateOnly: []string{"BucketName"}, Handler: buckets{backend}},
		{Name: "AWS::S3::BucketPolicy", Properties: []string{"Bucket", "PolicyDocument"}, CreateOnly: []string{"Bucket"}, Handler: f},
	})
	service, err := cloudformation.New(cloudformation.Config{
		DB: db, Types: types, Account: "000000000000", Region: "us-east-1", Now: time.Now, Rand: rand.Reader,
		Template: func(_ context.Context, address string) ([]byte, error) {
			u, err := url.Parse(address)
			if err != nil {
				return nil, err
			}
			bucket, key, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
			object, err := backend.GetObject(bucket, key, nil)
			if err != nil {
				return nil, err
			}
			defer object.Contents.Close()
			return io.ReadAll(object.Contents)
		},
		Parameter: parameters.Value,
	})
	if err != nil {
		t.Fatal(err)
	}
	byService := map[string]http.Handler{"cloudformation": service, "sts": sts.New("000000000000"), "ssm": parameters, "s3": objects}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		parts := strings.Split(scope, "/")
		if len(parts) < 4 || byService[parts[3]] == nil {
			http.Error(w, "unknown service", http.StatusBadRequest)
			return
		}
		byService[parts[3]].ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		server.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &cloud{t: t, url: server.URL, home: t.TempDir(), fake: f, app: filepath.Dir(cdk)}
}

// cdkCommand is the cdk in node_modules; without it the tests are skipped.
func cdkCommand(t *testing.T) string {
	path, err := filepath.Abs(filepath.Join("..", "..", "node_modules", ".bin", "cdk"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the cdk command line is not installed (npm install): %v", err)
	}
	return path
}

// assembly writes a cloud assembly of one stack, in the form that the CDK's own
// synthesizer gives it.
func (c *cloud) assembly(stack, template string) string {
	c.t.Helper()
	dir := c.t.TempDir()
	write := func(name string, v any) {
		data, ok := v.(string)
		if !ok {
			encoded, err := json.Marshal(v)
			if err != nil {
				c.t.Fatal(err)
			}
			data = string(encoded)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	key := fmt.Sprintf("%x.json", len(template)) + stack
	role := func(name string) string {
		return "arn:${AWS::Partition}:iam::000000000000:role/cdk-hnb659fds-" + name + "-000000000000-us-east-1"
	}
	bucket := "cdk-hnb659fds-assets-000000000000-us-east-1"
	write("manifest.json", map[string]any{
		"version": "48.0.0",
		"artifacts": map[string]any{
			stack + ".assets": map[string]any{"type": "cdk:asset-manifest", "properties": map[string]any{
				"file": stack + ".assets.json", "requiresBootstrapStackVersion": 6, "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
			}},
			stack: map[string]any{
				"type": "aws:cloudformation:stack", "environment": "aws://000000000000/us-east-1",
				"properties": map[string]any{
					"templateFile": stack + ".template.json", "terminationProtection": false, "validateOnSynth": false,
					"assumeRoleArn": role("deploy-role"), "cloudFormationExecutionRoleArn": role("cfn-exec-role"),
					"stackTemplateAssetObjectUrl":   "s3://" + bucket + "/" + key,
					"requiresBootstrapStackVersion": 6, "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
					"additionalDependencies": []string{stack + ".assets"}, "stackName": stack,
				},
				"dependencies": []string{stack + ".assets"}, "displayName": stack,
			},
		},
	})
	write(stack+".assets.json", map[string]any{
		"version": "48.0.0", "dockerImages": map[string]any{},
		"files": map[string]any{"template": map[string]any{
			"source": map[string]any{"path": stack + ".template.json", "packaging": "file"},
			"destinations": map[string]any{"here": map[string]any{
				"bucketName": bucket, "objectKey": key, "region": "us-east-1", "assumeRoleArn": role("file-publishing-role"),
			}},
		}},
	})
	write(stack+".template.json", template)
	return dir
}

// cdk runs the command line and returns what it printed and its exit status.
func (c *cloud) cdk(args ...string) (output string, status int) {
	c.t.Helper()
	command := exec.CommandContext(c.t.Context(), cdkCommand(c.t), append(args, "--no-notices", "--no-color")...)
	command.Dir = c.home
	command.Env = append(os.Environ(),
		"AWS_ENDPOINT_URL="+c.url, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1",
		"CDK_HOME="+c.home, "CDK_DISABLE_CLI_TELEMETRY=1", "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true", "CI=true",
	)
	var b bytes.Buffer
	command.Stdout, command.Stderr = &b, &b
	err := command.Run()
	if _, isExit := errors.AsType[*exec.ExitError](err); err != nil && !isExit {
		c.t.Fatal(err)
	}
	return b.String(), command.ProcessState.ExitCode()
}

// must runs the command line, which has to succeed.
func (c *cloud) must(args ...string) string {
	c.t.Helper()
	output, status := c.cdk(args...)
	if status != 0 {
		c.t.Fatalf("cdk %s: exit status %d\n%s", strings.Join(args, " "), status, output)
	}
	return output
}

func want(t *testing.T, output string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(output, part) {
			t.Errorf("got\n%s\nwant in it\n%s", output, part)
		}
	}
}

const appTemplate = `{
 "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version", "Description": "[cdk:skip]"}},
 "Rules": {"CheckBootstrapVersion": {"Assertions": [{"Assert": {"Fn::Not": [{"Fn::Contains": [["1","2","3","4","5"], {"Ref": "BootstrapVersion"}]}]}, "AssertDescription": "CDK bootstrap stack version 6 required."}]}},
 "Resources": {
  "Pool": {"Type": "Test::Thing", "Properties": {"Name": "pool", "Text": {"Fn::Sub": "${AWS::StackName}-TEXT"}}},
  "Client": {"Type": "Test::Thing", "Properties": {"Name": {"Ref": "Pool"}, "Text": "client"}}
 },
 "Outputs": {"PoolArn": {"Value": {"Fn::GetAtt": ["Pool", "Arn"]}}}
}`

func TestCDKCommandLine(t *testing.T) {
	c := newCloud(t)

	output := c.must("bootstrap", "aws://000000000000/us-east-1")
	want(t, output, "Environment aws://000000000000/us-east-1 bootstrapped")
	want(t, c.must("bootstrap", "aws://000000000000/us-east-1"), "no changes")

	first := c.assembly("App", strings.ReplaceAll(appTemplate, "TEXT", "a"))
	output, status := c.cdk("diff", "--app", first, "--fail")
	want(t, output, "[+] Test::Thing Pool")
	if status != 1 {
		t.Errorf("diff of a new stack: exit status %d", status)
	}
	output = c.must("deploy", "--app", first, "--require-approval", "never")
	want(t, output, "App.PoolArn = arn:test:pool-", "CREATE_COMPLETE")
	want(t, c.must("deploy", "--app", first, "--require-approval", "never"), "no changes")
	want(t, c.must("diff", "--app", first, "--fail"), "There were no differences")

	second := c.assembly("App", strings.ReplaceAll(appTemplate, "TEXT", "bb"))
	output, status = c.cdk("diff", "--app", second, "--fail")
	want(t, output, "[~] Test::Thing Pool", ".Fn::Sub:", "${AWS::StackName}-bb")
	if status != 1 {
		t.Errorf("diff of a changed Fn::Sub: exit status %d\n%s", status, output)
	}
	want(t, c.must("deploy", "--app", second, "--require-approval", "never"), "UPDATE_COMPLETE")

	c.fake.failOn("update Pool", "the thing does not like it")
	third := c.assembly("App", strings.ReplaceAll(appTemplate, "TEXT", "ccc"))
	output, status = c.cdk("deploy", "--app", third, "--require-approval", "never")
	want(t, output, "the thing does not like it", "UPDATE_ROLLBACK_IN_PROG")
	if status == 0 {
		t.Error("a failed deployment succeeded")
	}
	c.fake.succeed()
	want(t, c.must("deploy", "--app", third, "--require-approval", "never", "--method", "direct"), "UPDATE_COMPLETE")
	want(t, c.must("destroy", "--app", third, "--force"), "destroyed")
	if left := c.fake.there(); len(left) != 1 { // the bootstrap stack's bucket policy
		t.Errorf("left after destroy: %v", left)
	}
}

// TestCDKCommandLineAfterFailures is what people do when a deployment has failed.
func TestCDKCommandLineAfterFailures(t *testing.T) {
	c := newCloud(t)
	c.must("bootstrap", "aws://000000000000/us-east-1")
	app := c.assembly("App", appTemplate)
	c.fake.failOn("create Client", "no room")
	output, status := c.cdk("deploy", "--app", app, "--require-approval", "never")
	want(t, output, "no room", "ROLLBACK_COMPLETE")
	if status == 0 {
		t.Error("a failed deployment succeeded")
	}
	c.fake.succeed()
	want(t, c.must("deploy", "--app", app, "--require-approval", "never"), "App.PoolArn = arn:test:pool-")

	edited := c.assembly("App", strings.ReplaceAll(appTemplate, `"Name": "pool"`, `"Name": "basin"`))
	output, status = c.cdk("diff", "--app", edited, "--fail-on", "destructive")
	want(t, output, "Test::Thing Pool", "replace")
	if status != 1 {
		t.Errorf("diff --fail-on destructive of a replacement: exit status %d", status)
	}
	// The command line allows --no-rollback only where nothing is replaced.
	inPlace := c.assembly("App", strings.NewReplacer("-TEXT", "-text", `"client"`, `"customer"`).Replace(appTemplate))
	c.fake.failOn("update Client", "no room")
	output, status = c.cdk("deploy", "--app", inPlace, "--require-approval", "never", "--no-rollback")
	want(t, output, "UPDATE_FAILED")
	if status == 0 {
		t.Error("a failed deployment without rollback succeeded")
	}
	c.fake.succeed()
	c.must("rollback", "--app", inPlace) // it may end before the CLI asks for events, so what it prints varies
	want(t, c.describe("App"), "UPDATE_ROLLBACK_COMPLETE</StackStatus>")
	want(t, c.must("deploy", "--app", edited, "--require-approval", "never"), "UPDATE_COMPLETE")
	c.must("destroy", "--app", edited, "--force")
}

// describe is the answer to DescribeStacks.
func (c *cloud) describe(stack string) string {
	c.t.Helper()
	form := url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}, "StackName": {stack}}
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/cloudformation/aws4_request")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(body)
}
