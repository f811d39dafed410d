package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// ToolError is a tool that ended without success.
type ToolError struct {
	What   string // what was being done: "building the site"
	Output string // the end of what the tool printed
	Log    string // the file that holds all of it
	Err    error
}

func (e *ToolError) Error() string {
	text := fmt.Sprintf("%s: %v", e.What, e.Err)
	if e.Output != "" {
		text += "\n\n" + indent(e.Output) + "\n"
	}
	return text + "\n  everything it printed: " + e.Log
}

func (e *ToolError) Unwrap() error { return e.Err }

// stopWait is how long a tool that was asked to stop may take before it is killed.
const stopWait = 2 * time.Second

// run runs a tool in the project's folder and keeps what it prints in
// .gatehouse/log/<name>.log. When ctx ends, the tool and everything it started are
// stopped.
func (p Project) run(ctx context.Context, name, what string, command ...string) error {
	logPath := p.private("log", name+".log")
	if err := os.MkdirAll(filepath.Dir(logPath), 0o755); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	log, err := os.Create(logPath)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer func() { _ = log.Close() }() // a log that is incomplete changes nothing
	var tail tailBuffer

	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = p.Dir
	cmd.Env = p.Environ
	cmd.Stdout = io.MultiWriter(log, &tail)
	if p.Output != nil {
		shown := &frameless{to: p.Output}
		defer shown.flush()
		cmd.Stdout = io.MultiWriter(log, shown)
	}
	cmd.Stderr = cmd.Stdout
	cmd.WaitDelay = stopWait
	stopWithChildren(cmd)
	err = runAndEndWithUs(cmd)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s: %s is not installed, or not on the PATH", what, command[0])
	}
	if err != nil && command[0] == p.cdk() {
		if missing := p.whatCDKLacks(); missing != nil {
			return fmt.Errorf("%s: %w", what, missing)
		}
	}
	if err != nil {
		return &ToolError{What: what, Output: tail.String(), Log: logPath, Err: err}
	}
	return nil
}

// whatCDKLacks is why the cdk CLI cannot run at all, if it cannot.
func (p Project) whatCDKLacks() error {
	if _, err := os.Stat(p.cdk()); errors.Is(err, fs.ErrNotExist) {
		return errors.New("the cdk command line is not installed: run gatehouse build")
	}
	return findNode()
}

// tailBuffer keeps the last lines written to it.
type tailBuffer struct{ data []byte }

// tailLines and tailBytes bound what of a tool's output an error repeats.
const (
	tailLines = 24
	tailBytes = 8 << 10
)

func (b *tailBuffer) Write(data []byte) (int, error) {
	b.data = append(b.data, data...)
	if len(b.data) > 2*tailBytes {
		b.data = bytes.Clone(b.data[len(b.data)-tailBytes:])
	}
	return len(data), nil
}

// frame is a line of a stack trace of Node.js. It is of use to those who read the log.
var frame = regexp.MustCompile(`^(npm error)?\s+at .*:\d+:\d+\)?( \{)?$`)

func (b *tailBuffer) String() string {
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(b.data)), "\n"), frame.MatchString)
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
