package cognito_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"go.etcd.io/bbolt"

	"gatehouse/local/cognito"
	"gatehouse/local/cognito/srp"
	"gatehouse/local/mail"
	"gatehouse/local/resource"
	"gatehouse/local/store"
)

// cloud is a Cognito with one pool and one client, called as an application would:
// with the AWS SDK for Go over HTTP.
type cloud struct {
	t       testing.TB
	service *cognito.Service
	server  *httptest.Server
	db      *bbolt.DB
	api     *cip.Client
	clock   *clock
	mail    *mailbox
	pool    string
	client  string
}

type props = resource.Properties

// gatehousePool is the pool that Gatehouse's own auth stack declares.
func gatehousePool() props {
	return props{
		"UsernameAttributes":     []any{"email"},
		"UsernameConfiguration":  map[string]any{"CaseSensitive": false},
		"AutoVerifiedAttributes": []any{"email"},
		"AccountRecoverySetting": map[string]any{"RecoveryMechanisms": []any{map[string]any{"Name": "verified_email", "Priority": 1.0}}},
		"Policies": map[string]any{"PasswordPolicy": map[string]any{
			"MinimumLength": 12.0, "RequireLowercase": true, "RequireUppercase": true, "RequireNumbers": true, "RequireSymbols": true,
		}},
		"VerificationMessageTemplate": map[string]any{
			"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubject": "Your code", "EmailMessage": "Enter <b>{####}</b> to go on",
			"EmailSubjectByLink": "Your link", "EmailMessageByLink": "Click {##here##} to go on",
		},
		"UserAttributeUpdateSettings": map[string]any{"AttributesRequireVerificationBeforeUpdate": []any{"email"}},
	}
}

// gatehouseClient is the client that Gatehouse's own auth stack declares.
func gatehouseClient() props {
	return props{
		"ExplicitAuthFlows":          []any{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		"PreventUserExistenceErrors": "ENABLED",
		"GenerateSecret":             false,
	}
}

// with returns p with some properties set or, where nil, removed.
func with(p props, changes props) props {
	p = maps.Clone(p)
	for name, value := range changes {
		if p[name] = value; value == nil {
			delete(p, name)
		}
	}
	return p
}

const (
	region   = "us-east-1"
	account  = "000000000000"
	email    = "Mary.Jones@Example.com"
	password = "Correct-Horse-9!"
)

func newCloud(t testing.TB) *cloud { return newCloudOf(t, gatehousePool(), gatehouseClient()) }

func newCloudOf(t testing.TB, pool, client props) *cloud {
	t.Helper()
	c := newEmptyCloud(t)
	c.pool = c.create("AWS::Cognito::UserPool", pool).PhysicalID
	c.client = c.create("AWS::Cognito::UserPoolClient", with(client, props{"UserPoolId": c.pool})).PhysicalID
	return c
}

func newEmptyCloud(t testing.TB) *cloud {
	t.Helper()
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &cloud{t: t, db: db, clock: &clock{now: time.Date(2026, 4, 5, 12, 0, 0, 0, time.UTC)}, mail: &mailbox{}}
	c.start()
	return c
}

// start starts the service on what is in the database, like a new process.
func (c *cloud) start() {
	c.t.Helper()
	var err error
	c.service, err = cognito.New(cognito.Config{
		DB: c.db, Account: account, Region: region, Now: c.clock.Now, Rand: rand.Reader, Mail: c.mail,
		Endpoint: func() string { return c.server.URL },
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.server = httptest.NewServer(c.service)
	c.t.Cleanup(c.server.Close)
	c.api = cip.New(cip.Options{
		Region: region, BaseEndpoint: &c.server.URL, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func (c *cloud) handler(name string) resource.Handler {
	c.t.Helper()
	for _, r := range c.service.Resources() {
		if r.Name == name {
			return r.Handler
		}
	}
	c.t.Fatalf("no resource type %s", name)
	return nil
}

func (c *cloud) create(name string, p props) resource.Result {
	c.t.Helper()
	r, err := c.handler(name).Create(context.Background(), resource.Request{LogicalID: "Thing", Properties: p, Token: name})
	if err != nil {
		c.t.Fatalf("creating %s: %v", name, err)
	}
	return r
}

func (c *cloud) update(name, id string, old, p props) error {
	c.t.Helper()
	r, err := c.handler(name).Update(context.Background(), resource.Request{LogicalID: "Thing", PhysicalID: id, Properties: p, Old: old})
	if err == nil && r.PhysicalID != id {
		c.t.Errorf("the update of %s answers with the id %s", id, r.PhysicalID)
	}
	return err
}

func (c *cloud) ctx() context.Context { return context.Background() }

func (c *cloud) signUp(email, password string, attributes ...types.AttributeType) (*cip.SignUpOutput, error) {
	return c.api.SignUp(c.ctx(), &cip.SignUpInput{ClientId: &c.client, Username: &email, Password: &password, UserAttributes: attributes})
}

func (c *cloud) confirm(email, code string) error {
	_, err := c.api.ConfirmSignUp(c.ctx(), &cip.ConfirmSignUpInput{ClientId: &c.client, Username: &email, ConfirmationCode: &code})
	return err
}

// register signs up and confirms with the code from the mailbox.
func (c *cloud) register(email, password string, attributes ...types.AttributeType) (sub string) {
	c.t.Helper()
	out, err := c.signUp(email, password, attributes...)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.confirm(email, c.mail.last(c.t).Code); err != nil {
		c.t.Fatal(err)
	}
	return *out.UserSub
}

// challenge is the first step of a sign-in over SRP.
func (c *cloud) challenge(client *srp.Client, name string) (map[string]string, error) {
	out, err := c.api.InitiateAuth(c.ctx(), &cip.InitiateAuthInput{
		ClientId: &c.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
		AuthParameters: map[string]string{"USERNAME": name, "SRP_A": client.A()},
	})
	if err != nil {
		return nil, err
	}
	if out.ChallengeName != types.ChallengeNameTypePasswordVerifier || out.Session != nil || out.AuthenticationResult != nil {
		c.t.Errorf("InitiateAuth answered with %s, session %v", out.ChallengeName, out.Session)
	}
	return out.ChallengeParameters, nil
}

// answers are the ChallengeResponses for a challenge.
func (c *cloud) answers(client *srp.Client, challenge map[string]string, password string) map[string]string {
	c.t.Helper()
	stamp := srp.FormatTimestamp(c.clock.Now())
	_, poolName, _ := strings.Cut(c.pool, "_")
	signature, err := client.Sign(poolName, challenge["USER_ID_FOR_SRP"], password, challenge["SALT"], challenge["SRP_B"], challenge["SECRET_BLOCK"], stamp)
	if err != nil {
		c.t.Fatal(err)
	}
	return map[string]string{
		"USERNAME": challenge["USERNAME"], "TIMESTAMP": stamp,
		"PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"], "PASSWORD_CLAIM_SIGNATURE": signature,
	}
}

func (c *cloud) respond(answers map[string]string) (*types.AuthenticationResultType, error) {
	out, err := c.api.RespondToAuthChallenge(c.ctx(), &cip.RespondToAuthChallengeInput{
		ClientId: &c.client, ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeResponses: answers,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// signIn signs in over SRP.
func (c *cloud) signIn(name, password string) (*types.AuthenticationResultType, error) {
	client, err := srp.NewClient(rand.Reader)
	if err != nil {
		return nil, err
	}
	challenge, err := c.challenge(client, name)
	if err != nil {
		return nil, err
	}
	return c.respond(c.answers(client, challenge, password))
}

func (c *cloud) mustSignIn(name, password string) *types.AuthenticationResultType {
	c.t.Helper()
	r, err := c.signIn(name, password)
	if err != nil {
		c.t.Fatalf("signing in: %v", err)
	}
	return r
}

func (c *cloud) attributes(accessToken *string) map[string]string {
	c.t.Helper()
	out, err := c.api.GetUser(c.ctx(), &cip.GetUserInput{AccessToken: accessToken})
	if err != nil {
		c.t.Fatal(err)
	}
	all := map[string]string{}
	for _, a := range out.UserAttributes {
		all[*a.Name] = *a.Value
	}
	return all
}

// said is an error as a client reads it: "Code: message". "" for nil.
func said(err error) string {
	if err == nil {
		return ""
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode() + ": " + api.ErrorMessage()
	}
	return err.Error()
}

func attribute(name, value string) types.AttributeType {
	return types.AttributeType{Name: &name, Value: &value}
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// mailbox keeps what was sent.
type mailbox struct {
	mu   sync.Mutex
	sent []mail.Message
	fail error
	drop bool // keep nothing
}

func (m *mailbox) Send(message mail.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if !m.drop {
		m.sent = append(m.sent, message)
	}
	return nil
}

func (m *mailbox) all() []mail.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]mail.Message(nil), m.sent...)
}

func (m *mailbox) last(t testing.TB) mail.Message {
	t.Helper()
	sent := m.all()
	if len(sent) == 0 {
		t.Fatal("no mail was sent")
	}
	return sent[len(sent)-1]
}

// post sends a body to an operation without a network.
func (c *cloud) post(t testing.TB, operation string, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	w := httptest.NewRecorder()
	c.service.ServeHTTP(w, r)
	return w
}

// dump writes every key and value in the database.
func (c *cloud) dump(w io.Writer) error {
	return c.db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				_, err := fmt.Fprintf(w, "%s %s\n", k, v)
				return err
			})
		})
	})
}

func secretHash(secret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (c *cloud) remove(name, id string, p props) {
	c.t.Helper()
	if err := c.handler(name).Delete(context.Background(), resource.Request{LogicalID: "Thing", PhysicalID: id, Properties: p}); err != nil {
		c.t.Fatalf("deleting %s: %v", name, err)
	}
}
