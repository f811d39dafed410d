//go:build e2e

package e2e_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gatehouse/local"
)

func TestAPersonsJourney(t *testing.T) {
	t.Parallel()
	c := newCDK(t)
	c.deployedOutputs()
	for _, v := range viewports {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			journey(t, c.cloud, v)
		})
	}
}

// journey is what one person does, from the first visit to leaving for good.
func journey(t *testing.T, cloud *local.Cloud, v viewport) {
	b := newBrowser(t, cloud.SiteURL(), v)
	const (
		newPassword = "Another-Staple-7-Lantern!"
		refused     = "The e-mail address or the password is not right."
	)
	email := strings.ToLower(rand.Text()) + "@example.com"

	b.open("/")
	b.see("h1", "")
	b.screenshot("1-home")

	b.open("/register")
	b.fill("#email", email)
	b.fill("#name", "Ada Lovelace")
	b.fill("#password", password)
	b.screenshot("2-register")
	b.submit("#register-form")

	b.arrive("/verify")
	b.fill("#code", "000000")
	b.submit("#verify-form")
	b.see("#verify-form", "This is not the code we sent")
	b.screenshot("3-verify-wrong-code")
	code := latestMail(t, cloud, email, "SignUp").Code
	b.do("opening the mailbox", chromedp.Navigate(cloud.MailboxURL()))
	b.see("body", email)
	b.see("body", code)
	b.screenshot("3-mailbox")
	b.open("/verify")
	b.fill("#code", code)
	b.submit("#verify-form")

	b.arrive("/signin")
	b.fill("#email", email)
	b.fill("#password", password)
	b.screenshot("4-signin")
	b.submit("#signin-form")

	b.arrive("/account")
	b.see("#account-email", email)
	if v.mobile { // where there is room the ID token is open
		b.click("#token-list summary")
	}
	b.see("#token-list", "cognito:username")
	b.screenshot("5-account")
	b.open("/account")
	b.see("#account-email", email) // the session outlives a page
	b.click("#sign-out")
	b.see("a", "Sign in")
	b.open("/account")
	b.arrive("/signin") // what is behind the sign-in is closed again

	b.fill("#email", email)
	b.fill("#password", "Wrong-Horse-9-Battery!")
	b.submit("#signin-form")
	b.see("#signin-form", refused)
	b.screenshot("6-wrong-password")

	b.open("/reset")
	b.fill("#email", email)
	b.submit("#reset-request-form")
	b.fill("#code", latestMail(t, cloud, email, "ForgotPassword").Code)
	b.fill("#new-password", newPassword)
	b.screenshot("7-reset")
	b.submit("#reset-confirm-form")

	b.arrive("/signin")
	b.fill("#email", email)
	b.fill("#password", password)
	b.submit("#signin-form")
	b.see("#signin-form", refused) // the old one is the old one
	b.fill("#password", newPassword)
	b.submit("#signin-form")
	b.arrive("/account")
	b.see("#account-email", email)
	b.click("#delete-account")
	b.fill("#delete-confirm", email)
	b.screenshot("8-delete")
	b.submit("#delete-form")
	b.arrive("/")
	b.open("/signin")
	b.fill("#email", email)
	b.fill("#password", newPassword)
	b.submit("#signin-form")
	b.see("#signin-form", refused)

	b.open(missingPage)
	b.see("h1", "")
	b.screenshot("9-not-found")
	b.noFaults()
}
