package review

import (
	"encoding/json"
	"io"

	"gatehouse/internal/review/rules"
)

// jsonVersion is the version of what WriteJSON writes. Keys are added without a new
// one; docs/review.schema.json describes it.
const jsonVersion = 1

// WriteJSON writes the report for programs, as docs/review.schema.json describes it.
func WriteJSON(w io.Writer, r Report, failOn rules.Level) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		Version  int         `json:"version"`
		Verdict  string      `json:"verdict"`
		FailOn   rules.Level `json:"failOn"`
		Headline string      `json:"headline"`
		Report
	}{jsonVersion, r.Verdict(failOn).String(), failOn, r.Headline(failOn), r})
}
