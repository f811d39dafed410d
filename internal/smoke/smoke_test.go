package smoke_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/config"
	"gatehouse/internal/smoke"
	"gatehouse/local/localtest"
	"gatehouse/local/wire"
	"gatehouse/outputs"
	"gatehouse/stacks/contract"
)

// root is the checkout.
const root = "../.."

// pool is a user pool in a local cloud, made of the template of the environment "local".
type pool struct {
	cfg     config.Config
	outputs outputs.Outputs
	users   *cognito.Client
}

func newPool(t *testing.T) pool {
	t.Helper()
	cfg, err := config.Load(os.DirFS(root), "local")
	if err != nil {
		t.Fatal(err)
	}
	template, err := os.ReadFile(filepath.Join(root, "stacks", "testdata", "local-auth.json"))
	if err != nil {
		t.Fatal(err)
	}
	cloud := localtest.Start(t)
	sdk := aws.Config{
		Region: cfg.Region, BaseEndpoint: new(cloud.AWSURL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient: &http.Client{Transport: wire.PlainBodies(http.DefaultTransport)},
	}
	stack := contract.StackName(cfg.Project, cfg.Environment, contract.StackAuth)
	client := cloudformation.NewFromConfig(sdk)
	if _, err := client.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: &stack, TemplateBody: new(string(template)),
		Parameters: []types.Parameter{{ParameterKey: new("BootstrapVersion"), ParameterValue: new("/cdk-bootstrap/hnb659fds/version")}},
	}); err != nil {
		t.Fatal(err)
	}
	found, err := client.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &stack})
	if err != nil {
		t.Fatal(err)
	}
	var ids outputs.IDs
	for _, o := range found.Stacks[0].Outputs {
		switch *o.OutputKey {
		case contract.OutputUserPoolID:
			ids.UserPoolID = *o.OutputValue
		case contract.OutputUserPoolClientID:
			ids.UserPoolClientID = *o.OutputValue
		}
	}
	ids.SiteURL = cfg.Local.Site
	return pool{cfg, outputs.New(cfg, ids), cognito.NewFromConfig(sdk)}
}

// site is a site that answers as it should, unless a test changes that.
type site struct {
	cfg     config.Config
	outputs outputs.Outputs
	change  func(w http.ResponseWriter, r *http.Request) bool // true: it has answered
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range s.cfg.ResponseHeaders() {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if s.change != nil && s.change(w, r) {
		return
	}
	body := []byte("<h1>Welcome</h1>")
	if r.URL.Path == "/amplify_outputs.json" {
		published := s.outputs
		published.SiteURL = s.cfg.Local.Site
		var err error
		if body, err = outputs.AmplifyOutputs(published); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	_, _ = w.Write(body) // the test sees what is missing
}

// deployment is what a test tries, and the site that it may change.
func deployment(t *testing.T, p pool) (smoke.Deployment, *site) {
	t.Helper()
	s := &site{cfg: p.cfg, outputs: p.outputs}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return smoke.Deployment{
		Config: p.cfg, Outputs: p.outputs, URL: server.URL, Users: p.users, HTTP: server.Client(), Now: time.Now, Rand: rand.Reader,
	}, s
}

// told is the steps, one a line: "failed It has its headers: why".
func told(steps []smoke.Step) string {
	var lines strings.Builder
	for _, s := range steps {
		fmt.Fprint(&lines, s.Status, " ", s.Name)
		if s.Detail != "" {
			fmt.Fprint(&lines, ": ", s.Detail)
		}
		lines.WriteString("\n")
	}
	return lines.String()
}

const allPassed = `passed The page is served
passed It has its headers
passed Its configuration is the stack's
passed Somebody registers
passed The account is confirmed
passed They sign in over SRP
passed The account is deleted
`

func TestADeploymentThatWorksPassesEveryStepAndNobodyIsLeft(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	d, _ := deployment(t, p)
	users := &recorder{UserPool: p.users, pool: p.outputs.UserPoolID}
	d.Users = users
	var seen []smoke.Step
	d.OnStep = func(s smoke.Step) { seen = append(seen, s) }
	steps, err := smoke.Run(t.Context(), d)
	if err != nil || told(steps) != allPassed || told(seen) != allPassed {
		t.Errorf("got %v\n%stold were\n%s", err, told(steps), told(seen))
	}
	users.wantNobodyLeft(t)
}

// recorder is a user pool that remembers who registered, and fails when it is told to.
type recorder struct {
	smoke.UserPool
	pool  string // its id
	email string
	fail  map[string]error // by operation
}

var errDenied = errors.New("AccessDeniedException: not you")

func (r *recorder) SignUp(ctx context.Context, in *cognito.SignUpInput, options ...func(*cognito.Options)) (*cognito.SignUpOutput, error) {
	r.email = *in.Username
	out, err := r.UserPool.SignUp(ctx, in, options...)
	return out, errors.Join(err, r.fail["SignUp"]) // the answer is lost, the user is there
}

func (r *recorder) AdminConfirmSignUp(ctx context.Context, in *cognito.AdminConfirmSignUpInput, options ...func(*cognito.Options)) (*cognito.AdminConfirmSignUpOutput, error) {
	if err := r.fail["AdminConfirmSignUp"]; err != nil {
		return nil, err
	}
	return r.UserPool.AdminConfirmSignUp(ctx, in, options...)
}

func (r *recorder) RespondToAuthChallenge(ctx context.Context, in *cognito.RespondToAuthChallengeInput, options ...func(*cognito.Options)) (*cognito.RespondToAuthChallengeOutput, error) {
	if err := r.fail["RespondToAuthChallenge"]; err != nil {
		return nil, err
	}
	return r.UserPool.RespondToAuthChallenge(ctx, in, options...)
}

func (r *recorder) DeleteUser(ctx context.Context, in *cognito.DeleteUserInput, options ...func(*cognito.Options)) (*cognito.DeleteUserOutput, error) {
	if err := r.fail["DeleteUser"]; err != nil {
		return nil, err
	}
	return r.UserPool.DeleteUser(ctx, in, options...)
}

func (r *recorder) AdminDeleteUser(ctx context.Context, in *cognito.AdminDeleteUserInput, options ...func(*cognito.Options)) (*cognito.AdminDeleteUserOutput, error) {
	if err := r.fail["AdminDeleteUser"]; err != nil {
		return nil, err
	}
	return r.UserPool.AdminDeleteUser(ctx, in, options...)
}

// wantNobodyLeft wants the user to be gone from the pool.
func (r *recorder) wantNobodyLeft(t *testing.T) {
	t.Helper()
	if r.email == "" {
		t.Fatal("nobody registered")
	}
	_, err := r.UserPool.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: &r.pool, Username: &r.email})
	if _, gone := errors.AsType[*cognitotypes.UserNotFoundException](err); !gone {
		t.Errorf("%s was left: %v", r.email, err)
	}
}

func TestEachStepOfTheSiteFailsForItsReason(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	answer := func(path string, status int, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == path {
				w.WriteHeader(status)
				_, _ = w.Write([]byte(body)) // the test sees what is missing
			}
			return r.URL.Path == path
		}
	}
	header := func(name, value string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool { w.Header().Set(name, value); return false }
	}
	for name, tc := range map[string]struct {
		change func(http.ResponseWriter, *http.Request) bool
		want   []string // of the first line that failed
	}{
		"no page":                    {answer("/", http.StatusForbidden, ""), []string{"failed The page is served: ", "/ answers 403 Forbidden"}},
		"something that is no page":  {header("Content-Type", "application/json"), []string{"failed The page is served: ", `/ is of type "application/json"; want text/html`}},
		"another policy of content":  {header("Content-Security-Policy", "default-src *"), []string{"failed It has its headers: ", `Content-Security-Policy is "default-src *"; want "default-src`}},
		"configuration that is gone": {answer("/amplify_outputs.json", http.StatusNotFound, ""), []string{"failed Its configuration is the stack's: ", "/amplify_outputs.json answers 404 Not Found"}},
		"configuration that is none": {answer("/amplify_outputs.json", http.StatusOK, "<h1>"), []string{"failed Its configuration is the stack's: ", "/amplify_outputs.json is not JSON"}},
		"configuration of another":   {answer("/amplify_outputs.json", http.StatusOK, `{"version": "1.4", "auth": {"user_pool_id": "eu-west-1_other"}}`), []string{"failed Its configuration is the stack's: ", `auth.user_pool_id is "eu-west-1_other"; want "` + p.outputs.UserPoolID + `"`, "auth.aws_region is missing; want"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, s := deployment(t, p)
			s.change, d.NoUser = tc.change, true
			steps, err := smoke.Run(t.Context(), d)
			if !errors.Is(err, smoke.ErrFailed) {
				t.Fatalf("got %v\n%s", err, told(steps))
			}
			text := told(steps)
			at := strings.Index(text, "failed ")
			line, _, _ := strings.Cut(text[at:], "\n")
			for _, want := range tc.want {
				if !strings.Contains(line, want) {
					t.Errorf("got  %s\nwant %s", line, want)
				}
			}
			if strings.Count(text, "skipped ") != 4 || strings.Count(text, "asked for no user") != 4 {
				t.Errorf("a user was asked for:\n%s", text)
			}
		})
	}
}

func TestASiteThatIsSlowToShowWhatWasDeployedIsWaitedFor(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	d, s := deployment(t, p)
	looks := 0
	s.change = func(w http.ResponseWriter, r *http.Request) bool {
		looks++
		if looks == 1 {
			w.WriteHeader(http.StatusNotFound)
		}
		return looks == 1
	}
	d.NoUser, d.Patience = true, time.Minute
	if steps, err := smoke.Run(t.Context(), d); err != nil {
		t.Errorf("got %v\n%s", err, told(steps))
	}
}

func TestPlainHTTPMustLeadToHTTPS(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	for name, tc := range map[string]struct {
		to   string
		want string
	}{
		"it does":         {"", "passed Plain HTTP leads to HTTPS"},
		"it is served":    {"-", `answers 200 OK and leads to ""; want a redirection to `},
		"it leads astray": {"https://elsewhere.example.com/", `leads to "https://elsewhere.example.com/"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, s := deployment(t, p)
			secure := httptest.NewTLSServer(s)
			t.Cleanup(secure.Close)
			d.URL, d.NoUser = secure.URL, true
			plain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tc.to == "-" {
					return
				}
				http.Redirect(w, r, tc.to+map[bool]string{true: secure.URL + "/"}[tc.to == ""], http.StatusMovedPermanently)
			})
			d.HTTP = &http.Client{Transport: byScheme{plain, secure.Client().Transport}}
			steps, _ := smoke.Run(t.Context(), d) // the step tells
			if !strings.Contains(told(steps), tc.want) {
				t.Errorf("got\n%swant %s", told(steps), tc.want)
			}
		})
	}
}

// byScheme answers what is asked for in the clear itself.
type byScheme struct {
	plain  http.Handler
	secure http.RoundTripper
}

func (b byScheme) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" {
		return b.secure.RoundTrip(r)
	}
	w := httptest.NewRecorder()
	b.plain.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestEachStepOfTheUserFailsForItsReasonAndNobodyIsLeft(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	for name, tc := range map[string]struct {
		fail map[string]error
		want string
	}{
		"the answer to the registration is lost": {map[string]error{"SignUp": errDenied}, "failed Somebody registers: AccessDeniedException: not you\nskipped The account is confirmed: after what failed\nskipped They sign in over SRP: after what failed\npassed The account is deleted\n"},
		"nobody may confirm":                     {map[string]error{"AdminConfirmSignUp": errDenied}, "passed Somebody registers\nfailed The account is confirmed: AccessDeniedException: not you\nskipped They sign in over SRP: after what failed\npassed The account is deleted\n"},
		"nobody can sign in":                     {map[string]error{"RespondToAuthChallenge": errDenied}, "failed They sign in over SRP: AccessDeniedException: not you\npassed The account is deleted\n"},
		"people cannot delete themselves":        {map[string]error{"DeleteUser": errDenied}, "passed They sign in over SRP\npassed The account is deleted\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := deployment(t, p)
			users := &recorder{UserPool: p.users, pool: p.outputs.UserPoolID, fail: tc.fail}
			d.Users = users
			steps, err := smoke.Run(t.Context(), d)
			if !strings.HasSuffix(told(steps), tc.want) || strings.Contains(tc.want, "failed") != errors.Is(err, smoke.ErrFailed) {
				t.Errorf("got %v\n%swant\n%s", err, told(steps), tc.want)
			}
			users.wantNobodyLeft(t)
		})
	}
}

func TestAUserWhoMayBeLeftIsNamed(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	d, _ := deployment(t, p)
	users := &recorder{UserPool: p.users, pool: p.outputs.UserPoolID, fail: map[string]error{"DeleteUser": errDenied, "AdminDeleteUser": errDenied}}
	d.Users = users
	steps, err := smoke.Run(t.Context(), d)
	want := "failed The account is deleted: " + users.email + " may be left in the pool " + p.outputs.UserPoolID + ": AccessDeniedException: not you\n"
	if !errors.Is(err, smoke.ErrFailed) || !strings.HasSuffix(told(steps), want) {
		t.Errorf("got %v\n%swant\n%s", err, told(steps), want)
	}
}

func TestWhereNobodyMayRegisterNobodyIsMade(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	d, _ := deployment(t, p)
	d.Config.Auth.SelfSignUp = false
	users := &recorder{UserPool: p.users, pool: p.outputs.UserPoolID}
	d.Users = users
	steps, err := smoke.Run(t.Context(), d)
	if err != nil || strings.Count(told(steps), ": auth.selfSignUp is false") != 4 || users.email != "" {
		t.Errorf("got %v, %q registered\n%s", err, users.email, told(steps))
	}
}

func TestWithoutRandomnessNobodyRegisters(t *testing.T) {
	t.Parallel()
	p := newPool(t)
	d, _ := deployment(t, p)
	d.Rand = bytes.NewReader(nil)
	if steps, err := smoke.Run(t.Context(), d); !errors.Is(err, smoke.ErrFailed) || !strings.Contains(told(steps), "failed Somebody registers: reading randomness") {
		t.Errorf("got %v\n%s", err, told(steps))
	}
}
