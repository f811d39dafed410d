package project

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse/config"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

// wantError wants an error that says something; "" wants none.
func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if text == "" && err != nil || text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
		t.Errorf("got %v; want %q", err, text)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	project := filepath.Join(t.TempDir(), "Mein Projekt ä")
	write(t, filepath.Join(project, "cdk.json"), "{}")
	write(t, filepath.Join(project, "site", "src", "index.html"), "")
	for _, dir := range []string{project, filepath.Join(project, "site"), filepath.Join(project, "site", "src")} {
		if p, err := Find(dir, nil); err != nil || p.Dir != project {
			t.Errorf("from %s: got %q, %v; want %s", dir, p.Dir, err, project)
		}
	}
	nowhere := t.TempDir()
	_, err := Find(nowhere, nil)
	wantError(t, err, "no cdk.json in "+nowhere+" or above it: run this in a Gatehouse project")
	_, err = Find(filepath.Join(project, "cdk.json"), nil) // a file is no folder to look in
	wantError(t, err, "looking for the project")
}

func TestNodeVersions(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"v20.19.0": "", "v20.20.2": "", "v22.1.0": "", "v100.0.0": "", "v21.0.0-nightly": "",
		"v20.18.3": "Node.js v20.18.3 is too old: install version 20.19 or newer",
		"v18.20.4": "Node.js v18.20.4 is too old",
		"v9.99.0":  "too old",
		"":         `node --version printed ""; expected something like v20.19.0`,
		"v20":      `node --version printed "v20"`,
		"node 20":  `node --version printed "node 20"`,
		"vx.y":     `node --version printed "vx.y"`,
	} {
		wantError(t, checkNodeVersion(version), want)
	}
}

func TestAFingerprintTellsEveryChange(t *testing.T) {
	t.Parallel()
	fingerprint := func(t *testing.T, change func(dir string)) string {
		p := Project{Dir: t.TempDir()}
		write(t, filepath.Join(p.Dir, "site", "a.ts"), "a")
		write(t, filepath.Join(p.Dir, "site", "sub", "b.ts"), "b")
		write(t, filepath.Join(p.Dir, "site", "node_modules", "x.js"), "x")
		write(t, filepath.Join(p.Dir, "package-lock.json"), "{}")
		change(p.Dir)
		sum, err := p.fingerprint([]string{"node_modules"}, "site", "package-lock.json")
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	same := fingerprint(t, func(string) {})
	for name, tc := range map[string]struct {
		change func(dir string)
		isSame bool
	}{
		"nothing":          {func(string) {}, true},
		"a skipped folder": {func(dir string) { write(t, filepath.Join(dir, "site", "node_modules", "x.js"), "y") }, true},
		"a file beside":    {func(dir string) { write(t, filepath.Join(dir, "README.md"), "y") }, true},
		"a file's content": {func(dir string) { write(t, filepath.Join(dir, "site", "a.ts"), "A") }, false},
		"a file more":      {func(dir string) { write(t, filepath.Join(dir, "site", "c.ts"), "") }, false},
		"a file less":      {func(dir string) { _ = os.Remove(filepath.Join(dir, "site", "a.ts")) }, false},
		"a file's name": {func(dir string) {
			_ = os.Rename(filepath.Join(dir, "site", "a.ts"), filepath.Join(dir, "site", "d.ts"))
		}, false},
		"contents that moved": {func(dir string) {
			write(t, filepath.Join(dir, "site", "a.ts"), "b")
			write(t, filepath.Join(dir, "site", "sub", "b.ts"), "a")
		}, false},
		"a path that is not there": {func(dir string) { _ = os.Remove(filepath.Join(dir, "package-lock.json")) }, false},
	} {
		if got := fingerprint(t, tc.change); (got == same) != tc.isSame {
			t.Errorf("%s: the same: %t; want %t", name, got == same, tc.isSame)
		}
	}
}

// newProject is a project whose tools are scripts.
func newProject(t *testing.T, tools map[string]string) Project {
	t.Helper()
	dir := t.TempDir()
	for name, script := range tools {
		write(t, filepath.Join(dir, "node_modules", ".bin", name), "#!/bin/sh\n"+script)
	}
	return Project{Dir: dir, Environ: os.Environ()}
}

func TestAToolThatFailsIsShownWithTheEndOfWhatItPrinted(t *testing.T) {
	t.Parallel()
	p := newProject(t, nil)
	err := p.run(t.Context(), "site", "building the site", "sh", "-c", "for n in $(seq 100); do echo line $n; done; echo at the end >&2; exit 3")
	tool, ok := errors.AsType[*ToolError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	log := filepath.Join(p.Dir, ".gatehouse", "log", "site.log")
	wantError(t, err, "building the site: exit status 3\n\n  line 78\n")
	wantError(t, err, "\n  line 100\n  at the end\n\n  everything it printed: "+log)
	if strings.Contains(tool.Output, "line 77\n") {
		t.Errorf("more than its end is repeated: %s", tool.Output)
	}
	data, err := os.ReadFile(log)
	if err != nil || !strings.HasPrefix(string(data), "line 1\n") || !strings.HasSuffix(string(data), "line 100\nat the end\n") {
		t.Errorf("the log holds %q, %v", data, err)
	}
}

func TestAStackTraceStaysInTheLog(t *testing.T) {
	t.Parallel()
	p := newProject(t, nil)
	const printed = `npm error FetchError: request to http://localhost:9/vite failed
npm error     at ClientRequest.<anonymous> (/usr/lib/node_modules/npm/lib/index.js:130:14)
npm error     at process.processTicksAndRejections (node:internal/process/task_queues:83:21) {
npm error   code: 'ECONNREFUSED'
Error: socket hang up
    at Socket.socketOnEnd (node:_http_client:528:25)
    at node:internal/main:1:2
  at 10:30:15 it began`
	err := p.run(t.Context(), "npm", "installing packages", "sh", "-c", "cat <<'END'\n"+printed+"\nEND\nexit 1")
	tool, ok := errors.AsType[*ToolError](err)
	const want = `npm error FetchError: request to http://localhost:9/vite failed
npm error   code: 'ECONNREFUSED'
Error: socket hang up
  at 10:30:15 it began`
	if !ok || tool.Output != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if data, err := os.ReadFile(tool.Log); err != nil || strings.TrimSpace(string(data)) != printed {
		t.Errorf("the log holds\n%s\n%v", data, err)
	}

	var shown strings.Builder
	p.Output = &shown
	if err := p.run(t.Context(), "npm", "installing packages", "sh", "-c", "cat <<'END'\n"+printed+"\nEND\nprintf unfinished"); err != nil {
		t.Fatal(err)
	}
	if shown.String() != want+"\nunfinished" {
		t.Errorf("shown is\n%s\nwant\n%s", shown.String(), want)
	}
}

func TestAnAppThatWasWrittenInPartIsBuiltAgain(t *testing.T) {
	bin := t.TempDir()
	write(t, filepath.Join(bin, "go"), "#!/bin/sh\nmkdir -p bin; echo half > bin/infra; exit 1")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	p := Project{Dir: t.TempDir(), Environ: os.Environ()}
	for range 2 { // the second time there is nothing to remove
		if err := p.BuildApp(t.Context()); err == nil || p.IsBuilt() {
			t.Errorf("got %v; half an app is left: %t", err, p.IsBuilt())
		}
		write(t, filepath.Join(bin, "go"), "#!/bin/sh\nexit 1")
	}
}

func TestAToolWhoseOutputIsShownIsNotRepeated(t *testing.T) {
	t.Parallel()
	var shown strings.Builder
	p := newProject(t, nil)
	p.Output = &shown
	err := p.run(t.Context(), "tool", "working", "sh", "-c", "echo out; echo err >&2; exit 1")
	if err == nil || shown.String() != "out\nerr\n" || strings.Contains(err.Error(), "err\n") {
		t.Errorf("shown is %q, the error %v", shown.String(), err)
	}
}

func TestAToolThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	p := newProject(t, nil)
	wantError(t, p.run(t.Context(), "tool", "building", "no-such-tool"), "building: no-such-tool is not installed, or not on the PATH")
	err := p.DeployAssembly(t.Context(), config.Config{Environment: "prod"}, "release/prod")
	wantError(t, err, "deploying prod: the cdk command line is not installed: run gatehouse build")
}

func TestNodeThatIsMissingIsNamed(t *testing.T) {
	p := newProject(t, map[string]string{"cdk": "exit 127"}) // what env(1) makes of it
	t.Setenv("PATH", t.TempDir())
	p.Environ = os.Environ()
	wantError(t, p.DeployAssembly(t.Context(), config.Config{Environment: "prod"}, "release/prod"), "deploying prod: Node.js is not installed, or not on the PATH")
	wantError(t, p.Tools(t.Context()), "Node.js is not installed, or not on the PATH")
}

func TestToolsNeedAHomeForTheirCaches(t *testing.T) {
	bin := t.TempDir()
	write(t, filepath.Join(bin, "node"), "#!/bin/sh\necho v20.19.0")
	write(t, filepath.Join(bin, "npm"), "#!/bin/sh\n")
	t.Setenv("PATH", bin)
	for name, tc := range map[string]struct {
		environ []string
		want    string
	}{
		"HOME":                   {[]string{"HOME=/home/ada"}, ""},
		"none":                   {nil, "HOME is not set: go keeps its caches there; set it, or GOPATH and GOCACHE, and run this again"},
		"an empty one":           {[]string{"HOME="}, "HOME is not set"},
		"caches of their own":    {[]string{"GOPATH=/go", "GOCACHE=/cache"}, ""},
		"one cache of their own": {[]string{"GOPATH=/go"}, "HOME is not set"},
		"modules of their own":   {[]string{"GOMODCACHE=/go/mod", "XDG_CACHE_HOME=/cache"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := Project{Dir: t.TempDir(), Environ: append(tc.environ, "PATH=/bin:/usr/bin")}
			wantError(t, p.Tools(t.Context()), tc.want)
		})
	}
}

func TestPackagesAndSiteAreBuiltOnce(t *testing.T) {
	bin := t.TempDir()
	write(t, filepath.Join(bin, "npm"), "#!/bin/sh\necho \"$@\" >> calls; mkdir -p node_modules site/dist; echo page > site/dist/index.html; test ! -e broken")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	p := Project{Dir: t.TempDir(), Environ: os.Environ()}
	write(t, filepath.Join(p.Dir, "package-lock.json"), "{}")
	if built, err := p.BuildSite(t.Context()); err != nil || built {
		t.Errorf("a project without pages of ours: got %t, %v", built, err)
	}
	write(t, filepath.Join(p.Dir, "site", "package.json"), "{}")

	for name, build := range map[string]func() (bool, error){
		"packages": func() (bool, error) { return p.InstallPackages(t.Context()) },
		"site":     func() (bool, error) { return p.BuildSite(t.Context()) },
	} {
		want := func(when string, want bool) {
			t.Helper()
			if built, err := build(); err != nil || built != want {
				t.Errorf("%s %s: got %t, %v; want %t", name, when, built, err, want)
			}
		}
		write(t, filepath.Join(p.Dir, "broken"), "")
		built, err := build()
		if err == nil || built {
			t.Errorf("%s: npm failed, and it is said to be built", name)
		}
		if _, ok := errors.AsType[*NotInstalledError](err); ok != (name == "packages") {
			t.Errorf("%s: got %v; want the way to go on for packages alone", name, err)
		}
		if err := os.Remove(filepath.Join(p.Dir, "broken")); err != nil {
			t.Fatal(err)
		}
		want("after a failure", true)
		want("again", false)
		write(t, filepath.Join(p.Dir, "package-lock.json"), name)
		want("after a change", true)
	}
	if err := os.RemoveAll(filepath.Join(p.Dir, "site", "dist")); err != nil {
		t.Fatal(err)
	}
	if built, err := p.BuildSite(t.Context()); err != nil || !built {
		t.Errorf("the pages were deleted: got %t, %v", built, err)
	}
}

func TestSpace(t *testing.T) {
	t.Parallel()
	p := Project{Dir: t.TempDir()}
	wantError(t, p.CheckSpace(1), "")
	wantError(t, p.CheckSpace(math.MaxUint64), "MB are free on the disk of "+p.Dir)
	p.Dir = filepath.Join(p.Dir, "gone")
	if err := p.CheckSpace(1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v; want that there is no such folder", err)
	}
}

// environment is what a script saw as its environment.
func environment(t *testing.T, p Project) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(p.Dir, "environment"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(data), "\n")
}

// users are settings of somebody who works with AWS as well, from behind a proxy.
var users = []string{
	"AWS_PROFILE=production", "AWS_ACCESS_KEY_ID=AKIAREAL", "AWS_SECRET_ACCESS_KEY=real", "AWS_SESSION_TOKEN=real",
	"AWS_ENDPOINT_URL_S3=https://example.com", "AWS_ROLE_ARN=arn:aws:iam::1:role/admin", "AWS_CA_BUNDLE=/etc/bundle", "AWS_REGION=eu-west-3",
	"CDK_HOME=/home/ada/.cdk", "CDK_DEFAULT_ACCOUNT=123456789012", "CDK_METHOD=direct",
	"HTTPS_PROXY=http://proxy.example.com:3128", "http_proxy=http://proxy.example.com:3128", "ALL_PROXY=socks5://proxy.example.com",
}

func TestNothingOfAUsersAWSSettingsReachesALocalDeployment(t *testing.T) {
	t.Parallel()
	local := config.Config{Environment: "local", Region: "us-east-1", Local: config.Local{Endpoint: "http://localhost:4566", Site: "http://localhost:8080"}}
	for name, deploy := range map[string]func(p Project) error{
		"of a release": func(p Project) error { return p.DeployAssembly(t.Context(), local, "release/local") },
		"of gatehouse up": func(p Project) error {
			return p.DeployLocal(t.Context(), Target{"local", "http://localhost:4566", "http://localhost:8080", "us-east-1"})
		},
	} {
		p := newProject(t, map[string]string{"cdk": "env > environment"})
		p.Environ = append(p.Environ, users...)
		if err := deploy(p); err != nil {
			t.Fatal(err)
		}
		seen := environment(t, p)
		for _, entry := range users {
			if slices.Contains(seen, entry) {
				t.Errorf("%s: the CLI saw %s", name, entry)
			}
		}
		for _, entry := range []string{
			"AWS_ENDPOINT_URL=http://localhost:4566", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_REGION=us-east-1",
			"AWS_EC2_METADATA_DISABLED=true", "CDK_HOME=" + p.private("cdk"), "PATH=" + os.Getenv("PATH"),
		} {
			if !slices.Contains(seen, entry) {
				t.Errorf("%s: the CLI did not see %s", name, entry)
			}
		}
		for _, file := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
			at := slices.IndexFunc(seen, func(entry string) bool { return strings.HasPrefix(entry, file+"=") })
			if at < 0 || !strings.HasPrefix(seen[at], file+"="+p.Dir) {
				t.Errorf("%s: the CLI may read the user's own %s", name, file)
			}
		}
	}
}

func TestAUsersAWSSettingsReachADeploymentToAWS(t *testing.T) {
	t.Parallel()
	p := newProject(t, map[string]string{"cdk": "env > environment"})
	p.Environ = append(p.Environ, users...)
	if err := p.DeployAssembly(t.Context(), config.Config{Environment: "prod"}, "release/prod"); err != nil {
		t.Fatal(err)
	}
	seen := environment(t, p)
	for _, entry := range users {
		if !slices.Contains(seen, entry) {
			t.Errorf("the CLI did not see %s", entry)
		}
	}
}

func TestADeploymentBuildsNothingAndAsksNothing(t *testing.T) {
	t.Parallel()
	p := newProject(t, map[string]string{"cdk": `for argument; do echo "[$argument]" >> arguments; done`})
	if err := p.DeployAssembly(t.Context(), config.Config{Environment: "prod"}, "a release/prod", "shop-prod-hosting"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(p.Dir, "arguments"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"[--app]\n[a release/prod]\n", "[--build]\n[]\n", "[--require-approval]\n[never]\n", "[--exclusively]\n[shop-prod-hosting]\n"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the arguments lack %q:\n%s", want, data)
		}
	}
	if strings.Contains(string(data), "[--all]") {
		t.Errorf("one stack was named, and all are deployed:\n%s", data)
	}
}
