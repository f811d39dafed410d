package ssm_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go"

	"gatehouse/local/resource"
	"gatehouse/local/ssm"
	"gatehouse/local/store"
)

// shelf is the service, its resource type and a client of it.
type shelf struct {
	*api.Client
	service *ssm.Service
	handler resource.Handler
}

func newShelf(t *testing.T) shelf {
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	service := ssm.New(db, func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) })
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return shelf{
		api.New(api.Options{BaseEndpoint: &server.URL, Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), Retryer: aws.NopRetryer{}}),
		service, service.Resources()[0].Handler,
	}
}

func request(properties resource.Properties) resource.Request {
	return resource.Request{Account: "123456789012", Region: "eu-west-1", StackID: "arn:stack", StackName: "app", LogicalID: "Version", Token: "attempt", Properties: properties}
}

func TestParameterResource(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	r := request(resource.Properties{"Name": "/app/version", "Type": "String", "Value": "1"})
	made, err := s.handler.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if made.PhysicalID != "/app/version" || made.Attributes["Value"] != "1" || made.Attributes["Arn"] != "arn:aws:ssm:eu-west-1:123456789012:parameter/app/version" {
		t.Errorf("got %v", made)
	}
	if _, err := s.handler.Create(t.Context(), r); err == nil || !strings.Contains(err.Error(), "/app/version already exists.") {
		t.Errorf("creating it twice: %v", err)
	}
	r.PhysicalID, r.Properties = made.PhysicalID, resource.Properties{"Name": "/app/version", "Type": "String", "Value": 2.0}
	if _, err := s.handler.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	out, err := s.GetParameter(t.Context(), &api.GetParameterInput{Name: aws.String("/app/version"), WithDecryption: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	if p := out.Parameter; *p.Value != "2" || p.Version != 2 || p.Type != "String" || !p.LastModifiedDate.Equal(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("got %s, version %d, %s, %s", *p.Value, p.Version, p.Type, p.LastModifiedDate)
	}
	for range 2 { // the second time it is gone already
		if err := s.handler.Delete(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.GetParameter(t.Context(), &api.GetParameterInput{Name: aws.String("/app/version")})
	if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != "ParameterNotFound" {
		t.Errorf("got %v; want ParameterNotFound", err)
	}
}

func TestAGeneratedName(t *testing.T) {
	t.Parallel()
	made, err := newShelf(t).handler.Create(t.Context(), request(resource.Properties{"Type": "String", "Value": "1"}))
	if err != nil || !strings.HasPrefix(made.PhysicalID, "CFN-Version-") {
		t.Errorf("got %v, %v", made.PhysicalID, err)
	}
}

func TestGetParameters(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	if _, err := s.handler.Create(t.Context(), request(resource.Properties{"Name": "a", "Type": "StringList", "Value": "x,y"})); err != nil {
		t.Fatal(err)
	}
	out, err := s.GetParameters(t.Context(), &api.GetParametersInput{Names: []string{"a", "a:1", "a:2", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Parameters) != 2 || aws.ToString(out.Parameters[1].Selector) != ":1" || strings.Join(out.InvalidParameters, " ") != "a:2 b" {
		t.Errorf("got %d parameters; invalid: %v", len(out.Parameters), out.InvalidParameters)
	}
	if value, err := s.service.Value(t.Context(), "a:1"); value != "x,y" || err != nil {
		t.Errorf("got %q, %v", value, err)
	}
}

func TestWhatAParameterCannotBe(t *testing.T) {
	t.Parallel()
	validator := newShelf(t).handler.(resource.Validator)
	for name, tc := range map[string]struct {
		properties resource.Properties
		error      string
	}{
		"of no type":                    {resource.Properties{"Value": "a"}, "Type must be"},
		"a SecureString":                {resource.Properties{"Type": "SecureString", "Value": "a"}, "SecureString"},
		"empty":                         {resource.Properties{"Type": "String", "Value": ""}, "Value must be"},
		"an object":                     {resource.Properties{"Type": "String", "Value": map[string]any{}}, "Value must be"},
		"unlike its pattern":            {resource.Properties{"Type": "String", "Value": "a", "AllowedPattern": "^[0-9]+$"}, "does not match allowed pattern"},
		"called after AWS":              {resource.Properties{"Type": "String", "Value": "a", "Name": "/AWS/x"}, "can't be prefixed"},
		"called with a space":           {resource.Properties{"Type": "String", "Value": "a", "Name": "a b"}, "can only contain"},
		"an image":                      {resource.Properties{"Type": "String", "Value": "a", "DataType": "aws:ec2:image"}, "DataType"},
		"anything when it is not known": {resource.Properties{"Type": "String", "Value": resource.KnownAfterApply, "AllowedPattern": "^[0-9]+$"}, ""},
	} {
		if err := validator.Validate(tc.properties); tc.error == "" && err != nil || tc.error != "" && (err == nil || !strings.Contains(err.Error(), tc.error)) {
			t.Errorf("%s: got %v; want %q", name, err, tc.error)
		}
	}
}

func TestRecoverRemovesWhatTheAttemptMadeAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	recoverer := s.handler.(resource.Recoverer)
	r := request(resource.Properties{"Name": "a", "Type": "String", "Value": "x"})
	if _, err := s.handler.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	other := r
	other.Token = "another attempt"
	if err := recoverer.Recover(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if _, err := s.service.Value(t.Context(), "a"); err != nil {
		t.Errorf("another attempt's recovery removed the parameter: %v", err)
	}
	if err := recoverer.Recover(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, err := s.service.Value(t.Context(), "a"); err == nil {
		t.Error("the parameter is still there")
	}
}

// See DIFFERENCES.md.
func TestDiffersInOldVersions(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	r := request(resource.Properties{"Name": "a", "Type": "String", "Value": "1"})
	if _, err := s.handler.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	r.PhysicalID, r.Properties = "a", resource.Properties{"Name": "a", "Type": "String", "Value": "2"}
	if _, err := s.handler.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, err := s.service.Value(t.Context(), "a:1"); err == nil {
		t.Error("an old version can be read: take the line out of DIFFERENCES.md")
	}
}

func TestDiffersInOperations(t *testing.T) {
	t.Parallel()
	_, err := newShelf(t).PutParameter(t.Context(), &api.PutParameterInput{Name: aws.String("a"), Value: aws.String("b")})
	if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != "EmulatorUnimplemented" {
		t.Errorf("got %v; want EmulatorUnimplemented", err)
	}
}
