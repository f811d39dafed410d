// Package console shows people how long work is going.
//
// The rules of its output: a task is one line; on a terminal the lines of running
// tasks are redrawn with the time they have taken, elsewhere (a pipe, CI) a line is
// printed when a task starts and one when it ends; colour only on a terminal that
// did not ask for none (NO_COLOR); colour never carries meaning alone.
package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// Console writes progress to one stream. Its methods may be called concurrently.
type Console struct {
	// Patience hides tasks that take less time. Set it before the first task.
	Patience time.Duration

	out  io.Writer
	live bool // redraw running tasks in place
	hue  bool // use colour
	now  func() time.Time

	mu      sync.Mutex
	running []*Task
	drawn   int // how many live lines are on the screen
	frame   int
	stop    chan struct{}
}

// refresh is how often running tasks are redrawn on a terminal.
const refresh = 120 * time.Millisecond

// New returns a console on out. env is the process's environment look-up: TERM=dumb
// asks for plain lines, NO_COLOR (no-color.org) for no colour. Close the console
// before the program ends.
func New(out io.Writer, env func(string) string, now func() time.Time) *Console {
	live := isTerminal(out) && env("TERM") != "dumb"
	c := &Console{out: out, live: live, hue: live && env("NO_COLOR") == "", now: now, stop: make(chan struct{})}
	if c.live {
		go c.animate()
	}
	return c
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Close stops redrawing. Tasks that still run are left as they are.
func (c *Console) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	if c.live {
		c.live = false
		close(c.stop)
	}
}

// Task is one piece of work that takes a while.
type Task struct {
	c       *Console
	name    string
	detail  string
	started time.Time
}

// Start begins a task. name says what is being done: "Installing packages".
func (c *Console) Start(name string) *Task {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &Task{c: c, name: name, started: c.now()}
	c.running = append(c.running, t)
	if c.live {
		c.redraw()
	} else if c.Patience == 0 {
		c.println("  … " + name)
	}
	return t
}

// Detail says what the task is at just now. Without a terminal it is not shown.
func (t *Task) Detail(format string, args ...any) {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	t.detail = fmt.Sprintf(format, args...)
}

// Done ends the task. result says how it ended, and may be empty.
func (t *Task) Done(result string) { t.end("✓", green, result) }

// Fail ends the task without success. The error itself is reported by the caller.
func (t *Task) Fail() { t.end("✗", red, "") }

func (t *Task) end(mark, colour, result string) {
	c := t.c
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	if took := c.now().Sub(t.started); took >= c.Patience {
		line := fmt.Sprintf("  %s %-30s %6s", c.paint(colour, mark), t.name, seconds(took))
		if result != "" {
			line += "  " + c.paint(dim, result)
		}
		c.println(line)
	}
	for i, other := range c.running {
		if other == t {
			c.running = append(c.running[:i], c.running[i+1:]...)
			break
		}
	}
	c.redraw()
}

// Println writes one line of text, above the running tasks.
func (c *Console) Println(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	c.println(line)
	c.redraw()
}

func (c *Console) animate() {
	ticker := time.NewTicker(refresh)
	defer ticker.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-ticker.C:
			c.mu.Lock()
			if c.live {
				c.frame++
				c.redraw()
			}
			c.mu.Unlock()
		}
	}
}

var frames = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}

// redraw shows the running tasks below everything else.
func (c *Console) redraw() {
	if !c.live {
		return
	}
	c.erase()
	width := c.width()
	for _, t := range c.running {
		if c.now().Sub(t.started) < c.Patience {
			continue
		}
		text := fmt.Sprintf("%-30s %6s", t.name, seconds(c.now().Sub(t.started)))
		if t.detail != "" {
			text += "  " + t.detail
		}
		c.println("  " + c.paint(cyan, frames[c.frame%len(frames)]) + " " + clip(text, width-4))
		c.drawn++
	}
}

// erase takes the running tasks off the screen.
func (c *Console) erase() {
	if c.drawn > 0 {
		fmt.Fprintf(c.out, "\x1b[%dA\x1b[J", c.drawn)
		c.drawn = 0
	}
}

func (c *Console) width() int {
	if f, ok := c.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

func (c *Console) println(line string) { fmt.Fprintln(c.out, line) }

const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	bold   = "1"
	dim    = "2"
)

func (c *Console) paint(style, text string) string {
	if !c.hue {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// Bold makes text stand out where the stream can show it.
func (c *Console) Bold(text string) string { return c.paint(bold, text) }

// Good makes text stand out that says all is well.
func (c *Console) Good(text string) string { return c.paint(bold+";"+green, text) }

// Warning makes text stand out that somebody should look at.
func (c *Console) Warning(text string) string { return c.paint(bold+";"+yellow, text) }

// Bad makes text stand out that says something is wrong.
func (c *Console) Bad(text string) string { return c.paint(bold+";"+red, text) }

// clip shortens text to width characters, so that a line is a line.
func clip(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width || width < 1 {
		return text
	}
	return strings.TrimRight(string(runes[:width-1]), " ") + "…"
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
