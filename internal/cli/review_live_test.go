package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"gatehouse/internal/cli"
	"gatehouse/local/localtest"
	"gatehouse/local/wire"
)

// onAWS gives this process the settings of somebody on AWS, and none of the machine's.
func onAWS(t *testing.T, settings map[string]string) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_ENDPOINT_URL": "",
	} {
		t.Setenv(name, value)
	}
	for name, value := range settings {
		t.Setenv(name, value)
	}
}

func TestReviewNeedsCredentialsOfTheEnvironmentsAccount(t *testing.T) {
	dir := shop(t)
	write(t, filepath.Join(dir, "config", "prod.yaml"), []byte("project: shop\nregion: eu-central-1\naccount: \"123456789012\"\n"))
	onAWS(t, nil)
	code, _, stderr := gatehouse(dir, "review", "--env", "prod")
	if code != cli.ExitFailure || !strings.Contains(stderr, "there are no AWS credentials") || !strings.Contains(stderr, "aws sso login") {
		t.Errorf("nobody: got %d\n%s", code, stderr)
	}
	onAWS(t, map[string]string{"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL": localtest.Start(t).AWSURL()})
	code, _, stderr = gatehouse(dir, "review", "--env", "prod")
	if code != cli.ExitFailure || !strings.Contains(stderr, "the credentials are of account 000000000000; prod is in 123456789012") {
		t.Errorf("somebody else: got %d\n%s", code, stderr)
	}
}

func TestReviewAsksCloudFormationUnlessItIsNotTo(t *testing.T) {
	t.Parallel()
	cloud := localtest.Start(t)
	dir := shop(t)
	write(t, filepath.Join(dir, "config", "local.yaml"), []byte("project: shop\nregion: us-east-1\nprotect: false\nlocal: {endpoint: '"+cloud.AWSURL()+"', site: '"+cloud.SiteURL()+"'}\n"))
	template, err := os.ReadFile(filepath.Join(dir, "was.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	client := cloudformation.New(cloudformation.Options{
		BaseEndpoint: new(cloud.AWSURL()), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		Retryer: aws.NopRetryer{}, HTTPClient: &http.Client{Transport: wire.PlainBodies(&http.Transport{})},
	})
	body := strings.Replace(string(template), "Your code", "Your code\n      EmailVerificationMessage: Your code is {####}", 1)
	if _, err := client.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: new("shop-local-auth"), TemplateBody: &body}); err != nil {
		t.Fatal(err)
	}
	becomes := filepath.Join(dir, "shop-local-auth.yaml")
	write(t, becomes, []byte(body+"Outputs: {Pool: {Value: !Ref Nobody}}\n"))
	review := []string{"review", "--env", "local", "--to", becomes}
	if code, stdout, stderr := gatehouse(dir, review...); code != cli.ExitBlocked || !strings.Contains(stdout, "change-set-refused") {
		t.Errorf("asked: got %d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := gatehouse(dir, append(review, "--no-change-set")...); code != cli.ExitOK {
		t.Errorf("not asked: got %d\n%s%s", code, stdout, stderr)
	}
}
