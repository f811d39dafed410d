package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkReview is a review of both stacks from two cloud assemblies on disk: the
// whole command, from the start of its process to its end.
func BenchmarkReview(b *testing.B) {
	dir := b.TempDir()
	write := func(name string, content []byte) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644)); err != nil {
			b.Fatal(err)
		}
	}
	golden := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("..", "..", "stacks", "testdata", name))
		if err != nil {
			b.Fatal(err)
		}
		return data
	}
	write("cdk.json", []byte("{}"))
	write("config/prod.yaml", []byte("project: gatehouse\nregion: us-east-1\n"))
	for side, length := range map[string]string{"before": `"MinimumLength": 12`, "after": `"MinimumLength": 16`} {
		write(side+"/manifest.json", []byte(`{"version": "54.0.0", "artifacts": {
			"gatehouse-prod-auth": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/us-east-1", "properties": {"templateFile": "auth.json", "terminationProtection": true}},
			"gatehouse-prod-hosting": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/us-east-1", "properties": {"templateFile": "hosting.json", "terminationProtection": true}}}}`))
		write(side+"/auth.json", bytes.Replace(golden("prod-auth.json"), []byte(`"MinimumLength": 12`), []byte(length), 1))
		write(side+"/hosting.json", golden("prod-hosting.json"))
		write(side+"/gatehouse-prod-hosting.assets.json", []byte(`{"files": {"1": {"source": {"path": "asset.1"}}}}`))
		write(side+"/asset.1/amplify_outputs.json", []byte(`{"version": "1.4", "auth": {"user_pool_id": "x"}}`))
	}
	for b.Loop() {
		cmd := exec.Command("gatehouse", "review", "--env", "prod", "--from", "before", "--to", "after")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 3 || !bytes.Contains(out, []byte("password-policy-stricter")) {
			b.Fatalf("want 3 and password-policy-stricter; got %v\n%s", err, out)
		}
	}
}
