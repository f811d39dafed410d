package cli_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/cli"
)

// shop is a project with one environment and a template of it.
func shop(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"cdk.json":         "{}",
		"config/prod.yaml": "project: shop\nregion: eu-central-1\nhosting: {folder: site}\n",
		"was.yaml": `Resources:
  Users:
    Type: AWS::Cognito::UserPool
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      DeletionProtection: ACTIVE
      UsernameAttributes: [email]
      EmailVerificationSubject: Your code
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// gatehouse runs a command line in a folder.
func gatehouse(dir string, arguments ...string) (code cli.ExitCode, stdout, stderr string) {
	var out, errs bytes.Buffer
	now := func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
	code = cli.Main(context.Background(), cli.Host{
		Args: arguments, Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" },
		Getwd: func() (string, error) { return dir, nil }, Now: now, Rand: rand.Reader,
	})
	return code, out.String(), errs.String()
}

func TestReviewEndsWithTheStatusOfItsVerdict(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		old, replacement string
		arguments        []string
		code             cli.ExitCode
		want             string
	}{
		"nothing changes":                {"", "", nil, cli.ExitOK, "Nothing changes."},
		"another wording is harmless":    {"Your code", "Welcome", nil, cli.ExitOK, "Harmless."},
		"AWS would refuse it":            {"[email]", "[phone_number]", nil, cli.ExitBlocked, "pool-sign-in-changed"},
		"people could be lost":           {"ACTIVE", "INACTIVE", nil, cli.ExitBlocked, "pool-protection-lifted"},
		"what nobody knows, a human":     {"Your code", "Your code\n      Surprise: 1", nil, cli.ExitNeedsHuman, "Somebody should read this first: 1 finding."},
		"below --fail-on is let through": {"Your code", "Your code\n      Surprise: 1", []string{"--fail-on", "cost"}, cli.ExitOK, "Let through by --fail-on: 1 finding."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := shop(t)
			was := filepath.Join(dir, "was.yaml")
			data, err := os.ReadFile(was)
			if err != nil {
				t.Fatal(err)
			}
			becomes := filepath.Join(dir, "becomes.yaml")
			if err := os.WriteFile(becomes, bytes.Replace(data, []byte(tc.old), []byte(tc.replacement), 1), 0o644); err != nil {
				t.Fatal(err)
			}
			review := append([]string{"review", "--env", "prod", "--from", was, "--to", becomes}, tc.arguments...)

			code, stdout, stderr := gatehouse(dir, review...)
			if code != tc.code || !strings.Contains(stdout, tc.want) || stderr != "" {
				t.Errorf("want %d and %q; got %d\n%s%s", tc.code, tc.want, code, stdout, stderr)
			}
			for line := range strings.Lines(stdout) {
				if len([]rune(line)) > 81 && !strings.Contains(line, "https://") && !strings.Contains(line, dir) {
					t.Errorf("wider than 80 columns: %s", line)
				}
			}
			if code, stdout, _ = gatehouse(dir, append(review, "--format", "json")...); code != tc.code || !json.Valid([]byte(stdout)) {
				t.Errorf("as JSON: %d\n%s", code, stdout)
			}
			if code, stdout, _ = gatehouse(dir, append(review, "--format", "markdown")...); code != tc.code || !strings.HasPrefix(stdout, "### prod: ") {
				t.Errorf("as Markdown: %d\n%s", code, stdout)
			}
		})
	}
}

func TestReviewSaysWhatIsWrongWithItsCommandLine(t *testing.T) {
	t.Parallel()
	dir := shop(t)
	was := filepath.Join(dir, "was.yaml")
	empty := filepath.Join(dir, "empty.json")
	if err := os.WriteFile(empty, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		arguments []string
		code      cli.ExitCode
		want      string
	}{
		"live as what is to be":  {[]string{"--env", "prod", "--to", "live"}, cli.ExitUsage, "--to: what is deployed cannot be what is to be deployed"},
		"an unknown level":       {[]string{"--env", "prod", "--from", was, "--fail-on", "bad"}, cli.ExitUsage, `--fail-on: want one of refused, people-lost`},
		"an unknown format":      {[]string{"--env", "prod", "--from", was, "--format", "xml"}, cli.ExitUsage, `--format: want one of terminal, markdown, json, sarif; got "xml"`},
		"an unknown environment": {[]string{"--env", "prdo", "--from", was, "--to", was}, cli.ExitUsage, `there is no environment "prdo"`},
		"a file that is missing": {[]string{"--env", "prod", "--from", filepath.Join(dir, "nope.json"), "--to", was}, cli.ExitFailure, "nope.json"},
		"no template":            {[]string{"--env", "prod", "--from", empty, "--to", was}, cli.ExitFailure, "this is no CloudFormation template"},
		"no assembly":            {[]string{"--env", "prod", "--from", filepath.Join(dir, "config"), "--to", was}, cli.ExitFailure, "reading the cloud assembly"},
		"no golden template":     {[]string{"--env", "prod", "--from", "golden", "--to", was}, cli.ExitFailure, "stacks/testdata/prod-auth.json"},
		"no revision":            {[]string{"--env", "prod", "--from", "git:", "--to", was}, cli.ExitFailure, "want a revision after git:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := gatehouse(dir, append([]string{"review"}, tc.arguments...)...)
			if code != tc.code || !strings.Contains(stderr, tc.want) || stdout != "" {
				t.Errorf("want %d and %q; got %d\n%s%s", tc.code, tc.want, code, stdout, stderr)
			}
		})
	}
}

func TestACommandForTheLocalCloudSaysThatThereIsNone(t *testing.T) {
	t.Parallel()
	dir := shop(t)
	local := "project: shop\nregion: eu-central-1\nprotect: false\nlocal: {endpoint: 'http://localhost:1', site: 'http://localhost:2'}\n"
	if err := os.WriteFile(filepath.Join(dir, "config", "local.yaml"), []byte(local), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"review", "smoke", "outputs"} {
		code, _, stderr := gatehouse(dir, command, "--env", "local")
		if code != cli.ExitFailure || !strings.Contains(stderr, "the local cloud at http://localhost:1 does not answer") || !strings.Contains(stderr, "gatehouse up starts it") {
			t.Errorf("%s: got %d\n%s", command, code, stderr)
		}
	}
}

func TestAWaiverOfARuleThatDoesNotExistIsAMistakeAtItsLine(t *testing.T) {
	t.Parallel()
	dir := shop(t)
	waived := "project: shop\nregion: eu-central-1\nreview:\n  waivers:\n    - rule: pool-remved\n      resource: Users\n      reason: announced in May\n      until: 2027-01-31\n"
	if err := os.WriteFile(filepath.Join(dir, "config", "prod.yaml"), []byte(waived), 0o644); err != nil {
		t.Fatal(err)
	}
	was := filepath.Join(dir, "was.yaml")
	code, stdout, stderr := gatehouse(dir, "review", "--env", "prod", "--from", was, "--to", was)
	want := "config/prod.yaml:5: review.waivers[0].rule: there is no rule \"pool-remved\": docs/review-rules.md lists them\n"
	if code != cli.ExitUsage || stderr != want || stdout != "" {
		t.Errorf("want 2 and %q; got %d\n%s%s", want, code, stdout, stderr)
	}
}

func TestAWaiverInTheEnvironmentsFileLetsItsFindingThrough(t *testing.T) {
	t.Parallel()
	dir := shop(t)
	was := filepath.Join(dir, "was.yaml")
	data, err := os.ReadFile(was)
	if err != nil {
		t.Fatal(err)
	}
	becomes := filepath.Join(dir, "becomes.yaml")
	if err := os.WriteFile(becomes, bytes.Replace(data, []byte("ACTIVE"), []byte("INACTIVE"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	for until, want := range map[string]cli.ExitCode{"2026-11-24": cli.ExitOK, "2026-11-23": cli.ExitBlocked} { // today is the 24th
		waived := "project: shop\nregion: eu-central-1\nreview: {waivers: [{rule: pool-protection-lifted, resource: Users, reason: moved to another pool, until: " + until + "}]}\n"
		if err := os.WriteFile(filepath.Join(dir, "config", "prod.yaml"), []byte(waived), 0o644); err != nil {
			t.Fatal(err)
		}
		if code, stdout, stderr := gatehouse(dir, "review", "--env", "prod", "--from", was, "--to", becomes); code != want {
			t.Errorf("until %s: got %d; want %d\n%s%s", until, code, want, stdout, stderr)
		}
	}
}
