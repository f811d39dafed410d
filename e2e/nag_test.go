//go:build e2e

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTemplatesMeetCDKNag: AwsSolutions finds nothing in any environment that the
// code does not excuse with a reason, and no excuse outlives its cause.
func TestTemplatesMeetCDKNag(t *testing.T) {
	t.Parallel()
	templates, err := filepath.Glob(filepath.Join(root, "stacks", "testdata", "*.json"))
	if err != nil || len(templates) < 6 {
		t.Fatal(templates, err)
	}
	if out, err := nag(t, templates...); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestNagBites: a bucket that anybody may read is found.
func TestNagBites(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "open.json")
	template := `{"Resources": {"Open": {"Type": "AWS::S3::Bucket", "Metadata": {"cdk_nag": {"rules_to_suppress": [{"id": "AwsSolutions-COG2", "reason": "none"}]}}}}}`
	if err := os.WriteFile(file, []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := nag(t, file)
	if err == nil {
		t.Error("it passes")
	}
	for _, want := range []string{"open/Template/Open: AwsSolutions-S1: ", "open/Template/Open: AwsSolutions-S10: ", "open/Template/Open AwsSolutions-COG2: there is nothing to excuse"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func nag(t *testing.T, templates ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(root, "e2e", "node", "nag.mjs")}, templates...)...)
	cmd.Env = append(os.Environ(), "CDK_VALIDATION=false") // AwsSolutions alone: the CDK's own rules run elsewhere
	out, err := cmd.CombinedOutput()
	return string(out), err
}
