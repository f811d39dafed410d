package s3_test

import (
	"net/http"
	"strings"
	"testing"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"gatehouse/local/resource"
)

func TestDiffersTheOwnerIsNotBoundByThePolicy(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	c.put(t, "site", "k", "v")
	policy := `{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::site","arn:aws:s3:::site/*"]}}`
	if _, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, "site", "k"); got != "v" {
		t.Errorf("got %q", got)
	}
}

func TestDiffersRequestsWithoutCredentialsAreDenied(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.mustCreate(t, "AWS::S3::Bucket", resource.Properties{"BucketName": "public", "PublicAccessBlockConfiguration": object{}})
	c.put(t, "public", "k", "v")
	policy := `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::public/*"}}`
	if _, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("public"), Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+"/public/k", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, response.Body); response.StatusCode != http.StatusForbidden || !strings.Contains(body, "AccessDenied") {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
}

func TestDiffersSignaturesAndTheirTimeAreNotChecked(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, c.url+"/site", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=anybody/20000101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00")
	r.Header.Set("X-Amz-Date", "20000101T000000Z")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, response.Body); response.StatusCode != http.StatusOK {
		t.Errorf("got %d", response.StatusCode)
	}
}

func TestDiffersNothingGrowsOld(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.mustCreate(t, "AWS::S3::Bucket", resource.Properties{"BucketName": "logs", "LifecycleConfiguration": object{"Rules": []any{
		object{"Status": "Enabled", "ExpirationInDays": 1},
	}}})
	c.put(t, "logs", "k", "v")
	*c.clock = c.clock.AddDate(1, 0, 0)
	if got := c.keys(t, "logs"); got != "k" {
		t.Errorf("got %q", got)
	}
}
