package cognito_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestSignUpRefuses(t *testing.T) {
	t.Parallel()
	plain := with(gatehousePool(), props{"UsernameAttributes": nil, "Policies": map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 8.0}}})
	rules := func(p props) props {
		return with(gatehousePool(), props{"Policies": map[string]any{"PasswordPolicy": map[string]any(p)}})
	}
	required := with(gatehousePool(), props{"Schema": []any{
		map[string]any{"Name": "given_name", "AttributeDataType": "String", "Required": true, "Mutable": true},
		map[string]any{"Name": "name", "AttributeDataType": "String", "Required": true, "Mutable": true},
		map[string]any{"Name": "code", "AttributeDataType": "String", "Mutable": false, "StringAttributeConstraints": map[string]any{"MinLength": "2", "MaxLength": "4"}},
		map[string]any{"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": map[string]any{"MinValue": "18", "MaxValue": "99"}},
		map[string]any{"Name": "vip", "AttributeDataType": "Boolean"},
		map[string]any{"Name": "since", "AttributeDataType": "DateTime"},
	}})
	names := []types.AttributeType{attribute("given_name", "Mary"), attribute("name", "Mary Jones")}
	const policy = "InvalidPasswordException: Password did not conform with policy: "
	const short = "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6"
	const schema = "InvalidParameterException: Attributes did not conform to the schema: "
	for name, tc := range map[string]struct {
		pool, client       props
		username, password string
		attributes         []types.AttributeType
		want               string
	}{
		"no upper case":        {gatehousePool(), nil, email, "correct-horse-9!", nil, policy + "Password must have uppercase characters"},
		"no lower case":        {gatehousePool(), nil, email, "CORRECT-HORSE-9!", nil, policy + "Password must have lowercase characters"},
		"no digit":             {gatehousePool(), nil, email, "Correct-Horse-X!", nil, policy + "Password must have numeric characters"},
		"no symbol":            {gatehousePool(), nil, email, "CorrectHorse9x", nil, policy + "Password must have symbol characters"},
		"too short":            {gatehousePool(), nil, email, "aA1!aA1!aA1", nil, policy + "Password not long enough"},
		"one reason at a time": {gatehousePool(), nil, email, "aaaaaa", nil, policy + "Password not long enough"},
		"five characters":      {gatehousePool(), nil, email, "aA1!x", nil, short},
		"two errors at once": {gatehousePool(), nil, strings.Repeat("a", 129), "aA1!x", nil,
			"InvalidParameterException: 2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128; " + strings.TrimPrefix(short, "InvalidParameterException: 1 validation error detected: ")},
		"classes that are not required": {rules(props{"MinimumLength": 6.0}), nil, email, "aaaaaa", nil, ""},
		"a policy that is not set":      {with(gatehousePool(), props{"Policies": nil}), nil, email, "aaaaaaaa", nil, policy + "Password must have uppercase characters"},
		"letters count, not bytes":      {rules(props{"MinimumLength": "8"}), nil, email, "üüüüüüü", nil, policy + "Password not long enough"},

		"a name where addresses are wanted": {gatehousePool(), nil, "mary", password, nil, "InvalidParameterException: Username should be an email."},
		"an address without a host":         {gatehousePool(), nil, "mary@", password, nil, "InvalidParameterException: Username should be an email."},
		"an address attribute that is none": {plain, nil, "mary", password, []types.AttributeType{attribute("email", "x@y")}, "InvalidParameterException: Invalid email address format."},
		"another address than the name":     {gatehousePool(), nil, email, password, []types.AttributeType{attribute("email", "x@example.com")}, "InvalidParameterException: The email attribute differs from the username."},
		"a telephone number that is none":   {gatehousePool(), nil, email, password, []types.AttributeType{attribute("phone_number", "0123")}, "InvalidParameterException: Invalid phone number format."},
		"a space inside the password":       {gatehousePool(), nil, email, "Correct Horse 9 battery", nil, ""},
		"a space before the password":       {gatehousePool(), nil, email, " " + password, nil, `InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`},
		"no password":                       {gatehousePool(), nil, email, "", nil, `InvalidParameterException: 2 validation errors detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6; Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`},
		"a space in the name":               {plain, nil, "mary jones", password, nil, `InvalidParameterException: 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},

		"required attributes are missing":    {required, nil, email, password, nil, schema + "given_name: The attribute is required\nname.formatted: The attribute is required\n"},
		"required attributes are there":      {required, nil, email, password, names, ""},
		"attributes that do not exist":       {required, nil, email, password, append(names, attribute("custom:x", "1"), attribute("colour", "red")), schema + "custom:x: Attribute does not exist in the schema.\ncolour: Attribute does not exist in the schema.\n"},
		"a text that is too long":            {required, nil, email, password, append(names, attribute("custom:code", "12345")), schema + "custom:code: String must be no longer than 4 characters\n"},
		"a text that is too short":           {required, nil, email, password, append(names, attribute("custom:code", "1")), schema + "custom:code: String must be no shorter than 2 characters\n"},
		"a number that is too small":         {required, nil, email, password, append(names, attribute("custom:age", "17")), schema + "custom:age: Number must be no less than 18\n"},
		"a number that is too great":         {required, nil, email, password, append(names, attribute("custom:age", "100")), schema + "custom:age: Number must be no greater than 99\n"},
		"a number that is none":              {required, nil, email, password, append(names, attribute("custom:age", "old")), schema + "custom:age: The attribute value is not a number\n"},
		"a boolean that is none":             {required, nil, email, password, append(names, attribute("custom:vip", "yes")), schema + "custom:vip: The attribute value is not a boolean\n"},
		"a date that is none":                {required, nil, email, password, append(names, attribute("custom:since", "today")), schema + "custom:since: The attribute value is not a date and time\n"},
		"an immutable attribute is set once": {required, nil, email, password, append(names, attribute("custom:code", "1234")), ""},
		"a birth date that is too short":     {gatehousePool(), nil, email, password, []types.AttributeType{attribute("birthdate", "1970")}, schema + "birthdate: String must be no shorter than 10 characters\n"},

		"verification is Cognito's to write":    {gatehousePool(), nil, email, password, []types.AttributeType{attribute("email_verified", "true")}, "NotAuthorizedException: A client attempted to write unauthorized attribute"},
		"sub is Cognito's to write":             {gatehousePool(), nil, email, password, []types.AttributeType{attribute("sub", "1")}, "NotAuthorizedException: A client attempted to write unauthorized attribute"},
		"an attribute the client may not write": {gatehousePool(), props{"WriteAttributes": []any{"email"}}, email, password, []types.AttributeType{attribute("name", "Mary")}, "NotAuthorizedException: A client attempted to write unauthorized attribute"},

		"sign-up that is closed":  {with(gatehousePool(), props{"AdminCreateUserConfig": map[string]any{"AllowAdminCreateUserOnly": "true"}}), nil, email, password, nil, "NotAuthorizedException: SignUp is not permitted for this user pool"},
		"a link without a domain": {with(gatehousePool(), props{"VerificationMessageTemplate": map[string]any{"DefaultEmailOption": "CONFIRM_WITH_LINK"}}), nil, email, password, nil, "InvalidParameterException: Cannot perform specific action because there does not exist a valid use pool domain associated with the user pool"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloudOf(t, tc.pool, with(gatehouseClient(), tc.client))
			if _, err := c.signUp(tc.username, tc.password, tc.attributes...); said(err) != tc.want {
				t.Errorf("\ngot  %q\nwant %q", said(err), tc.want)
			}
			if n := len(c.mail.all()); (n != 0) != (tc.want == "") {
				t.Errorf("%d mails were sent", n)
			}
		})
	}
}

func TestNamesAreTaken(t *testing.T) {
	t.Parallel()
	plain := with(gatehousePool(), props{"UsernameAttributes": nil})
	sensitive := props{"UsernameConfiguration": nil}
	const exists, emailExists = "UsernameExistsException: User already exists", "UsernameExistsException: An account with the given email already exists."
	for name, tc := range map[string]struct {
		pool          props
		first, second string
		want          string
	}{
		"the same address":                          {gatehousePool(), "a@example.com", "a@example.com", emailExists},
		"the same address in capitals":              {gatehousePool(), "a@example.com", "A@EXAMPLE.COM", emailExists},
		"in capitals, in a pool that tells apart":   {with(gatehousePool(), sensitive), "a@example.com", "A@example.com", ""},
		"the same name":                             {plain, "mary", "Mary", exists},
		"in capitals, in a pool of names that does": {with(plain, sensitive), "mary", "Mary", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloudOf(t, tc.pool, gatehouseClient())
			if _, err := c.signUp(tc.first, password); err != nil {
				t.Fatal(err)
			}
			if _, err := c.signUp(tc.second, password); said(err) != tc.want {
				t.Errorf("got %q, want %q", said(err), tc.want)
			}
		})
	}
}

func TestPoolOfUsernames(t *testing.T) {
	t.Parallel()
	c := newCloudOf(t, with(gatehousePool(), props{"UsernameAttributes": nil}), gatehouseClient())
	out, err := c.signUp("Jürgen", password, attribute("email", email))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.confirm("jürgen", c.mail.last(t).Code); err != nil {
		t.Fatal(err)
	}
	tokens := c.mustSignIn("JÜRGEN", password)
	claims := c.claims(tokens.IdToken)
	if claims["cognito:username"] != "Jürgen" || claims["sub"] != *out.UserSub || claims["email"] != email {
		t.Errorf("the id token says %v", claims)
	}
	if _, err := c.signIn(email, password); said(err) != incorrect {
		t.Errorf("an address is no name here: %v", err)
	}
	silent, err := c.signUp("nomail", password)
	if err != nil || silent.CodeDeliveryDetails != nil || len(c.mail.all()) != 1 {
		t.Errorf("without an address: %+v, %v", silent, err)
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	const expired, mismatch = "ExpiredCodeException: Invalid code provided, please request a code again.", "CodeMismatchException: Invalid verification code provided, please try again."
	resend := func(c *cloud) error {
		_, err := c.api.ResendConfirmationCode(c.ctx(), &cip.ResendConfirmationCodeInput{ClientId: &c.client, Username: new(email)})
		return err
	}
	start := func(t *testing.T) *cloud {
		c := newCloud(t)
		if _, err := c.signUp(email, password); err != nil {
			t.Fatal(err)
		}
		return c
	}
	t.Run("a sign-up code is good for 24 hours", func(t *testing.T) {
		t.Parallel()
		c := start(t)
		code := c.mail.last(t).Code
		c.clock.forward(24 * time.Hour)
		if err := c.confirm(email, code); said(err) != expired {
			t.Errorf("after 24 hours: %v", err)
		}
		c.clock.forward(-1)
		if err := c.confirm(email, code); err != nil {
			t.Errorf("just before: %v", err)
		}
	})
	t.Run("a new code voids the one before", func(t *testing.T) {
		t.Parallel()
		c := start(t)
		first := c.mail.last(t).Code
		if err := resend(c); err != nil {
			t.Fatal(err)
		}
		m := c.mail.last(t)
		if m.Trigger != "ResendCode" {
			t.Errorf("the mail is %+v", m)
		}
		if first != m.Code { // one in a million is the same
			if err := c.confirm(email, first); said(err) != mismatch {
				t.Errorf("the first: %v", err)
			}
		}
		if err := c.confirm(email, m.Code); err != nil {
			t.Errorf("the second: %v", err)
		}
		if err := resend(c); said(err) != "InvalidParameterException: User is already confirmed." {
			t.Errorf("when confirmed: %v", err)
		}
	})
	t.Run("five are sent in an hour, and a refusal costs nothing", func(t *testing.T) {
		t.Parallel()
		c := start(t)
		for range 5 {
			if err := resend(c); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			if err := resend(c); said(err) != "LimitExceededException: Attempt limit exceeded, please try after some time." {
				t.Errorf("the 6th: %v", err)
			}
		}
		if n := len(c.mail.all()); n != 6 {
			t.Errorf("%d mails were sent, want 6", n)
		}
		c.clock.forward(time.Hour)
		if err := resend(c); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
	t.Run("a code to reset the password is good for an hour", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		if _, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)}); err != nil {
			t.Fatal(err)
		}
		c.clock.forward(time.Hour)
		in := &cip.ConfirmForgotPasswordInput{ClientId: &c.client, Username: new(email), ConfirmationCode: new(c.mail.last(t).Code), Password: new(password)}
		if _, err := c.api.ConfirmForgotPassword(c.ctx(), in); said(err) != expired {
			t.Errorf("after an hour: %v", err)
		}
		c.clock.forward(-1)
		if _, err := c.api.ConfirmForgotPassword(c.ctx(), in); err != nil {
			t.Errorf("just before: %v", err)
		}
	})
	t.Run("a code for one purpose is none for another", func(t *testing.T) {
		t.Parallel()
		c := start(t)
		_, err := c.api.ConfirmForgotPassword(c.ctx(), &cip.ConfirmForgotPasswordInput{ClientId: &c.client, Username: new(email), ConfirmationCode: new(c.mail.last(t).Code), Password: new(password)})
		if said(err) != expired {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a pool that verifies nothing sends nothing", func(t *testing.T) {
		t.Parallel()
		c := newCloudOf(t, with(gatehousePool(), props{"AutoVerifiedAttributes": nil, "UserAttributeUpdateSettings": nil}), gatehouseClient())
		out, err := c.signUp(email, password)
		if err != nil || out.CodeDeliveryDetails != nil || len(c.mail.all()) != 0 {
			t.Errorf("SignUp: %+v, %v", out, err)
		}
		if err := resend(c); said(err) != "InvalidParameterException: Cannot resend codes. Auto verification not turned on." {
			t.Errorf("ResendConfirmationCode: %v", err)
		}
	})
	t.Run("mail that cannot be delivered is an error", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.mail.fail = errors.New("the mailbox is full")
		if _, err := c.signUp(email, password); !strings.HasPrefix(said(err), "CodeDeliveryFailureException: ") {
			t.Errorf("got %v", err)
		}
	})
}

func TestLegacyClientsAreToldWhoExists(t *testing.T) {
	t.Parallel()
	c := newCloudOf(t, gatehousePool(), with(gatehouseClient(), props{"PreventUserExistenceErrors": "LEGACY"}))
	who := new("nobody@example.com")
	const unknown = "UserNotFoundException: Username/client id combination not found."
	_, forgot := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: who})
	_, resend := c.api.ResendConfirmationCode(c.ctx(), &cip.ResendConfirmationCodeInput{ClientId: &c.client, Username: who})
	_, reset := c.api.ConfirmForgotPassword(c.ctx(), &cip.ConfirmForgotPasswordInput{ClientId: &c.client, Username: who, ConfirmationCode: new("123456"), Password: new(password)})
	for name, err := range map[string]error{"ForgotPassword": forgot, "ResendConfirmationCode": resend, "ConfirmForgotPassword": reset, "ConfirmSignUp": c.confirm(*who, "123456")} {
		if said(err) != unknown {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.signUp(email, password); err != nil {
		t.Fatal(err)
	}
	if _, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)}); said(err) != "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number" {
		t.Errorf("nothing verified: %v", err)
	}
}

func TestForgotPassword(t *testing.T) {
	t.Parallel()
	history := with(gatehousePool(), props{"Policies": map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 12.0, "PasswordHistorySize": 2.0}}})
	c := newCloudOf(t, history, gatehouseClient())
	c.register(email, password)
	reset := func(code, next string) error {
		_, err := c.api.ConfirmForgotPassword(c.ctx(), &cip.ConfirmForgotPasswordInput{ClientId: &c.client, Username: new(email), ConfirmationCode: &code, Password: &next})
		return err
	}
	ask := func() string {
		t.Helper()
		out, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)})
		if err != nil {
			t.Fatal(err)
		}
		if *out.CodeDeliveryDetails.Destination != "M***@E***" {
			t.Errorf("the code went to %s", *out.CodeDeliveryDetails.Destination)
		}
		return c.mail.last(t).Code
	}
	code := ask()
	if err := reset(code, "short"); !strings.HasPrefix(said(err), "InvalidParameterException: 1 validation error") {
		t.Errorf("five characters: %v", err)
	}
	if err := reset(code, "elevenchars"); said(err) != "InvalidPasswordException: Password did not conform with policy: Password not long enough" {
		t.Errorf("against the policy: %v", err)
	}
	if err := reset(code, password); said(err) != "PasswordHistoryPolicyViolationException: Password has previously been used" {
		t.Errorf("the password in use: %v", err)
	}
	for range 5 {
		if _, err := c.signIn(email, "wrong-password"); said(err) != incorrect {
			t.Fatal(err)
		}
	}
	if err := reset(code, "second-password"); err != nil {
		t.Fatalf("a good one, with a code that no refusal used up: %v", err)
	}
	if err := reset(code, "third-password"); said(err) != "ExpiredCodeException: Invalid code provided, please request a code again." {
		t.Errorf("the code again: %v", err)
	}
	c.mustSignIn(email, "second-password") // and the lock is gone
	if _, err := c.signIn(email, password); said(err) != incorrect {
		t.Errorf("the old password: %v", err)
	}
	if err := reset(ask(), password); said(err) != "PasswordHistoryPolicyViolationException: Password has previously been used" {
		t.Errorf("the one before: %v", err)
	}
	if err := reset(ask(), "third-password"); err != nil {
		t.Fatal(err)
	}
	if err := reset(ask(), password); err != nil {
		t.Errorf("the one before that is forgotten: %v", err)
	}
	c = newCloudOf(t, with(gatehousePool(), props{"AccountRecoverySetting": map[string]any{"RecoveryMechanisms": []any{map[string]any{"Name": "admin_only", "Priority": 1.0}}}}), gatehouseClient())
	if _, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)}); said(err) != "NotAuthorizedException: Contact administrator to reset password." {
		t.Errorf("where only operators reset: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	tokens := c.mustSignIn(email, password)
	change := func(from, to string) error {
		_, err := c.api.ChangePassword(c.ctx(), &cip.ChangePasswordInput{AccessToken: tokens.AccessToken, PreviousPassword: &from, ProposedPassword: &to})
		return err
	}
	if err := change("Wrong-Horse-99!", "Better-Horse-9!"); said(err) != incorrect {
		t.Errorf("a wrong password: %v", err)
	}
	if err := change(password, "better-horse-9!"); said(err) != "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters" {
		t.Errorf("against the policy: %v", err)
	}
	if err := change(password, "Better-Horse-9!"); err != nil {
		t.Fatal(err)
	}
	c.mustSignIn(email, "Better-Horse-9!")
	c.attributes(tokens.AccessToken) // sessions survive
	if _, err := c.signIn(email, password); said(err) != incorrect {
		t.Errorf("the old password: %v", err)
	}
	for range 2 {
		if err := change("Better-Horse-9!", "Better-Horse-9!"); err != nil {
			t.Fatal(err)
		}
	}
	if err := change("Better-Horse-9!", password); said(err) != "LimitExceededException: Attempt limit exceeded, please try after some time." {
		t.Errorf("the 6th in an hour: %v", err)
	}
}

func TestUpdateUserAttributes(t *testing.T) {
	t.Parallel()
	const next = "mary@new.example.com"
	update := func(c *cloud, token *string, attributes ...types.AttributeType) (*cip.UpdateUserAttributesOutput, error) {
		return c.api.UpdateUserAttributes(c.ctx(), &cip.UpdateUserAttributesInput{AccessToken: token, UserAttributes: attributes})
	}
	verify := func(c *cloud, token *string, code string) error {
		_, err := c.api.VerifyUserAttribute(c.ctx(), &cip.VerifyUserAttributeInput{AccessToken: token, AttributeName: new("email"), Code: &code})
		return err
	}
	t.Run("a new address counts once it is verified", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		token := c.mustSignIn(email, password).AccessToken
		out, err := update(c, token, attribute("email", next))
		if err != nil {
			t.Fatal(err)
		}
		if d := out.CodeDeliveryDetailsList; len(d) != 1 || *d[0].Destination != "m***@n***" {
			t.Errorf("the code went to %+v", d)
		}
		m := c.mail.last(t)
		if m.To != next || m.Trigger != "UpdateUserAttribute" {
			t.Errorf("the mail is %+v", m)
		}
		if got := c.attributes(token); got["email"] != email || got["email_verified"] != "true" {
			t.Errorf("before: %v", got)
		}
		c.mustSignIn(email, password)
		if err := verify(c, token, "x"); said(err) != "CodeMismatchException: Invalid verification code provided, please try again." {
			t.Errorf("a wrong code: %v", err)
		}
		if err := verify(c, token, m.Code); err != nil {
			t.Fatal(err)
		}
		if got := c.attributes(token); got["email"] != next || got["email_verified"] != "true" {
			t.Errorf("after: %v", got)
		}
		c.mustSignIn(next, password)
		if _, err := c.signIn(email, password); said(err) != incorrect {
			t.Errorf("the old address: %v", err)
		}
	})
	t.Run("in a pool that does not keep the old one, neither signs in until then", func(t *testing.T) {
		t.Parallel()
		c := newCloudOf(t, with(gatehousePool(), props{"UserAttributeUpdateSettings": nil}), gatehouseClient())
		c.register(email, password)
		token := c.mustSignIn(email, password).AccessToken
		if _, err := update(c, token, attribute("email", next)); err != nil {
			t.Fatal(err)
		}
		if got := c.attributes(token); got["email"] != next || got["email_verified"] != "false" {
			t.Errorf("before: %v", got)
		}
		for _, who := range []string{email, next} {
			if _, err := c.signIn(who, password); said(err) != incorrect {
				t.Errorf("%s: %v", who, err)
			}
		}
		if err := verify(c, token, c.mail.last(t).Code); err != nil {
			t.Fatal(err)
		}
		c.mustSignIn(next, password)
	})
	t.Run("an address that somebody has is refused, now and when it is verified", func(t *testing.T) {
		t.Parallel()
		const exists = "AliasExistsException: An account with the email already exists."
		c := newCloud(t)
		c.register(email, password)
		token := c.mustSignIn(email, password).AccessToken
		if _, err := update(c, token, attribute("email", next)); err != nil {
			t.Fatal(err)
		}
		code := c.mail.last(t).Code
		c.register(next, password)
		if _, err := update(c, token, attribute("email", strings.ToUpper(next))); said(err) != exists {
			t.Errorf("now: %v", err)
		}
		if err := verify(c, token, code); said(err) != exists {
			t.Errorf("when it is verified: %v", err)
		}
	})
	t.Run("a code on request", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		token := c.mustSignIn(email, password).AccessToken
		ask := func() error {
			_, err := c.api.GetUserAttributeVerificationCode(c.ctx(), &cip.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: new("email")})
			return err
		}
		for range 5 {
			if err := ask(); err != nil {
				t.Fatal(err)
			}
		}
		if err := ask(); said(err) != "LimitExceededException: Attempt limit exceeded, please try after some time." {
			t.Errorf("the 6th: %v", err)
		}
		if err := verify(c, token, c.mail.last(t).Code); err != nil {
			t.Error(err)
		}
	})
	t.Run("what may be written", func(t *testing.T) {
		t.Parallel()
		c := newCloudOf(t, with(gatehousePool(), props{"Schema": []any{
			map[string]any{"Name": "given_name", "AttributeDataType": "String", "Required": true, "Mutable": true},
			map[string]any{"Name": "code", "AttributeDataType": "String", "Mutable": false},
		}}), with(gatehouseClient(), props{
			"WriteAttributes": []any{"email", "given_name", "name", "custom:code"}, "ReadAttributes": []any{"email", "given_name"},
		}))
		c.register(email, password, attribute("given_name", "Mary"), attribute("name", "Mary Jones"), attribute("custom:code", "1"))
		token := c.mustSignIn(email, password).AccessToken
		for name, tc := range map[string]struct {
			attribute types.AttributeType
			want      string
		}{
			"an immutable attribute":       {attribute("custom:code", "2"), "InvalidParameterException: user.custom:code: Attribute cannot be updated.\n"},
			"one the client may not write": {attribute("nickname", "M"), "NotAuthorizedException: A client attempted to write unauthorized attribute"},
			"deleting a required one":      {attribute("given_name", ""), "InvalidParameterException: Attributes did not conform to the schema: given_name: The attribute is required\n"},
			"deleting another":             {attribute("name", ""), ""},
			"one the client may write":     {attribute("given_name", "Maria"), ""},
		} {
			if _, err := update(c, token, tc.attribute); said(err) != tc.want {
				t.Errorf("%s:\ngot  %q\nwant %q", name, said(err), tc.want)
			}
		}
		if got := c.attributes(token); got["given_name"] != "Maria" || got["email"] != email || len(got) != 3 { // and sub, but not custom:code
			t.Errorf("what may be read: %v", got)
		}
		if claims := c.claims(c.mustSignIn(email, password).IdToken); claims["custom:code"] != nil || claims["given_name"] != "Maria" || claims["email_verified"] != nil {
			t.Errorf("the id token says %v", claims)
		}
	})
}

func TestVerificationByLink(t *testing.T) {
	t.Parallel()
	pool := gatehousePool()
	pool["VerificationMessageTemplate"].(map[string]any)["DefaultEmailOption"] = "CONFIRM_WITH_LINK"
	c := newCloudOf(t, pool, gatehouseClient())
	domain := props{"UserPoolId": c.pool, "Domain": "my-shop", "ManagedLoginVersion": 1.0}
	if r := c.create("AWS::Cognito::UserPoolDomain", domain); r.PhysicalID != "my-shop" {
		t.Errorf("Ref of the domain is %s", r.PhysicalID)
	}
	if _, err := c.signUp(email, password); err != nil {
		t.Fatal(err)
	}
	m := c.mail.last(t)
	if m.Subject != "Your link" || m.Code != "" || m.Body != `Click <a href="`+strings.ReplaceAll(m.Link, "&", "&amp;")+`">here</a> to go on` || !strings.HasPrefix(m.Link, c.server.URL+"/confirmUser?") {
		t.Fatalf("the mail is %+v", m)
	}
	open := func(method, link string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(method, link, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !c.service.Handles(r) {
			t.Error("the link is not for Cognito")
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	if status, body := open("GET", strings.Replace(m.Link, "confirmation_code=", "confirmation_code=x", 1)); status != 400 || !strings.Contains(body, "Invalid verification code provided, please try again.") {
		t.Errorf("a wrong link: %d %s", status, body)
	}
	open("HEAD", m.Link) // what scanners of mail do
	if _, err := c.signIn(email, password); said(err) != "UserNotConfirmedException: User is not confirmed." {
		t.Errorf("after HEAD: %v", err)
	}
	if status, body := open("GET", m.Link); status != 200 || !strings.Contains(body, "Your registration has been confirmed!") {
		t.Errorf("the link: %d %s", status, body)
	}
	if status, _ := open("GET", m.Link); status != 400 {
		t.Errorf("the link again: %d", status)
	}
	c.mustSignIn(email, password)
	if _, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	if m := c.mail.last(t); m.Code == "" || m.Link != "" || m.Subject != "Your code" {
		t.Errorf("a password is reset with a code: %+v", m)
	}
	c.remove("AWS::Cognito::UserPoolDomain", "my-shop", domain)
	if _, err := c.signUp("next@example.com", password); !strings.HasPrefix(said(err), "InvalidParameterException: Cannot perform specific action") {
		t.Errorf("without the domain: %v", err)
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		pool          props
		subject, body string // {####} stands for the code
		from          string
	}{
		"Cognito's own":                 {props{"VerificationMessageTemplate": nil}, "Your verification code", "Your confirmation code is {####}", "no-reply@verificationemail.com"},
		"the older properties":          {props{"VerificationMessageTemplate": nil, "EmailVerificationSubject": "S", "EmailVerificationMessage": "Code {####}!"}, "S", "Code {####}!", "no-reply@verificationemail.com"},
		"the template goes before them": {props{"EmailVerificationSubject": "S", "EmailVerificationMessage": "Code {####}!"}, "Your code", "Enter <b>{####}</b> to go on", "no-reply@verificationemail.com"},
		"another sender":                {props{"EmailConfiguration": map[string]any{"EmailSendingAccount": "DEVELOPER", "From": "Shop <hi@example.com>", "SourceArn": "arn:aws:ses:us-east-1:1:identity/example.com"}}, "Your code", "Enter <b>{####}</b> to go on", "Shop <hi@example.com>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloudOf(t, with(gatehousePool(), tc.pool), gatehouseClient())
			if _, err := c.signUp(email, password); err != nil {
				t.Fatal(err)
			}
			m := c.mail.last(t)
			if m.Subject != tc.subject || m.Body != strings.ReplaceAll(tc.body, "{####}", m.Code) || m.From != tc.from || m.To != email {
				t.Errorf("got %+v", m)
			}
		})
	}
}

func TestOperators(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	out, err := c.signUp(email, password)
	if err != nil {
		t.Fatal(err)
	}
	who := &cip.AdminGetUserInput{UserPoolId: &c.pool, Username: new(strings.ToLower(email))}
	u, err := c.api.AdminGetUser(c.ctx(), who)
	if err != nil {
		t.Fatal(err)
	}
	if u.UserStatus != "UNCONFIRMED" || !u.Enabled || *u.Username != *out.UserSub || !u.UserCreateDate.Equal(c.clock.Now()) || len(u.UserAttributes) != 3 {
		t.Errorf("AdminGetUser: %+v", u)
	}
	if _, err := c.api.AdminConfirmSignUp(c.ctx(), &cip.AdminConfirmSignUpInput{UserPoolId: &c.pool, Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	if got := c.attributes(c.mustSignIn(email, password).AccessToken); got["email_verified"] != "false" {
		t.Errorf("confirming verifies nothing: %v", got)
	}
	for _, name := range []string{"b@example.com", "c@example.com"} {
		c.register(name, password)
	}
	var all []string
	in := &cip.ListUsersInput{UserPoolId: &c.pool, Limit: new(int32(2))}
	for page := 0; ; page++ {
		out, err := c.api.ListUsers(c.ctx(), in)
		if err != nil || page > 2 {
			t.Fatal(page, err)
		}
		for _, u := range out.Users {
			all = append(all, *u.Username)
		}
		if in.PaginationToken = out.PaginationToken; out.PaginationToken == nil {
			break
		}
	}
	if len(all) != 3 {
		t.Errorf("ListUsers: %v", all)
	}
	if _, err := c.api.ListUsers(c.ctx(), &cip.ListUsersInput{UserPoolId: &c.pool, Filter: new(`email = "x"`)}); said(err) != "EmulatorUnimplemented: The local cloud does not implement the input member \"Filter\"." {
		t.Errorf("a filter: %v", err)
	}
	if _, err := c.api.AdminDeleteUser(c.ctx(), &cip.AdminDeleteUserInput{UserPoolId: &c.pool, Username: new(email)}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.api.AdminGetUser(c.ctx(), who); said(err) != "UserNotFoundException: User does not exist." {
		t.Errorf("a user who is gone: %v", err)
	}
	if got := c.post(t, "AdminGetUser", []byte(`{}`)); !strings.Contains(got.Body.String(), "MissingAuthenticationTokenException") {
		t.Errorf("without a signature: %s", got.Body)
	}
}

func TestUnimplemented(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for name, tc := range map[string]struct{ operation, body, want string }{
		"an operation":    {"AssociateSoftwareToken", `{}`, `{"__type":"EmulatorUnimplemented","message":"The local cloud does not implement the operation \"AWSCognitoIdentityProviderService.AssociateSoftwareToken\"."}`},
		"an input member": {"SignUp", `{"ClientId":"x","AnalyticsMetadata":{}}`, `{"__type":"EmulatorUnimplemented","message":"The local cloud does not implement the input member \"AnalyticsMetadata\"."}`},
	} {
		if got := c.post(t, tc.operation, []byte(tc.body)); got.Code != http.StatusNotImplemented || got.Body.String() != tc.want {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	if got := c.post(t, "GlobalSignOut", []byte(`{"AccessToken":"x"}`)); got.Code != 400 {
		t.Errorf("got %d", got.Code)
	}
}
