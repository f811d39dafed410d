package recorded_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/local/recorded"
	"gatehouse/local/resource"
)

func TestEveryTypeIsSound(t *testing.T) {
	t.Parallel()
	for _, typ := range recorded.Types() {
		t.Run(typ.Name, func(t *testing.T) {
			t.Parallel()
			if !typ.Recorded {
				t.Error("it is not marked as recorded")
			}
			for _, name := range typ.CreateOnly {
				if !slices.Contains(typ.Properties, name) {
					t.Errorf("%s replaces the resource but is no property", name)
				}
			}
			r := resource.Request{Account: "123456789012", Region: "eu-west-1", StackID: "arn:stack", StackName: "app", LogicalID: "Thing", Token: "one", Properties: resource.Properties{}}
			first, err := typ.Handler.Create(t.Context(), r)
			if err != nil || first.PhysicalID == "" {
				t.Fatalf("got %v, %v", first, err)
			}
			for _, name := range typ.Attributes {
				if first.Attributes[name] == nil {
					t.Errorf("it has no attribute %s", name)
				}
			}
			if len(first.Attributes) != len(typ.Attributes) {
				t.Errorf("it has the attributes %v; want %v", first.Attributes, typ.Attributes)
			}
			r.PhysicalID, r.Token = first.PhysicalID, ""
			updated, err := typ.Handler.Update(t.Context(), r)
			if err != nil || fmt.Sprint(updated) != fmt.Sprint(first) {
				t.Errorf("an update made it %v, %v; it was %v", updated, err, first)
			}
			r.Token = "two"
			if second, err := typ.Handler.Create(t.Context(), r); err != nil || second.PhysicalID == first.PhysicalID {
				t.Errorf("its replacement has the same id %s, %v", second.PhysicalID, err)
			}
			if err := typ.Handler.Delete(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestIdentifiersHaveTheFormOfAWS(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		typ        string
		properties resource.Properties
		id         string // ends in * where the rest is made up
		attribute  string
		want       string
	}{
		"a role with a name": {"AWS::IAM::Role", resource.Properties{"RoleName": "deploy", "Path": "/ci/"}, "deploy", "Arn", "arn:aws:iam::123456789012:role/ci/deploy"},
		"a role without one": {"AWS::IAM::Role", nil, "app-Thing-*", "Arn", "arn:aws:iam::123456789012:role/app-Thing-*"},
		"a managed policy":   {"AWS::IAM::ManagedPolicy", resource.Properties{"ManagedPolicyName": "p"}, "arn:aws:iam::123456789012:policy/p", "PolicyArn", "arn:aws:iam::123456789012:policy/p"},
		"a provider":         {"AWS::IAM::OIDCProvider", resource.Properties{"Url": "https://gitlab.com"}, "arn:aws:iam::123456789012:oidc-provider/gitlab.com", "Arn", "arn:aws:iam::123456789012:oidc-provider/gitlab.com"},
		"a function":         {"AWS::Lambda::Function", nil, "app-Thing-*", "Arn", "arn:aws:lambda:eu-west-1:123456789012:function:app-Thing-*"},
		"a layer":            {"AWS::Lambda::LayerVersion", resource.Properties{"LayerName": "l"}, "arn:aws:lambda:eu-west-1:123456789012:layer:l:1", "LayerVersionArn", "arn:aws:lambda:eu-west-1:123456789012:layer:l:1"},
		"a log group":        {"AWS::Logs::LogGroup", resource.Properties{"LogGroupName": "/aws/x"}, "/aws/x", "Arn", "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/x:*"},
		"a repository":       {"AWS::ECR::Repository", nil, "app-thing-*", "RepositoryUri", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app-thing-*"},
		"a key":              {"AWS::KMS::Key", nil, "*", "Arn", "arn:aws:kms:eu-west-1:123456789012:key/*"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(recorded.Types(), func(typ resource.Type) bool { return typ.Name == tc.typ })
			result, err := recorded.Types()[i].Handler.Create(t.Context(), resource.Request{
				Account: "123456789012", Region: "eu-west-1", StackID: "arn:stack", StackName: "app", LogicalID: "Thing", Token: "one", Properties: tc.properties,
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := result.PhysicalID; !like(got, tc.id) {
				t.Errorf("got the id %s; want %s", got, tc.id)
			}
			if got, _ := result.Attributes[tc.attribute].(string); !like(got, tc.want) {
				t.Errorf("got %s; want %s", got, tc.want)
			}
		})
	}
}

// like reports whether got is want, or begins like it when want ends in *. (The
// ARN of a log group ends in one, too.)
func like(got, want string) bool {
	start, open := strings.CutSuffix(want, "*")
	return got == want || open && strings.HasPrefix(got, start) && len(got) > len(start)
}

func TestRequiredPropertiesAreRequired(t *testing.T) {
	t.Parallel()
	for _, typ := range recorded.Types() {
		if typ.Name != "AWS::IAM::Role" {
			continue
		}
		validator := typ.Handler.(resource.Validator)
		if err := validator.Validate(resource.Properties{}); err == nil || !strings.Contains(err.Error(), "required key [AssumeRolePolicyDocument] not found") {
			t.Errorf("got %v", err)
		}
		if err := validator.Validate(resource.Properties{"AssumeRolePolicyDocument": map[string]any{}}); err != nil {
			t.Error(err)
		}
	}
}
