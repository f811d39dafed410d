package review

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"gatehouse/internal/review/rules"
)

// sarifLevels are the levels that code hosts know.
var sarifLevels = map[rules.Level]string{
	rules.Refused: "error", rules.PeopleLost: "error", rules.LockedOut: "error", rules.SiteBreaks: "error",
	rules.Silent: "warning", rules.Weaker: "warning", rules.Unknown: "warning", rules.Cost: "note",
}

// WriteSARIF writes the report for code hosts, which show findings beside the lines
// that cause them: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
// What is harmless is left out; what is waived is in it, suppressed.
func WriteSARIF(w io.Writer, r Report) error {
	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(sarif.NewToolComponent().WithName("gatehouse review")))
	for _, rule := range rules.All() {
		described := run.AddRule(rule.ID).WithShortDescription(text(rule.Title + ".")).WithFullDescription(text(rule.Why)).WithHelp(text(rule.Safe)).
			WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarifLevels[rule.Level]))
		if strings.HasPrefix(rule.Source, "https://") {
			described.WithHelpURI(rule.Source)
		}
	}
	run.AddRule(ruleNotUnderstood).WithShortDescription(text("No rule knows what this does."))
	for _, f := range r.Findings {
		if f.Level != rules.Harmless {
			run.AddResult(result(r, f))
		}
	}
	for _, f := range r.Waived {
		run.AddResult(result(r, f).AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").
			WithJustification(f.Waiver.Reason + " (until " + f.Waiver.Until.Format("2006-01-02") + ")")))
	}
	whole := report.NewV210Report()
	whole.AddRun(run)
	return whole.PrettyWrite(w)
}

func text(s string) *sarif.MultiformatMessageString {
	return sarif.NewMultiformatMessageString().WithText(s)
}

func result(r Report, f Finding) *sarif.Result {
	sentences := append([]string{f.Resource + ": " + f.Title + "."}, f.What...)
	for _, part := range []struct{ label, text string }{{"Who: ", f.Who}, {"The safe way: ", f.Safe}} {
		if part.text != "" {
			sentences = append(sentences, part.label+part.text)
		}
	}
	result := sarif.NewRuleResult(f.Rule).WithLevel(sarifLevels[f.Level]).WithMessage(sarif.NewTextMessage(strings.Join(sentences, "\n"))).
		WithPartialFingerprints(map[string]string{"gatehouse/v1": strings.Join([]string{r.Environment, f.Stack, f.Resource, f.Rule}, "/")})
	if f.Location != nil {
		result.AddLocation(sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().
			WithArtifactLocation(sarif.NewSimpleArtifactLocation(filepath.ToSlash(f.Location.File))).
			WithRegion(sarif.NewRegion().WithStartLine(max(f.Location.Line, 1)))))
	}
	return result
}
