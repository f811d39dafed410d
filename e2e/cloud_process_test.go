//go:build e2e

package e2e_test

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/local"
	"gatehouse/local/cloudformation"
)

// cloudState is the variable that makes the test's own program a local cloud: it names
// the state file.
const cloudState = "GATEHOUSE_E2E_CLOUD_STATE"

// serveCloud is the local cloud as a process of its own. It prints where it listens and
// then every stack event, and does not go on before it has read a line.
func serveCloud(state, ports string) error {
	o := local.Options{StatePath: state, Now: time.Now, Rand: rand.Reader}
	if _, err := fmt.Sscan(ports, &o.AWSPort, &o.SitePort, &o.MailPort); err != nil {
		return err
	}
	var mu sync.Mutex // requests come at the same time
	in := bufio.NewReader(os.Stdin)
	say := func(line string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(line)
		if _, err := in.ReadString('\n'); err != nil {
			os.Exit(1) // the test is over
		}
	}
	o.OnEvent = func(e cloudformation.Event) { say(fmt.Sprintf("event %s %s %s", e.StackName, e.Type, e.Status)) }
	cloud, err := local.Start(o)
	if err != nil {
		return err
	}
	say("at " + cloud.AWSURL() + " " + cloud.SiteURL() + " " + cloud.MailboxURL())
	select {} // until it is killed
}

// cloudProcess is a local cloud that can be killed.
type cloudProcess struct {
	t     *testing.T
	state string
	urls  [3]string // AWS endpoint, site, mailbox; the same after a restart
	dieAt string    // the event at which it is killed
	mu    sync.Mutex
	cmd   *exec.Cmd
	died  chan struct{}
}

func (c *cloudProcess) AWSURL() string     { return c.urls[0] }
func (c *cloudProcess) SiteURL() string    { return c.urls[1] }
func (c *cloudProcess) MailboxURL() string { return c.urls[2] }

// startCloud starts a local cloud in another process.
func startCloud(t *testing.T, state string) *cloudProcess {
	t.Helper()
	c := &cloudProcess{t: t, state: state}
	c.start()
	t.Cleanup(func() { _ = c.Close() }) // it may have been closed
	return c
}

// start starts the process, on the ports that it had before.
func (c *cloudProcess) start() {
	c.t.Helper()
	ports := "0 0 0"
	if c.urls[0] != "" {
		ports = ""
		for _, url := range c.urls {
			ports += url[strings.LastIndex(url, ":")+1:] + " "
		}
	}
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), cloudState+"="+c.state, cloudState+"_PORTS="+ports)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	ready, died := make(chan struct{}), make(chan struct{})
	c.mu.Lock()
	c.cmd, c.died = cmd, died
	c.mu.Unlock()
	var urls []string
	go func() {
		defer close(died)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if c.isLast(lines.Text()) {
				break
			}
			if at, ok := strings.CutPrefix(lines.Text(), "at "); ok {
				urls = strings.Fields(at)
				close(ready)
			}
			fmt.Fprintln(stdin) // go on; it may have been killed meanwhile
		}
		_ = cmd.Process.Kill() // it may have been killed already
		_ = cmd.Wait()         // it was killed
	}()
	select {
	case <-ready:
	case <-died:
		c.t.Fatal("the local cloud ended before it served")
	}
	if c.urls[0] == "" {
		copy(c.urls[:], urls)
	}
}

// killAt kills the process when it comes to an event: "gatehouse-local-auth
// AWS::Cognito::UserPool CREATE_IN_PROGRESS".
func (c *cloudProcess) killAt(event string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dieAt = "event " + event
}

func (c *cloudProcess) isLast(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return line == c.dieAt
}

// process is the process as it is now, and what is closed when it has died.
func (c *cloudProcess) process() (*os.Process, chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cmd.Process, c.died
}

// kill is kill -9.
func (c *cloudProcess) kill() {
	process, died := c.process()
	if err := process.Kill(); err != nil {
		c.t.Error(err)
	}
	<-died
}

// restart starts it again after it was killed.
func (c *cloudProcess) restart() {
	c.t.Helper()
	_, died := c.process()
	select {
	case <-died:
	case <-time.After(2 * time.Minute):
		c.t.Fatal("nothing killed the local cloud")
	}
	c.killAt("")
	c.start()
}

// Close ends the process; there is no gentler end for it than that of a machine.
func (c *cloudProcess) Close() error {
	process, died := c.process()
	_ = process.Kill() // it may have been killed already
	<-died
	return nil
}
