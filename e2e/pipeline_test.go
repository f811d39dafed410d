//go:build e2e

package e2e_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/pipelinetest"
)

// pipeline is a pipeline's run for one commit: the very lines of the committed
// definitions, in the environment that the platform would give them. Each job has a
// checkout of its own, as on the platform; what goes from one to another is what the
// definitions hand over.
type pipeline struct {
	t         *testing.T
	commit    func(dir string)  // changes a checkout to the commit
	env       map[string]string // what the platform sets
	values    map[string]string // of GitHub's expressions
	artifacts string            // the folder of artefacts, a folder each
}

func newPipeline(t *testing.T, commit func(dir string), env, values map[string]string) *pipeline {
	return &pipeline{t, commit, env, values, t.TempDir()}
}

// job is how a job ended.
type job struct {
	result        // of the line that failed, or of the last
	failed string // the line that failed
	role   string // which it assumed
	dir    string // its checkout
	log    string // what all lines printed
}

func (j job) String() string { return "failed at " + j.failed + "\n" + j.log }

// run runs a job of a file.
func (p *pipeline) run(file, name string) job {
	p.t.Helper()
	jobs, err := pipelinetest.All(root)
	if err != nil {
		p.t.Fatal(err)
	}
	definition, err := pipelinetest.Find(jobs, file, name)
	if err != nil {
		p.t.Fatal(err)
	}
	j := job{dir: newProject(p.t)}
	p.commit(j.dir)
	env := maps.Clone(p.env)
	env["GITHUB_OUTPUT"], env["GITHUB_STEP_SUMMARY"] = filepath.Join(p.t.TempDir(), "output"), filepath.Join(p.t.TempDir(), "summary")
	for key, value := range definition.Env {
		env[key] = p.expand(value, env)
	}
	if !strings.HasPrefix(file, ".github/") { // there, a step fetches them
		p.fetch(&j, ".", ".")
	}
	for _, step := range definition.Steps {
		late := step.Finally || step.If == "${{ !cancelled() }}"
		if step.If != "" && !late {
			p.t.Fatalf("%s: if: %s: this test does not know it", definition, step.If)
		}
		switch {
		case j.failed != "" && !late:
		case step.Uses != "":
			p.use(&j, step, env)
		case step.Run == "make test": // which runs this test
		default:
			p.line(&j, step, env)
		}
	}
	if j.failed == "" {
		p.handOver(definition, j, env)
	}
	if err := os.RemoveAll(j.dir); err != nil { // 150 MB
		p.t.Fatal(err)
	}
	return j
}

// line runs a line of shell. A line that fails ends the job, but for those that run late.
func (p *pipeline) line(j *job, step pipelinetest.Step, env map[string]string) {
	p.t.Helper()
	of := maps.Clone(env)
	for key, value := range step.Env {
		of[key] = p.expand(value, env)
	}
	var list []string
	for key, value := range of {
		list = append(list, key+"="+value)
	}
	script := step.Run
	if sets := regexp.MustCompile(`^([A-Z0-9]+)=`).FindStringSubmatch(script); sets != nil { // CodeBuild's lines share a shell
		script += "; echo \"$" + sets[1] + "\""
		defer func() { env[sets[1]] = strings.TrimSpace(j.stdout) }()
	}
	r := run(p.t, j.dir, list, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	j.log += "$ " + step.Run + "\n" + r.stdout + r.stderr
	if j.failed == "" {
		j.result = r
	}
	if r.code != 0 && j.failed == "" {
		j.failed = step.Run
	}
}

// use does what an action would.
func (p *pipeline) use(j *job, step pipelinetest.Step, env map[string]string) {
	p.t.Helper()
	action, _, _ := strings.Cut(step.Uses, "@")
	switch action {
	case "actions/checkout":
	case "./.github/actions/tools": // TestMain has built what it builds
	case "aws-actions/configure-aws-credentials":
		j.role = p.expand(step.With["role-to-assume"], env)
		env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"] = "of-the-role", "local", "local"
		env["AWS_REGION"] = step.With["aws-region"]
	case "actions/upload-artifact":
		p.keep(filepath.Join(j.dir, step.With["path"]), step.With["name"], step.With["include-hidden-files"] == "true")
	case "actions/download-artifact":
		p.fetch(j, step.With["name"], step.With["path"])
	default:
		p.t.Fatalf("this test does not know the action %s", step.Uses)
	}
}

// keep keeps a folder as an artefact. GitHub leaves hidden files out unless told otherwise.
func (p *pipeline) keep(from, name string, hidden bool) {
	p.t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !hidden && strings.HasPrefix(entry.Name(), ".") {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.Type().IsRegular() {
			copyFile(p.t, path, filepath.Join(p.artifacts, name, strings.TrimPrefix(path, from)))
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *pipeline) fetch(j *job, name, path string) {
	p.t.Helper()
	if err := os.CopyFS(filepath.Join(j.dir, path), os.DirFS(filepath.Join(p.artifacts, name))); err != nil {
		p.t.Fatal(err)
	}
}

// handOver is what later jobs are told and given.
func (p *pipeline) handOver(definition pipelinetest.Job, j job, env map[string]string) {
	p.t.Helper()
	for _, pattern := range definition.Keeps {
		// What a checkout has, later jobs have from their own.
		path := strings.Replace(pattern, "**/*", "release", 1)
		p.keep(filepath.Join(j.dir, path), path, true)
	}
	for _, name := range definition.Exported {
		p.env[name] = env[name]
	}
	if definition.DotEnv != "" {
		maps.Copy(p.env, variables(p.t, filepath.Join(j.dir, definition.DotEnv)))
	}
	for name, value := range definition.Outputs {
		reference := regexp.MustCompile(`^\$\{\{ steps\.\w+\.outputs\.(\w+) \}\}$`).FindStringSubmatch(value)
		if reference == nil {
			p.t.Fatalf("%s: output %s: this test does not know %s", definition, name, value)
		}
		p.values["needs."+definition.Name+".outputs."+name] = variables(p.t, env["GITHUB_OUTPUT"])[reference[1]]
	}
}

// variables reads lines of the form name=value.
func variables(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		list[name] = value
	}
	return list
}

// expand puts in GitHub's expressions and GitLab's variables.
func (p *pipeline) expand(text string, env map[string]string) string {
	p.t.Helper()
	text = regexp.MustCompile(`\$\{\{ (.*?) \}\}`).ReplaceAllStringFunc(text, func(expression string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(expression, "${{ "), " }}")
		value, known := p.values[name]
		if !known {
			p.t.Fatalf("nothing sets %s", expression)
		}
		return value
	})
	return os.Expand(text, func(name string) string { return env[name] })
}

// jobEnviron is what every platform gives a job: tools, a home, and no credentials.
func jobEnviron(t *testing.T, more map[string]string) map[string]string {
	t.Helper()
	env := map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": t.TempDir(), "CI": "true",
		// As on a runner with caches.
		"JSII_RUNTIME_PACKAGE_CACHE_ROOT": filepath.Join(os.Getenv("HOME"), ".cache", "aws", "jsii", "package-cache"),
	}
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range strings.Fields(string(out)) {
		env[names[i]] = value
	}
	maps.Copy(env, more)
	return env
}

// want fails the test unless the job ended with code and its log has every text.
func (j job) want(t *testing.T, code int, texts ...string) job {
	t.Helper()
	if j.code != code || (code == 0) != (j.failed == "") {
		t.Fatalf("want exit status %d; got %d, %s", code, j.code, j)
	}
	for _, text := range texts {
		if !strings.Contains(j.log, text) {
			t.Errorf("%q was not printed; got %s", text, j)
		}
	}
	return j
}

// commits are changes one after another.
func commits(changes ...func(dir string)) func(dir string) {
	return func(dir string) {
		for _, change := range changes {
			change(dir)
		}
	}
}
