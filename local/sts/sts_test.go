package sts_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"gatehouse/local/sts"
)

func client(t *testing.T) *api.Client {
	server := httptest.NewServer(sts.New("123456789012"))
	t.Cleanup(server.Close)
	return api.New(api.Options{BaseEndpoint: &server.URL, Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")})
}

func TestGetCallerIdentity(t *testing.T) {
	t.Parallel()
	out, err := client(t).GetCallerIdentity(t.Context(), &api.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Account != "123456789012" || *out.Arn != "arn:aws:iam::123456789012:root" {
		t.Errorf("got %s, %s", *out.Account, *out.Arn)
	}
}

func TestAssumeRole(t *testing.T) {
	t.Parallel()
	c := client(t)
	assume := func(role, session string) (*api.AssumeRoleOutput, error) {
		return c.AssumeRole(t.Context(), &api.AssumeRoleInput{RoleArn: &role, RoleSessionName: &session, ExternalId: aws.String("x"), DurationSeconds: aws.Int32(900)})
	}
	out, err := assume("arn:aws:iam::123456789012:role/path/deploy", "aws-cdk-me")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *out.AssumedRoleUser.Arn, "arn:aws:sts::123456789012:assumed-role/deploy/aws-cdk-me"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
	if key := *out.Credentials.AccessKeyId; len(key) != 20 || !strings.HasPrefix(key, "ASIA") {
		t.Errorf("%s does not look like a temporary access key", key)
	}
	for name, tc := range map[string]struct{ role, session, code string }{
		"something else than a role": {"arn:aws:iam::123456789012:user/me", "ok", "ValidationError"},
		"a session without a name":   {"arn:aws:iam::123456789012:role/deploy", " ", "ValidationError"},
		"a role of another account":  {"arn:aws:iam::999999999999:role/deploy", "ok", "AccessDenied"},
	} {
		_, err := assume(tc.role, tc.session)
		if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != tc.code {
			t.Errorf("%s: got %v; want %s", name, err, tc.code)
		}
	}
}
