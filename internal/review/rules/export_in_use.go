package rules

import (
	"reflect"
	"slices"

	"gatehouse/internal/review/change"
)

var exportInUse = Rule{
	ID: "export-in-use", Level: Refused,
	Title:    "An export cannot change while another stack imports it",
	Who:      "Nobody, because nothing is deployed: the stack rolls back.",
	Why:      "CloudFormation locks an exported value for as long as another stack imports it.",
	Safe:     "Deploy the importing stack without the import first.",
	Evidence: Documented, Source: cfn + "using-cfn-stack-exports.html",
	Message: "in use by",
	Check: func(s *change.Set) (hits []Hit) {
		for _, name := range sortedIDs(s.Before.Template.Outputs) {
			before, after := s.Before.Template.Outputs[name], s.After.Template.Outputs[name]
			if before.Export == nil || reflect.DeepEqual(before, after) && !replaced(s, before.Value) {
				continue
			}
			for _, other := range s.Others {
				if importedBy(other.Before.Template, before.Export) {
					hits = append(hits, Hit{"", "Outputs." + name, "The export " + change.Show(before.Export) + " is imported by " + other.Stack + "."})
				}
			}
		}
		return hits
	},
}

// replaced is whether a value names a resource that becomes another one.
func replaced(s *change.Set, value any) bool {
	return slices.ContainsFunc(s.Changes, func(c change.Change) bool { return c.Replaced && change.References(value, c.ID) })
}

func importedBy(t change.Template, export any) bool {
	for _, r := range t.Resources {
		if imports(r.Properties, export) {
			return true
		}
	}
	for _, o := range t.Outputs {
		if imports(o.Value, export) {
			return true
		}
	}
	return false
}

func imports(v, export any) bool {
	switch v := v.(type) {
	case map[string]any:
		if reflect.DeepEqual(v["Fn::ImportValue"], export) {
			return true
		}
		for _, inner := range v {
			if imports(inner, export) {
				return true
			}
		}
	case []any:
		for _, inner := range v {
			if imports(inner, export) {
				return true
			}
		}
	}
	return false
}
