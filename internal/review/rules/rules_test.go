package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

func TestEveryRuleSaysWhatHappensToWhomAndWhyAndCanBeNamed(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, r := range rules.All() {
		if !kebab.MatchString(r.ID) || seen[r.ID] {
			t.Errorf("%q: want words joined by hyphens, and once", r.ID)
		}
		seen[r.ID] = true
		if r.Title == "" || r.Who == "" || r.Why == "" || r.Safe == "" || r.Evidence == "" || r.Source == "" || r.Check == nil {
			t.Errorf("%s lacks something: %+v", r.ID, r)
		}
	}
}

func TestEveryRuleThatIsDeclaredIsListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\tID: "([a-z-]+)"`)
	listed := map[string]bool{}
	for _, r := range rules.All() {
		listed[r.ID] = true
	}
	found := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range declared.FindAllStringSubmatch(string(data), -1) {
			found++
			if !listed[match[1]] {
				t.Errorf("%s declares %s, which All does not list", file, match[1])
			}
		}
	}
	if found != len(listed) {
		t.Errorf("%d rules are declared and %d listed", found, len(listed))
	}
}

func TestALevelIsReadByItsName(t *testing.T) {
	for i, level := range rules.Levels() {
		read, err := rules.ParseLevel(level.String())
		text, marshalErr := level.MarshalText()
		if err != nil || marshalErr != nil || read != level || int(level) != i || string(text) != level.String() || level.Title() == "" {
			t.Errorf("%s is read as %s: %v, %v", level, read, err, marshalErr)
		}
	}
	if _, err := rules.ParseLevel("bad"); err == nil || err.Error() != `want one of refused, people-lost, locked-out, site-breaks, silent, weaker, cost, unknown, harmless; got "bad"` {
		t.Errorf("another name: %v", err)
	}
}

func TestTheRoutersSettingsAreNoPartOfItsCode(t *testing.T) {
	for code, want := range map[string]string{
		"var settings = {\"release\":\"a\"};\nfunction": "function",
		"var settings = {;\nfunction":                   "var settings = {;\nfunction",
		"function":                                      "function",
	} {
		if got := rules.RouterCode(change.Resource{Properties: map[string]any{"FunctionCode": code}}); got != want {
			t.Errorf("of %q the code is %q", code, got)
		}
	}
}
