package cloudformation_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func given(pairs ...string) (parameters []types.Parameter) {
	for i := 0; i < len(pairs); i += 2 {
		parameters = append(parameters, types.Parameter{ParameterKey: &pairs[i], ParameterValue: &pairs[i+1]})
	}
	return parameters
}

func TestParameterValues(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		declaration, value string
		want               string // what Ref gives, in an Fn::Join if it is a list
		error              string
	}{
		"any string":                          {declaration: "Type: String", value: "a b", want: "a b"},
		"an empty string":                     {declaration: "Type: String", value: "", want: ""},
		"one of the allowed values":           {declaration: "{Type: String, AllowedValues: [a, true, 1]}", value: "true", want: "true"},
		"none of the allowed values":          {declaration: "{Type: String, AllowedValues: [a]}", value: "b", error: "Parameter 'P' must be one of AllowedValues"},
		"a pattern that matches the whole":    {declaration: "{Type: String, AllowedPattern: '[a-z]+'}", value: "abc", want: "abc"},
		"a pattern that matches a part":       {declaration: "{Type: String, AllowedPattern: '[a-z]+'}", value: "abc1", error: "Parameter 'P' must match pattern [a-z]+"},
		"a constraint that explains itself":   {declaration: "{Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: lower case}", value: "A", error: "Parameter P failed to satisfy constraint: lower case"},
		"too short":                           {declaration: "{Type: String, MinLength: 3}", value: "ab", error: "Parameter 'P' must contain at least 3 characters"},
		"too long, counted in characters":     {declaration: "{Type: String, MaxLength: 2}", value: "äöü", error: "Parameter 'P' must contain at most 2 characters"},
		"long enough, counted in characters":  {declaration: "{Type: String, MaxLength: 3}", value: "äöü", want: "äöü"},
		"a number":                            {declaration: "{Type: Number, MinValue: 1, MaxValue: 10}", value: "8", want: "8"},
		"a number that is none":               {declaration: "Type: Number", value: "eight", error: "Parameter 'P' must be a number"},
		"a number too small":                  {declaration: "{Type: Number, MinValue: 1}", value: "0", error: "Parameter 'P' must be a number not less than 1"},
		"a number too large":                  {declaration: "{Type: Number, MaxValue: 10}", value: "10.5", error: "Parameter 'P' must be a number not greater than 10"},
		"a list":                              {declaration: "Type: CommaDelimitedList", value: "a, b,c", want: "a|b|c"},
		"a list of numbers with a stray word": {declaration: "Type: List<Number>", value: "1,two", error: "Parameter 'P' must be a number"},
		"the name of a stored parameter":      {declaration: "Type: AWS::SSM::Parameter::Value<String>", value: "/stored", want: "its value"},
		"a stored list":                       {declaration: "Type: AWS::SSM::Parameter::Value<CommaDelimitedList>", value: "/list", want: "x|y"},
		"no stored parameter":                 {declaration: "Type: AWS::SSM::Parameter::Value<String>", value: "/none", error: "Unable to fetch parameters [/none] from parameter store for this account."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.parameters["/stored"], b.parameters["/list"] = "its value", "x,y"
			template := "Parameters:\n  P: " + tc.declaration + "\nResources: {A: {Type: Test::Plain, Properties: {Text: !Join ['|', [!Ref P]]}}}"
			if tc.declaration == "Type: CommaDelimitedList" || tc.value == "/list" {
				template = "Parameters:\n  P: {" + tc.declaration + "}\nResources: {A: {Type: Test::Plain, Properties: {Text: !Join ['|', !Ref P]}}}"
			} else if tc.declaration[0] != '{' {
				template = "Parameters:\n  P: {" + tc.declaration + "}\nResources: {A: {Type: Test::Plain, Properties: {Text: !Ref P}}}"
			}
			_, err := b.CreateStack(t.Context(), &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: &template, Parameters: given("P", tc.value)})
			if tc.error != "" {
				wantRefusal(t, err, "ValidationError", tc.error)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, "A's text", b.fake.world["a-1"]["Text"], any(tc.want))
		})
	}
}

func TestWhichParametersAreGiven(t *testing.T) {
	t.Parallel()
	const template = `
Parameters: {A: {Type: String}, B: {Type: String}, C: {Type: String, Default: c}}
Resources: {R: {Type: Test::Plain, Properties: {Text: !Sub "${A}${B}${C}"}}}`
	b := newBench(t)
	create := func(parameters []types.Parameter) error {
		_, err := b.CreateStack(t.Context(), &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(template), Parameters: parameters})
		return err
	}
	wantRefusal(t, create(nil), "ValidationError", "Parameters: [A, B] must have values")
	wantRefusal(t, create(given("A", "a", "Z", "z", "Y", "y")), "ValidationError", "Parameters: [Y, Z] do not exist in the template")
	wantRefusal(t, create(given("A", "a", "A", "b")), "ValidationError", "Duplicate parameter key: A")
	previous := []types.Parameter{{ParameterKey: aws.String("A"), UsePreviousValue: aws.Bool(true)}}
	wantRefusal(t, create(previous), "ValidationError", "Cannot specify usePreviousValue as true for a parameter key not in the previous template")
	if err := create(given("A", "a", "B", "b")); err != nil {
		t.Fatal(err)
	}
	b.update("app", template, "UPDATE_COMPLETE", func(in *api.UpdateStackInput) {
		in.Parameters = append(given("B", "two"), previous...)
	})
	wantEqual(t, "R's text", b.fake.world["r-1"]["Text"], any("atwoc"))
}

func TestNoEchoParametersAreNotShown(t *testing.T) {
	t.Parallel()
	const template = `
Parameters: {Password: {Type: String, NoEcho: true}}
Resources: {A: {Type: Test::Plain, Properties: {Text: !Sub "pw=${Password}"}}}`
	b := newBench(t)
	b.create("app", template, "CREATE_COMPLETE", func(in *api.CreateStackInput) { in.Parameters = given("Password", "secret") })
	wantEqual(t, "what the resource was given", b.fake.world["a-1"]["Text"], any("pw=secret"))
	wantEqual(t, "what DescribeStacks shows", *b.stack("app").Parameters[0].ParameterValue, "****")
	cs := b.changeSet("app", template, "UPDATE", func(in *api.CreateChangeSetInput) { in.Parameters = given("Password", "other") })
	wantLines(t, "what the change set shows", lines(cs.Changes),
		"Modify A a-1 False", "  Properties Text Never: Static ParameterReference Password pw=**** -> pw=****")
	wantEqual(t, "its context", *cs.Changes[0].ResourceChange.BeforeContext, `{"Properties":{"Text":"pw=****"}}`)
	events, err := b.DescribeStackEvents(t.Context(), &api.DescribeStackEventsInput{StackName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "what the events show", aws.ToString(events.StackEvents[1].ResourceProperties), `{"Text":"pw=****"}`)
}
