package resource_test

import (
	"reflect"
	"testing"

	"gatehouse/local/resource"
)

type sample struct {
	Name    string
	Enabled *bool
	Count   int
	Rate    float64
	Items   []struct{ Key, Value string }
	Labels  map[string]string
	Any     any
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in   resource.Properties
		want sample
		err  string
	}{
		"scalars are taken as CloudFormation writes them": {
			in:   resource.Properties{"Name": 8.0, "Enabled": "true", "Count": "3", "Rate": "0.5"},
			want: sample{Name: "8", Enabled: new(true), Count: 3, Rate: 0.5},
		},
		"lists, objects and free values": {
			in: resource.Properties{
				"Items":  []any{map[string]any{"Key": "k", "Value": "v"}},
				"Labels": map[string]any{"a": "b"}, "Any": []any{"x"},
			},
			want: sample{Items: []struct{ Key, Value string }{{"k", "v"}}, Labels: map[string]string{"a": "b"}, Any: []any{"x"}},
		},
		"what is known after apply stays in a text and leaves the rest at zero": {
			in: resource.Properties{
				"Name": resource.KnownAfterApply, "Count": resource.KnownAfterApply,
				"Enabled": resource.KnownAfterApply, "Items": resource.KnownAfterApply,
			},
			want: sample{Name: resource.KnownAfterApply},
		},
		"an unknown property is refused": {
			in:  resource.Properties{"Colour": "red"},
			err: "EmulatorUnimplemented: The local cloud does not implement the property Colour.",
		},
		"an unknown nested property is refused with its place": {
			in:  resource.Properties{"Items": []any{map[string]any{"Key": "k"}, map[string]any{"Kex": "k"}}},
			err: "EmulatorUnimplemented: The local cloud does not implement the property Items[1].Kex.",
		},
		"a list where a text belongs is refused": {
			in: resource.Properties{"Name": []any{"a"}}, want: sample{},
			err: "ValidationError: Name: want a single value; got [a]",
		},
		"a word is no number": {
			in:  resource.Properties{"Count": "many"},
			err: "ValidationError: Count: want a whole number; got many",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got sample
			err := resource.Decode(tc.in, &got)
			if text := errorText(err); text != tc.err {
				t.Fatalf("got  %s\nwant %s", text, tc.err)
			}
			if tc.err == "" && !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

func TestResolved(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value any
		want  bool
	}{
		"plain values are":            {resource.Properties{"A": []any{"b", 1.0}}, true},
		"an unknown text is not":      {resource.Properties{"A": resource.KnownAfterApply}, false},
		"a text with an unknown part": {resource.Properties{"A": []any{map[string]any{"B": "arn:" + resource.KnownAfterApply}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := resource.Resolved(tc.value); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
