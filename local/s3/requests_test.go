package s3_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"gatehouse/local/resource"
)

func TestUnfinishedUploadsAreListedAndAborted(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "assets")
	upload, err := c.client.CreateMultipartUpload(t.Context(), &awss3.CreateMultipartUploadInput{Bucket: new("assets"), Key: new("k")})
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"first", "again"} { // the same part twice: the later one counts
		if _, err := c.client.UploadPart(t.Context(), &awss3.UploadPartInput{
			Bucket: new("assets"), Key: new("k"), UploadId: upload.UploadId, PartNumber: new(int32(3)), Body: strings.NewReader(body),
		}); err != nil {
			t.Fatal(err)
		}
	}
	parts, err := c.client.ListParts(t.Context(), &awss3.ListPartsInput{Bucket: new("assets"), Key: new("k"), UploadId: upload.UploadId})
	if err != nil || len(parts.Parts) != 1 || *parts.Parts[0].PartNumber != 3 || *parts.Parts[0].Size != 5 {
		t.Errorf("parts: %+v, %v", parts, err)
	}
	list := func() int {
		t.Helper()
		out, err := c.client.ListMultipartUploads(t.Context(), &awss3.ListMultipartUploadsInput{Bucket: new("assets")})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.Uploads)
	}
	if got := list(); got != 1 {
		t.Errorf("there are %d uploads, want 1", got)
	}
	if got := c.keys(t, "assets"); got != "" {
		t.Errorf("an unfinished upload is listed as %q", got)
	}
	if _, err := c.client.AbortMultipartUpload(t.Context(), &awss3.AbortMultipartUploadInput{Bucket: new("assets"), Key: new("k"), UploadId: upload.UploadId}); err != nil {
		t.Fatal(err)
	}
	if got := list(); got != 0 {
		t.Errorf("there are %d uploads after the abort", got)
	}
}

func TestVersionsAreListedPageByPage(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	if _, err := c.client.PutBucketVersioning(t.Context(), &awss3.PutBucketVersioningInput{
		Bucket: new("site"), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	}); err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		c.put(t, "site", []string{"a", "b"}[i%2], fmt.Sprint(i))
	}
	var got []string
	for pager := awss3.NewListObjectVersionsPaginator(c.client, &awss3.ListObjectVersionsInput{Bucket: new("site"), MaxKeys: new(int32(2))}); pager.HasMorePages(); {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.Versions {
			out, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("site"), Key: v.Key, VersionId: v.VersionId})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, *v.Key+read(t, out.Body))
		}
		got = append(got, "|")
	}
	if want := "a4 a2 | a0 b5 | b3 b1 |"; strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestConditionalReads(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	c.put(t, "site", "k", "0123456789")
	for name, tc := range map[string]struct {
		header map[string]string
		status int
		body   string
	}{
		"not modified":              {map[string]string{"If-None-Match": `"781e5e245d69b566979b86e28d23f2c7"`}, http.StatusNotModified, ""},
		"a precondition that fails": {map[string]string{"If-Match": `"x"`}, http.StatusPreconditionFailed, "PreconditionFailed"},
		"a range":                   {map[string]string{"Range": "bytes=2-4"}, http.StatusPartialContent, "234"},
		"another content type":      {nil, http.StatusOK, "0123456789"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+"/site/k?response-content-type=text/x", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/s3/aws4_request")
		for name, text := range tc.header {
			r.Header.Set(name, text)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body := read(t, response.Body)
		if response.StatusCode != tc.status || !strings.Contains(body, tc.body) {
			t.Errorf("%s: got %d %s", name, response.StatusCode, body)
		}
		if tc.status == http.StatusOK && response.Header.Get("Content-Type") != "text/x" {
			t.Errorf("%s: got the content type %s", name, response.Header.Get("Content-Type"))
		}
	}
}

func TestWhatAKilledAttemptMadeIsRemoved(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.mustCreate(t, "AWS::S3::Bucket", resource.Properties{"BucketName": "site"})
	p := resource.Properties{"Bucket": "site", "PolicyDocument": object{"Statement": object{
		"Effect": "Allow", "Principal": object{"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*",
	}}}
	c.mustCreate(t, "AWS::S3::BucketPolicy", p)
	attempt := func(kind, token string) {
		t.Helper()
		if err := c.handler(t, kind).(resource.Recoverer).Recover(t.Context(), resource.Request{Properties: p, Token: token}); err != nil {
			t.Fatal(err)
		}
	}
	exists := func() (policy, bucket bool) {
		_, err := c.client.GetBucketPolicy(t.Context(), &awss3.GetBucketPolicyInput{Bucket: new("site")})
		_, missing := c.client.HeadBucket(t.Context(), &awss3.HeadBucketInput{Bucket: new("site")})
		return err == nil, missing == nil
	}
	for _, kind := range []string{"AWS::S3::BucketPolicy", "AWS::S3::Bucket"} {
		attempt(kind, "another")
	}
	if policy, bucket := exists(); !policy || !bucket {
		t.Error("what another attempt made was removed")
	}
	attempt("AWS::S3::BucketPolicy", "AWS::S3::BucketPolicy")
	if policy, bucket := exists(); policy || !bucket {
		t.Errorf("policy %v, bucket %v; want the bucket alone", policy, bucket)
	}
	attempt("AWS::S3::Bucket", "AWS::S3::Bucket")
	if _, bucket := exists(); bucket {
		t.Error("the bucket is still there")
	}
}
