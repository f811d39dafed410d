//go:build e2e

package e2e_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOutputsAreReadByThoseTheyAreFor: the golden files of package outputs, by the
// real parsers of aws-amplify and by amazon-cognito-identity-js.
func TestOutputsAreReadByThoseTheyAreFor(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]string{
		"prod": `{"pool": "eu-west-1_AbCdEfGhI", "client": "1h57kf5cpq17m0eml12EXAMPLE", "minLength": 12, "classes": true,
			"required": ["given_name", "family_name"], "verification": "code", "groups": ["staff", "customers"]}`,
		"local": `{"pool": "us-east-1_local0001", "client": "3n4b5urk1ft4fl3mg5e62d9ado", "minLength": 15, "classes": false,
			"required": [], "verification": "link", "groups": []}`,
	} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			out, err := readOutputs(t, folder, want)
			if err != nil || strings.Count(out, "\n") != 4 {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestReadersOfOutputsBite: what the files do not say is noticed.
func TestReadersOfOutputsBite(t *testing.T) {
	t.Parallel()
	out, err := readOutputs(t, "local", `{"pool": "us-east-1_local0001", "client": "3n4b5urk1ft4fl3mg5e62d9ado", "minLength": 16, "classes": false,
		"required": [], "verification": "link", "groups": []}`)
	if err == nil || !strings.Contains(out, "minLength: 16") {
		t.Errorf("another password length passes: %v\n%s", err, out)
	}
}

func readOutputs(t *testing.T, folder, want string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "node", filepath.Join(root, "e2e", "node", "outputs.mjs"), filepath.Join(root, "outputs", "testdata", folder), want).CombinedOutput()
	return string(out), err
}
