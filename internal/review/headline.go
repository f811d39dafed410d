package review

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/review/rules"
)

// Headline is the report in one sentence.
func (r Report) Headline(failOn rules.Level) string {
	counted, let := 0, 0
	for _, f := range r.Findings {
		switch {
		case f.Level == rules.Harmless:
		case f.Level <= failOn:
			counted++
		default:
			let++
		}
	}
	switch r.Verdict(failOn) {
	case Blocked:
		return "Do not deploy this: " + r.blocked()
	case NeedsHuman:
		return "Somebody should read this first: " + count(counted, "finding") + "."
	}
	switch {
	case let > 0:
		return "Let through by --fail-on: " + count(let, "finding") + "."
	case len(r.Findings) > 0:
		return "Harmless."
	case len(r.Waived) > 0:
		return "Everything that counts is waived."
	}
	return "Nothing changes."
}

// blocked says why nobody should deploy this.
func (r Report) blocked() string {
	has := func(level rules.Level) bool {
		return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level == level })
	}
	switch {
	case !has(rules.PeopleLost):
		return "AWS would refuse it."
	case !has(rules.Refused):
		return "people or data would be lost, or what protects them."
	}
	return "AWS would refuse it, and people or data would be lost."
}

// Summary is how many findings there are of each level, "" if one line says it all.
func (r Report) Summary() string {
	var parts []string
	sections, harmless := r.sections()
	for _, s := range sections {
		parts = append(parts, fmt.Sprintf("%d %s", s.size(), s.level))
	}
	if len(parts) < 2 {
		return ""
	}
	if len(harmless) > 0 {
		parts = append(parts, fmt.Sprintf("%d %s", len(harmless), rules.Harmless))
	}
	return strings.Join(parts, ", ") + "."
}

// section are the findings of a level.
type section struct {
	level  rules.Level
	groups [][]Finding // the findings of one rule, which says the same of all of them
}

func (s section) size() (n int) {
	for _, g := range s.groups {
		n += len(g)
	}
	return n
}

// sections are the findings by level and rule, worst first; the harmless ones apart.
func (r Report) sections() (sections []section, harmless []Finding) {
	for _, f := range r.Findings {
		if f.Level == rules.Harmless {
			harmless = append(harmless, f)
			continue
		}
		if len(sections) == 0 || sections[len(sections)-1].level != f.Level {
			sections = append(sections, section{level: f.Level})
		}
		s := &sections[len(sections)-1]
		if last := len(s.groups) - 1; last >= 0 && s.groups[last][0].Rule == f.Rule && s.groups[last][0].Safe == f.Safe {
			s.groups[last] = append(s.groups[last], f)
		} else {
			s.groups = append(s.groups, []Finding{f})
		}
	}
	return sections, harmless
}

// item is what happens to one resource, and where it comes from.
func (f Finding) item() string {
	text := f.Resource
	if at := f.Location; at != nil && at.Line > 0 {
		text += fmt.Sprintf(" (%s:%d)", at.File, at.Line)
	} else if at != nil {
		text += " (" + at.File + ")"
	}
	text += ": " + strings.Join(f.What, " ")
	if f.Expired {
		text += " The waiver ended on " + f.Waiver.Until.Format("2006-01-02") + "."
	}
	return text
}

// alike are harmless findings in sentences: what is said of several is said once.
func alike(harmless []Finding) (sentences []string) {
	resources := map[string][]string{}
	var order []string
	for _, f := range harmless {
		what := strings.Join(f.What, " ")
		if resources[what] == nil {
			order = append(order, what)
		}
		resources[what] = append(resources[what], f.Resource)
	}
	const most = 3
	for _, what := range order {
		names := resources[what]
		if len(names) > most {
			names = append(slices.Clone(names[:most-1]), fmt.Sprintf("%d more", len(names)-most+1))
		}
		sentences = append(sentences, strings.Join(names, ", ")+": "+what)
	}
	return sentences
}
