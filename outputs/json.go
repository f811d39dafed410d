package outputs

import (
	"bytes"
	"encoding/json"
)

// encodeJSON is JSON with a final newline. Unlike json.Marshal it leaves <, > and
// & alone, so that CDK tokens and URLs keep their bytes.
func encodeJSON(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	err := enc.Encode(v)
	return b.Bytes(), err
}
