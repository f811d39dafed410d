package review

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"gatehouse/internal/review/rules"
)

// everything is a report with findings that count, that are waived, that were, and harmless ones.
func everything(t *testing.T) Report {
	t.Helper()
	now := time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)
	after := strings.NewReplacer(
		"[email]", "[phone_number]", "RefreshTokenValidity: 30", "RefreshTokenValidity: 1", "DeletionProtection: ACTIVE", "DeletionProtection: INACTIVE",
		"GenerateSecret: false", "GenerateSecret: false\n      Surprise: 1", "MinimumLength: 12", "MinimumLength: 16",
	).Replace(template)
	r := Run(deployment(t, template), deployment(t, after), Options{
		Environment: "prod", Now: now,
		Locate: func(string) Location { return Location{File: "config/prod.yaml", Line: 7} },
		Waivers: []Waiver{
			{Rule: "refresh-validity-cut", Resource: "Client", Reason: "announced in May", Until: now},
			{Rule: "password-policy-stricter", Resource: "Users", Reason: "announced in May", Until: now.AddDate(0, 0, -2)},
			{Rule: "pool-removed", Resource: "Users", Reason: "announced in May", Until: now},
		},
	})
	if len(r.Findings) < 4 || len(r.Waived) != 1 || len(r.Notes) != 1 {
		t.Fatalf("the report lacks something to test with: %+v", r)
	}
	return r
}

func publishedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "review.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("review.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("review.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestJSONIsAsItsPublishedSchemaSays(t *testing.T) {
	schema := publishedSchema(t)
	for name, r := range map[string]Report{"everything": everything(t), "nothing": Run(deployment(t, template), deployment(t, template), Options{})} {
		var b bytes.Buffer
		if err := WriteJSON(&b, r, rules.Unknown); err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePublishedSchemaKnowsEveryLevelAndEveryKeyOfAFinding(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "review.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Definitions struct {
			Level   struct{ Enum []string }
			Finding struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	var levels []string
	for _, l := range rules.Levels() {
		levels = append(levels, l.String())
	}
	if !reflect.DeepEqual(schema.Definitions.Level.Enum, levels) {
		t.Errorf("levels: got %v; want %v", schema.Definitions.Level.Enum, levels)
	}
	finding := reflect.TypeFor[Finding]()
	for i := range finding.NumField() {
		key, _, _ := strings.Cut(finding.Field(i).Tag.Get("json"), ",")
		if schema.Definitions.Finding.Properties[key] == nil {
			t.Errorf("the schema does not know %s", key)
		}
	}
}

func TestSARIFIsValidAndNamesTheLinesThatCauseFindings(t *testing.T) {
	r := everything(t)
	var b bytes.Buffer
	if err := WriteSARIF(&b, r); err != nil {
		t.Fatal(err)
	}
	var got sarif.Report
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if err := got.Validate(); err != nil {
		t.Errorf("it is not SARIF 2.1.0: %v", err)
	}
	results := map[string]*sarif.Result{}
	for _, result := range got.Runs[0].Results {
		results[*result.RuleID] = result
		at := result.Locations[0].PhysicalLocation
		if *at.ArtifactLocation.URI != "config/prod.yaml" || *at.Region.StartLine != 7 {
			t.Errorf("%s is at %s:%d", *result.RuleID, *at.ArtifactLocation.URI, *at.Region.StartLine)
		}
	}
	for rule, want := range map[string]struct {
		level      string
		suppressed bool
	}{
		"pool-sign-in-changed":     {"error", false},
		"refresh-validity-cut":     {"error", true},
		"password-policy-stricter": {"error", false}, // its waiver has ended
		ruleNotUnderstood:          {"warning", false},
	} {
		result := results[rule]
		if result == nil {
			t.Errorf("%s is missing", rule)
			continue
		}
		if result.Level != want.level || (len(result.Suppressions) == 1) != want.suppressed {
			t.Errorf("%s: level %s, %d suppressions; want %+v", rule, result.Level, len(result.Suppressions), want)
		}
	}
	if results[ruleHarmless] != nil {
		t.Error("what is harmless is shown beside code")
	}
}

func TestAWaiverOfAnotherResourceAsksWhichIsMeant(t *testing.T) {
	after := strings.ReplaceAll(template, "RefreshTokenValidity: 30", "RefreshTokenValidity: 1")
	o := Options{Waivers: []Waiver{{Rule: "refresh-validity-cut", Resource: "SiteClient", Reason: "announced", Until: time.Now()}}}
	if r := Run(deployment(t, template), deployment(t, after), o); len(r.Notes) != 1 || r.Notes[0] != "The waiver of refresh-validity-cut for SiteClient lets nothing through. Is Client meant?" {
		t.Errorf("got %q", r.Notes)
	}
}

func TestAWaiverThatNothingNeedsIsNoted(t *testing.T) {
	if r := everything(t); r.Notes[0] != "The waiver of pool-removed for Users is not needed: remove it." {
		t.Errorf("got %q", r.Notes)
	}
}

// marks shows what is painted, and how.
type marks struct{}

func (marks) Bold(text string) string    { return "bold:" + text }
func (marks) Good(text string) string    { return "good:" + text }
func (marks) Warning(text string) string { return "warning:" + text }
func (marks) Bad(text string) string     { return "bad:" + text }

func TestTheTerminalPaintsTheVerdictAndHowBadALevelIs(t *testing.T) {
	for name, tc := range map[string]struct {
		report Report
		want   []string
	}{
		"blocked":         {everything(t), []string{"bad:Do not deploy this", "\nbad:Refused by AWS", "\nwarning:Not understood", "bold:pool-sign-in-changed"}},
		"nothing changes": {Run(deployment(t, template), deployment(t, template), Options{}), []string{"good:Nothing changes."}},
		"somebody must see": {Run(deployment(t, template), deployment(t, strings.Replace(template, "RefreshTokenValidity: 30", "RefreshTokenValidity: 1", 1)), Options{}),
			[]string{"warning:Somebody should read this first", "\nbad:People signed out or locked out"}},
	} {
		var b bytes.Buffer
		if err := WriteTerminal(&b, tc.report, rules.Unknown, marks{}); err != nil {
			t.Fatal(err)
		}
		for _, want := range tc.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: %q is not in\n%s", name, want, b.String())
			}
		}
	}
}
