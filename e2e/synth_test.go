//go:build e2e

package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// assembly is a folder of synthesized templates of the environment "local".
type assembly string

func (a assembly) template(t testing.TB, stack string) map[string]any {
	t.Helper()
	var m map[string]any
	readJSON(t, filepath.Join(string(a), "gatehouse-local-"+stack+".template.json"), &m)
	return m
}

func readJSON(t testing.TB, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// dig follows keys into a template.
func dig(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// synthesis is a way to synthesize the environment "local" of this repository.
type synthesis struct {
	command []string
	env     []string
}

// into synthesizes to a folder.
func (s synthesis) into(t testing.TB, out string) assembly {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), s.command[0], s.command[1:]...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), append(s.env, "CDK_OUTDIR="+out)...)
	if text, err := cmd.CombinedOutput(); err != nil || len(text) > 0 {
		t.Fatalf("%s: %v\n%s", s.command, err, text)
	}
	return assembly(out)
}

// syntheses are ours, and that of a plain JavaScript app, which is given the texts
// that it would otherwise have to repeat.
func syntheses(t testing.TB) (ours, plain synthesis) {
	t.Helper()
	var file struct{ Context map[string]any }
	readJSON(t, filepath.Join(root, "cdk.json"), &file)
	file.Context["env"] = "local"
	file.Context["aws:cdk:disable-version-reporting"] = true
	context, err := json.Marshal(file.Context)
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"CDK_CONTEXT_JSON=" + string(context), "CDK_VALIDATION=false"}
	ours = synthesis{[]string{filepath.Join(root, "bin", "infra")}, env}

	given, err := json.Marshal(textsOf(t, ours.into(t, t.TempDir())))
	if err != nil {
		t.Fatal(err)
	}
	texts := filepath.Join(t.TempDir(), "given.json")
	if err := os.WriteFile(texts, given, 0o600); err != nil {
		t.Fatal(err)
	}
	return ours, synthesis{[]string{"node", filepath.Join(root, "e2e", "node", "plain.mjs")}, append(env, "GIVEN="+texts, "SITE="+filepath.Join(root, "site", "dist"))}
}

// textsOf takes the texts of our templates for plain.mjs.
func textsOf(t testing.TB, a assembly) map[string]any {
	t.Helper()
	const upload = "Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C"
	auth, hosting := a.template(t, "auth"), a.template(t, "hosting")
	find := func(template map[string]any, resourceType, prefix string) any {
		for id, r := range template["Resources"].(map[string]any) {
			if dig(r, "Type") == resourceType && strings.HasPrefix(id, prefix) {
				return r
			}
		}
		t.Fatalf("there is no %s %s…", resourceType, prefix)
		return nil
	}
	excuse := func(r any) any { return dig(r, "Metadata", "cdk_nag", "rules_to_suppress") }
	function := strings.ReplaceAll(upload, ":", "")

	headers := dig(find(hosting, "AWS::CloudFront::ResponseHeadersPolicy", ""), "Properties", "ResponseHeadersPolicyConfig")
	var custom [][]any
	for _, item := range dig(headers, "CustomHeadersConfig", "Items").([]any) {
		custom = append(custom, []any{dig(item, "Header"), dig(item, "Value")})
	}
	configs := map[string]string{}
	for _, name := range []string{"amplify_outputs.json", "aws-exports.js", "config.js"} {
		found, err := filepath.Glob(filepath.Join(string(a), "asset.*", name))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v %v", name, found, err)
		}
		data, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		configs[name] = string(data)
	}
	pool := find(auth, "AWS::Cognito::UserPool", "")
	distribution := find(hosting, "AWS::CloudFront::Distribution", "")
	return map[string]any{
		"body":         dig(pool, "Properties", "EmailVerificationMessage"),
		"router":       dig(find(hosting, "AWS::CloudFront::Function", ""), "Properties", "FunctionCode"),
		"csp":          dig(headers, "SecurityHeadersConfig", "ContentSecurityPolicy", "ContentSecurityPolicy"),
		"headers":      custom,
		"release":      dig(hosting, "Outputs", "ReleaseId", "Value"),
		"configs":      configs,
		"placeholders": []string{"<<marker:0xbaba:0>>", "<<marker:0xbaba:1>>"}, // the CDK's own, for the ids
		"excuses": map[string]any{
			"pool": excuse(pool), "distribution": excuse(distribution),
			"paths": map[string]any{
				upload + "/ServiceRole/Resource":                         excuse(find(hosting, "AWS::IAM::Role", function)),
				upload + "/ServiceRole/DefaultPolicy/Resource":           excuse(find(hosting, "AWS::IAM::Policy", function)),
				upload + "/Resource":                                     excuse(find(hosting, "AWS::Lambda::Function", function)),
				"Custom::S3AutoDeleteObjectsCustomResourceProvider/Role": excuse(find(hosting, "AWS::IAM::Role", "CustomS3AutoDelete")),
			},
		},
	}
}

// TestPlainAppDeclaresTheSame keeps the comparison of speeds honest.
func TestPlainAppDeclaresTheSame(t *testing.T) {
	t.Parallel()
	ours, plain := syntheses(t)
	a, b := ours.into(t, t.TempDir()), plain.into(t, t.TempDir())
	for _, stack := range []string{"auth", "hosting"} {
		if got, want := b.template(t, stack), a.template(t, stack); !reflect.DeepEqual(got, want) {
			for id, r := range want["Resources"].(map[string]any) {
				if other := dig(got, "Resources", id); !reflect.DeepEqual(r, other) {
					t.Errorf("%s: %s\nours  %v\nplain %v", stack, id, r, other)
				}
			}
			t.Errorf("%s: the templates differ", stack)
		}
	}
}

// BenchmarkSynth measures a synthesis of the environment "local", ours and that of
// the plain JavaScript app, in turn, so that both see the same machine:
//
//	go test -tags e2e ./e2e -run '^$' -bench Synth -benchtime 15x
func BenchmarkSynth(b *testing.B) {
	ours, plain := syntheses(b)
	out := []string{b.TempDir(), b.TempDir()}
	var spent [2]float64
	for b.Loop() {
		for i, s := range []synthesis{ours, plain} {
			before := b.Elapsed()
			s.into(b, out[i])
			spent[i] += (b.Elapsed() - before).Seconds()
		}
	}
	b.ReportMetric(spent[0]/float64(b.N), "s/ours")
	b.ReportMetric(spent[1]/float64(b.N), "s/plain")
	b.ReportMetric(spent[0]/spent[1], "ours/plain")
	b.ReportMetric(0, "ns/op")
}
