package cloudformation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func TestTemplatesAreRefusedBeforeAnythingIsChanged(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ template, code, message string }{
		"an unknown type":                {`Resources: {A: {Type: AWS::Nope::Thing}, B: {Type: Custom::Nope}}`, "ValidationError", "Template format error: Unrecognized resource types: [AWS::Nope::Thing, Custom::Nope]"},
		"an unknown property":            {`Resources: {A: {Type: Test::Thing, Properties: {Colour: red}}}`, "EmulatorUnimplemented", "the property Colour of the resource A (Test::Thing)"},
		"a property the type refuses":    {`Resources: {A: {Type: Test::Thing, Properties: {Text: invalid}}}`, "ValidationError", `Resource A (Test::Thing): Text: want anything but "invalid"`},
		"Ref of nothing":                 {`Resources: {A: {Type: Test::Thing, Properties: {Text: !Ref Nope}}}`, "ValidationError", "Unresolved resource dependencies [Nope] in the Resources block of the template"},
		"Ref of a strange pseudo":        {`Resources: {A: {Type: Test::Thing, Properties: {Text: !Ref "AWS::Nope"}}}`, "ValidationError", "Unresolved resource dependencies [AWS::Nope]"},
		"Sub of nothing":                 {`Resources: {A: {Type: Test::Thing, Properties: {Text: !Sub "${Nope}"}}}`, "ValidationError", "Unresolved resource dependencies [Nope]"},
		"GetAtt of nothing":              {`Resources: {A: {Type: Test::Thing, Properties: {Text: !GetAtt Nope.Arn}}}`, "ValidationError", "instance of Fn::GetAtt references undefined resource Nope"},
		"GetAtt of no attribute":         {`Resources: {A: {Type: Test::Thing}, B: {Type: Test::Plain, Properties: {Text: !GetAtt A.Nope}}}`, "ValidationError", "resource A does not support attribute type Nope in Fn::GetAtt"},
		"DependsOn nothing":              {`Resources: {A: {Type: Test::Thing, DependsOn: Nope}}`, "ValidationError", "Unresolved resource dependencies [Nope]"},
		"a circle":                       {`Resources: {A: {Type: Test::Thing, DependsOn: B}, B: {Type: Test::Plain, Properties: {Text: !Sub "${A}"}}}`, "ValidationError", "Circular dependency between resources: [A, B]"},
		"a condition that is not there":  {`Resources: {A: {Type: Test::Thing, Condition: Nope}}`, "ValidationError", "Nope"},
		"Ref of what is left out":        {"Conditions: {No: !Equals [a, b]}\nResources: {A: {Type: Test::Thing, Condition: No}, B: {Type: Test::Plain, Properties: {Text: !Ref A}}}", "ValidationError", "Unresolved resource dependencies [A] in the Resources block"},
		"an output that refers nowhere":  {"Resources: {A: {Type: Test::Thing}}\nOutputs: {O: {Value: !Ref Nope}}", "ValidationError", "Unresolved resource dependencies [Nope] in the Outputs block of the template"},
		"an output that is a list":       {"Resources: {A: {Type: Test::Thing}}\nOutputs: {O: {Value: [a]}}", "ValidationError", "Output O is malformed"},
		"a broken rule":                  {"Rules: {R: {Assertions: [{Assert: !Equals [a, b], AssertDescription: a is not b}]}}\nResources: {A: {Type: Test::Thing}}", "ValidationError", "a is not b"},
		"IAM without a capability":       {`Resources: {A: {Type: AWS::IAM::Role}}`, "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]"},
		"named IAM without a capability": {`Resources: {A: {Type: AWS::IAM::Role, Properties: {RoleName: r}}}`, "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]"},
		"too many resources":             {tooMany(), "ValidationError", "Number of resources, 501, is greater than maximum allowed, 500"},
		"a template too long":            {strings.Repeat("#", 51_201), "ValidationError", "51200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			_, err := b.CreateStack(t.Context(), &api.CreateStackInput{StackName: aws.String("app"), TemplateBody: &tc.template})
			wantRefusal(t, err, tc.code, tc.message)
			_, err = b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: aws.String("app"), ChangeSetName: aws.String("cs"), ChangeSetType: "CREATE", TemplateBody: &tc.template})
			wantRefusal(t, err, tc.code, tc.message)
			_, err = b.DescribeStacks(t.Context(), &api.DescribeStacksInput{StackName: aws.String("app")})
			wantRefusal(t, err, "ValidationError", "Stack with id app does not exist")
			wantLines(t, "calls", b.fake.takeCalls())
		})
	}
}

func tooMany() string {
	var s strings.Builder
	s.WriteString("Resources:\n")
	for i := range 501 {
		fmt.Fprintf(&s, "  R%d: {Type: Test::Plain}\n", i)
	}
	return s.String()
}

func TestAStackWithATypeThatThereIsNoMore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", `Resources: {A: {Type: Test::Plain}}`, "CREATE_COMPLETE")
	b.config.Types = b.fake.types()[:1]
	b.restart()
	b.delete("app")
	b.wantStatus("app", "DELETE_FAILED")
	if history := strings.Join(b.history("app"), "\n"); !strings.Contains(history, "A DELETE_FAILED the local cloud has no resource type Test::Plain any more") {
		t.Errorf("the events do not say why:\n%s", history)
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		template   string
		capability types.Capability
	}{
		"for a role":                {`Resources: {A: {Type: AWS::IAM::Role}}`, "CAPABILITY_IAM"},
		"the larger one for a role": {`Resources: {A: {Type: AWS::IAM::Role}}`, "CAPABILITY_NAMED_IAM"},
		"for a role with a name":    {`Resources: {A: {Type: AWS::IAM::Role, Properties: {RoleName: r}}}`, "CAPABILITY_NAMED_IAM"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newBench(t).create("app", tc.template, "CREATE_COMPLETE", func(in *api.CreateStackInput) { in.Capabilities = []types.Capability{tc.capability} })
		})
	}
}

func TestConditionsChooseResourcesAndOutputs(t *testing.T) {
	t.Parallel()
	const template = `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {Prod: !Equals [!Ref Stage, prod]}
Resources:
  Always: {Type: Test::Plain, DependsOn: Prod, Properties: {Text: !If [Prod, !Ref Prod, none]}}
  Prod: {Type: Test::Plain, Condition: Prod}
Outputs:
  Prod: {Condition: Prod, Value: !Ref Prod}
`
	b := newBench(t)
	b.create("app", template, "CREATE_COMPLETE")
	wantLines(t, "what exists", b.fake.there(), "always-1")
	wantEqual(t, "outputs", len(b.outputs("app")), 0)
	b.update("app", template, "UPDATE_COMPLETE", func(in *api.UpdateStackInput) { in.Parameters = given("Stage", "prod") })
	wantEqual(t, "the text", b.fake.world["always-1"]["Text"], any("prod-2"))
	wantEqual(t, "outputs", b.outputs("app"), map[string]string{"Prod": "prod-2"})
}

func TestTheTypeOfAResourceCannotChange(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", `Resources: {A: {Type: Test::Thing}}`, "CREATE_COMPLETE")
	_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("app"), TemplateBody: aws.String(`Resources: {A: {Type: Test::Plain}}`)})
	wantRefusal(t, err, "ValidationError", "Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]")
}

func TestRequestsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.create("app", chain, "CREATE_COMPLETE")
	app, template := aws.String("app"), aws.String(chain)
	create := func(in *api.CreateStackInput) func() error {
		return func() error { _, err := b.CreateStack(t.Context(), in); return err }
	}
	for name, tc := range map[string]struct {
		do            func() error
		code, message string
	}{
		"a name that is taken":      {create(&api.CreateStackInput{StackName: app, TemplateBody: template}), "AlreadyExistsException", "Stack [app] already exists"},
		"a name with an underscore": {create(&api.CreateStackInput{StackName: aws.String("a_b"), TemplateBody: template}), "ValidationError", "Value 'a_b' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"},
		"no template":               {create(&api.CreateStackInput{StackName: aws.String("x")}), "ValidationError", "Either Template URL or Template Body must be specified."},
		"two templates":             {create(&api.CreateStackInput{StackName: aws.String("x"), TemplateBody: template, TemplateURL: template}), "ValidationError", "more than one"},
		"a member that is not implemented": {create(&api.CreateStackInput{StackName: aws.String("x"), TemplateBody: template, StackPolicyBody: aws.String("{}")}),
			"EmulatorUnimplemented", "the input member StackPolicyBody"},
		"notifications": {create(&api.CreateStackInput{StackName: aws.String("x"), TemplateBody: template, NotificationARNs: []string{"arn:aws:sns:a:b:c"}}),
			"EmulatorUnimplemented", "NotificationARNs"},
		"a tag of AWS's own": {create(&api.CreateStackInput{StackName: aws.String("x"), TemplateBody: template, Tags: tags(map[string]string{"aws:x": "y"})}), "ValidationError", "aws:"},
		"an operation that is not implemented": {func() error {
			_, err := b.DetectStackDrift(t.Context(), &api.DetectStackDriftInput{StackName: app})
			return err
		}, "EmulatorUnimplemented", `the operation "DetectStackDrift"`},
		"a stack policy": {func() error {
			_, err := b.SetStackPolicy(t.Context(), &api.SetStackPolicyInput{StackName: app})
			return err
		}, "EmulatorUnimplemented", "SetStackPolicy"},
		"an import": {func() error {
			_, err := b.CreateChangeSet(t.Context(), &api.CreateChangeSetInput{StackName: app, ChangeSetName: aws.String("cs"), TemplateBody: template, ChangeSetType: "IMPORT"})
			return err
		}, "EmulatorUnimplemented", "ChangeSetType IMPORT"},
		"an update of nothing": {func() error {
			_, err := b.UpdateStack(t.Context(), &api.UpdateStackInput{StackName: aws.String("none"), TemplateBody: template})
			return err
		}, "ValidationError", "Stack [none] does not exist"},
		"events of nothing": {func() error {
			_, err := b.DescribeStackEvents(t.Context(), &api.DescribeStackEventsInput{StackName: aws.String("none")})
			return err
		}, "ValidationError", "Stack [none] does not exist"},
		"the template of nothing": {func() error {
			_, err := b.GetTemplate(t.Context(), &api.GetTemplateInput{StackName: aws.String("none")})
			return err
		}, "ValidationError", "Stack with id none does not exist"},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, tc.do(), tc.code, tc.message) })
	}
}
