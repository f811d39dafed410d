//go:build e2e

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a tab of a headless browser with a profile of its own.
type browser struct {
	t    *testing.T
	ctx  context.Context
	site string
	name string // of its screenshots

	mu     sync.Mutex
	faults []string // what the browser's console complained of
}

// viewport is the size of a window in CSS pixels.
type viewport struct {
	name          string
	width, height int64
	mobile        bool
}

var viewports = []viewport{
	{"phone", 375, 812, true},
	{"desktop", 1440, 900, false},
}

// pageWait is how long a page may take to come to what a step waits for.
const pageWait = 30 * time.Second

func newBrowser(t *testing.T, site string, v viewport) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil { // waits until the browser has let go of its profile
			t.Log(err)
		}
		closeTab()
		stop()
	})
	b := &browser{t: t, ctx: ctx, site: site, name: v.name}
	// The first Do starts the browser, which lives as long as that context.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("listening to the browser: %v", err)
	}
	size := []chromedp.EmulateViewportOption{}
	if v.mobile {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.do("opening a tab", chromedp.EmulateViewport(v.width, v.height, size...))
	return b
}

// listen keeps what the console complains of: an exception, a refused source, a
// resource that does not load. That Cognito answers 400 to a wrong password, and the
// site 404 for a page that it has not, is no fault.
func (b *browser) listen(event any) {
	var fault string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		fault = e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			fault += " " + e.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		wanted := strings.Contains(e.Entry.Text, "status of 400") || strings.HasSuffix(e.Entry.URL, missingPage)
		if e.Entry.Level == log.EntryLevelError && !wanted {
			fault = fmt.Sprintf("%s (%s)", e.Entry.Text, e.Entry.URL)
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

// missingPage is a path that the site has no page for.
const missingPage = "/no-such-page"

// do runs actions within pageWait, and takes a picture when they fail.
func (b *browser) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageWait)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.fail(what, err)
	}
}

func (b *browser) fail(what string, err error) {
	b.t.Helper()
	b.screenshot("failed")
	b.t.Fatalf("%s: %v\npage:\n%s\nconsole: %v", what, err, b.text("body"), b.faults)
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do("opening "+path, chromedp.Navigate(b.site+path))
	b.wait("waiting for "+path, ready)
}

// fill types into a field as a person does, in place of what was there.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	field := chromedp.CSS(selector)
	b.do("finding "+selector, chromedp.WaitVisible(field), chromedp.WaitEnabled(field))
	b.do("selecting the text of "+selector, chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).select()", selector)))
	b.do("filling "+selector, chromedp.SendKeys(field, text))
}

func (b *browser) click(selector string) {
	b.t.Helper()
	button := chromedp.CSS(selector)
	b.do("clicking "+selector, chromedp.WaitVisible(button), chromedp.WaitEnabled(button), chromedp.Click(button))
}

// submit presses the button of a form.
func (b *browser) submit(form string) {
	b.t.Helper()
	b.click(form + " [type=submit]")
}

// arrive waits until the page at path is ready for people.
func (b *browser) arrive(path string) {
	b.t.Helper()
	b.wait("arriving at "+path, fmt.Sprintf("location.pathname === %q && %s", path, ready))
}

// ready holds on a page that has its configuration and has drawn itself.
const ready = "document.documentElement.dataset.state === 'ready'"

// see waits until an element shows a text.
func (b *browser) see(selector, text string) {
	b.t.Helper()
	b.wait(fmt.Sprintf("seeing %q in %s", text, selector), fmt.Sprintf(
		"[...document.querySelectorAll(%q)].some(e => e.checkVisibility() && (e.innerText || '').includes(%q))", selector, text))
}

// wait waits until a JavaScript expression holds. It outlasts the change of pages.
func (b *browser) wait(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageWait)
	defer cancel()
	for {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if holds {
			return
		}
		select {
		case <-ctx.Done():
			b.fail(what, errors.Join(ctx.Err(), err))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// text is for a failure's message: without it there is only less to read.
func (b *browser) text(selector string) string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector)))
	return text
}

// screenshot keeps a picture of the whole page in screenshots/.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Errorf("screenshot %s: %v", name, err)
		return
	}
	path := filepath.Join(root, "screenshots", b.name+"-"+name+".png")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// noFaults fails the test if the browser's console complained of anything.
func (b *browser) noFaults() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, fault := range b.faults {
		b.t.Errorf("the browser's console: %s", fault)
	}
}
