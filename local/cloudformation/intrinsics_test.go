package cloudformation

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"gatehouse/local/wire"
)

// testScope can refer to a resource Bucket, one not created yet called Later, a
// parameter of each kind, an export and a stored parameter.
func testScope(t testing.TB) *scope {
	t.Helper()
	tmpl, err := parseTemplate(`
Mappings: {Sizes: {eu-west-1: {Small: t1, Zones: [a, b]}}}
Conditions: {Yes: !Equals [1, "1"], No: !Not [{Condition: Yes}]}
Resources: {Bucket: {Type: Test::Thing}}`)
	if err != nil {
		t.Fatal(err)
	}
	s := &scope{
		template:   tmpl,
		pseudo:     (&Service{config: Config{Account: "123456789012", Region: "eu-west-1"}}).pseudoParameters(&stack{Name: "app", ID: "arn:app"}),
		parameters: map[string]any{"Text": "hello", "List": []any{"x", "y"}},
		export: func(name string) (string, error) {
			if name == "shared" {
				return "imported", nil
			}
			return "", invalid("No export named %s found.", name)
		},
		storedParameter: func(name string) (string, error) {
			if name == "/version" || name == "/version:3" {
				return "30", nil
			}
			return "", errors.New("not found")
		},
	}
	if err := s.evaluateConditions(); err != nil {
		t.Fatal(err)
	}
	s.resource = func(id string) (resourceValues, error) {
		if id == "Later" {
			return resourceValues{Unknown: true}, nil
		}
		return resourceValues{Ref: "bucket-1", Attributes: map[string]any{"Arn": "arn:bucket", "Nested.Name": "n", "List": []any{"p", "q"}}}, nil
	}
	return s
}

func TestIntrinsicFunctions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in    string // YAML
		want  string // JSON
		error string
	}{
		"Ref of a resource":                        {in: `!Ref Bucket`, want: `"bucket-1"`},
		"Ref of a parameter":                       {in: `!Ref Text`, want: `"hello"`},
		"Ref of a list":                            {in: `!Ref List`, want: `["x","y"]`},
		"Ref of a pseudo parameter":                {in: `!Ref AWS::Region`, want: `"eu-west-1"`},
		"Ref of the stack's ARN":                   {in: `!Ref AWS::StackId`, want: `"arn:app"`},
		"Ref of something else than a name":        {in: `{Ref: [a]}`, error: "every Ref object must have a single String value"},
		"NoValue in an object":                     {in: `{a: !Ref AWS::NoValue, b: 1}`, want: `{"b":1}`},
		"NoValue in a list":                        {in: `[!Ref AWS::NoValue, 1]`, want: `[1]`},
		"GetAtt with a dot":                        {in: `!GetAtt Bucket.Arn`, want: `"arn:bucket"`},
		"GetAtt of a nested attribute":             {in: `!GetAtt Bucket.Nested.Name`, want: `"n"`},
		"GetAtt as a list":                         {in: `{Fn::GetAtt: [Bucket, Arn]}`, want: `"arn:bucket"`},
		"GetAtt as a string in JSON form":          {in: `{"Fn::GetAtt": "Bucket.Arn"}`, want: `"arn:bucket"`},
		"GetAtt of an attribute that is not there": {in: `!GetAtt Bucket.Nope`, error: "resource Bucket does not support attribute type Nope in Fn::GetAtt"},
		"GetAtt without an attribute":              {in: `{Fn::GetAtt: [Bucket]}`, error: "requires two non-empty parameters"},
		"Join":                                     {in: `!Join ["-", [a, 1, true, !Ref Text]]`, want: `"a-1-true-hello"`},
		"Join of a list parameter":                 {in: `!Join ["", !Ref List]`, want: `"xy"`},
		"Join leaves NoValue out":                  {in: `!Join [",", [a, !Ref AWS::NoValue]]`, want: `"a"`},
		"Join of a string":                         {in: `!Join ["-", abc]`, error: "every Fn::Join object requires two parameters"},
		"Join of objects":                          {in: `!Join ["-", [{a: b}]]`, error: "every Fn::Join object requires two parameters"},
		"Sub":                                      {in: `!Sub "${AWS::StackName}/${Bucket}/${Bucket.Arn}/${Text}"`, want: `"app/bucket-1/arn:bucket/hello"`},
		"Sub with a map":                           {in: `!Sub ["${A}-${Text}", {A: !Ref Bucket}]`, want: `"bucket-1-hello"`},
		"Sub with a literal":                       {in: `!Sub "${!Literal} $x {y} ${Text}"`, want: `"${Literal} $x {y} hello"`},
		"Sub of a list":                            {in: `!Sub "${List}"`, error: "does not resolve to a string"},
		"Sub that is not closed":                   {in: `!Sub "${Text"`, error: "does not close"},
		"Sub with too many arguments":              {in: `!Sub [a, {}, b]`, error: "don't specify expected arguments"},
		"Select":                                   {in: `!Select [1, [a, b]]`, want: `"b"`},
		"Select with an index as text":             {in: `!Select ["0", !Ref List]`, want: `"x"`},
		"Select outside the list":                  {in: `!Select [2, [a, b]]`, error: "Fn::Select cannot select nonexistent value at index 2"},
		"Select with a negative index":             {in: `!Select [-1, [a, b]]`, error: "Fn::Select cannot select nonexistent value at index -1"},
		"Split":                                    {in: `!Split [",", "a,b,"]`, want: `["a","b",""]`},
		"Select of Split":                          {in: `!Select [1, !Split ["-", !Ref Bucket]]`, want: `"1"`},
		"Split by nothing":                         {in: `!Split ["", abc]`, error: "every Fn::Split object requires two parameters"},
		"If that holds":                            {in: `!If [Yes, a, b]`, want: `"a"`},
		"If that does not hold":                    {in: `!If [No, a, {c: !Ref Text}]`, want: `{"c":"hello"}`},
		"If of no condition":                       {in: `!If [Maybe, a, b]`, error: "Maybe"},
		"FindInMap":                                {in: `!FindInMap [Sizes, !Ref AWS::Region, Small]`, want: `"t1"`},
		"FindInMap of a list":                      {in: `!FindInMap [Sizes, eu-west-1, Zones]`, want: `["a","b"]`},
		"FindInMap of no map":                      {in: `!FindInMap [Nope, a, b]`, error: "Mapping named 'Nope' is not present in the 'Mappings' section of template."},
		"FindInMap of no key":                      {in: `!FindInMap [Sizes, a, b]`, error: "Unable to get mapping for Sizes::a::b"},
		"ImportValue":                              {in: `!ImportValue {"Fn::Sub": "sha${!}red"}`, error: "No export named sha${}red found."},
		"ImportValue of an export":                 {in: `!ImportValue shared`, want: `"imported"`},
		"Base64":                                   {in: `!Base64 hello`, want: `"aGVsbG8="`},
		"GetAZs":                                   {in: `!GetAZs ""`, want: `["eu-west-1a","eu-west-1b","eu-west-1c"]`},
		"GetAZs of a Region":                       {in: `!GetAZs us-east-1`, want: `["us-east-1a","us-east-1b","us-east-1c"]`},
		"Cidr":                                     {in: `!Cidr [10.0.0.0/16, 3, 8]`, want: `["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"]`},
		"Cidr of IPv6":                             {in: `!Cidr ["2001:db8::/56", 2, 64]`, want: `["2001:db8::/64","2001:db8:0:1::/64"]`},
		"Cidr without room":                        {in: `!Cidr [10.0.0.0/24, 3, 7]`, error: "has no room"},
		"a stored parameter":                       {in: `"v{{resolve:ssm:/version}}.{{resolve:ssm:/version:3}}"`, want: `"v30.30"`},
		"a stored parameter that is not there":     {in: `"{{resolve:ssm:/none}}"`, error: "Parameters: [ssm:/none] cannot be found."},
		"a secure parameter":                       {in: `"{{resolve:ssm-secure:/version:1}}"`, error: "does not implement the dynamic reference"},
		"a secret":                                 {in: `"{{resolve:secretsmanager:s}}"`, error: "does not implement the dynamic reference"},
		"a reference that is not closed":           {in: `"a{{resolve:ssm:/version"`, want: `"a{{resolve:ssm:/version"`},
		"a condition function as a value":          {in: `!Equals [a, b]`, error: "unsupported function: Fn::Equals"},
		"a macro":                                  {in: `{Fn::Transform: {Name: x}}`, error: "does not implement the function Fn::Transform"},
		"a function that there is not":             {in: `{Fn::Nope: x}`, error: "unsupported function: Fn::Nope"},
		"an object with two members is no call":    {in: `{Ref: Text, other: 1}`, want: `{"Ref":"Text","other":1}`},
		"what is made from the unknown":            {in: `[!Sub "a-${Later}", !Join ["", [a, !GetAtt Later.Arn]], !Select [0, !Split [",", !Ref Later]], !Base64 {Ref: Later}]`, want: `["{{changeSet:KNOWN_AFTER_APPLY}}","{{changeSet:KNOWN_AFTER_APPLY}}","{{changeSet:KNOWN_AFTER_APPLY}}","{{changeSet:KNOWN_AFTER_APPLY}}"]`},
		"Select of a known element":                {in: `!Select [1, [!Ref Later, b]]`, want: `"b"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, err := decodeTemplate("value: " + tc.in)
			if err != nil {
				t.Fatal(err)
			}
			value, err := testScope(t).resolve(document["value"])
			if tc.error != "" || err != nil {
				if err == nil || tc.error == "" || !strings.Contains(err.Error(), tc.error) {
					t.Errorf("got  %v %v\nwant the error %q", value, err, tc.error)
				}
				return
			}
			got, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			var indented any
			_ = json.Unmarshal(got, &indented)
			if string(got) != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in    string
		want  bool
		error string
	}{
		"Equals of the same text":       {in: `!Equals [a, a]`, want: true},
		"Equals minds case":             {in: `!Equals [a, A]`},
		"Equals of a bool and its text": {in: `!Equals [true, "true"]`, want: true},
		"Equals of a parameter":         {in: `!Equals [!Ref Text, hello]`, want: true},
		"And":                           {in: `!And [!Equals [a, a], !Equals [b, b]]`, want: true},
		"And with one that fails":       {in: `!And [!Equals [a, a], !Equals [a, b]]`},
		"Or":                            {in: `!Or [!Equals [a, b], !Equals [b, b]]`, want: true},
		"Or of none":                    {in: `!Or [!Equals [a, b], !Equals [b, c]]`},
		"Not":                           {in: `!Not [!Equals [a, b]]`, want: true},
		"another condition":             {in: `{Condition: Other}`, want: true},
		"a condition that is not there": {in: `{Condition: Nope}`, error: "Unresolved condition dependencies [Nope]"},
		"itself":                        {in: `!Not [{Condition: C}]`, error: "Circular dependency between conditions: [C]"},
		"And of one":                    {in: `!And [!Equals [a, a]]`, error: "at least 2 and at most 10"},
		"Equals of three":               {in: `!Equals [a, b, c]`, error: "list of 2"},
		"a resource":                    {in: `!Equals [!Ref Bucket, a]`, error: "Cannot reference resources in the Conditions block of the template"},
		"a value":                       {in: `yes`, error: "must be a condition function"},
		"a function for values":         {in: `!Join ["", [a]]`, error: "unsupported function: Fn::Join"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tmpl, err := parseTemplate("Conditions: {C: " + tc.in + ", Other: !Equals [1, 1]}\nResources: {Bucket: {Type: T}}")
			if err != nil {
				t.Fatal(err)
			}
			s := &scope{template: tmpl, parameters: map[string]any{"Text": "hello"}}
			err = s.evaluateConditions()
			switch {
			case tc.error == "" && err != nil, tc.error != "" && (err == nil || !strings.Contains(err.Error(), tc.error)):
				t.Errorf("got  %v\nwant the error %q", err, tc.error)
			case err == nil && s.conditions["C"] != tc.want:
				t.Errorf("got %v; want %v", s.conditions["C"], tc.want)
			}
		})
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ in, error string }{
		"the CDK's own, which holds": {in: `Assertions: [{Assert: {Fn::Not: [{Fn::Contains: [["1", "2"], "30"]}]}, AssertDescription: too old}]`},
		"the CDK's own, broken":      {in: `Assertions: [{Assert: {Fn::Not: [{Fn::Contains: [["1", "30"], 30]}]}, AssertDescription: too old}]`, error: "rule R: too old"},
		"that does not apply":        {in: `{RuleCondition: !Equals [a, b], Assertions: [{Assert: !Equals [a, b]}]}`},
		"EachMemberIn":               {in: `Assertions: [{Assert: {Fn::EachMemberIn: [[a, b], [a, b, c]]}}]`},
		"EachMemberIn, broken":       {in: `Assertions: [{Assert: {Fn::EachMemberIn: [[a, d], [a, b, c]]}, AssertDescription: stray}]`, error: "stray"},
		"EachMemberEquals, broken":   {in: `Assertions: [{Assert: {Fn::EachMemberEquals: [[a, b], a]}, AssertDescription: mixed}]`, error: "mixed"},
		"And, Or":                    {in: `Assertions: [{Assert: {Fn::And: [!Equals [a, a], {Fn::Or: [!Equals [a, b], {Fn::Contains: [[a], a]}]}]}}]`},
		"what nobody has":            {in: `Assertions: [{Assert: {Fn::RefAll: "AWS::EC2::VPC::Id"}}]`, error: "does not implement the rule function Fn::RefAll"},
		"without assertions":         {in: `{RuleCondition: !Equals [a, b]}`, error: "must hold Assertions"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tmpl, err := parseTemplate("Rules:\n  R:\n    " + tc.in + "\nResources: {Bucket: {Type: T}}")
			if err == nil {
				err = (&scope{template: tmpl}).checkRules()
			}
			if tc.error == "" && err != nil || tc.error != "" && (err == nil || !strings.Contains(err.Error(), tc.error)) {
				t.Errorf("got  %v\nwant the error %q", err, tc.error)
			}
		})
	}
}

func FuzzSub(f *testing.F) {
	for _, seed := range []string{"", "a", "${A}", "${!A}", "${A.B.C}-$", "${", "$${A}}", "${ A }", "{{resolve:ssm:a}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		parts, err := parseSub(pattern)
		if err != nil {
			if e := wire.AsError(err); e.Code != "ValidationError" {
				t.Errorf("got the code %s", e.Code)
			}
			return
		}
		kept := 0
		for _, part := range parts {
			if part.Variable != "" && strings.ContainsAny(part.Variable, "}") {
				t.Errorf("the variable %q of %q holds a brace", part.Variable, pattern)
			}
			kept += len(part.Text)
		}
		if kept > len(pattern) {
			t.Errorf("%d bytes of text came from %q", kept, pattern)
		}
	})
}
