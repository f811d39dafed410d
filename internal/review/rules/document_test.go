package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/review/rules"
)

var update = flag.Bool("update", false, "write docs/review-rules.md")

func TestTheDocumentOfTheRulesIsUpToDate(t *testing.T) {
	path := filepath.Join("..", "..", "..", "docs", "review-rules.md")
	want := document(t)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/review-rules.md is stale: go test ./internal/review/rules -update")
	}
}

// onTheLocalCloud says of a refusal whether the local cloud shows it.
func onTheLocalCloud(t *testing.T, r rules.Rule) string {
	t.Helper()
	if r.Level != rules.Refused {
		return ""
	}
	why := ""
	for _, c := range casesOf(t, r) {
		if strings.HasPrefix(c.local, "refuses") {
			return "it refuses this, too, and a test tries it"
		}
		if reason, ok := strings.CutPrefix(c.local, "not modelled: "); ok {
			why = reason
		}
	}
	return "not tried; " + why
}

// document lists all rules by level, worst first.
func document(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# What a review looks for\n\nWritten from the rules by `go test ./internal/review/rules -update`. [review.md](review.md) says how to use it.\n\n" +
		"Evidence is *documented* where AWS's own documents say so, *measured by others* where people report it of the real service, and\n" +
		"*not verified* where it only follows from these.\n")
	for _, level := range rules.Levels() {
		heading := fmt.Sprintf("\n## %s (`%s`)\n", level.Title(), level)
		for _, r := range rules.All() {
			if r.Level != level {
				continue
			}
			fmt.Fprintf(&b, "%s\n### %s\n\n%s.\n\n", heading, r.ID, r.Title)
			heading = ""
			for _, part := range []struct{ label, text string }{
				{"Who", r.Who}, {"Why", r.Why}, {"The safe way", r.Safe}, {"Evidence", string(r.Evidence)}, {"Source", r.Source},
				{"The service says", r.Message}, {"On the local cloud", onTheLocalCloud(t, r)},
			} {
				if part.text != "" {
					fmt.Fprintf(&b, "- %s: %s\n", part.label, part.text)
				}
			}
		}
	}
	return b.String()
}
