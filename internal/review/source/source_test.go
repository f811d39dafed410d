package source_test

import (
	"os"
	"path/filepath"
	"testing"

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
