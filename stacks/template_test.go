package stacks_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
	_ "gatehouse/infra/jsiienv" // as the app has it: golden templates without a second of validation each
	"gatehouse/stacks"
	"gatehouse/stacks/contract"
)

var update = flag.Bool("update", false, "write the golden templates instead of comparing them")

// TestMain runs the tests in a second process that has a folder of its own for
// temporary files, and deletes that afterwards. The usual jsii.Close would do so,
// too, but it waits for a process that jsii waits for already, and the race
// detector counts that against whoever called it. Node ends with the process.
func TestMain(m *testing.M) {
	const second = "STACKS_TEST_SECOND"
	if os.Getenv(second) != "" {
		os.Exit(m.Run())
	}
	os.Exit(runAgain(second + "=yes"))
}

func runAgain(env string) int {
	defer jsii.Close() // not started here, only unpacked
	temp, err := os.MkdirTemp("", "stacks-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(temp) }() // Node may be writing still; then it is left
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), env, "TMPDIR="+temp)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return max(cmd.ProcessState.ExitCode(), 1)
	}
	return 0
}

// template is a synthesized CloudFormation template.
type template struct {
	Description string                    `json:"Description"`
	Resources   map[string]resource       `json:"Resources"`
	Outputs     map[string]map[string]any `json:"Outputs"`
	Parameters  map[string]map[string]any `json:"Parameters"`
	text        []byte
}

type resource struct {
	Type                string         `json:"Type"`
	Properties          map[string]any `json:"Properties"`
	DependsOn           any            `json:"DependsOn"`
	DeletionPolicy      string         `json:"DeletionPolicy"`
	UpdateReplacePolicy string         `json:"UpdateReplacePolicy"`
	Metadata            map[string]any `json:"Metadata"`
}

// of are the resources of a type, by their logical ids.
func (tm template) of(resourceType string) map[string]resource {
	found := maps.Clone(tm.Resources)
	maps.DeleteFunc(found, func(_ string, r resource) bool { return r.Type != resourceType })
	return found
}

// only is the one resource of a type.
func (tm template) only(t *testing.T, resourceType string) resource {
	t.Helper()
	found := tm.of(resourceType)
	if len(found) != 1 {
		t.Fatalf("there are %d resources of type %s; want one", len(found), resourceType)
	}
	for _, r := range found {
		return r
	}
	return resource{}
}

// at follows keys and list positions into properties.
func at(v any, path ...any) any {
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

// flags are the CDK's feature flags as the CLI passes them.
var flags = sync.OnceValue(func() map[string]any {
	data, err := os.ReadFile("../cdk.json")
	if err != nil {
		panic(err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		panic(err)
	}
	file.Context["aws:cdk:disable-version-reporting"] = true // cdk.json: "versionReporting": false
	return file.Context
})

// synth synthesizes an environment with the site in dir.
func synth(t *testing.T, cfg config.Config, dir string) (auth, hosting template) {
	t.Helper()
	out := t.TempDir()
	synthTo(t, out, cfg, dir)
	return readTemplate(t, out, cfg, contract.StackAuth), readTemplate(t, out, cfg, contract.StackHosting)
}

// synthTo is synth that leaves the cloud assembly in the folder out.
func synthTo(t *testing.T, out string, cfg config.Config, dir string) {
	t.Helper()
	context := flags()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: new(out), Context: &context, AnalyticsReporting: new(false)})
	site, err := stacks.ReadSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	release, err := stacks.NewRelease(cfg, site)
	if err != nil {
		t.Fatal(err)
	}
	a := stacks.NewAuth(app, stacks.AuthProps{Config: cfg})
	stacks.NewHosting(app, stacks.HostingProps{Config: cfg, Release: release, Auth: a})
	app.Synth(nil)
}

// synthDelivery synthesizes the delivery stack of an environment.
func synthDelivery(t *testing.T, cfg config.Config) template {
	t.Helper()
	out := t.TempDir()
	context := flags()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: new(out), Context: &context, AnalyticsReporting: new(false)})
	stacks.NewDelivery(app, stacks.DeliveryProps{Config: cfg})
	app.Synth(nil)
	return readTemplate(t, out, cfg, contract.StackDelivery)
}

func readTemplate(t *testing.T, out string, cfg config.Config, stack string) (tm template) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(out, contract.StackName(cfg.Project, cfg.Environment, stack)+".template.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &tm); err != nil {
		t.Fatal(err)
	}
	tm.text = data
	return tm
}

// full is an environment that uses every setting.
const full = `
project: shop
region: eu-central-1
account: "123456789012"
tags: {team: doors, cost-center: "7"}
auth:
  selfSignUp: false
  attributes:
    required: [given_name, updated_at]
    custom:
      - {name: plan, maxLength: 20}
      - {name: age, type: number, min: 0, max: 150, writable: true}
      - {name: since, type: datetime, mutable: false}
      - {name: member, type: boolean}
      - {name: note}
  password: {minLength: 15, requireLowercase: false, requireUppercase: false, requireNumbers: false, requireSymbols: false, history: 5, temporaryDays: 7}
  verification: {method: link, subject: Hello, body: "Please {##click here##}", domainPrefix: shop-full}
  tokens: {access: 5m, id: 1d, refresh: 3650d}
  groups: [{name: a-b}, {name: ab, description: Both, precedence: 0}]
hosting:
  routing: single-page
  hashedAssets: ""
  headers:
    contentSecurityPolicy: {img-src: ["data:", "https://images.example.com"], frame-src: ["https://video.example.com"]}
    custom: {X-Shop: open}
delivery:
  github: {repository: acme/shop, environment: production}
  gitlab: {project: acme/shop, existingProvider: true}
  codeBuild: true
`

// environments are those of this repository, and full.
func environments(t *testing.T) map[string]config.Config {
	t.Helper()
	repository := os.DirFS("..")
	names, err := config.Environments(repository)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]config.Config{}
	for _, name := range names {
		cfg, err := config.Load(repository, name)
		if err == nil && cfg.Preview.Lifetime > 0 {
			cfg, err = cfg.Named("pr-42")
		}
		if err != nil {
			t.Fatal(err)
		}
		all[name] = cfg
	}
	if all["full"], err = config.Parse("full.yaml", []byte(full)); err != nil {
		t.Fatal(err)
	}
	return all
}

var assetHash = regexp.MustCompile(`[0-9a-f]{64}`)

// normal is a template without what differs from content to content: hashes of
// assets, and the name of the release.
func (tm template) normal() []byte {
	text := assetHash.ReplaceAll(tm.text, []byte("ASSET"))
	if id, ok := tm.Outputs[contract.OutputReleaseID]["Value"].(string); ok {
		text = bytes.ReplaceAll(text, []byte(id), []byte("RELEASE"))
	}
	return append(text, '\n')
}

// TestGoldenTemplates: what each environment takes on AWS, to be read in a review.
func TestGoldenTemplates(t *testing.T) {
	for name, cfg := range environments(t) {
		auth, hosting := synth(t, cfg, "testdata/site")
		golden := map[string]template{contract.StackAuth: auth, contract.StackHosting: hosting}
		if cfg.Delivery.On() {
			golden[contract.StackDelivery] = synthDelivery(t, cfg)
		}
		for stack, tm := range golden {
			file := filepath.Join("testdata", name+"-"+stack+".json")
			if *update {
				if err := os.WriteFile(file, tm.normal(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if found := circle(tm); found != nil {
				t.Errorf("%s: these wait for each other: %s", file, strings.Join(found, " → "))
			}
			if got := tm.normal(); !bytes.Equal(got, want) {
				t.Errorf("%s is another template: if that is meant, go test ./stacks -update and review the difference\n%s", file, firstDifference(got, want))
			}
		}
		checkSecurity(t, name, cfg, auth, hosting)
		checkProtection(t, name, cfg, auth, hosting)
		checkLogicalIDs(t, name, auth, hosting)
	}
}

func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "line " + strings.Join([]string{g[i], w[i]}, "\n  was ")
		}
	}
	return "one of them goes on after the other has ended"
}

// checkLogicalIDs pins the logical ids of what holds data, or that people hold
// the address of: another id is another resource, and the old one is lost or left.
func checkLogicalIDs(t *testing.T, env string, auth, hosting template) {
	t.Helper()
	for id, resourceType := range map[string]string{
		"UserPool6BA7E5F2":   "AWS::Cognito::UserPool",
		"SiteClientAB9C2F01": "AWS::Cognito::UserPoolClient",
	} {
		if got := slices.Sorted(maps.Keys(auth.of(resourceType))); !slices.Equal(got, []string{id}) {
			t.Errorf("%s: %s: got %v; want %s", env, resourceType, got, id)
		}
	}
	for resourceType, ids := range map[string][]string{
		"AWS::S3::Bucket":               {"Logs6819BB44", "SiteE53D7754"},
		"AWS::CloudFront::Distribution": {"Distribution830FAC52"},
		"AWS::CloudFront::Function":     {"Router16807C72"},
	} {
		if got := slices.Sorted(maps.Keys(hosting.of(resourceType))); !slices.Equal(got, ids) {
			t.Errorf("%s: %s: got %v; want %v", env, resourceType, got, ids)
		}
	}
	for output, tm := range map[string]template{
		contract.OutputUserPoolID: auth, contract.OutputUserPoolClientID: auth,
		contract.OutputSiteURL: hosting, contract.OutputDistributionID: hosting, contract.OutputBucketName: hosting, contract.OutputReleaseID: hosting,
	} {
		if tm.Outputs[output]["Value"] == nil {
			t.Errorf("%s: there is no output %s", env, output)
		}
		if tm.Outputs[output]["Export"] != nil {
			t.Errorf("%s: output %s is exported, and locks its stack", env, output)
		}
	}
}

// TestLongNamesFitAWS: the longest names that the configuration allows still give
// names that CloudFront takes, which are derived from them.
func TestLongNamesFitAWS(t *testing.T) {
	cfg := prod(t)
	cfg.Project, cfg.Environment = strings.Repeat("p", 40), strings.Repeat("e", 40)
	cfg.Region = "ap-southeast-1"
	_, hosting := synth(t, cfg, "testdata/site")
	policy := at(hosting.only(t, "AWS::CloudFront::ResponseHeadersPolicy").Properties, "ResponseHeadersPolicyConfig")
	for what, tc := range map[string]struct {
		text any
		most int
	}{
		"the function's name":       {hosting.only(t, "AWS::CloudFront::Function").Properties["Name"], 64},
		"the access control's name": {at(hosting.only(t, "AWS::CloudFront::OriginAccessControl").Properties, "OriginAccessControlConfig", "Name"), 64},
		"the headers policy's name": {at(policy, "Name"), 128},
		"its comment":               {at(policy, "Comment"), 128},
	} {
		if s, ok := tc.text.(string); !ok || len(s) > tc.most {
			t.Errorf("%s, %v, is longer than %d characters", what, tc.text, tc.most)
		}
	}
}
