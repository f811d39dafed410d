package cognito_test

import (
	"testing"
)

func TestRegisterAndSignIn(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	out, err := c.signUp(email, password)
	if err != nil {
		t.Fatal(err)
	}
	if d := out.CodeDeliveryDetails; out.UserConfirmed || *d.Destination != "M***@E***" || d.DeliveryMedium != "EMAIL" || *d.AttributeName != "email" {
		t.Errorf("SignUp answered %+v, %+v", out, d)
	}
	if _, err := c.signIn(email, password); said(err) != "UserNotConfirmedException: User is not confirmed." {
		t.Errorf("before confirming: %v", err)
	}
	m := c.mail.last(t)
	if m.From != "no-reply@verificationemail.com" || m.To != email || m.Subject != "Your code" || m.Body != "Enter <b>"+m.Code+"</b> to go on" || m.Trigger != "SignUp" || len(m.Code) != 6 {
		t.Errorf("the mail is %+v", m)
	}
	if err := c.confirm(email, m.Code); err != nil {
		t.Fatal(err)
	}
	if err := c.confirm(email, m.Code); said(err) != "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED" {
		t.Errorf("confirming twice: %v", err)
	}
	for name, who := range map[string]string{"as typed": email, "in lower case": "mary.jones@example.com", "by the user name": *out.UserSub} {
		tokens := c.mustSignIn(who, password)
		if got := c.attributes(tokens.AccessToken); got["sub"] != *out.UserSub || got["email"] != email || got["email_verified"] != "true" || len(got) != 3 {
			t.Errorf("%s: the attributes are %v", name, got)
		}
	}
	if _, err := c.signIn(email, password+"x"); said(err) != "NotAuthorizedException: Incorrect username or password." {
		t.Errorf("a wrong password: %v", err)
	}
}
