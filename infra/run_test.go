package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// The test binary is the app, too, when this variable says so: as a program of its
// own it has an environment that it starts with, and a standard error.
const role = "INFRA_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "app":
		main()
	case "faulty app":
		os.Exit(faulty())
	}
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// faulty synthesizes a template that CloudFormation would refuse.
func faulty() int {
	var context map[string]any
	if err := json.Unmarshal([]byte(os.Getenv("CDK_CONTEXT_JSON")), &context); err != nil {
		panic(err)
	}
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: new(os.Getenv("CDK_OUTDIR")), Context: &context})
	awscdk.NewCfnResource(awscdk.NewStack(app, new("faulty"), nil), new("Bucket"), &awscdk.CfnResourceProps{
		Type:       new("AWS::S3::Bucket"),
		Properties: &map[string]any{"BucketNaem": "x"},
	})
	app.Synth(nil)
	return exitOK
}

// project is a folder with environments and, if pages is not empty, a built site.
func project(t *testing.T, environments map[string]string, pages ...string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, content string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range environments {
		write("config/"+name+".yaml", content)
	}
	for _, page := range pages {
		write("site/dist/"+page, page)
	}
	return dir
}

// result is how a run of the app ended.
type result struct {
	status int
	stderr string
	stdout string
}

// call runs the app in dir, in an environment with little but PATH and env.
func call(t *testing.T, dir, as string, context map[string]any, env ...string) result {
	t.Helper()
	temp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Dir = dir
	// jsii-runtime-go waits for Node twice, which the race detector would count against
	// the app; it goes on counting in this process.
	races := "GORACE=exitcode=0 log_path=" + filepath.Join(temp, "race")
	cmd.Env = append([]string{races, role + "=" + as, "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + temp, "CDK_OUTDIR=" + filepath.Join(dir, "cdk.out")}, env...)
	if context != nil {
		data, err := json.Marshal(context)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, "CDK_CONTEXT_JSON="+string(data))
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(temp, "jsii-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	return result{cmd.ProcessState.ExitCode(), stderr.String(), stdout.String()}
}

// flags are the CDK's feature flags, with an environment chosen.
func flags(t *testing.T, env string) map[string]any {
	t.Helper()
	data, err := os.ReadFile("../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	file.Context["env"] = env
	return file.Context
}

const fine = "project: shop\nregion: eu-central-1\n"

// TestMistakesAreToldBeforeNodeStarts: there is no node on the PATH here.
func TestMistakesAreToldBeforeNodeStarts(t *testing.T) {
	t.Parallel()
	envs := map[string]string{
		"base": fine, "taken": fine + "hosting: {folder: taken}", "prod": "extends: base.yaml\nauth:\n  selfSignup: true\n  password:\n    minLength: 5\n",
		"dev": "extends: base.yaml", "local": fine + "local: {endpoint: 'http://localhost:1'}", "elsewhere": fine + "hosting: {folder: public}",
		"preview": fine + "protect: false\npreview: {lifetime: 3d}",
	}
	for name, tc := range map[string]struct {
		context map[string]any
		want    string
	}{
		"every mistake at its line": {
			map[string]any{"env": "prod"},
			"config/prod.yaml:3: auth.selfSignup: no such setting; did you mean selfSignUp?\nconfig/prod.yaml:5: auth.password.minLength: want 6–99; got 5\n",
		},
		"no environment":          {map[string]any{}, "no environment is named; known are dev, elsewhere, local, preview, prod, taken\nname one with -c env=NAME\n"},
		"no context at all":       {nil, "no environment is named; known are dev, elsewhere, local, preview, prod, taken\nname one with -c env=NAME\n"},
		"an unknown one":          {map[string]any{"env": "prd"}, "there is no environment \"prd\"; known are dev, elsewhere, local, preview, prod, taken; did you mean prod?\nname one with -c env=NAME\n"},
		"a number for one":        {map[string]any{"env": 3}, "no environment is named; known are dev, elsewhere, local, preview, prod, taken\nname one with -c env=NAME\n"},
		"a wrong endpoint":        {map[string]any{"env": "local", "endpoint": "here"}, "-c endpoint: want an address without a path, such as http://localhost:4566; got \"here\"\n"},
		"a copy without a name":   {map[string]any{"env": "preview"}, "-c name: the environment preview is deployed in copies; name one, such as pr-42\n"},
		"a copy of what has none": {map[string]any{"env": "dev", "name": "pr-42"}, "-c name: the environment dev has no copies: it sets no preview.lifetime\n"},
		"delivery by nobody":      {map[string]any{"env": "dev", "delivery": "true"}, "-c delivery: the environment dev names no pipeline: set delivery.github.repository, delivery.gitlab.project or delivery.codeBuild\n"},
		"a site that is lost":     {map[string]any{"env": "dev", "site": "http://localhost:1"}, "-c site: the environment dev is on AWS; give an endpoint too\n"},
		"a site with our names":   {map[string]any{"env": "taken"}, "preparing the site for publication: the site has a file config.js of its own; each deployment writes that file for its environment\n"},
		"a site not built":        {map[string]any{"env": "elsewhere"}, "there is no built site: public holds no index.html\nbuild the pages first; make build builds those in site/\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := project(t, envs, "index.html")
			if err := os.CopyFS(filepath.Join(dir, "taken"), fstest.MapFS{"index.html": {}, "config.js": {}}); err != nil {
				t.Fatal(err)
			}
			got := call(t, dir, "app", tc.context, "PATH=/nonexistent")
			if want := (result{exitWrong, tc.want, ""}); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestSynthesisIsSilent(t *testing.T) {
	dir := project(t, map[string]string{"prod": fine}, "index.html", "assets/a-1.js")
	for range 5 { // the noise of jsii is a race
		got := call(t, dir, "app", flags(t, "prod"))
		if got != (result{}) {
			t.Errorf("got %+v; want nothing but success", got)
		}
	}
	for _, file := range []string{"manifest.json", "shop-prod-auth.template.json", "shop-prod-hosting.template.json"} {
		if _, err := os.Stat(filepath.Join(dir, "cdk.out", file)); err != nil {
			t.Error(err)
		}
	}
}

// TestContextChoosesTheStacks: a copy has stacks of its own, and delivery needs no site.
func TestContextChoosesTheStacks(t *testing.T) {
	t.Parallel()
	copies := map[string]string{"preview": fine + "protect: false\npreview: {lifetime: 3d}\naccount: '111122223333'\ndelivery: {codeBuild: true}\n"}
	for want, tc := range map[string]struct {
		key, value string
		pages      []string
	}{
		"shop-preview-pr-42-auth.template.json": {"name", "pr-42", []string{"index.html"}},
		"shop-preview-delivery.template.json":   {"delivery", "true", nil},
	} {
		dir, context := project(t, copies, tc.pages...), flags(t, "preview")
		context[tc.key] = tc.value
		if got := call(t, dir, "app", context); got != (result{}) {
			t.Errorf("%s: got %+v", want, got)
		}
		if _, err := os.Stat(filepath.Join(dir, "cdk.out", want)); err != nil {
			t.Error(err)
		}
	}
}

// TestFailuresAreToldInWords: no Go panic and no JavaScript stack.
func TestFailuresAreToldInWords(t *testing.T) {
	t.Parallel()
	script := func(content string) string {
		path := filepath.Join(t.TempDir(), "node")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+content), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, tc := range map[string]struct {
		env  []string
		want string
	}{
		"no node":          {[]string{"PATH=/nonexistent"}, "synthesizing environment prod: exec: \"node\": executable file not found in $PATH\nNode.js runs the CDK: install it, or name it in JSII_NODE\n"},
		"a node that dies": {[]string{"JSII_NODE=" + script("exit 3")}, "synthesizing environment prod: no response received from child process"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call(t, project(t, map[string]string{"prod": fine}, "index.html"), "app", flags(t, "prod"), tc.env...)
			if got.status != exitFailed || !strings.HasPrefix(got.stderr, tc.want) {
				t.Errorf("got %+v; want %s", got, tc.want)
			}
			for _, foreign := range []string{"goroutine", "\tat ", "    at ", ".go:", "panic", "node:internal"} {
				if strings.Contains(got.stderr, foreign) {
					t.Errorf("%q is in\n%s", foreign, got.stderr)
				}
			}
		})
	}
}

// TestComesFirst: Node starts with what jsiienv sets, and with what the user set instead.
func TestComesFirst(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"prod": fine}, "index.html")
	seen := filepath.Join(dir, "seen")
	node := filepath.Join(dir, "node")
	if err := os.WriteFile(node, []byte("#!/bin/sh\nprintenv CDK_VALIDATION JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION > "+seen+"\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for want, env := range map[string][]string{
		"false\n20,22\n": {"JSII_NODE=" + node},
		"true\n18\n":     {"JSII_NODE=" + node, "CDK_VALIDATION=true", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=18"},
	} {
		call(t, dir, "app", flags(t, "prod"), env...)
		if got, err := os.ReadFile(seen); string(got) != want {
			t.Errorf("Node saw %q, %v; want %q", got, err, want)
		}
	}
}

// TestTemplatesPassTheCDKsOwnValidation, which is left out of every other synthesis.
func TestTemplatesPassTheCDKsOwnValidation(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"local", "prod"} {
		dir := project(t, nil, "index.html", "404.html", "assets/a-1.js")
		if err := os.CopyFS(filepath.Join(dir, "config"), os.DirFS("../config")); err != nil {
			t.Fatal(err)
		}
		got := call(t, dir, "app", flags(t, env), "CDK_VALIDATION=true")
		if got != (result{}) {
			t.Errorf("%s: got %+v; want success without a word", env, got)
		}
		if _, err := os.Stat(filepath.Join(dir, "cdk.out", "validation-report.json")); err != nil {
			t.Errorf("%s: nothing was validated: %v", env, err)
		}
	}
	got := call(t, project(t, nil), "faulty app", flags(t, ""), "CDK_VALIDATION=true")
	if got.status == exitOK || !strings.Contains(got.stderr, "BucketNaem") {
		t.Errorf("a property that S3 does not know passes: %+v", got)
	}
}

func TestNoiseIsDroppedAndNothingElse(t *testing.T) {
	t.Parallel()
	const noise = "Runtime process exited abnormally: waitid: no child processes"
	for in, want := range map[string]string{
		"":                    "",
		noise:                 "",
		noise + "\n":          "",
		"a\n" + noise + "b\n": "a\nb\n",
		"a\n\nb\n":            "a\n\nb\n",
		"a" + noise:           "a",
		"Runtime process exited abnormally: exit status 1": "Runtime process exited abnormally: exit status 1",
		"no line end": "no line end",
	} {
		var got bytes.Buffer
		copyWithout(&got, strings.NewReader(in))
		if got.String() != want {
			t.Errorf("%q: got %q; want %q", in, got.String(), want)
		}
	}
}

func TestFirstWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[any]string{
		"plain": "plain",
		"Error: bad length\n    at new UserPool (/tmp/jsii-kernel-x/lib.js:1:2)\n    at Kernel.create (/tmp/y.js:3:4)": "bad length",
		"JsiiError: @jsii/kernel.Fault no such class\n  at a\n":                                                        "no such class",
	} {
		if got := firstWords(in); got != want {
			t.Errorf("got %q; want %q", got, want)
		}
	}
}

func TestPackageCache(t *testing.T) {
	t.Parallel()
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			if i := slices.Index(pairs, name); i >= 0 && i%2 == 0 {
				return pairs[i+1]
			}
			return ""
		}
	}
	if got := packageCache(env("JSII_RUNTIME_PACKAGE_CACHE", "disabled", "HOME", "/h")); got != "" {
		t.Errorf("switched off: got %s", got)
	}
	if got := packageCache(env("JSII_RUNTIME_PACKAGE_CACHE_ROOT", "/r", "HOME", "/h")); got != "/r" {
		t.Errorf("elsewhere: got %s", got)
	}
	if got := packageCache(env("HOME", "/h", "LOCALAPPDATA", "/h")); !regexp.MustCompile(`^/h/.*package-cache$`).MatchString(filepath.ToSlash(got)) {
		t.Errorf("by default: got %s", got)
	}
}
