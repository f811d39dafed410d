package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/cli"
)

func TestALostHashDoesNotSwitchTheCheckOff(t *testing.T) {
	t.Parallel()
	dir := shop(t)
	for name, arguments := range map[string][]string{
		"verify": {"release", "verify", dir, "--sha256", ""},
		"deploy": {"release", "deploy", dir, "--env", "prod", "--sha256", ""},
	} {
		code, stdout, stderr := gatehouse(dir, arguments...)
		if code != cli.ExitUsage || stdout != "" || !strings.Contains(stderr, "--sha256: it is empty") {
			t.Errorf("%s: want a usage error about --sha256; got exit status %d\n%s%s", name, code, stdout, stderr)
		}
	}
}

func TestAnEmptyCommentIsNotWritten(t *testing.T) {
	t.Parallel()
	dir := shop(t)
	file := filepath.Join(dir, "review.md")
	if err := os.WriteFile(file, []byte("\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := gatehouse(dir, "comment", "--name", "review", "--file", file)
	if code != cli.ExitFailure || !strings.Contains(stderr, "review.md is empty") {
		t.Errorf("want it to fail because the file is empty; got exit status %d\n%s", code, stderr)
	}
}
