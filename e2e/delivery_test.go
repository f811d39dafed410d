//go:build e2e

package e2e_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"gatehouse/config"
	"gatehouse/local"
	"gatehouse/local/localtest"
)

const (
	pullRequest = ".github/workflows/pull-request.yml"
	previews    = ".github/workflows/previews.yml"
	deploy      = ".github/workflows/deploy.yml"
	gitLab      = ".gitlab-ci.yml"
)

// deployedTo writes into a checkout where its environments are: each on a local cloud
// of its own, as each has an account of its own.
func deployedTo(t *testing.T, clouds map[string]*local.Cloud) func(dir string) {
	return func(dir string) {
		for environment, cloud := range clouds {
			path := filepath.Join(dir, "config", environment+".yaml")
			file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Fprintf(file, "\naccount: %q\nlocal: {endpoint: %q, site: %q}\n", local.DefaultAccount, cloud.AWSURL(), cloud.SiteURL()); err != nil {
				t.Fatal(err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// change replaces text in a file of a commit.
func change(t *testing.T, path, old, replacement string) func(dir string) {
	return func(dir string) { edit(t, filepath.Join(dir, filepath.FromSlash(path)), old, replacement) }
}

// roles are the variables of the repository.
var roles = map[string]string{
	"vars.AWS_REVIEW_ROLE":     "arn:aws:iam::000000000000:role/delivery/review",
	"vars.AWS_STAGING_ROLE":    "arn:aws:iam::000000000000:role/delivery/staging",
	"vars.AWS_PRODUCTION_ROLE": "arn:aws:iam::000000000000:role/delivery/production",
	"vars.AWS_PREVIEW_ROLE":    "arn:aws:iam::000000000000:role/delivery/preview",
}

// onGitHub is a run of GitHub's workflows for the pull request that host has, or
// without one for main.
func onGitHub(t *testing.T, commit func(dir string), host *comments, api string) *pipeline {
	t.Helper()
	env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_REF": "refs/heads/main", "GITHUB_API_URL": api}
	values := map[string]string{}
	if host != nil {
		env["GITHUB_REF"] = "refs/pull/" + host.request + "/merge"
		values["github.token"], values["github.event.number"] = host.token, host.request
	}
	for name, role := range roles {
		values[name] = role
	}
	return newPipeline(t, commit, jobEnviron(t, env), values)
}

// stack is what CloudFormation says of a stack that somebody might have changed.
type stack struct {
	status, updated string
	outputs         map[string]string
}

func stacksClient(cloud *local.Cloud) *cloudformation.Client {
	return cloudformation.New(cloudformation.Options{
		Region: local.DefaultRegion, BaseEndpoint: new(cloud.AWSURL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// stacksIn are the stacks of a cloud, by name.
func stacksIn(t *testing.T, cloud *local.Cloud) map[string]stack {
	t.Helper()
	answer, err := stacksClient(cloud).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{})
	if err != nil {
		t.Fatal(err)
	}
	stacks := map[string]stack{}
	for _, s := range answer.Stacks {
		found := stack{string(s.StackStatus), aws.ToTime(s.LastUpdatedTime).String(), map[string]string{}}
		for _, o := range s.Outputs {
			found.outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
		}
		stacks[aws.ToString(s.StackName)] = found
	}
	return stacks
}

// made is what an artefact's own manifest says of it.
func made(t *testing.T, p *pipeline) (sum string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(p.artifacts, "release", "release.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		SHA256 string `json:"sha256"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	return manifest.SHA256
}

// TestPipelinesOfMainAndOfRequests goes through the days of a project: what is live
// at one step is what the next starts from.
func TestPipelinesOfMainAndOfRequests(t *testing.T) {
	t.Parallel()
	staging, production := localtest.Start(t), localtest.Start(t)
	main := deployedTo(t, map[string]*local.Cloud{"staging": staging, "prod": production})
	const auth, hosting = "gatehouse-prod-auth", "gatehouse-prod-hosting"

	first := onGitHub(t, main, nil, "")
	t.Run("what is merged becomes one release, which goes to staging and then to production", func(t *testing.T) {
		first.t = t
		first.run(deploy, "release").want(t, 0)
		sum := first.values["needs.release.outputs.sha256"]
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(sum) || sum != made(t, first) {
			t.Fatalf("the hash that goes from job to job is %q; the artefact's is %q", sum, made(t, first))
		}
		if j := first.run(deploy, "review").want(t, 0); j.role != roles["vars.AWS_REVIEW_ROLE"] {
			t.Errorf("the review assumed %q", j.role)
		}
		if j := first.run(deploy, "staging").want(t, 0, "staging shows release", "✓ They sign in over SRP"); j.role != roles["vars.AWS_STAGING_ROLE"] {
			t.Errorf("the deployment to staging assumed %q", j.role)
		}
		if got := stacksIn(t, production); got[hosting].status != "" {
			t.Fatalf("production was deployed before it was approved: %v", got)
		}
		j := first.run(deploy, "production").want(t, 0, "✓ They sign in over SRP")
		if j.role != roles["vars.AWS_PRODUCTION_ROLE"] {
			t.Errorf("the deployment to production assumed %q", j.role)
		}
		if status, page := get(t, production.SiteURL()+"/"); status != 200 || !strings.Contains(page, "<html") {
			t.Errorf("production shows %d %s", status, page)
		}
	})
	live := stacksIn(t, production)
	person := newUser(t, production, live[auth].outputs["UserPoolClientId"])
	person.register()

	t.Run("an artefact that was altered on the way is refused", func(t *testing.T) {
		first.t = t
		template := filepath.Join(first.artifacts, "release", "prod", hosting+".template.json")
		edit(t, template, "Where the site is", "Where the site was")
		first.run(deploy, "production").want(t, 1, "the release's prod is not what was made and reviewed")
		edit(t, template, "Where the site was", "Where the site is")
		unchanged(t, live, production)
	})

	t.Run("a request's review is one comment, changed by the next push", func(t *testing.T) {
		host, api := newComments(t, "42")
		mistake := change(t, "config/base.yaml", "minLength: 12", "minLength: 5")
		onGitHub(t, commits(main, mistake), host, api).run(pullRequest, "review").want(t, 2, "auth.password.minLength: want 6–99; got 5")
		before, calls := host.one(t)
		if calls != "POST" || !strings.Contains(before, "could not be reviewed") {
			t.Errorf("want a comment that says so; got %s\n%s", calls, before)
		}
		harmless := change(t, "config/base.yaml", "subject: Your code for Gatehouse", "subject: Your code")
		if j := onGitHub(t, commits(main, harmless), host, api).run(pullRequest, "review").want(t, 0); j.role != roles["vars.AWS_REVIEW_ROLE"] {
			t.Errorf("the review assumed %q", j.role)
		}
		after, calls := host.one(t)
		if calls != "POST PATCH" || !strings.Contains(after, "prod: Harmless.") || strings.Contains(after, "could not be reviewed") {
			t.Errorf("want the comment changed; got %s\n%s", calls, after)
		}
		unchanged(t, live, production)
	})

	t.Run("a request that would lose people is blocked", func(t *testing.T) {
		host, api := newComments(t, "42")
		p := newPipeline(t, commits(main, change(t, "config/prod.yaml", "protect: true", "protect: false"), change(t, "config/base.yaml", "required: [name]", "required: [name, birthdate]")),
			jobEnviron(t, map[string]string{
				"GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "42", "CI_API_V4_URL": api, "CI_PROJECT_ID": "7", "GITLAB_TOKEN": host.token,
				"AWS_REVIEW_ROLE": roles["vars.AWS_REVIEW_ROLE"],
			}), nil)
		p.run(gitLab, "review-request").want(t, 4)
		comment, _ := host.one(t)
		for _, text := range []string{"prod: Do not deploy this", "schema-standard-added", "pool-retain-dropped", "Everyone who has an account"} {
			if !strings.Contains(comment, text) {
				t.Errorf("the comment does not say %q: %s", text, comment)
			}
		}
		unchanged(t, live, production)
		person.signIn()
	})

	t.Run("a release that visitors cannot use is taken back, and people stay", func(t *testing.T) {
		broken := change(t, "stacks/router.js", "return live + '/index.html';", "return live + '/home.html';")
		p := newPipeline(t, commits(main, broken), jobEnviron(t, nil), nil)
		p.run("buildspec/release.yml", "build").want(t, 0)
		p.env["ENVIRONMENT"] = "prod" // as if staging had not shown it
		p.run("buildspec/deploy.yml", "build").want(t, 1, "✗ The page is served", "prod shows release "+live[hosting].outputs["ReleaseId"])
		if status, _ := get(t, production.SiteURL()+"/"); status != 200 {
			t.Errorf("the site answers %d", status)
		}
		now := stacksIn(t, production)
		if !maps.Equal(now[auth].outputs, live[auth].outputs) || now[auth].updated != live[auth].updated {
			t.Errorf("the stack with people's accounts was touched: was %v, is %v", live[auth], now[auth])
		}
		person.signIn()

		// The hash of one release does not open the door to another.
		first.t, first.artifacts = t, p.artifacts
		first.run(deploy, "production").want(t, 1, "the release is not what was made and reviewed")
		unchanged(t, now, production)
	})

	t.Run("the same commit is the same release on another platform, and goes on from what was put back", func(t *testing.T) {
		p := newPipeline(t, main, jobEnviron(t, map[string]string{
			"AWS_REVIEW_ROLE": roles["vars.AWS_REVIEW_ROLE"], "AWS_PRODUCTION_ROLE": roles["vars.AWS_PRODUCTION_ROLE"],
		}), nil)
		p.run(gitLab, "release").want(t, 0)
		if want := first.values["needs.release.outputs.sha256"]; p.env["SHA256"] != want {
			t.Errorf("GitLab's release has the hash %s; GitHub's %s", p.env["SHA256"], want)
		}
		p.run(gitLab, "review-release").want(t, 0, "prod: Nothing changes.")
		p.run(gitLab, "production").want(t, 0, "prod shows release "+live[hosting].outputs["ReleaseId"], "✓ They sign in over SRP")
		person.signIn()
	})
}

// unchanged fails the test if a stack was made or changed since.
func unchanged(t *testing.T, before map[string]stack, cloud *local.Cloud) {
	t.Helper()
	stacks := stacksIn(t, cloud)
	if len(stacks) != len(before) {
		t.Errorf("there were %d stacks, and are %d", len(before), len(stacks))
	}
	for name, now := range stacks {
		if was := before[name]; was.status != now.status || was.updated != now.updated {
			t.Errorf("%s was changed: was %v, is %v", name, was, now)
		}
	}
}

// leave leaves a stack of a preview behind: one that is no more than its tags, by which
// previews are told.
func leave(t *testing.T, cloud *local.Cloud, name string) {
	t.Helper()
	_, err := stacksClient(cloud).CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: &name, TemplateBody: new(`{"Resources": {"Left": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/left", "Type": "String", "Value": "x"}}}}`),
		Tags: []types.Tag{{Key: new(config.TagPreviewOf), Value: new("preview")}, {Key: new(config.TagLifetime), Value: new("3d")}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPipelinesOfPreviews: each request is deployed, its address is told, and it goes
// when the request is closed or its time is over.
func TestPipelinesOfPreviews(t *testing.T) {
	t.Parallel()
	var age atomic.Int64 // how far the cloud's clock is behind
	cloud, err := local.Start(local.Options{Now: func() time.Time { return time.Now().Add(-time.Duration(age.Load())) }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	main := deployedTo(t, map[string]*local.Cloud{"preview": cloud})
	request, api := newComments(t, "42")
	const expired, current = "gatehouse-preview-pr-41-auth", "gatehouse-preview-pr-42-auth"

	age.Store(int64(4 * 24 * time.Hour)) // a preview lives for three days
	leave(t, cloud, expired)
	age.Store(0)
	open := onGitHub(t, main, request, api)
	if j := open.run(pullRequest, "preview").want(t, 0, "✓ They sign in over SRP"); j.role != roles["vars.AWS_PREVIEW_ROLE"] {
		t.Errorf("the preview's job assumed %q", j.role)
	}
	if comment, _ := request.one(t); !strings.Contains(comment, cloud.SiteURL()) {
		t.Errorf("the comment does not tell the address %s: %s", cloud.SiteURL(), comment)
	}
	if stacks := stacksIn(t, cloud); stacks[expired].status == "" || stacks[current].status == "" {
		t.Fatalf("want two previews; got %v", stacks)
	}

	onGitHub(t, main, nil, "").run(previews, "clean").want(t, 0, "pr-41 is deleted")
	if stacks := stacksIn(t, cloud); stacks[expired].status != "" || stacks[current].status == "" {
		t.Fatalf("want the expired preview gone and the other there; got %v", stacks)
	}

	open.env["GITHUB_REF"] = "refs/heads/main" // as it is when a request was merged
	open.run(previews, "delete").want(t, 0, "pr-42 is deleted")
	for name := range stacksIn(t, cloud) {
		if strings.HasPrefix(name, "gatehouse-preview-") {
			t.Errorf("%s is left", name)
		}
	}
	open.run(previews, "delete").want(t, 0) // a request without a preview is closed
}
