package cognito_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/local/cognito/srp"
)

const (
	incorrect = "NotAuthorizedException: Incorrect username or password."
	exceeded  = "NotAuthorizedException: Password attempts exceeded"
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
	if _, err := c.signIn(email, password+"x"); said(err) != incorrect {
		t.Errorf("a wrong password: %v", err)
	}
}

func newSRP(t testing.TB) *srp.Client {
	t.Helper()
	client, err := srp.NewClient(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestProofsThatDoNotSignIn(t *testing.T) {
	t.Parallel()
	flip := func(s string) string { // one bit of base64 text
		b, _ := base64.StdEncoding.DecodeString(s)
		b[len(b)/2] ^= 1
		return base64.StdEncoding.EncodeToString(b)
	}
	for name, tc := range map[string]struct {
		alter func(answers map[string]string)
		want  string
	}{
		"one bit of the proof":         {func(a map[string]string) { a["PASSWORD_CLAIM_SIGNATURE"] = flip(a["PASSWORD_CLAIM_SIGNATURE"]) }, incorrect},
		"a proof that is not base64":   {func(a map[string]string) { a["PASSWORD_CLAIM_SIGNATURE"] = "!" }, incorrect},
		"one bit of the secret block":  {func(a map[string]string) { a["PASSWORD_CLAIM_SECRET_BLOCK"] = flip(a["PASSWORD_CLAIM_SECRET_BLOCK"]) }, incorrect},
		"a secret block of our own":    {func(a map[string]string) { a["PASSWORD_CLAIM_SECRET_BLOCK"] = "c2VjcmV0LWJsb2Nr" }, incorrect},
		"a secret block not in base64": {func(a map[string]string) { a["PASSWORD_CLAIM_SECRET_BLOCK"] = "?" }, incorrect},
		"another time than was signed": {func(a map[string]string) { a["TIMESTAMP"] = "Sun Apr 5 12:00:01 UTC 2026" }, incorrect},
		"a time with an offset":        {func(a map[string]string) { a["TIMESTAMP"] = "Sun Apr 5 12:00:00 +05:30 2026" }, "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		"a stranger's name":            {func(a map[string]string) { a["USERNAME"] = "nobody@example.com" }, incorrect},
		"another user's name":          {func(a map[string]string) { a["USERNAME"] = "other@example.com" }, incorrect},
		"no proof":                     {func(a map[string]string) { delete(a, "PASSWORD_CLAIM_SIGNATURE") }, "InvalidParameterException: Missing required parameter PASSWORD_CLAIM_SIGNATURE"},
		"a device, which nobody has":   {func(a map[string]string) { a["DEVICE_KEY"] = "x" }, "EmulatorUnimplemented: The local cloud does not implement the parameter DEVICE_KEY."},
		"a secret for a public client": {func(a map[string]string) { a["SECRET_HASH"] = "x" }, "NotAuthorizedException: Unable to verify secret hash for client "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			c.register(email, password)
			c.register("other@example.com", password)
			client := newSRP(t)
			challenge, err := c.challenge(client, email)
			if err != nil {
				t.Fatal(err)
			}
			answers := c.answers(client, challenge, password)
			tc.alter(answers)
			if tokens, err := c.respond(answers); tokens != nil || !strings.HasPrefix(said(err), tc.want) {
				t.Errorf("got  %v, tokens %v\nwant %s", err, tokens, tc.want)
			}
		})
	}
}

func TestSecretBlockIsGoodOnce(t *testing.T) {
	t.Parallel()
	t.Run("a right proof cannot be played back", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		client := newSRP(t)
		challenge, err := c.challenge(client, email)
		if err != nil {
			t.Fatal(err)
		}
		answers := c.answers(client, challenge, password)
		if _, err := c.respond(answers); err != nil {
			t.Fatal(err)
		}
		if _, err := c.respond(answers); said(err) != incorrect {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a wrong proof uses it up", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		client := newSRP(t)
		challenge, err := c.challenge(client, email)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.respond(c.answers(client, challenge, password+"x")); said(err) != incorrect {
			t.Errorf("got %v", err)
		}
		if _, err := c.respond(c.answers(client, challenge, password)); said(err) != incorrect {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of many proofs at once for one block, one counts", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		client := newSRP(t)
		challenge, err := c.challenge(client, email)
		if err != nil {
			t.Fatal(err)
		}
		answers := c.answers(client, challenge, password)
		var in atomic.Int32
		together(16, func(int) {
			if _, err := c.respond(answers); err == nil {
				in.Add(1)
			}
		})
		if in.Load() != 1 {
			t.Errorf("%d proofs signed in", in.Load())
		}
	})
	t.Run("it is over after three minutes", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		client := newSRP(t)
		challenge, err := c.challenge(client, email)
		if err != nil {
			t.Fatal(err)
		}
		answers := c.answers(client, challenge, password)
		c.clock.forward(3 * time.Minute)
		if _, err := c.respond(answers); said(err) != incorrect {
			t.Errorf("got %v", err)
		}
	})
	t.Run("it is another client's, not this one's", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		client := newSRP(t)
		challenge, err := c.challenge(client, email)
		if err != nil {
			t.Fatal(err)
		}
		answers := c.answers(client, challenge, password)
		c.client = c.create("AWS::Cognito::UserPoolClient", with(gatehouseClient(), props{"UserPoolId": c.pool})).PhysicalID
		if _, err := c.respond(answers); said(err) != incorrect {
			t.Errorf("got %v", err)
		}
	})
	t.Run("it survives a restart, and so does that it was used", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		client := newSRP(t)
		challenge, err := c.challenge(client, email)
		if err != nil {
			t.Fatal(err)
		}
		answers := c.answers(client, challenge, password)
		c.start()
		if _, err := c.respond(answers); err != nil {
			t.Fatal(err)
		}
		c.start()
		if _, err := c.respond(answers); said(err) != incorrect {
			t.Errorf("got %v", err)
		}
	})
}

// TestForgedSRPA sends the values of A with which a server that lacks the check
// lets anybody in: the proofs in the vectors are right for S = 0.
func TestForgedSRPA(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("srp", "testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		MustRefuse []struct {
			Name string `json:"name"`
			A    string `json:"srp_a_hex"`
		} `json:"must_refuse"`
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	forged := map[string]string{"a million digits": strings.Repeat("f", 900_000), "769 digits": strings.Repeat("f", 769), "not hexadecimal": "xyz", "negative": "-5"}
	for _, v := range vectors.MustRefuse {
		forged[v.Name] = v.A
	}
	c := newCloud(t)
	c.register(email, password)
	for _, who := range []string{email, "stranger@example.com"} {
		for name, a := range forged {
			_, err := c.api.InitiateAuth(c.ctx(), &cip.InitiateAuthInput{
				ClientId: &c.client, AuthFlow: types.AuthFlowTypeUserSrpAuth, AuthParameters: map[string]string{"USERNAME": who, "SRP_A": a},
			})
			if !strings.HasPrefix(said(err), "InvalidParameterException: ") {
				t.Errorf("%s, %s: got %v", who, name, err)
			}
		}
	}
}

func TestInitiateAuthRefuses(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	legacy := newCloudOf(t, gatehousePool(), with(gatehouseClient(), props{"PreventUserExistenceErrors": nil}))
	a := newSRP(t).A()
	for name, tc := range map[string]struct {
		cloud      *cloud
		flow       types.AuthFlowType
		parameters map[string]string
		want       string
	}{
		"no USERNAME":                   {c, "USER_SRP_AUTH", map[string]string{"SRP_A": a}, "InvalidParameterException: Missing required parameter USERNAME"},
		"no SRP_A":                      {c, "USER_SRP_AUTH", map[string]string{"USERNAME": email}, "InvalidParameterException: Missing required parameter SRP_A"},
		"a parameter we do not know":    {c, "USER_SRP_AUTH", map[string]string{"USERNAME": email, "SRP_A": a, "DEVICE_KEY": "x"}, "EmulatorUnimplemented: The local cloud does not implement the parameter DEVICE_KEY."},
		"a flow that is off":            {c, "USER_PASSWORD_AUTH", map[string]string{"USERNAME": email, "PASSWORD": password}, "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client"},
		"a flow for operators":          {c, "ADMIN_USER_PASSWORD_AUTH", nil, "InvalidParameterException: Initiate Auth method not supported."},
		"a flow we do not know":         {c, "USER_AUTH", nil, "EmulatorUnimplemented: The local cloud does not implement the flow USER_AUTH."},
		"a flow that AWS does not know": {c, "MAGIC", nil, "InvalidParameterException: 1 validation error detected: Value 'MAGIC' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"},
		"a stranger, where existence is no secret, before SRP_A is looked at": {legacy, "USER_SRP_AUTH", map[string]string{"USERNAME": "nobody@example.com", "SRP_A": strings.Repeat("5", 512)}, "UserNotFoundException: User does not exist."},
	} {
		_, err := tc.cloud.api.InitiateAuth(c.ctx(), &cip.InitiateAuthInput{ClientId: &tc.cloud.client, AuthFlow: tc.flow, AuthParameters: tc.parameters})
		if said(err) != tc.want {
			t.Errorf("%s:\ngot  %v\nwant %s", name, said(err), tc.want)
		}
	}
	_, err := c.api.InitiateAuth(c.ctx(), &cip.InitiateAuthInput{ClientId: new("nosuchclient"), AuthFlow: "USER_SRP_AUTH"})
	if said(err) != "ResourceNotFoundException: User pool client nosuchclient does not exist." {
		t.Errorf("no such client: %v", err)
	}
}

// TestStrangersLookLikeUsers: with existence hidden, nothing in the answers tells
// whether an account exists.
func TestStrangersLookLikeUsers(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	first, err := c.challenge(newSRP(t), "stranger@example.com")
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.challenge(newSRP(t), "Stranger@EXAMPLE.com")
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.challenge(newSRP(t), "stranger2@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"SALT", "USERNAME", "USER_ID_FOR_SRP"} {
		if first[name] != again[name] {
			t.Errorf("a stranger's %s changes: %s, %s", name, first[name], again[name])
		}
		if first[name] == other[name] {
			t.Errorf("two strangers have the %s %s", name, first[name])
		}
	}
	if first["SRP_B"] == again["SRP_B"] {
		t.Error("a stranger's SRP_B does not change")
	}
	for round := range 7 { // 5 are free, the 6th comes in a lock
		_, stranger := c.signIn("stranger@example.com", password)
		_, user := c.signIn(email, password+"x")
		if said(stranger) != said(user) {
			t.Errorf("attempt %d: a stranger gets %v, a user %v", round, stranger, user)
		}
	}
	if d, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new("stranger@example.com")}); err != nil || *d.CodeDeliveryDetails.Destination != "s***@e***" {
		t.Errorf("ForgotPassword: %+v, %v", d, err)
	}
	if d, err := c.api.ResendConfirmationCode(c.ctx(), &cip.ResendConfirmationCodeInput{ClientId: &c.client, Username: new("stranger@example.com")}); err != nil || *d.CodeDeliveryDetails.Destination != "s***@e***" {
		t.Errorf("ResendConfirmationCode: %+v, %v", d, err)
	}
	if n := len(c.mail.all()); n != 1 {
		t.Errorf("%d mails were sent, want the user's one", n)
	}
	for who, want := range map[string]string{
		"stranger@example.com":  "CodeMismatchException: Invalid verification code provided, please try again.",
		"stranger2@example.com": "ExpiredCodeException: Invalid code provided, please request a code again.",
	} {
		_, err := c.api.ConfirmForgotPassword(c.ctx(), &cip.ConfirmForgotPasswordInput{ClientId: &c.client, Username: &who, ConfirmationCode: new("1234567"), Password: new(password)})
		if said(err) != want {
			t.Errorf("%s: ConfirmForgotPassword: %v", who, err)
		}
		if err := c.confirm(who, "1234567"); said(err) != want {
			t.Errorf("%s: ConfirmSignUp: %v", who, err)
		}
	}
}

func TestLockOut(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	wrong := func(want string) {
		t.Helper()
		if _, err := c.signIn(email, password+"x"); said(err) != want {
			t.Fatalf("got %v, want %s", err, want)
		}
	}
	right := func(want string) {
		t.Helper()
		if _, err := c.signIn(email, password); said(err) != want {
			t.Fatalf("got %q, want %q", said(err), want)
		}
	}
	for range 5 {
		wrong(incorrect)
	}
	right(exceeded) // locked for a second
	c.clock.forward(999 * time.Millisecond)
	wrong(exceeded) // and that does not prolong it
	c.clock.forward(time.Millisecond)
	wrong(incorrect) // the 6th failure: 2 seconds
	c.clock.forward(1999 * time.Millisecond)
	right(exceeded)
	c.start() // a restart forgets nothing
	right(exceeded)
	c.clock.forward(time.Millisecond)
	right("") // and all is forgiven
	for range 5 {
		wrong(incorrect)
	}
	for _, seconds := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
		c.clock.forward(time.Duration(seconds)*time.Second - 1)
		right(exceeded)
		c.clock.forward(1)
		wrong(incorrect)
	}
	c.clock.forward(15*time.Minute + 15*time.Minute) // the lock, and then quiet
	for range 5 {
		wrong(incorrect)
	}
	right(exceeded)
}

// together runs work n times at once.
func together(n int, work func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			work(i)
		})
	}
	close(start)
	all.Wait()
}

// TestGuessesAtOnceAreCountedAsInTurn: a thousand guesses made together are no
// better than a thousand made one after the other.
func TestGuessesAtOnceAreCountedAsInTurn(t *testing.T) {
	t.Parallel()
	const guesses = 40
	t.Run("passwords over SRP", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		answers := make([]map[string]string, guesses)
		for i := range answers { // every challenge is there before the first is answered
			client := newSRP(t)
			challenge, err := c.challenge(client, email)
			if err != nil {
				t.Fatal(err)
			}
			answers[i] = c.answers(client, challenge, fmt.Sprint("guess", i))
		}
		var looked, refused atomic.Int32
		together(guesses, func(i int) {
			switch _, err := c.respond(answers[i]); said(err) {
			case incorrect:
				looked.Add(1)
			case exceeded:
				refused.Add(1)
			default:
				t.Errorf("got %v", err)
			}
		})
		if looked.Load() != 5 || refused.Load() != guesses-5 {
			t.Errorf("%d guesses were looked at and %d refused, want 5 and %d", looked.Load(), refused.Load(), guesses-5)
		}
	})
	t.Run("passwords in plain", func(t *testing.T) {
		t.Parallel()
		c := newCloudOf(t, gatehousePool(), with(gatehouseClient(), props{"ExplicitAuthFlows": []any{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}))
		c.register(email, password)
		var looked atomic.Int32
		together(guesses, func(i int) {
			_, err := c.api.InitiateAuth(c.ctx(), &cip.InitiateAuthInput{ClientId: &c.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": fmt.Sprint("guess", i)}})
			if said(err) == incorrect {
				looked.Add(1)
			}
		})
		if looked.Load() != 5 {
			t.Errorf("%d guesses were looked at, want 5", looked.Load())
		}
	})
	const mismatch = "CodeMismatchException: Invalid verification code provided, please try again."
	const limit = "LimitExceededException: Attempt limit exceeded, please try after some time."
	t.Run("codes of sign-up", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		if _, err := c.signUp(email, password); err != nil {
			t.Fatal(err)
		}
		if looked := count(guesses, mismatch, func(int) error { return c.confirm(email, "x") }); looked != 15 {
			t.Errorf("%d guesses were looked at, want 15", looked)
		}
		if err := c.confirm(email, c.mail.last(t).Code); said(err) != limit {
			t.Errorf("the right code after that: %v", err)
		}
		c.clock.forward(time.Hour)
		if err := c.confirm(email, c.mail.last(t).Code); err != nil {
			t.Errorf("the right code an hour later: %v", err)
		}
	})
	t.Run("codes to reset the password", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		if _, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)}); err != nil {
			t.Fatal(err)
		}
		reset := func(int) error {
			_, err := c.api.ConfirmForgotPassword(c.ctx(), &cip.ConfirmForgotPasswordInput{ClientId: &c.client, Username: new(email), ConfirmationCode: new("x"), Password: new(password)})
			return err
		}
		if looked := count(guesses, mismatch, reset); looked != 20 {
			t.Errorf("%d guesses were looked at, want 20", looked)
		}
	})
	t.Run("a code is used once", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		if _, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)}); err != nil {
			t.Fatal(err)
		}
		code := c.mail.last(t).Code
		reset := func(i int) error {
			_, err := c.api.ConfirmForgotPassword(c.ctx(), &cip.ConfirmForgotPasswordInput{ClientId: &c.client, Username: new(email), ConfirmationCode: &code, Password: new(fmt.Sprint("Correct-Horse-", i))})
			return err
		}
		if used := count(15, "", reset); used != 1 {
			t.Errorf("the code was used %d times", used)
		}
	})
	t.Run("names are taken once", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		if made := count(guesses, "", func(int) error { _, err := c.signUp(email, password); return err }); made != 1 {
			t.Errorf("%d users were made", made)
		}
	})
}

// count runs work n times at once and counts the answers that say want.
func count(n int, want string, work func(i int) error) int {
	var found atomic.Int32
	together(n, func(i int) {
		if said(work(i)) == want {
			found.Add(1)
		}
	})
	return int(found.Load())
}

func TestUsersAtOnceDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	if in := count(8, "", func(int) error { _, err := c.signIn(email, password); return err }); in != 8 {
		t.Errorf("%d of 8 right passwords at once signed in", in)
	}
}

func TestPasswordAuth(t *testing.T) {
	t.Parallel()
	c := newCloudOf(t, gatehousePool(), with(gatehouseClient(), props{"ExplicitAuthFlows": []any{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}))
	c.register(email, password)
	for name, tc := range map[string]struct{ who, password, want string }{
		"the right password": {email, password, ""},
		"a wrong password":   {email, password + "x", incorrect},
		"a stranger":         {"stranger@example.com", password, incorrect},
	} {
		out, err := c.api.InitiateAuth(c.ctx(), &cip.InitiateAuthInput{ClientId: &c.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": tc.who, "PASSWORD": tc.password}})
		if said(err) != tc.want || (err == nil) != (tc.want == "") || err == nil && out.AuthenticationResult.AccessToken == nil {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	if _, err := c.signIn(email, password); said(err) != "InvalidParameterException: USER_SRP_AUTH is not enabled for the client." {
		t.Errorf("SRP, which is off: %v", err)
	}
}

// TestOnlySaltAndVerifierAreStored looks for the password in the whole database.
func TestOnlySaltAndVerifierAreStored(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	c.mustSignIn(email, password)
	var state bytes.Buffer
	if err := c.dump(&state); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(state.Bytes(), []byte("Mary.Jones")) {
		t.Fatal("the dump does not hold the user")
	}
	for name, secret := range map[string][]byte{
		"the password": []byte(password), "the password in base64": []byte(base64.StdEncoding.EncodeToString([]byte(password))[:18]),
	} {
		if bytes.Contains(state.Bytes(), secret) {
			t.Errorf("%s is in the database", name)
		}
	}
}

// TestClientsOfOtherPools: the SECRET_BLOCK of one pool is worthless in another.
func TestClientsOfOtherPools(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	client := newSRP(t)
	challenge, err := c.challenge(client, email)
	if err != nil {
		t.Fatal(err)
	}
	answers := c.answers(client, challenge, password)
	c.pool = c.create("AWS::Cognito::UserPool", gatehousePool()).PhysicalID
	c.client = c.create("AWS::Cognito::UserPoolClient", with(gatehouseClient(), props{"UserPoolId": c.pool})).PhysicalID
	c.register(email, password)
	if _, err := c.respond(answers); said(err) != incorrect {
		t.Errorf("got %v", err)
	}
}

func TestSecretHash(t *testing.T) {
	t.Parallel()
	c := newEmptyCloud(t)
	c.pool = c.create("AWS::Cognito::UserPool", gatehousePool()).PhysicalID
	made := c.create("AWS::Cognito::UserPoolClient", with(gatehouseClient(), props{"UserPoolId": c.pool, "GenerateSecret": true}))
	c.client = made.PhysicalID
	secret := made.Attributes["ClientSecret"].(string)
	_, err := c.signUp(email, password)
	if said(err) != "NotAuthorizedException: Client "+c.client+" is configured with secret but SECRET_HASH was not received" {
		t.Errorf("no hash: %v", err)
	}
	in := &cip.SignUpInput{ClientId: &c.client, Username: new(email), Password: new(password), SecretHash: new("d3Jvbmc=")}
	if _, err := c.api.SignUp(c.ctx(), in); said(err) != "NotAuthorizedException: Unable to verify secret hash for client "+c.client {
		t.Errorf("a wrong hash: %v", err)
	}
	in.SecretHash = new(secretHash(secret, email, c.client))
	if _, err := c.api.SignUp(c.ctx(), in); err != nil {
		t.Errorf("the right hash: %v", err)
	}
}

// FuzzRespondToAuthChallenge: no text in place of a proof signs in or breaks the service.
func FuzzRespondToAuthChallenge(f *testing.F) {
	c := newCloud(f)
	c.register(email, password)
	client := newSRP(f)
	challenge, err := c.challenge(client, email)
	if err != nil {
		f.Fatal(err)
	}
	good := c.answers(client, challenge, password)
	f.Add(good["PASSWORD_CLAIM_SECRET_BLOCK"][:64], "AAAA", good["TIMESTAMP"], email)
	f.Add("", "", "", "")
	f.Add("c2VjcmV0LWJsb2Nr", good["PASSWORD_CLAIM_SIGNATURE"], "Thu Jan 1 00:00:00 UTC 1970", "ÿ")
	f.Fuzz(func(t *testing.T, block, proof, stamp, name string) {
		answers := maps.Clone(good)
		answers["PASSWORD_CLAIM_SECRET_BLOCK"], answers["PASSWORD_CLAIM_SIGNATURE"], answers["TIMESTAMP"], answers["USERNAME"] = block, proof, stamp, name
		body, err := json.Marshal(map[string]any{"ClientId": c.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answers})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.post(t, "RespondToAuthChallenge", body); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), `"__type"`) || strings.Contains(got.Body.String(), "InternalFailure") {
			t.Errorf("answered %d %s", got.Code, got.Body)
		}
	})
}

// FuzzInitiateAuth: whatever SRP_A is, the answer is a challenge or a refusal.
func FuzzInitiateAuth(f *testing.F) {
	c := newCloud(f)
	c.register(email, password)
	for _, seed := range []string{"", "0", "2", "-1", strings.Repeat("f", 768), strings.Repeat("f", 769), new(big.Int).Lsh(big.NewInt(1), 3071).Text(16)} {
		f.Add(email, seed)
	}
	f.Fuzz(func(t *testing.T, name, a string) {
		body, err := json.Marshal(map[string]any{"ClientId": c.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": map[string]string{"USERNAME": name, "SRP_A": a}})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.post(t, "InitiateAuth", body); got.Code >= 500 || strings.Contains(got.Body.String(), "InternalFailure") {
			t.Errorf("answered %d %s", got.Code, got.Body)
		}
	})
}
