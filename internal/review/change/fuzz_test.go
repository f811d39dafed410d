package change_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gatehouse/internal/review/change"
)

// FuzzParse: no template makes Parse panic or run away, and the normal form is its
// own normal form.
//
//	go test -run '^$' -fuzz FuzzParse ./internal/review/change
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"Resources: {R: {Type: T, Properties: {Action: !Sub ['${A}${!B}${C.D}', {A: !Ref P}], L: !If [C, !Ref AWS::NoValue, x]}}}\nParameters: {P: {Type: String, Default: d}}",
		"Resources: {R: {Type: T, Properties: {Resource: !Join ['-', [a, !Join ['', [b, !GetAtt c.d]], null]], Tags: [b, a]}}}\nOutputs: {ReleaseId: {Value: abcdefgh}, O: {Value: x, Export: {Name: y}}}",
		"a: &a [*a]",
		`{"Resources": {"R": {"Type": "T", "Properties": {"Fn::Sub": ["a", 1], "Ref": null}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if parsed, err := change.Parse(data, nil); err == nil {
			stable(t, parsed)
		}
	})
}

func TestTheNormalFormOfTheGoldenTemplatesIsItsOwn(t *testing.T) {
	t.Parallel()
	golden, err := filepath.Glob(filepath.Join("..", "..", "..", "stacks", "testdata", "*.json"))
	if err != nil || len(golden) == 0 {
		t.Fatalf("%d golden templates: %v", len(golden), err)
	}
	for _, path := range golden {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := change.Parse(data, nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		stable(t, parsed)
	}
}

// stable checks that a normal form is its own normal form.
func stable(t *testing.T, parsed change.Template) {
	t.Helper()
	again, err := change.Parse(written(t, parsed), nil)
	if err != nil {
		t.Fatalf("its own output: %v", err)
	}
	for id, r := range parsed.Resources {
		if !reflect.DeepEqual(r.Properties, again.Resources[id].Properties) {
			t.Errorf("%s\nonce  %s\ntwice %s", id, change.Show(r.Properties), change.Show(again.Resources[id].Properties))
		}
	}
	if s := change.Compare(change.Stack{Template: parsed}, change.Stack{Template: parsed}); len(s.Changes) > 0 {
		t.Errorf("it differs from itself: %+v", s.Changes)
	}
}

// written is a template's normal form as a template.
func written(t *testing.T, from change.Template) []byte {
	t.Helper()
	resources := map[string]any{}
	for id, r := range from.Resources {
		resources[id] = map[string]any{"Type": r.Type, "Properties": r.Properties}
	}
	data, err := json.Marshal(map[string]any{"Resources": resources})
	if err != nil {
		t.Fatal(err)
	}
	return data
}
