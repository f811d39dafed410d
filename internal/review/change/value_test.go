package change_test

import (
	"slices"
	"testing"

	"gatehouse/internal/review/change"
)

// value is a property's value in normal form.
func value(t *testing.T, yaml string) map[string]any {
	t.Helper()
	return parse(t, "P: "+yaml).Resources["R"].Properties
}

func TestUnresolvedIsWhatOnlyADeploymentKnows(t *testing.T) {
	t.Parallel()
	for yaml, want := range map[string]bool{
		`a`: false, `{Q: [a, {R: b}]}`: false, `!Ref X`: true, `!GetAtt X.Y`: true, `{Q: [a, {R: !Sub "${X}"}]}`: true,
		`"{{resolve:ssm:/a}}"`: true, `["a {{resolve:secretsmanager:b}}"]`: true, `!Ref Given`: false, `{Reference: a}`: false,
	} {
		if got := change.Unresolved(value(t, yaml)["P"]); got != want {
			t.Errorf("Unresolved(%s) is %v", yaml, got)
		}
	}
}

func TestReferencesFindsAResourceWhereverItStands(t *testing.T) {
	t.Parallel()
	for yaml, want := range map[string]bool{
		`!Ref X`: true, `!GetAtt X.Arn`: true, `!Sub "a-${X}"`: true, `!Sub "a-${X.Arn}"`: true, `{Q: [{R: !Ref X}]}`: true,
		`!Ref Y`: false, `X`: false, `!GetAtt Y.X`: false, `!Sub "X"`: false, `!ImportValue X`: false,
	} {
		if got := change.References(value(t, yaml), "X"); got != want {
			t.Errorf("References(%s) is %v", yaml, got)
		}
	}
}

func TestValuesAreReadByPath(t *testing.T) {
	t.Parallel()
	v := value(t, `{N: 12.5, T: text, L: [a, !Ref X, b]}`)
	if n, ok := change.Number(v, "P.N"); n != 12.5 || !ok {
		t.Errorf("the number is %v, %v", n, ok)
	}
	if _, ok := change.Number(v, "P.T"); ok {
		t.Error("a text is a number")
	}
	if change.Text(v, "P.T") != "text" || change.Text(v, "P.L") != "" || change.Text(v, "P.T.U") != "" {
		t.Errorf("the text is %q", change.Text(v, "P.T"))
	}
	if texts := change.Texts(v, "P.L"); !slices.Equal(texts, []string{"a", "b"}) || len(change.List(v, "P.L")) != 3 {
		t.Errorf("the texts are %v", texts)
	}
	if lost := change.Lost([]string{"a", "b", "c"}, []string{"c", "a"}); !slices.Equal(lost, []string{"b"}) {
		t.Errorf("lost are %v", lost)
	}
	for yaml, want := range map[string]string{`a`: "a", `[a, {Q: 1}]`: `["a",{"Q":"1"}]`, `null`: "nothing"} {
		if got := change.Show(value(t, yaml)["P"]); got != want {
			t.Errorf("Show(%s) is %s", yaml, got)
		}
	}
}
