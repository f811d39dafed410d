package cloudformation

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"gatehouse/local/wire"
)

func TestTemplatesAreRefusedForTheirStructure(t *testing.T) {
	t.Parallel()
	const resource = "Resources: {A: {Type: T}}\n"
	for name, tc := range map[string]struct{ in, error string }{
		"nothing":                       {"", "unsupported structure"},
		"a list":                        {"[1]", "unsupported structure"},
		"JSON that breaks off":          {`{"Resources": {`, "JSON not well-formed. (line 1, column 16)"},
		"JSON with more after its end":  {`{"Resources": {}} x`, "JSON not well-formed"},
		"YAML that is none":             {"a: b: c", "YAML not well-formed"},
		"a key twice":                   {resource + "Description: a\nDescription: b", "Description"},
		"an alias":                      {"Resources: {A: &a {Type: T}, B: *a}", "aliases are not allowed"},
		"a merge":                       {"Resources: {A: {Type: T, Properties: {<<: {b: c}}}}", "a key must be a plain word"},
		"an unknown tag":                {"Resources: {A: {Type: !Nope T}}", "unknown tag !Nope"},
		"null":                          {"Resources: {A: {Type: T, Properties: {B: null}}}", "[/Resources/A/Properties/B] 'null' values are not allowed in templates"},
		"null in JSON":                  {`{"Outputs": {"MyOutput": {"Value": null}}}`, "[/Outputs/MyOutput/Value] 'null' values are not allowed in templates"},
		"no resources":                  {"Description: x", "At least one Resources member must be defined."},
		"no resource":                   {"Resources: {}", "At least one Resources member must be defined."},
		"a resource that is no object":  {"Resources: {A: b}", "Any Resources member must be an object."},
		"a resource without a type":     {"Resources: {A: {Properties: {}}}", "[/Resources/A] Every Resources object must contain a Type member."},
		"an attribute that is none":     {"Resources: {A: {Type: T, Invalid: 1}}", "Invalid template resource property 'Invalid'"},
		"a logical id with a dash":      {"Resources: {A-b: {Type: T}}", "Resource name A-b is non alphanumeric."},
		"a section that is none":        {resource + "Nope: 1", "Invalid template property or properties [Nope]"},
		"another format version":        {resource + "AWSTemplateFormatVersion: 2020-01-01", "unsupported value for AWSTemplateFormatVersion"},
		"a macro":                       {resource + "Transform: AWS::Serverless-2016-10-31", "does not implement the template section Transform"},
		"an output without a value":     {resource + "Outputs: {O: {Description: x}}", "Every Outputs member must contain a Value object"},
		"an output with a stray member": {resource + "Outputs: {O: {Value: x, Exports: y}}", "Output O is malformed"},
		"a policy that is none":         {"Resources: {A: {Type: T, DeletionPolicy: Keep}}", "Unrecognized DeletionPolicy Keep"},
		"a snapshot":                    {"Resources: {A: {Type: T, DeletionPolicy: Snapshot}}", "does not implement the DeletionPolicy Snapshot"},
		"an update policy":              {"Resources: {A: {Type: T, UpdatePolicy: {}}}", "does not implement the attribute UpdatePolicy"},
		"a parameter without a type":    {resource + "Parameters: {P: {Default: x}}", "Every Parameters object must contain a Type member."},
		"a parameter of a strange type": {resource + "Parameters: {P: {Type: Text}}", "Unrecognized parameter type: Text"},
		"a parameter of a type of AWS":  {resource + "Parameters: {P: {Type: AWS::EC2::VPC::Id}}", "does not implement the type AWS::EC2::VPC::Id"},
		"a mapping of one level":        {resource + "Mappings: {M: {a: b}}", "Every Mappings attribute must be a map"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseTemplate(tc.in)
			if err == nil || !strings.Contains(err.Error(), tc.error) {
				t.Errorf("got  %v\nwant %s", err, tc.error)
			}
		})
	}
}

func TestYAMLAndJSONMeanTheSame(t *testing.T) {
	t.Parallel()
	const yaml = `
AWSTemplateFormatVersion: 2010-09-09
Resources:
  A:
    Type: T
    Properties:
      Version: 2012-10-17
      Yes: true
      Count: 8
      Ratio: 1.10
      Big: 12345678901234567890
      Text: "8"
      Long: |
        {"a": 1}
      Ref: !Ref B
      Att: !GetAtt B.C.D
      Sub: !Sub ["${X}", {X: !Join ["", [a]]}]
      If: !If [Cond, !Ref AWS::NoValue, x]
`
	const want = `{
 "AWSTemplateFormatVersion": "2010-09-09",
 "Resources": {"A": {"Type": "T", "Properties": {
  "Version": "2012-10-17", "Yes": true, "Count": 8, "Ratio": 1.10, "Big": 12345678901234567890, "Text": "8", "Long": "{\"a\": 1}\n",
  "Ref": {"Ref": "B"}, "Att": {"Fn::GetAtt": ["B", "C.D"]}, "Sub": {"Fn::Sub": ["${X}", {"X": {"Fn::Join": ["", ["a"]]}}]},
  "If": {"Fn::If": ["Cond", {"Ref": "AWS::NoValue"}, "x"]}
 }}}
}`
	fromYAML, err := decodeTemplate(yaml)
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := decodeTemplate(want)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromYAML, fromJSON) {
		t.Errorf("YAML %v\nJSON %v", fromYAML, fromJSON)
	}
	properties := fromYAML["Resources"].(map[string]any)["A"].(map[string]any)["Properties"].(map[string]any)
	if properties["Count"] != 8.0 || properties["Ratio"] != "1.10" || properties["Big"] != "12345678901234567890" {
		t.Errorf("numbers came out as %v, %v and %v", properties["Count"], properties["Ratio"], properties["Big"])
	}
}

// The template was written by `cdk bootstrap --show-template` of aws-cdk 2.1148.1.
func TestTheCDKsBootstrapTemplateIsRead(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/bootstrap-2.1148.1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := parseTemplate(string(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(tmpl.Resources) != 14 || tmpl.requiredCapability() != "CAPABILITY_NAMED_IAM" {
		t.Errorf("got %d resources and the capability %s", len(tmpl.Resources), tmpl.requiredCapability())
	}
}

func FuzzTemplate(f *testing.F) {
	data, err := os.ReadFile("testdata/bootstrap-2.1148.1.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data))
	for _, seed := range []string{
		`{"Resources": {"A": {"Type": "T", "Properties": {"B": {"Ref": "C"}}}}, "Outputs": {"O": {"Value": 1, "Export": {"Name": "n"}}}}`,
		"Parameters: {P: {Type: Number, MinValue: 1, AllowedPattern: '[a', AllowedValues: [1]}}\nResources: {A: {Type: T}}",
		"Resources: {A: {Type: T, DependsOn: [A], Properties: {B: !Sub '${A.B}${'}}}", "Rules: {R: {Assertions: [{Assert: 1}]}}", "- !!binary x", "&a [*a]", "{", "\"\\ud800\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		tmpl, err := parseTemplate(body)
		if err != nil {
			if e := wire.AsError(err); e.Code != "ValidationError" && e.Code != wire.CodeUnimplemented {
				t.Errorf("got the code %s: %v", e.Code, err)
			}
			return
		}
		s := testScope(t)
		s.template = tmpl
		if s.evaluateConditions() != nil {
			return
		}
		for _, r := range tmpl.Resources {
			if _, err := s.references(r.Properties); err != nil {
				continue
			}
			value, err := s.resolve(r.Properties)
			if err != nil {
				continue
			}
			if _, err := json.Marshal(value); err != nil {
				t.Errorf("the properties cannot be stored: %v", err)
			}
		}
	})
}

func TestOrder(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		needs map[string][]string
		want  string
		error string
	}{
		"by name when nothing else counts": {needs: map[string][]string{"C": nil, "A": nil, "B": nil}, want: "A B C"},
		"after what is needed":             {needs: map[string][]string{"A": {"C"}, "B": nil, "C": {"B"}}, want: "B C A"},
		"a diamond":                        {needs: map[string][]string{"A": {"B", "C"}, "B": {"D"}, "C": {"D"}, "D": nil}, want: "D B C A"},
		"what is not there is ignored":     {needs: map[string][]string{"A": {"Z"}}, want: "A"},
		"a circle":                         {needs: map[string][]string{"A": {"B"}, "B": {"A"}, "C": nil}, error: "Circular dependency between resources: [A, B]"},
		"itself":                           {needs: map[string][]string{"A": {"A"}}, error: "Circular dependency between resources: [A]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := order(tc.needs)
			if strings.Join(got, " ") != tc.want || (err == nil) != (tc.error == "") || err != nil && !strings.Contains(err.Error(), tc.error) {
				t.Errorf("got %v, %v; want %s%s", got, err, tc.want, tc.error)
			}
		})
	}
}
