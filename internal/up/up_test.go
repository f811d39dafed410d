package up

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"gatehouse/internal/console"
	"gatehouse/internal/project"
	"gatehouse/local/localtest"
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

func newConsole() (*console.Console, *bytes.Buffer) {
	var out bytes.Buffer
	return console.New(&out, func(string) string { return "" }, time.Now), &out
}

// buildable is a project whose tools, found on the PATH, note in the file "calls" what
// they were called with. A tool fails if there is a file of the name of its first argument.
func buildable(t *testing.T) project.Project {
	t.Helper()
	bin := t.TempDir()
	const note = "#!/bin/sh\necho \"$(basename $0) $1 $2\" >> calls\nif [ -e \"$1\" ]; then echo \"$1 is broken\"; exit 1; fi\n"
	write(t, filepath.Join(bin, "node"), "#!/bin/sh\necho v20.19.0")
	write(t, filepath.Join(bin, "go"), note+"mkdir -p bin; touch bin/infra")
	write(t, filepath.Join(bin, "npm"), note+"mkdir -p node_modules site/dist; touch site/dist/index.html")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	p := project.Project{Dir: t.TempDir(), Environ: os.Environ()}
	for _, name := range []string{"package-lock.json", "bin/infra", "site/package.json"} {
		write(t, filepath.Join(p.Dir, name), "")
	}
	return p
}

func calls(t *testing.T, p project.Project) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(p.Dir, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func TestBuildInstallsBeforeItBuildsTheSiteAndOnlyWhatIsNew(t *testing.T) {
	p := buildable(t)
	con, out := newConsole()
	if err := Build(t.Context(), p, con); err != nil {
		t.Fatal(err)
	}
	first := calls(t, p)
	install, site := slices.Index(first, "npm ci --no-audit"), slices.Index(first, "npm run build")
	if install < 0 || site < install || !slices.Contains(first, "go build -trimpath") || len(first) != 3 {
		t.Errorf("called were %q; want npm ci, then npm run build, and go build", first)
	}
	if err := Build(t.Context(), p, con); err != nil {
		t.Fatal(err)
	}
	if again := calls(t, p)[len(first):]; !slices.Equal(again, []string{"go build -trimpath"}) {
		t.Errorf("again, called were %q; want go alone, which knows what is new", again)
	}
	if n := strings.Count(out.String(), "up to date"); n != 2 {
		t.Errorf("%d steps are said to be up to date; want the packages and the site\n%s", n, out)
	}
}

func TestBuildEndsWithTheToolThatFails(t *testing.T) {
	for broken, tc := range map[string]struct{ want, notCalled string }{
		"ci":    {"installing packages: exit status 1\n\n  ci is broken", "npm run build"},
		"run":   {"building the site: exit status 1\n\n  run is broken", ""},
		"build": {"building the CDK app: exit status 1\n\n  build is broken", ""},
	} {
		t.Run(broken, func(t *testing.T) {
			p := buildable(t)
			write(t, filepath.Join(p.Dir, broken), "")
			con, out := newConsole()
			err := Build(t.Context(), p, con)
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) || !strings.Contains(out.String(), "✗") {
				t.Errorf("got %v\n%s\nwant %s", err, out, tc.want)
			}
			if slices.Contains(calls(t, p), tc.notCalled) {
				t.Errorf("%s was called after what failed", tc.notCalled)
			}
		})
	}
}

func TestBuildSaysWhichToolIsMissing(t *testing.T) {
	p := buildable(t)
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	con, _ := newConsole()
	if err := Build(t.Context(), p, con); err == nil || !strings.Contains(err.Error(), "Node.js is not installed") {
		t.Errorf("got %v", err)
	}
	write(t, filepath.Join(bin, "node"), "#!/bin/sh\necho v20.19.0")
	p.Environ = os.Environ()
	if err := Build(t.Context(), p, con); err == nil || !strings.Contains(err.Error(), "npm is not installed") {
		t.Errorf("got %v", err)
	}
}

// starter is what is needed of a run to start the local cloud.
func starter(t *testing.T, dir string, change func(*Options)) *runner {
	t.Helper()
	o := Options{Now: time.Now, Rand: rand.Reader}
	change(&o)
	u := &runner{p: project.Project{Dir: dir}, o: o}
	t.Cleanup(func() {
		if u.cloud != nil {
			_ = u.cloud.Close() // the state goes with the test
		}
	})
	return u
}

// hint is how an error says to go on.
func hint(err error) string {
	hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	if !ok {
		return ""
	}
	return hinted.Hint()
}

func TestAPortInUseNamesTheFlagThatChoosesAnother(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() }) // it only had to be there
	port := busy.Addr().(*net.TCPAddr).Port
	for flag, change := range map[string]func(*Options){
		"--aws-port":  func(o *Options) { o.AWSPort = port },
		"--site-port": func(o *Options) { o.SitePort = port },
		"--mail-port": func(o *Options) { o.MailPort = port },
	} {
		err := starter(t, t.TempDir(), change).startCloud()
		if want := fmt.Sprintf("Stop the program that uses port %d, or choose another: gatehouse up %s %d", port, flag, port+1); err == nil || hint(err) != want {
			t.Errorf("%s: got %v, %q; want %q", flag, err, hint(err), want)
		}
	}
}

func TestAStateThatAnotherRunHasIsNeitherUsedNorForgotten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	localtest.StartAt(t, project.Project{Dir: dir}.StatePath())
	for _, fresh := range []bool{false, true} {
		err := starter(t, dir, func(o *Options) { o.Fresh = fresh }).startCloud()
		if err == nil || !strings.Contains(err.Error(), "gatehouse up runs in this project already") {
			t.Errorf("fresh %t: got %v", fresh, err)
		}
	}
	if _, err := os.Stat(project.Project{Dir: dir}.StatePath()); err != nil {
		t.Errorf("the state of the other run is gone: %v", err)
	}
}

func TestADamagedStateIsForgottenOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, project.Project{Dir: dir}.StatePath(), "no state")
	err := starter(t, dir, func(*Options) {}).startCloud()
	if err == nil || !strings.Contains(err.Error(), "the state file is damaged") || !strings.Contains(hint(err), "gatehouse up --fresh") {
		t.Errorf("got %v, %q", err, hint(err))
	}
	if err := starter(t, dir, func(o *Options) { o.Fresh = true }).startCloud(); err != nil {
		t.Errorf("fresh: %v", err)
	}
}

// watching is a project that is watched.
func watching(t *testing.T) (dir string, next func() string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"site/src/main.ts", "site/node_modules/x/index.js", "site/dist/index.html", "config/base.yaml"} {
		write(t, filepath.Join(dir, name), "")
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = watcher.Close() })                     // nothing is lost with it
	for _, folder := range []string{"site", "config", "stacks"} { // the last is not there
		if err := watchTree(watcher, filepath.Join(dir, folder)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, func() string {
		t.Helper()
		changed, err := nextChange(t.Context(), watcher)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(dir, changed)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
}

func TestAChangeOfASourceIsSeen(t *testing.T) {
	t.Parallel()
	dir, next := watching(t)
	write(t, filepath.Join(dir, "site", "src", "main.ts"), "changed")
	if got := next(); got != filepath.Join("site", "src", "main.ts") {
		t.Errorf("got %s", got)
	}
	write(t, filepath.Join(dir, "site", "pages", "deep", "new.ts"), "") // in folders that are new
	if got := next(); got != filepath.Join("site", "pages") {
		t.Errorf("got %s", got)
	}
	write(t, filepath.Join(dir, "site", "pages", "deep", "new.ts"), "changed")
	if got := next(); got != filepath.Join("site", "pages", "deep", "new.ts") {
		t.Errorf("got %s; want that new folders are watched, too", got)
	}
}

func TestWhatIsMadeFromTheSourcesIsNoChange(t *testing.T) {
	t.Parallel()
	dir, next := watching(t)
	write(t, filepath.Join(dir, "site", "node_modules", "x", "index.js"), "changed")
	if err := os.RemoveAll(filepath.Join(dir, "site", "dist")); err != nil { // as Vite begins
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "site", "dist", "index.html"), "changed")
	if err := os.Chmod(filepath.Join(dir, "config", "base.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "config", "base.yaml"), "changed") // the first that counts
	if got := next(); got != filepath.Join("config", "base.yaml") {
		t.Errorf("got %s", got)
	}
}

func TestWatchingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	con, _ := newConsole()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	u := &runner{p: project.Project{Dir: dir}, con: con}
	if err := u.watch(ctx); err != nil {
		t.Errorf("got %v; want no error: the site is up", err)
	}
}

func TestPagesThatAreNotBuiltHereAreWatchedWhereTheyAre(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]string{"site/dist": "", "site": "", "mypages": "mypages", "web/dist": filepath.Join("web", "dist"), "./mypages/": "mypages"} {
		u := &runner{}
		u.cfg.Hosting.Folder = folder
		got := u.watched()
		if last := got[len(got)-1]; (want == "") != (last == "outputs") || want != "" && last != want {
			t.Errorf("%s: got %v; want %q watched, too", folder, got, want)
		}
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "web", "dist", "index.html"), "")
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = watcher.Close() }) // nothing is lost with it
	if err := watchTree(watcher, filepath.Join(dir, "web", "dist")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "web", "dist", "index.html"), "changed")
	if changed, err := nextChange(t.Context(), watcher); err != nil || filepath.Base(changed) != "index.html" {
		t.Errorf("got %s, %v", changed, err)
	}
}
