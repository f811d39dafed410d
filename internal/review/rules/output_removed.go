package rules

import (
	"strings"

	"gatehouse/internal/review/change"
)

var outputRemoved = Rule{
	ID: "output-removed", Level: SiteBreaks,
	Title:    "A stack output goes that programs read",
	Who:      "Scripts, pipelines and gatehouse outputs.",
	Why:      "Names of outputs are what others hold on to.",
	Safe:     "Keep it beside its successor.",
	Evidence: Documented, Source: cfn + "outputs-section-structure.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, name := range sortedIDs(s.Before.Template.Outputs) {
			if strings.HasPrefix(name, "ExportsOutput") {
				continue // the CDK's, between stacks: export-in-use
			}
			if _, kept := s.After.Template.Outputs[name]; !kept && s.After.Exists {
				hits = append(hits, Hit{"", "Outputs." + name, "The output " + name + " would go."})
			}
		}
		return hits
	},
}
