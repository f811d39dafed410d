package outputs_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gatehouse/config"
	"gatehouse/outputs"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// deployments are whole inputs, each with what a reader must be told.
var deployments = map[string]struct {
	cfg config.Config
	ids outputs.IDs
}{
	// A production environment with everything that can be configured.
	"prod": {
		cfg: config.Config{
			Project: "shop", Environment: "prod", Account: "123456789012", Region: "eu-west-1", Protect: true,
			Auth: config.Auth{
				SelfSignUp: true,
				Attributes: config.Attributes{
					Required: []string{"given_name", "email", "family_name"},
					Custom:   []config.CustomAttribute{{Name: "plan", Type: "string", Mutable: true}},
				},
				Password:     config.Password{MinLength: 12, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true},
				Verification: config.Verification{Method: "code"},
				Groups:       []config.Group{{Name: "staff", Description: "People who work here", Precedence: new(0)}, {Name: "customers"}},
			},
		},
		ids: outputs.IDs{UserPoolID: "eu-west-1_AbCdEfGhI", UserPoolClientID: "1h57kf5cpq17m0eml12EXAMPLE", SiteURL: "https://d111111abcdef8.cloudfront.net/"},
	},
	// The local cloud: pages must be told where the pool is.
	"local": {
		cfg: config.Config{
			Project: "shop", Environment: "local", Region: "us-east-1",
			Auth: config.Auth{
				SelfSignUp:   true,
				Password:     config.Password{MinLength: 15},
				Verification: config.Verification{Method: "link"},
			},
			Local: config.Local{Endpoint: "http://localhost:4566", Site: "http://localhost:8080"},
		},
		ids: outputs.IDs{UserPoolID: "us-east-1_local0001", UserPoolClientID: "3n4b5urk1ft4fl3mg5e62d9ado", SiteURL: "http://localhost:8080"},
	},
	// By invitation only, no site yet, and ids that only CloudFormation will know.
	"tokens": {
		cfg: config.Config{
			Project: "crew", Environment: "dev", Region: "${Token[AWS.Region.4]}",
			Auth: config.Auth{
				Password:     config.Password{MinLength: 6, RequireNumbers: true},
				Verification: config.Verification{Method: "code"},
			},
		},
		ids: outputs.IDs{UserPoolID: "${Token[TOKEN.123]}", UserPoolClientID: "${Token[<&>.456]}"},
	},
}

func TestNew(t *testing.T) {
	t.Parallel()
	prod := deployments["prod"]
	want := outputs.Outputs{
		Project: "shop", Environment: "prod", Region: "eu-west-1",
		UserPoolID: "eu-west-1_AbCdEfGhI", UserPoolClientID: "1h57kf5cpq17m0eml12EXAMPLE",
		SelfSignUp:         true,
		RequiredAttributes: []string{"given_name", "family_name"},
		VerificationMethod: "code",
		PasswordPolicy:     outputs.PasswordPolicy{MinLength: 12, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true},
		Groups:             []outputs.Group{{Name: "staff", Precedence: new(0)}, {Name: "customers"}},
		SiteURL:            "https://d111111abcdef8.cloudfront.net",
	}
	if got := outputs.New(prod.cfg, prod.ids); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := prod.cfg.Auth.Attributes.Required[1]; got != "email" {
		t.Errorf("New changed the configuration: required[1] is %q", got)
	}
	if got := outputs.New(deployments["local"].cfg, outputs.IDs{}).UserPoolEndpoint; got != "http://localhost:4566" {
		t.Errorf("a local environment has endpoint %q, want local.endpoint", got)
	}
}

// golden compares got with testdata/<name>.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}
