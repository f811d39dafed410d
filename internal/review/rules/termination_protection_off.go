package rules

import "gatehouse/internal/review/change"

var terminationProtectionOff = Rule{
	ID: "termination-protection-off", Level: PeopleLost,
	Title:    "The stack can be deleted",
	Who:      "Everyone who uses the site, when somebody destroys the wrong stack.",
	Why:      "With termination protection on, CloudFormation refuses DeleteStack.",
	Safe:     "Keep termination protection on (protect: true).",
	Evidence: Documented, Source: cfn + "using-cfn-protect-stacks.html",
	Check: func(s *change.Set) []Hit {
		before, after := s.Before.TerminationProtection, s.After.TerminationProtection
		if before == nil || after == nil || !*before || *after {
			return nil
		}
		return []Hit{{"", "", "Termination protection of the stack " + s.Stack + " would be off."}}
	},
}
