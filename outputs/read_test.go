package outputs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"gatehouse/config"
	"gatehouse/outputs"
)

// deployed is an environment's stacks and outputs, as CloudFormation and
// cdk deploy --outputs-file have them.
func deployed() map[string]map[string]string {
	return map[string]map[string]string{
		"shop-prod-auth": {
			"UserPoolId":       "eu-west-1_AbCdEfGhI",
			"UserPoolClientId": "1h57kf5cpq17m0eml12EXAMPLE",
			"Another":          "not ours",
		},
		"shop-prod-hosting": {"SiteUrl": "https://d111111abcdef8.cloudfront.net/"},
	}
}

// newCloudFormation is a client of a server that answers DescribeStacks with the
// given stacks, in the words that AWS uses.
func newCloudFormation(t *testing.T, stacks map[string]map[string]string) *cloudformation.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.FormValue("StackName")
		if got := r.FormValue("Action"); got != "DescribeStacks" {
			t.Errorf("the action was %q", got)
		}
		values, ok := stacks[name]
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id %s does not exist</Message></Error></ErrorResponse>`, name)
			return
		}
		fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>%s</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>`, name)
		for key, value := range values {
			fmt.Fprintf(w, `<member><OutputKey>%s</OutputKey><OutputValue>%s</OutputValue></member>`, key, value)
		}
		fmt.Fprint(w, `</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`)
	}))
	t.Cleanup(server.Close)
	return cloudformation.New(cloudformation.Options{
		BaseEndpoint: aws.String(server.URL), Region: "eu-west-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// Both sources hold the same, so they are asked the same questions.
func TestReaders(t *testing.T) {
	t.Parallel()
	prod, local := deployments["prod"].cfg, deployments["prod"].cfg
	local.Local.Endpoint = "http://localhost:4566"
	for name, tc := range map[string]struct {
		cfg       config.Config
		remove    func(stacks map[string]map[string]string)
		stacksErr string
		fileErr   string
		hint      string
	}{
		"a complete deployment": {
			cfg: prod, remove: func(map[string]map[string]string) {},
		},
		"a missing stack names the command that deploys it": {
			cfg:       prod,
			remove:    func(s map[string]map[string]string) { delete(s, "shop-prod-hosting") },
			stacksErr: "stack shop-prod-hosting in eu-west-1 does not exist",
			fileErr:   "FILE: there is no stack shop-prod-hosting",
			hint:      "npx cdk deploy --all -c env=prod deploys the environment prod",
		},
		"in the local cloud that is another command": {
			cfg:       local,
			remove:    func(s map[string]map[string]string) { delete(s, "shop-prod-auth") },
			stacksErr: "stack shop-prod-auth in eu-west-1 does not exist",
			fileErr:   "FILE: there is no stack shop-prod-auth",
			hint:      "gatehouse up deploys the environment prod",
		},
		"a missing output is named": {
			cfg:       prod,
			remove:    func(s map[string]map[string]string) { delete(s["shop-prod-auth"], "UserPoolClientId") },
			stacksErr: "stack shop-prod-auth in eu-west-1 (UPDATE_COMPLETE) has no output UserPoolClientId",
			fileErr:   "FILE: stack shop-prod-auth has no output UserPoolClientId",
			hint:      "npx cdk deploy --all -c env=prod deploys the environment prod",
		},
		"an empty output is a missing one": {
			cfg:       prod,
			remove:    func(s map[string]map[string]string) { s["shop-prod-auth"]["UserPoolId"] = "" },
			stacksErr: "stack shop-prod-auth in eu-west-1 (UPDATE_COMPLETE) has no output UserPoolId",
			fileErr:   "FILE: stack shop-prod-auth has no output UserPoolId",
			hint:      "npx cdk deploy --all -c env=prod deploys the environment prod",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stacks := deployed()
			tc.remove(stacks)
			data, err := json.Marshal(stacks)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "cdk-outputs.json")
			writeFile(t, path, string(data))

			check := func(source string, got outputs.Outputs, err error, want string) {
				t.Helper()
				if text(err) != want {
					t.Fatalf("%s: got error %q\nwant %q", source, text(err), want)
				}
				if err == nil {
					if want := outputs.New(tc.cfg, deployments["prod"].ids); !reflect.DeepEqual(got, want) {
						t.Errorf("%s: got  %+v\nwant %+v", source, got, want)
					}
					return
				}
				if missing, ok := errors.AsType[*outputs.MissingError](err); !ok || missing.Hint() != tc.hint {
					t.Errorf("%s: got %#v, want the hint %q", source, err, tc.hint)
				}
			}
			got, err := outputs.FromStacks(t.Context(), newCloudFormation(t, stacks), tc.cfg)
			check("stacks", got, err, tc.stacksErr)
			got, err = outputs.FromFile(path, tc.cfg)
			check("file", got, err, strings.Replace(tc.fileErr, "FILE", path, 1))
		})
	}
}

func TestFromStacksPassesOtherErrorsOn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := outputs.FromStacks(ctx, newCloudFormation(t, deployed()), deployments["prod"].cfg)
	if !errors.Is(err, context.Canceled) || !strings.HasPrefix(text(err), "reading stack shop-prod-auth in eu-west-1: ") {
		t.Errorf("got %v", err)
	}
}

func TestFromFileNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ content, want string }{
		"not JSON":               {"UserPoolId: x", "FILE: want the JSON that cdk deploy --outputs-file writes: "},
		"not an object":          {"[]", "FILE: want the JSON that cdk deploy --outputs-file writes: "},
		"a stack that is none":   {`{"shop-prod-auth": "x"}`, "FILE: stack shop-prod-auth: want an object of outputs: "},
		"an output not a string": {`{"shop-prod-auth": {"UserPoolId": 5}}`, "FILE: stack shop-prod-auth: output UserPoolId: want a string; got 5"},
		"text after the JSON":    {`{} {}`, "FILE: want the JSON that cdk deploy --outputs-file writes: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "cdk-outputs.json")
			writeFile(t, path, tc.content)
			_, err := outputs.FromFile(path, deployments["prod"].cfg)
			if want := strings.Replace(tc.want, "FILE", path, 1); !strings.HasPrefix(text(err), want) {
				t.Errorf("got  %v\nwant %s…", err, want)
			}
		})
	}
	if _, err := outputs.FromFile(filepath.Join(t.TempDir(), "none.json"), config.Config{}); !strings.HasPrefix(text(err), "reading outputs: open ") {
		t.Errorf("a missing file: got %v", err)
	}
}
