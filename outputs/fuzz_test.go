package outputs

import (
	"encoding/json"
	"strings"
	"testing"

	"gatehouse/config"
)

func FuzzParseFile(f *testing.F) {
	f.Add([]byte(`{"shop-prod-auth":{"UserPoolId":"eu-west-1_A","UserPoolClientId":"b"},"shop-prod-hosting":{"SiteUrl":"https://c/"}}`))
	f.Add([]byte(`{"shop-prod-auth":{"UserPoolId":5}}`))
	f.Add([]byte(`null`))
	f.Add([]byte(`{"shop-prod-auth":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := parseFile("outputs.json", data, config.Config{Project: "shop", Environment: "prod", Region: "eu-west-1"})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "outputs.json: ") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		if o.UserPoolID == "" || o.UserPoolClientID == "" {
			t.Errorf("an id is empty in %+v", o)
		}
	})
}

func FuzzParseAWSExports(f *testing.F) {
	f.Add([]byte(awsExportsHead + `{"a": 1, "b": {"c": "<&>"}}` + awsExportsFoot))
	f.Add([]byte(`const awsmobile = {"a": 1, "a": 2}; export default awsmobile;`))
	f.Add([]byte(`const awsmobile = {"a": `))
	f.Add([]byte(`evil(); const awsmobile = {}; export default awsmobile;`))
	o := Outputs{Region: "eu-west-1", UserPoolID: "eu-west-1_A", UserPoolClientID: "b"}
	f.Fuzz(func(t *testing.T, file []byte) {
		members, err := parseAWSExports(file)
		if err != nil {
			return
		}
		written, err := rewriteAWSExports(o, file)
		if err != nil {
			t.Fatalf("what can be read cannot be written: %v", err)
		}
		again, err := rewriteAWSExports(o, written)
		if err != nil || string(again) != string(written) {
			t.Fatalf("the second rewriting differs: %v\n%s\n%s", err, written, again)
		}
		kept, err := parseAWSExports(written)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range members {
			if !isOurAWSExportsKey(m.key) && !has(kept, m) {
				t.Errorf("%q was lost from\n%s", m.key, file)
			}
		}
	})
}

// has tells whether members has one with m's key and meaning.
func has(members object, m member) bool {
	for _, other := range members {
		if other.key == m.key {
			return meaning(other) == meaning(m)
		}
	}
	return false
}

func meaning(m member) string {
	var value any
	if err := json.Unmarshal(m.value.(json.RawMessage), &value); err != nil {
		return err.Error()
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
