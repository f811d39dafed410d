//go:build e2e

package e2e_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// up is a running "gatehouse up".
type up struct {
	t                  testing.TB
	cmd                *exec.Cmd
	site, mailbox, aws string
	ended              chan error

	mu     sync.Mutex
	output bytes.Buffer
}

// upWait is how long "gatehouse up" may take until it prints its addresses.
const upWait = 3 * time.Minute

var address = regexp.MustCompile(`^  (Site|Mailbox|AWS) +(http://localhost:\d+)`)

// startUp starts "gatehouse up" in a project and waits for its three addresses.
func startUp(t testing.TB, project string, arguments ...string) *up {
	t.Helper()
	u, addresses := launchUp(t, project, arguments...)
	select {
	case <-addresses:
	case err := <-u.ended:
		t.Fatalf("gatehouse up ended: %v\n%s", err, u.printed())
	case <-time.After(upWait):
		t.Fatalf("gatehouse up printed no addresses\n%s", u.printed())
	}
	return u
}

// launchUp starts "gatehouse up" in a project. addresses is closed when it has printed them.
func launchUp(t testing.TB, project string, arguments ...string) (u *up, addresses chan struct{}) {
	t.Helper()
	u = &up{t: t, ended: make(chan error, 1)}
	u.cmd = exec.Command(filepath.Join(project, "bin", "gatehouse"),
		append([]string{"up", "--aws-port", "0", "--site-port", "0", "--mail-port", "0"}, arguments...)...)
	u.cmd.Dir = project
	reader, writer := io.Pipe()
	u.cmd.Stdout, u.cmd.Stderr = writer, writer
	if err := u.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addresses = make(chan struct{})
	go u.read(reader, addresses)
	go func() {
		err := u.cmd.Wait()
		_ = writer.Close() // never fails
		u.ended <- err
	}()
	t.Cleanup(func() {
		_ = u.cmd.Process.Kill() // it may have ended already
	})
	return u, addresses
}

func (u *up) read(r io.Reader, addresses chan<- struct{}) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		u.mu.Lock()
		u.output.WriteString(lines.Text() + "\n")
		u.mu.Unlock()
		match := address.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		switch match[1] {
		case "Site":
			u.site = match[2]
		case "Mailbox":
			u.mailbox = match[2]
		case "AWS":
			u.aws = match[2]
			close(addresses)
		}
	}
}

func (u *up) printed() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.output.String()
}

// waitPrinted waits until a text was printed n times.
func (u *up) waitPrinted(text string, n int) {
	u.t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for strings.Count(u.printed(), text) < n {
		select {
		case <-deadline:
			u.t.Fatalf("%q was not printed %d times\n%s", text, n, u.printed())
		case <-tick.C:
		}
	}
}

// stop sends a signal and returns how the program ended.
func (u *up) stop(signal syscall.Signal) error {
	u.t.Helper()
	if err := u.cmd.Process.Signal(signal); err != nil {
		u.t.Fatal(err)
	}
	select {
	case err := <-u.ended:
		return err
	case <-time.After(10 * time.Second):
		u.t.Fatalf("gatehouse up did not end within 10 s of %v\n%s", signal, u.printed())
		return nil
	}
}

func (u *up) get(path string) (status int, body string) {
	u.t.Helper()
	return get(u.t, u.site+path)
}

func get(t testing.TB, url string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func TestUp(t *testing.T) {
	t.Parallel()
	project := newProject(t)
	first := startUp(t, project)
	if status, body := first.get("/register"); status != http.StatusOK || !strings.Contains(body, "register-form") {
		t.Errorf("/register: %d\n%s", status, body)
	}
	outputs := t.TempDir()
	run(t, project, append(os.Environ(), "AWS_ENDPOINT_URL="+first.aws),
		filepath.Join("bin", "gatehouse"), "outputs", "--env", "local", "--format", "all", "--out", outputs).want(t, 0, "amplify_outputs.json")
	written, err := os.ReadFile(filepath.Join(outputs, "amplify_outputs.json"))
	if err != nil {
		t.Fatal(err)
	}
	_, before := first.get("/amplify_outputs.json")
	if string(written) != before {
		t.Errorf("gatehouse outputs wrote\n%s\nand the site has\n%s", written, before)
	}
	run(t, project, append(os.Environ(), "AWS_ENDPOINT_URL="+first.aws), filepath.Join("bin", "gatehouse"), "smoke", "--env", "local").
		want(t, 0, "✓ It has its headers", "✓ Its configuration is the stack's", "✓ They sign in over SRP", "✓ The account is deleted")
	if err := first.stop(syscall.SIGINT); err != nil {
		t.Errorf("Ctrl-C: %v\n%s", err, first.printed())
	}

	// Killed in the middle of a change.
	edit(t, filepath.Join(project, "config", "base.yaml"), "minLength: 12", "minLength: 13")
	log := filepath.Join(project, ".gatehouse", "log", "deploy.log")
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	second, _ := launchUp(t, project)
	soon(t, "the change set", func() bool {
		data, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(data), "creating CloudFormation changeset")
	})
	if err := second.stop(syscall.SIGKILL); err == nil {
		t.Error("kill -9 was survived")
	}

	third := startUp(t, project, "--watch")
	pool := regexp.MustCompile(`"user_pool_id": "[^"]+"`)
	_, after := third.get("/amplify_outputs.json")
	if pool.FindString(after) == "" || pool.FindString(after) != pool.FindString(before) {
		t.Errorf("the pool of the first run is gone: before %s, after %s", before, after)
	}
	if !strings.Contains(after, `"min_length": 13`) {
		t.Errorf("the change that was cut off was not deployed: %s", after)
	}
	third.waitPrinted("Watching", 1)
	edit(t, filepath.Join(project, "config", "base.yaml"), "minLength: 13", "minLength: 15")
	third.waitPrinted("✓ Deploying", 2)
	if _, changed := third.get("/amplify_outputs.json"); !strings.Contains(changed, `"min_length": 15`) {
		t.Errorf("--watch did not deploy the change: %s", changed)
	}
	edit(t, filepath.Join(project, "config", "base.yaml"), "minLength: 15", "minLength: 5")
	third.waitPrinted("auth.password.minLength: want 6–99; got 5", 1)
	if err := third.stop(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, third.printed())
	}
}

func TestUpSaysWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	project := newProject(t)
	busy, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() }) // after the subtests, which are parallel
	port := fmt.Sprint(busy.Addr().(*net.TCPAddr).Port)

	broken := newProject(t)
	edit(t, filepath.Join(broken, "config", "base.yaml"), "minLength: 12", "minLength: 5\n    minLenght: 12")

	oldNode := t.TempDir()
	writeProgram(t, filepath.Join(oldNode, "node"), "echo v18.20.4")
	onlyNode := t.TempDir()
	writeProgram(t, filepath.Join(onlyNode, "node"), "echo v22.1.0")

	for name, tc := range map[string]struct {
		dir       string
		path      string // PATH; empty: the test's own
		arguments []string
		code      int
		want      []string
	}{
		"a port in use":          {project, "", []string{"--site-port", port}, 1, []string{"port " + port, "--site-port"}},
		"a port that is none":    {project, "", []string{"--aws-port", "70000"}, 2, []string{"--aws-port: want 0–65535"}},
		"an unknown flag":        {project, "", []string{"--wacth"}, 2, []string{"--wacth", "--help"}},
		"an argument":            {project, "", []string{"prod"}, 2, []string{`"prod"`}},
		"an unknown environment": {project, "", []string{"--env", "porduction"}, 2, []string{`there is no environment "porduction"; known are dev, local`}},
		"an environment on AWS":  {project, "", []string{"--env", "prod"}, 1, []string{"npx cdk deploy --all -c env=prod"}},
		"no project":             {t.TempDir(), "", nil, 1, []string{"no cdk.json"}},
		"a broken configuration": {broken, "", nil, 2, []string{"config/base.yaml:", "auth.password.minLength: want 6–99; got 5", "minLenght"}},
		"Node.js missing":        {project, t.TempDir(), nil, 1, []string{"Node.js is not installed"}},
		"Node.js too old":        {project, oldNode, nil, 1, []string{"Node.js v18.20.4 is too old", "20.19"}},
		"npm missing":            {project, onlyNode, nil, 1, []string{"npm is not installed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := os.Environ()
			if tc.path != "" {
				env = append(env, "PATH="+tc.path)
			}
			command := append([]string{filepath.Join(root, "bin", "gatehouse"), "up", "--aws-port", "0", "--mail-port", "0", "--site-port", "0"}, tc.arguments...)
			got := run(t, tc.dir, env, command...).want(t, tc.code, tc.want...)
			if got.stdout != "" {
				t.Errorf("standard output is for data: %s", got)
			}
		})
	}
}

func writeProgram(t *testing.T, path, script string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestTwoUpsInOneProject(t *testing.T) {
	t.Parallel()
	project := newProject(t)
	startUp(t, project)
	run(t, project, os.Environ(), filepath.Join("bin", "gatehouse"), "up", "--aws-port", "0", "--mail-port", "0", "--site-port", "0").
		want(t, 1, "runs in this project already")
}
