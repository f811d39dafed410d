package release_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"gatehouse/config"
	"gatehouse/internal/project"
	"gatehouse/internal/release"
)

const (
	auth    = "shop-prod-auth"
	hosting = "shop-prod-hosting"
)

// stacks are the stacks of an account, by name. A list of statuses is what one is asked
// after the other; the last stays.
type stacks struct {
	statuses map[string][]types.StackStatus
	template string // of the hosting stack
	reason   string
}

func (s *stacks) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	name := *in.StackName
	left := s.statuses[name]
	if len(left) == 0 {
		return nil, &smithy.GenericAPIError{Code: "ValidationError", Message: "Stack with id " + name + " does not exist"}
	}
	if len(left) > 1 {
		s.statuses[name] = left[1:]
	}
	return &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{{
		StackName: &name, StackStatus: left[0], StackStatusReason: &s.reason, CreationTime: new(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
		Tags: []types.Tag{{Key: new("project"), Value: new("shop")}},
		Outputs: []types.Output{
			{OutputKey: new("ReleaseId"), OutputValue: new("r1")}, {OutputKey: new("SiteUrl"), OutputValue: new("https://shop.example.com")},
		},
	}}}, nil
}

func (s *stacks) GetTemplate(_ context.Context, in *cloudformation.GetTemplateInput, _ ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error) {
	if *in.StackName != hosting || in.TemplateStage != types.TemplateStageOriginal {
		return nil, errors.New("only the original template of the hosting stack is of use")
	}
	return &cloudformation.GetTemplateOutput{TemplateBody: &s.template}, nil
}

// deployer is a deployer to an account, with a cdk command line that is a script.
func deployer(t *testing.T, s *stacks, script string) (release.Deployer, *strings.Builder) {
	t.Helper()
	var said strings.Builder
	return release.Deployer{
		Project: newProject(t, script), Config: config.Config{Project: "shop", Environment: "prod"}, Stacks: s,
		Now: time.Now, Wait: time.Minute, Say: func(line string) { said.WriteString(line + "\n") },
	}, &said
}

// assembly is a cloud assembly with the template of the hosting stack.
func assembly(t *testing.T, template string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "manifest.json"), `{"version": "48.0.0", "artifacts": {
		"shop-prod-hosting.assets": {"type": "cdk:asset-manifest", "properties": {"file": "shop-prod-hosting.assets.json"}},
		"shop-prod-auth": {"type": "aws:cloudformation:stack", "properties": {}},
		"shop-prod-hosting": {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-central-1", "displayName": "shop-prod-hosting",
			"dependencies": ["shop-prod-auth", "shop-prod-hosting.assets"], "properties": {
				"templateFile": "shop-prod-hosting.template.json", "assumeRoleArn": "role", "tags": {"project": "new"},
				"stackTemplateAssetObjectUrl": "s3://assets/0000.json"}}}}`)
	write(t, filepath.Join(dir, "shop-prod-hosting.assets.json"), `{"version": "48.0.0", "dockerImages": {}, "files": {
		"0000": {"displayName": "template", "source": {"path": "shop-prod-hosting.template.json", "packaging": "file"},
			"destinations": {"here": {"bucketName": "assets", "objectKey": "0000.json", "assumeRoleArn": "publisher"}}},
		"1111": {"source": {"path": "asset.1111", "packaging": "zip"}, "destinations": {"here": {"bucketName": "assets", "objectKey": "1111.zip"}}}}}`)
	write(t, filepath.Join(dir, "shop-prod-hosting.template.json"), template)
	return dir
}

func settled() map[string][]types.StackStatus {
	return map[string][]types.StackStatus{auth: {types.StackStatusCreateComplete}, hosting: {types.StackStatusUpdateComplete}}
}

func calls(t *testing.T, p project.Project) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(p.Dir, "calls"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func TestARollbackDeploysTheTemplateThatWasThereBefore(t *testing.T) {
	t.Parallel()
	const before = "{\n  \"Resources\": {\"Before\": 1}\n}"
	d, _ := deployer(t, &stacks{statuses: settled(), template: before}, "")
	dir := assembly(t, "after")
	if err := d.Deploy(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if err := d.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := d.Project.PreviousPath("prod")
	got := calls(t, d.Project)
	if len(got) != 2 || !strings.Contains(got[0], "--app "+dir+" ") || !strings.Contains(got[0], "--all") ||
		!strings.Contains(got[1], "--app "+kept+" ") || !strings.HasSuffix(got[1], "--exclusively "+hosting) || strings.Contains(got[1], "--all") {
		t.Errorf("cdk was called with\n%s", strings.Join(got, "\n"))
	}

	sum := sha256.Sum256([]byte(before))
	id := hex.EncodeToString(sum[:])
	if got := read(t, filepath.Join(kept, hosting+".template.json")); got != before {
		t.Errorf("the template is %q; want, to the byte, %q", got, before)
	}
	wantJSON(t, filepath.Join(kept, "manifest.json"), `{"version": "48.0.0", "artifacts": {
		"shop-prod-hosting.assets": {"type": "cdk:asset-manifest", "properties": {"file": "shop-prod-hosting.assets.json"}},
		"shop-prod-hosting": {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-central-1", "displayName": "shop-prod-hosting",
			"dependencies": ["shop-prod-hosting.assets"], "properties": {
				"templateFile": "shop-prod-hosting.template.json", "assumeRoleArn": "role", "tags": {"project": "shop"},
				"stackTemplateAssetObjectUrl": "s3://assets/`+id+`.json"}}}}`)
	wantJSON(t, filepath.Join(kept, hosting+".assets.json"), `{"version": "48.0.0", "dockerImages": {}, "files": {
		"`+id+`": {"displayName": "template", "source": {"path": "shop-prod-hosting.template.json", "packaging": "file"},
			"destinations": {"here": {"bucketName": "assets", "objectKey": "`+id+`.json", "assumeRoleArn": "publisher"}}}}}`)
}

// wantJSON wants a file to hold the same JSON, however it is written.
func wantJSON(t *testing.T, path, want string) {
	t.Helper()
	normal := func(text string) string {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		data, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if got, want := normal(read(t, path)), normal(want); got != want {
		t.Errorf("%s is\n%s\nwant\n%s", filepath.Base(path), got, want)
	}
}

func TestADeploymentThatIsRunAgainKeepsWhatWasBeforeTheFirst(t *testing.T) {
	t.Parallel()
	s := &stacks{statuses: settled(), template: "before"}
	d, _ := deployer(t, s, "")
	dir := assembly(t, "after")
	for range 2 {
		if err := d.Deploy(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		s.template = "after" // it came to its end, although whoever began it was cut off
	}
	if got := read(t, filepath.Join(d.Project.PreviousPath("prod"), hosting+".template.json")); got != "before" {
		t.Errorf("%q is kept; want what was before", got)
	}
}

func TestTwoThatKeepTheSameAtOnceKeepIt(t *testing.T) {
	t.Parallel()
	d, _ := deployer(t, nil, "")
	dir := assembly(t, "after")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			own := d
			own.Stacks = &stacks{statuses: settled(), template: "before"}
			for range 10 {
				if err := own.Deploy(t.Context(), dir); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got := read(t, filepath.Join(d.Project.PreviousPath("prod"), hosting+".template.json")); got != "before" {
		t.Errorf("%q is kept", got)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(d.Project.PreviousPath("prod")), "unfinished-*")); err != nil || len(left) > 0 {
		t.Errorf("%v, %v is left", left, err)
	}
}

func TestNothingIsKeptWhereThereIsNoSite(t *testing.T) {
	t.Parallel()
	for _, status := range [][]types.StackStatus{nil, {types.StackStatusReviewInProgress}, {types.StackStatusRollbackComplete}} {
		d, _ := deployer(t, &stacks{statuses: map[string][]types.StackStatus{hosting: status}, template: "none"}, "")
		write(t, filepath.Join(d.Project.PreviousPath("prod"), "manifest.json"), "of a site that was deleted")
		if err := d.Deploy(t.Context(), assembly(t, "first")); err != nil {
			t.Fatal(err)
		}
		err := d.Rollback(t.Context())
		nothing, ok := errors.AsType[*release.NothingKeptError](err)
		if !ok || !strings.Contains(nothing.Hint(), "gatehouse release rollback --env prod --to FOLDER") {
			t.Errorf("%v: got %v; want that nothing is known", status, err)
		}
	}
}

func TestADeploymentWaitsForAnother(t *testing.T) {
	t.Parallel()
	s := &stacks{statuses: map[string][]types.StackStatus{
		auth:    {types.StackStatusUpdateInProgress, types.StackStatusUpdateComplete},
		hosting: {types.StackStatusUpdateComplete},
	}, template: "before"}
	d, said := deployer(t, s, "")
	d.Now = forward(time.Minute / 2)
	if err := d.Deploy(t.Context(), assembly(t, "after")); err != nil {
		t.Fatal(err)
	}
	if want := "another deployment is at work on shop-prod-auth (UPDATE_IN_PROGRESS since 03:04:05 UTC): waiting for it\n"; said.String() != want {
		t.Errorf("it said %q; want %q", said, want)
	}
}

// forward is a clock that goes forward whenever it is looked at.
func forward(by time.Duration) func() time.Time {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return func() time.Time { at = at.Add(by); return at }
}

func TestADeploymentWaitsNoLongerThanItIsTo(t *testing.T) {
	t.Parallel()
	d, _ := deployer(t, &stacks{statuses: map[string][]types.StackStatus{hosting: {types.StackStatusDeleteInProgress}}}, "")
	d.Wait = 0
	wantError(t, d.Deploy(t.Context(), assembly(t, "after")), "another deployment is at work on shop-prod-hosting (DELETE_IN_PROGRESS since 03:04:05 UTC); it was waited for 0s")
	if got := calls(t, d.Project); got[0] != "" {
		t.Errorf("it was deployed: %v", got)
	}
}

func TestADeploymentThatMetAnotherIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := &stacks{statuses: map[string][]types.StackStatus{ // looked at before, when keeping, and after each attempt
		auth:    {"UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"},
		hosting: {"UPDATE_COMPLETE"},
	}, template: "before"}
	d, said := deployer(t, s, `if [ "$(wc -l < calls)" -eq 1 ]; then echo "ChangeSet does not exist"; exit 1; fi`)
	if err := d.Deploy(t.Context(), assembly(t, "after")); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "trying again when it is done") {
		t.Errorf("it said %q", said)
	}
}

func TestADeploymentThatAnotherWasFasterThanIsTriedAgain(t *testing.T) {
	t.Parallel()
	for after, want := range map[types.StackStatus]int{"UPDATE_COMPLETE": 2, "UPDATE_ROLLBACK_COMPLETE": 1} {
		s := &stacks{statuses: map[string][]types.StackStatus{ // looked at before, and after the first attempt
			auth:    {"CREATE_COMPLETE", after},
			hosting: {"UPDATE_COMPLETE"},
		}, template: "before"}
		d, said := deployer(t, s, `if [ "$(wc -l < calls)" -eq 1 ]; then echo "ChangeSet [cdk-deploy-change-set] does not exist"; exit 1; fi`)
		err := d.Deploy(t.Context(), assembly(t, "after"))
		if got := calls(t, d.Project); len(got) != want || (err == nil) != (want == 2) || strings.Contains(said.String(), "changed meanwhile") != (want == 2) {
			t.Errorf("the stacks are in %s then: cdk was called %d times, %v, and it said %q; want %d", after, len(got), err, said, want)
		}
	}
}

func TestADeploymentThatFailsByItselfIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	d, said := deployer(t, &stacks{statuses: settled(), template: "before"}, `echo "no such role"; exit 1`)
	err := d.Deploy(t.Context(), assembly(t, "after"))
	wantError(t, err, "deploying prod: exit status 1")
	wantError(t, err, "no such role")
	failed, ok := errors.AsType[*project.NotDeployedError](err)
	if !ok || !strings.Contains(failed.Hint(), "run the same command again") {
		t.Errorf("got %v; want the way to go on", err)
	}
	if got := calls(t, d.Project); len(got) != 1 || said.String() != "" {
		t.Errorf("cdk was called %d times, and it said %q", len(got), said)
	}
}

func TestAStackThatNeedsAHandIsSaidTo(t *testing.T) {
	t.Parallel()
	for status, hint := range map[types.StackStatus]string{
		types.StackStatusUpdateRollbackFailed: "npx cdk rollback shop-prod-auth",
		types.StackStatusRollbackFailed:       "delete the stack, and deploy again",
		types.StackStatusDeleteFailed:         "delete the stack, and deploy again",
	} {
		s := &stacks{statuses: settled(), template: "before", reason: "[Site] is not empty"}
		s.statuses[auth] = []types.StackStatus{status}
		d, _ := deployer(t, s, "")
		err := d.Deploy(t.Context(), assembly(t, "after"))
		stuck, ok := errors.AsType[*release.StuckError](err)
		if !ok || stuck.Error() != "shop-prod-auth is in "+string(status)+": [Site] is not empty" || !strings.Contains(stuck.Hint(), hint) {
			t.Errorf("%s: got %v", status, err)
		}
		if got := calls(t, d.Project); got[0] != "" {
			t.Errorf("%s: it was deployed: %v", status, got)
		}
	}
}

func TestLiveTellsTheReleaseAndWhereItIs(t *testing.T) {
	t.Parallel()
	d, _ := deployer(t, &stacks{statuses: settled()}, "")
	if id, url, err := d.Live(t.Context()); id != "r1" || url != "https://shop.example.com" || err != nil {
		t.Errorf("got %q, %q, %v", id, url, err)
	}
	d.Stacks = &stacks{}
	if id, url, err := d.Live(t.Context()); id != "" || url != "" || err != nil {
		t.Errorf("without a site: got %q, %q, %v", id, url, err)
	}
}

var _ release.Stacks = (*stacks)(nil)
