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
	sections, harmless := r.sections()
	for _, section := range sections {
		fmt.Fprintf(&b, "\n#### %s\n", section[0].Level.Title())
		for _, f := range section {
			fmt.Fprintf(&b, "\n**%s** (`%s`): %s.\n\n", escape(f.Resource), f.Rule, escape(f.Title))
			for _, what := range f.What {
				fmt.Fprintf(&b, "- %s\n", escape(what))
			}
			for _, part := range []struct{ label, text string }{{"Who", f.Who}, {"Why", f.Why}, {"The safe way", f.Safe}} {
				if part.text != "" {
					fmt.Fprintf(&b, "- *%s:* %s\n", part.label, escape(part.text))
				}
			}
			if f.Source != "" {
				fmt.Fprintf(&b, "- *See:* <%s>\n", f.Source)
			}
			if f.Expired {
				fmt.Fprintf(&b, "- The waiver ended on %s.\n", f.Waiver.Until.Format("2006-01-02"))
			}
		}
	}
	folded(&b, rules.Harmless.Title(), harmless, func(f Finding) string { return strings.Join(f.What, " ") })
	folded(&b, "Waived", r.Waived, func(f Finding) string {
		return f.Rule + " until " + f.Waiver.Until.Format("2006-01-02") + ": " + f.Waiver.Reason
	})
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "\n> %s\n", escape(note))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// folded writes a list that a reader has to open.
func folded(b *strings.Builder, title string, findings []Finding, text func(Finding) string) {
	if len(findings) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>%s (%d)</summary>\n\n", title, len(findings))
	for _, f := range findings {
		fmt.Fprintf(b, "- %s: %s\n", escape(f.Resource), escape(text(f)))
	}
	b.WriteString("\n</details>\n")
}

// markup is what GitHub and GitLab read as more than text; a value from a template
// must not mention people or become a picture.
var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "|", `\|`, "#", `\#`, "@", "@\u200b", "!", `\!`, "\n", " ",
)

func escape(text string) string { return markup.Replace(text) }
