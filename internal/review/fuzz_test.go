package review

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

// FuzzReview: whatever two templates hold, a review ends with a report and not with a
// panic, and a template against itself changes nothing.
func FuzzReview(f *testing.F) {
	f.Add([]byte(template), []byte(`{"Resources": {"Users": {"Type": "AWS::Cognito::UserPool", "Properties": {"Schema": [1, {"Name": []}], "Policies": "x"}}}}`))
	for _, pattern := range []string{"../../stacks/testdata/*-auth.json", "../../stacks/testdata/*-hosting.json", "../cli/testdata/review/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: no seeds: %v", pattern, err)
		}
		for i, file := range files {
			before, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			after, err := os.ReadFile(files[(i+1)%len(files)])
			if err != nil {
				f.Fatal(err)
			}
			f.Add(before, after)
		}
	}
	f.Fuzz(func(t *testing.T, before, after []byte) {
		from, err := change.Parse(before, map[string]string{change.AccountID: "123456789012"})
		if err != nil {
			return
		}
		to, err := change.Parse(after, nil)
		if err != nil {
			to = change.Template{}
		}
		version := func(parsed change.Template, source []byte) Deployment {
			return Deployment{Stacks: []change.Stack{{Name: "a", Exists: true, Template: parsed, Path: "a.json", Source: source}}}
		}
		old, now := version(from, before), version(to, after)
		for _, r := range []Report{Run(old, now, Options{}), Run(now, old, Options{})} {
			if WriteTerminal(io.Discard, r, rules.Unknown, marks{}) != nil || WriteMarkdown(io.Discard, r, rules.Unknown) != nil {
				t.Error("a report cannot be written")
			}
		}
		if same := Run(old, old, Options{}); len(same.Findings) > 0 {
			t.Errorf("a template against itself: %+v", same.Findings)
		}
	})
}
