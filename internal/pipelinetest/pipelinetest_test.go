package pipelinetest_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"gatehouse/internal/pipelinetest"
)

// dir is the project.
const dir = "../.."

func workflows(t *testing.T) []pipelinetest.Workflow {
	t.Helper()
	list, err := pipelinetest.Workflows(dir)
	if err != nil || len(list) == 0 {
		t.Fatalf("GitHub's workflows: got %d (%v)", len(list), err)
	}
	return list
}

func all(t *testing.T) []pipelinetest.Job {
	t.Helper()
	jobs, err := pipelinetest.All(dir)
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// definitions are the files of the pipelines, as text.
func definitions(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{".github/workflows/*", ".github/actions/*/*", ".gitlab-ci.yml", "buildspec/*"} {
		files, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(data)
		}
	}
	return texts
}

// A tag can be moved to other code; a commit cannot.
func TestActionsArePinnedToACommitAndNamedByTheirVersion(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^(\./\.github/actions/[a-z-]+|([\w-]+/[\w-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+)$`)
	pins := map[string]string{}
	for file, text := range definitions(t) {
		for line := range strings.Lines(text) {
			_, uses, found := strings.Cut(line, "uses: ")
			if !found {
				continue
			}
			match := pinned.FindStringSubmatch(strings.TrimSpace(uses))
			if match == nil {
				t.Errorf("%s: %s: want a commit and the version as a comment", file, strings.TrimSpace(line))
				continue
			}
			if other, has := pins[match[2]]; match[2] != "" && has && other != match[3] {
				t.Errorf("%s: %s is pinned to two commits, %s and %s", file, match[2], other, match[3])
			}
			pins[match[2]] = match[3]
		}
	}
}

// Text from outside, such as a branch's name, must not become part of a command.
func TestNoExpressionIsInAShellLine(t *testing.T) {
	t.Parallel()
	for _, j := range all(t) {
		for _, s := range j.Steps {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: %s: hand it over in env", j, s.Run)
			}
		}
	}
}

// What is more than a line belongs into the gatehouse command, where it is tested.
func TestEveryStepIsALine(t *testing.T) {
	t.Parallel()
	for _, j := range all(t) {
		for _, s := range j.Steps {
			if strings.Contains(strings.TrimSpace(s.Run), "\n") || (s.Run == "") == (s.Uses == "") {
				t.Errorf("%s: %q: want one line", j, s.Run)
			}
		}
	}
}

func TestNoPipelineHasAKey(t *testing.T) {
	t.Parallel()
	for file, text := range definitions(t) {
		for _, key := range []string{"secrets.", "access-key", "ACCESS_KEY", "SECRET"} {
			if strings.Contains(text, key) {
				t.Errorf("%s: %s: roles need no keys", file, key)
			}
		}
	}
}

const credentials = "aws-actions/configure-aws-credentials@"

// using are a job's steps that use an action.
func using(j pipelinetest.GitHubJob, action string) (list []pipelinetest.GitHubStep) {
	for _, s := range j.Steps {
		if strings.HasPrefix(s.Uses, action) {
			list = append(list, s)
		}
	}
	return list
}

func runs(j pipelinetest.GitHubJob, command string) bool {
	return slices.ContainsFunc(j.Steps, func(s pipelinetest.GitHubStep) bool { return strings.Contains(s.Run, command) })
}

func TestJobsMayDoWhatTheirStepsNeed(t *testing.T) {
	t.Parallel()
	for _, w := range workflows(t) {
		if !maps.Equal(w.Permissions, map[string]string{"contents": "read"}) {
			t.Errorf("%s: permissions are %v; want contents: read alone", w.File, w.Permissions)
		}
		for name, j := range w.Jobs {
			want := map[string]string{"contents": "read"}
			if using(j, credentials) != nil {
				want["id-token"] = "write"
			}
			if runs(j, "gatehouse comment") {
				want["pull-requests"] = "write"
			}
			if got := j.Permissions; !maps.Equal(got, want) && (got != nil || len(want) > 1) {
				t.Errorf("%s: %s: permissions are %v; want %v", w.File, name, got, want)
			}
			if j.Timeout == 0 {
				t.Errorf("%s: %s: has no timeout-minutes", w.File, name)
			}
			for _, s := range using(j, "actions/checkout@") {
				if s.With["persist-credentials"] != "false" {
					t.Errorf("%s: %s: leaves a token in the checkout", w.File, name)
				}
			}
		}
	}
}

// on tells which events start a workflow.
func on(t *testing.T, w pipelinetest.Workflow) map[string]yaml.Node {
	t.Helper()
	var events map[string]yaml.Node
	if err := w.On.Decode(&events); err != nil {
		t.Fatalf("%s: %v", w.File, err)
	}
	return events
}

func TestForksGetNoCredentials(t *testing.T) {
	t.Parallel()
	const guard = "github.event.pull_request.head.repo.full_name == github.repository"
	for _, w := range workflows(t) {
		events := on(t, w)
		for _, dangerous := range []string{"pull_request_target", "workflow_run", "issue_comment"} {
			if _, found := events[dangerous]; found {
				t.Errorf("%s: %s gives what others wrote this repository's rights", w.File, dangerous)
			}
		}
		if _, requests := events["pull_request"]; !requests {
			continue
		}
		for name, j := range w.Jobs {
			never := strings.Contains(j.If, "github.event_name != 'pull_request'")
			if using(j, credentials) != nil && !strings.Contains(j.If, guard) && !never {
				t.Errorf("%s: %s: is begun for a fork's pull request: if is %q", w.File, name, j.If)
			}
		}
	}
}

// TestARoleThatIsNotSetLeavesItsJobOut: a new repository's pipelines are green.
func TestARoleThatIsNotSetLeavesItsJobOut(t *testing.T) {
	t.Parallel()
	for _, w := range workflows(t) {
		for name, j := range w.Jobs {
			for _, s := range using(j, credentials) {
				role := regexp.MustCompile(`^\$\{\{ (vars\.AWS_[A-Z]+_ROLE) \}\}$`).FindStringSubmatch(s.With["role-to-assume"])
				if role == nil || !strings.Contains(j.If, role[1]+" != ''") {
					t.Errorf("%s: %s: assumes %s, if %s", w.File, name, s.With["role-to-assume"], j.If)
				}
			}
		}
	}
	file, err := pipelinetest.ReadGitLab(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, j := range file.Jobs {
		role := j.Variables["AWS_ROLE_ARN"]
		if role == "" {
			continue
		}
		for _, rule := range j.Rules {
			if !strings.HasSuffix(rule.If, "&& "+role) {
				t.Errorf(".gitlab-ci.yml: %s: assumes %s, if %s", name, role, rule.If)
			}
		}
		if j.IDTokens["AWS_ID_TOKEN"].Kind == 0 || !slices.Contains(j.BeforeScript, `printf %s "$AWS_ID_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"`) {
			t.Errorf(".gitlab-ci.yml: %s: has no token to assume a role with", name)
		}
	}
}

// group is a concurrency that waits, and never cuts off what is at work.
func group(node yaml.Node) string {
	if node.Kind == yaml.ScalarNode {
		return node.Value
	}
	return ""
}

func TestTwoDeploymentsNeverRunAtOnce(t *testing.T) {
	t.Parallel()
	for _, w := range workflows(t) {
		for name, j := range w.Jobs {
			waits := group(w.Concurrency)
			if waits == "" {
				waits = group(j.Concurrency)
			}
			if (runs(j, "release deploy") || runs(j, "preview ")) && waits == "" {
				t.Errorf("%s: %s: has no concurrency, or one that cuts off", w.File, name)
			}
		}
	}
	file, err := pipelinetest.ReadGitLab(dir)
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]string{}
	for name, j := range file.Jobs {
		script := strings.Join(j.Script, "\n")
		if deploys := strings.Contains(script, "release deploy") || strings.Contains(script, "preview "); deploys && (j.Group == "" || j.Interrupt) {
			t.Errorf(".gitlab-ci.yml: %s: resource_group is %q, interruptible %t", name, j.Group, j.Interrupt)
		}
		groups[name] = j.Group
	}
	if groups["preview"] != groups["delete-preview"] {
		t.Errorf("GitLab's preview and its deletion may run at once: %q, %q", groups["preview"], groups["delete-preview"])
	}
	byFile := map[string]pipelinetest.Workflow{}
	for _, w := range workflows(t) {
		byFile[filepath.Base(w.File)] = w
	}
	if d, x := group(byFile["pull-request.yml"].Jobs["preview"].Concurrency), group(byFile["previews.yml"].Jobs["delete"].Concurrency); d != x {
		t.Errorf("GitHub's preview and its deletion may run at once: %q, %q", d, x)
	}
}

// TestProductionWaitsForApproval, and for all that comes before.
func TestProductionWaitsForApproval(t *testing.T) {
	t.Parallel()
	for _, w := range workflows(t) {
		for name, j := range w.Jobs {
			var needs []string
			if j.Needs.Kind == yaml.SequenceNode {
				if err := j.Needs.Decode(&needs); err != nil {
					t.Fatal(err)
				}
			}
			if runs(j, "release deploy release --env prod") && (j.Environment != "production" || !slices.Equal(needs, []string{"release", "review", "staging"})) {
				t.Errorf("%s: %s: environment is %q, needs %v", w.File, name, j.Environment, needs)
			}
		}
	}
	file, err := pipelinetest.ReadGitLab(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := file.Jobs["production"]
	if len(p.Rules) != 1 || p.Rules[0].When != "manual" || p.Environment.Value != "production" || !slices.Equal(p.Needs, []string{"release", "review-release", "staging"}) {
		t.Errorf("GitLab's production: rules are %v, environment is %q, needs %v", p.Rules, p.Environment.Value, p.Needs)
	}
}

// TestGitLabsJobsFitTogether checks what GitLab would refuse, or quietly never run.
func TestGitLabsJobsFitTogether(t *testing.T) {
	t.Parallel()
	file, err := pipelinetest.ReadGitLab(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, j := range file.Jobs {
		stage := slices.Index(file.Stages, j.Stage)
		if stage < 0 || len(j.Script) == 0 || j.Timeout == "" || len(j.Rules) == 0 {
			t.Errorf("%s: stage is %q, timeout %q, %d lines, %d rules", name, j.Stage, j.Timeout, len(j.Script), len(j.Rules))
		}
		for _, needed := range j.Needs {
			other, there := file.Jobs[needed]
			if at := slices.Index(file.Stages, other.Stage); !there || at > stage {
				t.Errorf("%s needs %s, which is not there or comes later", name, needed)
			}
		}
		if j.Environment.Kind != yaml.MappingNode {
			continue
		}
		var environment struct {
			Name   string `yaml:"name"`
			OnStop string `yaml:"on_stop"`
			Action string `yaml:"action"`
		}
		if err := j.Environment.Decode(&environment); err != nil {
			t.Fatal(err)
		}
		if (environment.OnStop == "") == (environment.Action == "") {
			t.Errorf("%s: environment: %+v: want what stops it, or that it does", name, environment)
		}
		if stop := environment.OnStop; stop != "" {
			var stopped struct {
				Name   string `yaml:"name"`
				Action string `yaml:"action"`
			}
			node := file.Jobs[stop].Environment
			if err := node.Decode(&stopped); err != nil || stopped.Action != "stop" || stopped.Name != environment.Name {
				t.Errorf("%s is stopped by %s, which does %+v (%v)", name, stop, stopped, err)
			}
		}
	}
}

func TestEveryPlatformRunsTheSameCommands(t *testing.T) {
	t.Parallel()
	jobs := all(t)
	type at struct{ file, job string }
	const pull, previews, deploy, gitlab = ".github/workflows/pull-request.yml", ".github/workflows/previews.yml", ".github/workflows/deploy.yml", ".gitlab-ci.yml"
	for name, same := range map[string][]at{
		"test":           {{pull, "test"}, {deploy, "test"}, {gitlab, "test"}},
		"review":         {{pull, "review"}, {gitlab, "review-request"}, {"buildspec/review.yml", "build"}},
		"preview":        {{pull, "preview"}, {gitlab, "preview"}},
		"delete preview": {{previews, "delete"}, {gitlab, "delete-preview"}},
		"clean previews": {{previews, "clean"}, {gitlab, "clean-previews"}},
		"release":        {{deploy, "release"}, {gitlab, "release"}, {"buildspec/release.yml", "build"}},
		"review release": {{deploy, "review"}, {gitlab, "review-release"}},
		"production":     {{deploy, "production"}, {gitlab, "production"}, {"buildspec/deploy.yml", "build"}},
		"staging":        {{deploy, "staging"}, {gitlab, "staging"}},
	} {
		var want string
		for i, where := range same {
			job, err := pipelinetest.Find(jobs, where.file, where.job)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, s := range job.Steps {
				if strings.Contains(s.Run, "gatehouse") || strings.HasPrefix(s.Run, "make ") && where.file != "buildspec/release.yml" {
					lines = append(lines, strings.NewReplacer(`"$ENVIRONMENT"`, "prod", "of the build says", "of the job says").Replace(s.Run))
				}
			}
			got := strings.Join(lines, "\n")
			if i == 0 {
				want = got
			}
			if got != want || got == "" {
				t.Errorf("%s: %s runs\n%s\n\n%s runs\n%s", name, same[0], want, job, got)
			}
		}
	}
}

// TestWhatIsHashedIsHandedOver: the release that is made is the one that is deployed.
func TestWhatIsHashedIsHandedOver(t *testing.T) {
	t.Parallel()
	deploys := 0
	for _, j := range all(t) {
		for _, s := range j.Steps {
			if strings.Contains(s.Run, "gatehouse release deploy") {
				deploys++
				if !strings.Contains(s.Run, `--sha256 "$SHA256"`) {
					t.Errorf("%s: %s: deploys whatever is there", j, s.Run)
				}
			}
			if strings.HasPrefix(j.File, ".github") && strings.Contains(s.Run, "$SHA256") && j.Env["SHA256"] != "${{ needs.release.outputs.sha256 }}" {
				t.Errorf("%s: SHA256 is %q", j, j.Env["SHA256"])
			}
			if strings.HasPrefix(s.Uses, "actions/upload-artifact@") && s.With["include-hidden-files"] != "true" {
				t.Errorf("%s: leaves files behind that are hashed", j)
			}
		}
	}
	if deploys != 5 { // GitHub and GitLab to two environments, CodeBuild
		t.Errorf("%d jobs deploy; want 5", deploys)
	}
}
