//go:build linux

package console_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gatehouse/internal/console"
)

// terminal opens a terminal of so many columns: what is written to out can be read from in.
func terminal(t *testing.T, columns uint16) (in, out *os.File) {
	t.Helper()
	in, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine has no terminals: %v", err)
	}
	number, err := unix.IoctlGetInt(int(in.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(in.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(in.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns})
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine has no terminals: %v", err)
	}
	t.Cleanup(func() { _, _ = in.Close(), out.Close() }) // nothing is lost with them
	return in, out
}

// shown is what a terminal got while work was shown.
func shown(t *testing.T, columns uint16, env map[string]string, work func(c *console.Console)) string {
	t.Helper()
	in, out := terminal(t, columns)
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := console.New(out, func(name string) string { return env[name] }, func() time.Time { return clock })
	work(c)
	c.Close()
	fmt.Fprint(out, "END")
	var text strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(text.String(), "END") {
		n, err := in.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(buffer[:n])
	}
	return strings.ReplaceAll(text.String(), "\r\n", "\n")
}

func TestOnATerminalARunningTaskIsRedrawnInColour(t *testing.T) {
	t.Parallel()
	got := shown(t, 80, nil, func(c *console.Console) {
		task := c.Start("Deploying")
		c.Println(c.Bold("above"))
		task.Done("done")
	})
	for _, want := range []string{"\x1b[36m", " Deploying", "\x1b[1A\x1b[J", "\x1b[1mabove\x1b[0m\n", "\x1b[32m✓\x1b[0m Deploying", "\x1b[2mdone\x1b[0m\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q was not written; got %q", want, got)
		}
	}
}

func TestNoColorIsObeyed(t *testing.T) {
	t.Parallel()
	got := shown(t, 80, map[string]string{"NO_COLOR": "1"}, func(c *console.Console) {
		c.Start("Deploying").Fail()
		c.Println(c.Bold("plain"))
	})
	if strings.Contains(got, "m✗") || strings.Contains(got, "\x1b[0m") || !strings.Contains(got, "✗ Deploying") || !strings.Contains(got, "plain\n") {
		t.Errorf("got %q; want no colour", got)
	}
	if !strings.Contains(got, "\x1b[1A\x1b[J") {
		t.Errorf("got %q; want the task redrawn: that is no colour", got)
	}
}

func TestADumbTerminalGetsPlainLines(t *testing.T) {
	t.Parallel()
	got := shown(t, 80, map[string]string{"TERM": "dumb"}, func(c *console.Console) { c.Start("Deploying").Done("") })
	if want := "  … Deploying\n  ✓ Deploying                       0.0 s\nEND"; got != want {
		t.Errorf("got %q; want %q", got, want)
	}
}

func TestARunningTaskIsOneLineHoweverNarrowTheTerminal(t *testing.T) {
	t.Parallel()
	got := shown(t, 24, map[string]string{"NO_COLOR": "1"}, func(c *console.Console) {
		c.Start("Deploying").Detail("a very long word about it")
		c.Println("above") // draws the task again
	})
	for _, line := range strings.FieldsFunc(got, func(r rune) bool { return r == '\n' || r == '\x1b' }) {
		if n := len([]rune(line)); strings.Contains(line, "Deploying") && n > 24 {
			t.Errorf("a line of %d characters: %q", n, line)
		}
	}
	if !strings.Contains(got, "…") {
		t.Errorf("got %q; want what is cut off to be marked", got)
	}
}
