//go:build e2e

package e2e_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestEveryPageCanBeUsedByEverybody lets axe-core look at every page, as a phone and
// a wide screen show it, light and dark: https://github.com/dequelabs/axe-core.
func TestEveryPageCanBeUsedByEverybody(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	outputs := c.deployedOutputs()
	somebody := newUser(t, c.cloud, outputs[authStack]["UserPoolClientId"])
	somebody.register()
	source, err := os.ReadFile(filepath.Join(root, "e2e", "node", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range viewports {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, c.cloud.SiteURL(), v)
			b.name = "accessibility-" + v.name
			for _, page := range []string{"/", "/register", "/verify", "/reset", missingPage, "/signin"} {
				b.open(page)
				b.accessible(page, string(source))
			}
			b.fill("#email", somebody.email)
			b.fill("#password", password)
			b.submit("#signin-form")
			b.arrive("/account")
			b.see("#account-email", somebody.email)
			b.accessible("/account", string(source))
			b.do("opening the mailbox", chromedp.Navigate(c.cloud.MailboxURL()))
			b.see("body", somebody.email)
			b.accessible("the mailbox", string(source))
		})
	}
}

// accessible fails the test if axe finds anything wrong with the page that is shown.
func (b *browser) accessible(page, axe string) {
	b.t.Helper()
	b.do("loading axe", chromedp.Evaluate[chromedp.Void](axe))
	for _, scheme := range []string{"light", "dark"} {
		b.do("choosing "+scheme, colours(scheme))
		b.do("starting axe", chromedp.Evaluate[chromedp.Void](`window.found = undefined;
			Promise.allSettled(document.getAnimations().map(a => a.finished)).then(() => axe.run()).then(
				r => { window.found = JSON.stringify(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + v.help + ': ' + n.target + ' ' + n.failureSummary))) },
				e => { window.found = JSON.stringify([String(e)]) }); 0`))
		b.wait("waiting for axe", "window.found !== undefined")
		ctx, cancel := context.WithTimeout(b.ctx, pageWait)
		found, err := chromedp.Run(ctx, chromedp.Evaluate[string]("window.found"))
		cancel()
		if err != nil {
			b.fail("reading what axe found", err)
		}
		var violations []string
		if err := json.Unmarshal([]byte(found), &violations); err != nil {
			b.t.Fatalf("%s: %v: %s", page, err, found)
		}
		if len(violations) > 0 {
			b.t.Errorf("%s, %s:\n%s", page, scheme, strings.Join(violations, "\n"))
		}
	}
}

// colours makes the browser prefer a colour scheme: light or dark.
func colours(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}
