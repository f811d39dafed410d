package review

import (
	"fmt"
	"io"
	"strings"

	"gatehouse/internal/review/rules"
)

// width is how wide a report is at most, in characters. Addresses are not broken.
const width = 80

// Painter makes text stand out. What it adds means nothing by itself.
type Painter interface {
	Bold(text string) string
	Good(text string) string
	Warning(text string) string
	Bad(text string) string
}

// WriteTerminal writes the report for people at a terminal.
func WriteTerminal(w io.Writer, r Report, failOn rules.Level, paint Painter) error {
	var b strings.Builder
	verdict := map[Verdict]func(string) string{Blocked: paint.Bad, NeedsHuman: paint.Warning, Fine: paint.Good}[r.Verdict(failOn)]
	fmt.Fprintf(&b, "%s\n", verdict(r.Headline(failOn)))
	b.WriteString(wrap(fmt.Sprintf("%s: %s → %s", r.Environment, r.From, r.To), "", ""))
	if summary := r.Summary(); summary != "" {
		b.WriteString(wrap(summary, "", ""))
	}
	sections, harmless := r.sections()
	for _, section := range sections {
		heading := paint.Warning
		if section.level <= rules.SiteBreaks {
			heading = paint.Bad
		}
		fmt.Fprintf(&b, "\n%s\n", heading(section.level.Title()))
		for _, group := range section.groups {
			rule := group[0]
			fmt.Fprintf(&b, "\n  %s\n", paint.Bold(rule.Rule))
			b.WriteString(wrap(rule.Title+".", "  ", "  "))
			for _, f := range group {
				b.WriteString(wrap(f.item(), "  • ", "    "))
			}
			for _, part := range []struct{ label, text string }{{"Who   ", rule.Who}, {"Why   ", rule.Why}, {"Safe  ", rule.Safe}, {"See   ", rule.Source}} {
				if part.text != "" {
					b.WriteString(wrap(part.text, "    "+part.label, "          "))
				}
			}
		}
	}
	if len(harmless) > 0 {
		fmt.Fprintf(&b, "\n%s\n", paint.Bold(rules.Harmless.Title()))
		for _, sentence := range alike(harmless) {
			b.WriteString(wrap(sentence, "  ", "    "))
		}
	}
	for _, f := range r.Waived {
		b.WriteString(wrap(fmt.Sprintf("Waived until %s: %s, %s: %s", f.Waiver.Until.Format("2006-01-02"), f.Rule, f.Resource, f.Waiver.Reason), "\n  ", "    "))
	}
	for _, note := range r.Notes {
		b.WriteString(wrap(note, "\n  Note: ", "    "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap breaks a text into lines of at most width characters.
func wrap(text, first, rest string) string {
	var b strings.Builder
	line := first
	empty := true
	for _, word := range strings.Fields(text) {
		length := len([]rune(strings.TrimLeft(line, "\n"))) + 1 + len([]rune(word))
		if !empty && length > width {
			b.WriteString(line + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return b.String() + line + "\n"
}
