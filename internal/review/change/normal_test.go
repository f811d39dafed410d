package change_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gatehouse/internal/review/change"
)

const (
	hash      = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	otherHash = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// parse reads a template of one resource R with these properties, written as YAML
// in one line, and with parameters and an output.
func parse(t *testing.T, properties string) change.Template {
	t.Helper()
	parsed, err := change.Parse([]byte(`
Parameters:
  Given: {Type: String, Default: default}
  Default: {Type: Number, Default: 7}
  Hash: {Type: String, Default: `+hash+`}
  None: {Type: String}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/id}
Outputs:
  ReleaseId: {Value: release-1}
Resources:
  R: {Type: T, Properties: {`+properties+`}}
`), map[string]string{"Given": "given", "Stored": "stored"})
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestWhatMeansTheSameToCloudFormationIsEqual(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ one, other string }{
		"a number and a text":                              {`P: 12`, `P: "12"`},
		"a truth and a text":                               {`P: true`, `P: "true"`},
		"a truth in capitals":                              {`P: True`, `P: true`},
		"nothing and AWS::NoValue":                         {`Q: 1`, `Q: 1, P: !Ref AWS::NoValue`},
		"nothing and null":                                 {`Q: 1`, `Q: 1, P: null`},
		"an entry of a list that is AWS::NoValue":          {`P: [a]`, `P: [a, !Ref AWS::NoValue]`},
		"the short and the long form of a function":        {`P: !GetAtt A.B`, `P: {"Fn::GetAtt": [A, B]}`},
		"an attribute with dots":                           {`P: !GetAtt A.B.C`, `P: {"Fn::GetAtt": [A, B.C]}`},
		"a text and a Sub without variables":               {`P: a`, `P: !Sub a`},
		"Sub and Join":                                     {`P: !Sub "a-${X}-b"`, `P: !Join ["", [a-, !Ref X, -b]]`},
		"Sub of an attribute and Join":                     {`P: !Sub "${A.B}/*"`, `P: !Join ["", [!GetAtt A.B, "/*"]]`},
		"Sub with a variable of its own":                   {`P: !Sub ["${V}-b", {V: !Ref X}]`, `P: !Sub "${X}-b"`},
		"Sub with a variable called as a member of IAM is": {`P: !Sub ["${Resource}/*", {Resource: !GetAtt A.Arn}]`, `P: !Sub "${A.Arn}/*"`},
		"Sub of what is no variable":                       {`P: !Sub "${!X}"`, `P: "${X}"`},
		"Join with a delimiter":                            {`P: !Join ["/", [a, !Ref X, c]]`, `P: !Sub "a/${X}/c"`},
		"a Join in a Join":                                 {`P: !Join ["", [a, !Join ["", [b, !Ref X]]]]`, `P: !Sub "ab${X}"`},
		"a Join of one":                                    {`P: !Join ["", [!Ref X]]`, `P: !Ref X`},
		"a Join of nothing":                                {`P: !Join ["", []]`, `P: ""`},
		"a parameter and its value":                        {`P: !Ref Given`, `P: given`},
		"a parameter and its default":                      {`P: !Ref Default`, `P: 7`},
		"a parameter in a Sub":                             {`P: !Sub "a-${Given}"`, `P: a-given`},
		"lists whose order means nothing":                  {`ExplicitAuthFlows: [A, B]`, `ExplicitAuthFlows: [B, A]`},
		"such lists with references":                       {`Tags: [{Key: a, Value: !Ref X}, {Key: b}]`, `Tags: [{Key: b}, {Key: a, Value: !Ref X}]`},
		"one action and a list of one":                     {`Action: s3:*`, `Action: ["s3:*"]`},
		"one resource that is a reference":                 {`Resource: !GetAtt A.Arn`, `Resource: [!GetAtt A.Arn]`},
		"the content of an asset":                          {`P: ` + hash + `.zip`, `P: ` + otherHash + `.zip`},
		"the content of an asset in a parameter":           {`P: !Ref Hash`, `P: ` + otherHash},
		"the id of the release and what stands for it":     {`P: releases/release-1/`, `P: releases/RELEASE/`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, other := parse(t, tc.one).Resources["R"].Properties, parse(t, tc.other).Resources["R"].Properties
			if !reflect.DeepEqual(one, other) {
				t.Errorf("%s is %s\n%s is %s", tc.one, change.Show(one), tc.other, change.Show(other))
			}
		})
	}
}

func TestWhatMayMeanSomethingElseDiffers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ one, other string }{
		"another number":                              {`P: 12`, `P: 13`},
		"a text and the list of it":                   {`P: a`, `P: [a]`},
		"lists whose order counts":                    {`Origins: [A, B]`, `Origins: [B, A]`},
		"a list that repeats itself":                  {`Tags: [A]`, `Tags: [A, A]`},
		"a parameter without a value, and a text":     {`P: !Ref None`, `P: none`},
		"a parameter that is looked up, and its name": {`P: !Ref Stored`, `P: /shop/id`},
		"another resource":                            {`P: !Ref A`, `P: !Ref B`},
		"a resource and a text that looks like it":    {`P: !Sub "${A}"`, `P: "${A}"`},
		"another attribute":                           {`P: !GetAtt A.B`, `P: !GetAtt A.C`},
		"another delimiter":                           {`P: !Join ["/", [a, !Ref X]]`, `P: !Join ["-", [a, !Ref X]]`},
		"which of two values a condition drops":       {`P: !If [C, a, !Ref AWS::NoValue]`, `P: !If [C, !Ref AWS::NoValue, a]`},
		"an empty text and nothing":                   {`P: ""`, `Q: 1`},
		"a hash that is too short":                    {`P: ` + hash[1:], `P: ` + otherHash[1:]},
		"another release":                             {`P: releases/release-2/`, `P: releases/release-1/`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, other := parse(t, tc.one).Resources["R"].Properties, parse(t, tc.other).Resources["R"].Properties
			if reflect.DeepEqual(one, other) {
				t.Errorf("%s and %s are both %s", tc.one, tc.other, change.Show(one))
			}
		})
	}
}

func TestATemplateKeepsWhatItsNormalFormHides(t *testing.T) {
	t.Parallel()
	template := parse(t, `B: `+otherHash+`, A: `+hash+`, P: release-1`)
	if got := template.Resources["R"].Assets; !reflect.DeepEqual(got, []string{hash, otherHash}) {
		t.Errorf("the assets are %v", got)
	}
	if template.Release != "release-1" {
		t.Errorf("the release is %q", template.Release)
	}
	if p := template.Parameters["Stored"]; p.Type != "AWS::SSM::Parameter::Value<String>" || p.Default != "/shop/id" {
		t.Errorf("the parameter is %+v", p)
	}
	if r := template.Resources["R"]; r.DeletionPolicy != "Delete" || r.UpdateReplacePolicy != "Delete" {
		t.Errorf("without a policy, the policies are %s and %s", r.DeletionPolicy, r.UpdateReplacePolicy)
	}
}

func TestJSONAndYAMLAreOneTemplate(t *testing.T) {
	t.Parallel()
	fromJSON, err := change.Parse([]byte(` {"Resources": {"R": {"Type": "T", "Condition": "C", "DeletionPolicy": "Retain",
		"Properties": {"N": 12, "L": [true, {"Ref": "X"}]}}}, "Outputs": {"O": {"Value": {"Ref": "R"}, "Export": {"Name": "e"}}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"block style": `
Resources:
  R:
    Type: T
    Condition: C
    DeletionPolicy: Retain
    Properties:
      N: 12
      L: [true, !Ref X]
Outputs:
  O: {Value: !Ref R, Export: {Name: e}}`,
		"flow style, which begins as JSON does": `{Resources: {R: {Type: T, Condition: C, DeletionPolicy: Retain, Properties: {N: 12, L: [true, !Ref X]}}}, Outputs: {O: {Value: !Ref R, Export: {Name: e}}}}`,
		"an alias": `
Value: &list [true, !Ref X]
Resources: {R: {Type: T, Condition: C, DeletionPolicy: Retain, Properties: {N: 12, L: *list}}}
Outputs: {O: {Value: !Ref R, Export: {Name: e}}}`,
	} {
		fromYAML, err := change.Parse([]byte(text), nil)
		if err != nil || !reflect.DeepEqual(fromJSON, fromYAML) {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v", name, err, fromYAML, fromJSON)
		}
	}
}

func TestWhatIsNoTemplateIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ in, want string }{
		"nothing":                   {"", "reading a template: it is empty"},
		"a list":                    {"[a]", "reading a template: want a mapping with Resources in it"},
		"another document":          {`{"a": 1}`, "reading a template: there are no Resources in it: this is no CloudFormation template"},
		"a resource of no type":     {`{"Resources": {"R": {}}}`, "reading a template: the resource R has no Type"},
		"a resource that is a text": {`{"Resources": {"R": "T"}}`, "reading a template: the resource R has no Type"},
		"two documents":             {`{"Resources": {}} {}`, "reading a template: something follows the JSON document"},
		"broken YAML":               {"a: [", "reading a template: line 1: did not find expected node content"},
		"an alias of itself":        {"a: &a [*a]", "reading a template: line 1: nested too deeply, or too large"},
		"too much":                  {strings.Repeat(" ", 1<<20) + "a", "reading a template: it has 1048577 bytes; CloudFormation takes 1048576"},
		"a billion laughs": {`
a: &a [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
g: [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]`, "reading a template: line 2: nested too deeply, or too large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := change.Parse([]byte(tc.in), nil)
			if err == nil || err.Error() != tc.want {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestAnAccountThatIsWrittenOutIsWhoeverDeploys(t *testing.T) {
	t.Parallel()
	const text = "Resources: {R: {Type: T, Properties: {P: %s}}}\nOutputs: {O: {Value: %[1]s}}"
	for number, reference := range map[string]string{
		"'123456789012'":                          "!Ref AWS::AccountId",
		"arn:aws:iam::123456789012:role/a":        "!Sub 'arn:aws:iam::${AWS::AccountId}:role/a'",
		"!Sub '${Bucket}-123456789012-b'":         "!Join ['-', [!Ref Bucket, !Ref AWS::AccountId, b]]",
		"[{Q: a-123456789012-123456789012}]":      "[{Q: !Sub 'a-${AWS::AccountId}-${AWS::AccountId}'}]",
		"!If [C, '123456789012', '999999999999']": "!If [C, !Ref AWS::AccountId, '999999999999']",
	} {
		values := map[string]string{change.AccountID: "123456789012"}
		a, err := change.Parse(fmt.Appendf(nil, text, number), values)
		if err != nil {
			t.Fatal(err)
		}
		b, err := change.Parse(fmt.Appendf(nil, text, reference), nil) // by somebody who does not know
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a.Resources, b.Resources) || !reflect.DeepEqual(a.Outputs, b.Outputs) {
			t.Errorf("%s is not %s:\n%+v\n%+v", number, reference, a, b)
		}
	}
}
