//go:build e2e

package e2e_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestAPersonVerifiesByFollowingTheLinkInTheMail(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	c.configure(`auth:
  verification:
    method: link
    domainPrefix: gatehouse-link
    body: <p>Please {##show that the address is yours##}.</p>
`)
	c.deployedOutputs()
	b := newBrowser(t, c.cloud.SiteURL(), viewports[0])
	b.name = "link"
	email := strings.ToLower(rand.Text()) + "@example.com"

	b.open("/register")
	b.fill("#email", email)
	b.fill("#name", "Ada Lovelace")
	b.fill("#password", password)
	b.submit("#register-form")
	b.arrive("/verify")
	b.see("main", "Follow the link")
	b.screenshot("1-verify")
	b.open("/signin")
	b.fill("#email", email)
	b.fill("#password", password)
	b.submit("#signin-form")
	b.arrive("/verify") // who is not verified yet is sent there

	message := latestMail(t, c.cloud, email, "SignUp")
	if message.Code != "" || !strings.Contains(message.Body, "show that the address is yours</a>") {
		t.Fatalf("want a link and no code; got %+v", message)
	}
	b.do("following the link", chromedp.Navigate(message.Link))
	b.see("body", "Your registration has been confirmed!")
	b.screenshot("2-confirmed")
	b.open("/signin")
	b.fill("#email", email)
	b.fill("#password", password)
	b.submit("#signin-form")
	b.arrive("/account")
	b.see("#account-email", email)
	b.noFaults()
}
