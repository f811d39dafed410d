package review

import "gatehouse/internal/review/rules"

// Headline is the report in one sentence.
func (r Report) Headline(failOn rules.Level) string {
	counted := 0
	for _, f := range r.Findings {
		if f.Level <= failOn && f.Level != rules.Harmless {
			counted++
		}
	}
	switch r.Verdict(failOn) {
	case Blocked:
		return "Do not deploy this: AWS would refuse it, or people or data would be lost."
	case NeedsHuman:
		return "Somebody should read this first: " + count(counted, "finding") + "."
	}
	if len(r.Findings) == 0 {
		return "Nothing changes."
	}
	return "Harmless."
}

// sections are the findings by level, worst first; the harmless ones apart.
func (r Report) sections() (sections [][]Finding, harmless []Finding) {
	for _, f := range r.Findings {
		switch last := len(sections) - 1; {
		case f.Level == rules.Harmless:
			harmless = append(harmless, f)
		case last >= 0 && sections[last][0].Level == f.Level:
			sections[last] = append(sections[last], f)
		default:
			sections = append(sections, []Finding{f})
		}
	}
	return sections, harmless
}
