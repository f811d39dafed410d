package review

import (
	"fmt"
	"io"
	"strings"

	"gatehouse/internal/review/rules"
)

// WriteMarkdown writes the report for a comment on a pull request.
func WriteMarkdown(w io.Writer, r Report, failOn rules.Level) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s: %s\n\n%s → %s\n", escape(r.Environment), r.Headline(failOn), escape(r.From), escape(r.To))
	if summary := r.Summary(); summary != "" {
		fmt.Fprintf(&b, "\n%s\n", escape(summary))
	}
	sections, harmless := r.sections()
	for _, section := range sections {
		fmt.Fprintf(&b, "\n#### %s\n", section.level.Title())
		for _, group := range section.groups {
			rule := group[0]
			fmt.Fprintf(&b, "\n**%s** (`%s`)\n\n", escape(rule.Title), rule.Rule)
			for _, f := range group {
				fmt.Fprintf(&b, "- %s\n", escape(f.item()))
			}
			for _, part := range []struct{ label, text string }{{"Who", rule.Who}, {"Why", rule.Why}, {"The safe way", rule.Safe}} {
				if part.text != "" {
					fmt.Fprintf(&b, "- *%s:* %s\n", part.label, escape(part.text))
				}
			}
			if rule.Source != "" {
				fmt.Fprintf(&b, "- *See:* %s\n", link(rule.Source))
			}
		}
	}
	folded(&b, rules.Harmless.Title(), len(harmless), alike(harmless))
	var waived []string
	for _, f := range r.Waived {
		waived = append(waived, f.Resource+": "+f.Rule+" until "+f.Waiver.Until.Format("2006-01-02")+": "+f.Waiver.Reason)
	}
	folded(&b, "Waived", len(waived), waived)
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "\n> %s\n", escape(note))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// folded writes a list that a reader has to open.
func folded(b *strings.Builder, title string, size int, sentences []string) {
	if size == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>%s (%d)</summary>\n\n", title, size)
	for _, sentence := range sentences {
		fmt.Fprintf(b, "- %s\n", escape(sentence))
	}
	b.WriteString("\n</details>\n")
}

// link is a source; not all are addresses.
func link(source string) string {
	if strings.HasPrefix(source, "https://") && !strings.ContainsAny(source, " <>") {
		return "<" + source + ">"
	}
	return escape(source)
}

// markup is what GitHub and GitLab read as more than text; a value from a template
// must not mention people or become a picture.
var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "|", `\|`, "#", `\#`, "@", "@\u200b", "!", `\!`, "\n", " ",
)

func escape(text string) string { return markup.Replace(text) }
