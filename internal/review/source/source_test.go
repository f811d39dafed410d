package source_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"gatehouse/config"
	"gatehouse/internal/review/source"
)

func TestACloudAssemblyHasItsStacksTheirProtectionAndWhatTheyPublish(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"manifest.json": `{"version": "48.0.0", "artifacts": {
			"shop-prod-auth": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "auth.template.json", "terminationProtection": true}},
			"hosting": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "hosting.template.json", "stackName": "shop-prod-hosting"}},
			"hosting.assets": {"type": "cdk:asset-manifest", "properties": {"file": "hosting.assets.json"}},
			"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}`,
		"auth.template.json":    `{"Resources": {"Users": {"Type": "AWS::Cognito::UserPool"}}}`,
		"hosting.template.json": `{"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}`,
		"hosting.assets.json": `{"version": "48.0.0", "files": {
			"1": {"source": {"path": "asset.new"}}, "2": {"source": {"path": "hosting.template.json"}}}}`,
		"asset.new/amplify_outputs.json": `{"version": "1.4"}`,
		"asset.old/amplify_outputs.json": `{"version": "left by an earlier synthesis"}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, err := source.Read(t.Context(), dir, dir, config.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Stacks) != 2 {
		t.Fatalf("want two stacks; got %+v", d.Stacks)
	}
	hosting, auth := d.Stacks[0], d.Stacks[1]
	if auth.Name != "shop-prod-auth" || !*auth.TerminationProtection || auth.Template.Resources["Users"].Type == "" {
		t.Errorf("auth is %+v", auth)
	}
	if hosting.Name != "shop-prod-hosting" || *hosting.TerminationProtection || hosting.Files["amplify_outputs.json"]["version"] != "1.4" {
		t.Errorf("hosting is %+v", hosting)
	}
}

// TestARevisionsStacksAreWhereItsOwnConfigurationSays: a project that gets another
// name, or another Region, has other stacks.
func TestARevisionsStacksAreWhereItsOwnConfigurationSays(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ then, note string }{
		"another project and Region":            {"project: shop\nregion: eu-central-1\n", ""},
		"a configuration that is no longer one": {"project: shop\nregoin: eu-central-1\n", "The configuration of HEAD could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			const template = `{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}`
			if err := os.CopyFS(dir, fstest.MapFS{
				"config/prod.yaml": {Data: []byte(tc.then)}, "stacks/testdata/prod-auth.json": {Data: []byte(template)}, "stacks/testdata/prod-hosting.json": {Data: []byte(template)},
			}); err != nil {
				t.Fatal(err)
			}
			for _, arguments := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "t"}} {
				if out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, arguments...)...).CombinedOutput(); err != nil {
					t.Fatalf("git %v: %v: %s", arguments, err, out)
				}
			}
			now := config.Config{Project: "store", Environment: "prod", Region: "eu-west-1"}
			d, err := source.Read(t.Context(), dir, source.Revision+"HEAD", now)
			if err != nil {
				t.Fatal(err)
			}
			auth := d.Stacks[0]
			switch {
			case tc.note == "" && (auth.Name != "shop-prod-auth" || auth.Region != "eu-central-1" || len(d.Notes) > 0):
				t.Errorf("got %s in %s, %v", auth.Name, auth.Region, d.Notes)
			case tc.note != "" && (auth.Name != "store-prod-auth" || len(d.Notes) != 1 || !strings.HasPrefix(d.Notes[0], tc.note)):
				t.Errorf("got %s, %v", auth.Name, d.Notes)
			}
		})
	}
}
