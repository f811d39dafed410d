package s3_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"gatehouse/local/s3"
	"gatehouse/local/store"
)

const account = "123456789012"

// start is what every test has: a service on an empty state, and the real AWS client.
type cloud struct {
	*s3.Service
	client *awss3.Client
	url    string
	clock  *time.Time
}

func start(t *testing.T) *cloud {
	t.Helper()
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	clock := time.Date(2026, 3, 1, 12, 0, 0, 500, time.UTC)
	c := &cloud{clock: &clock}
	c.Service, err = s3.New(s3.Config{DB: db, Account: account, Region: "us-east-1", Now: func() time.Time { return *c.clock }})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c.Service)
	t.Cleanup(server.Close)
	c.url = server.URL
	c.client = awss3.New(awss3.Options{
		BaseEndpoint: aws.String(server.URL), UsePathStyle: true, Region: "us-east-1", Logger: logging.Nop{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
		RetryMaxAttempts: 1,
	})
	return c
}

func (c *cloud) makeBucket(t *testing.T, name string) {
	t.Helper()
	if _, err := c.client.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
}

func (c *cloud) put(t *testing.T, bucket, key, body string) {
	t.Helper()
	if _, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)}); err != nil {
		t.Fatal(err)
	}
}

func (c *cloud) get(t *testing.T, bucket, key string) string {
	t.Helper()
	out, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	return read(t, out.Body)
}

func (c *cloud) keys(t *testing.T, bucket string) string {
	t.Helper()
	out, err := c.client.ListObjectsV2(t.Context(), &awss3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, o := range out.Contents {
		keys = append(keys, *o.Key)
	}
	return strings.Join(keys, " ")
}

func read(t *testing.T, r io.ReadCloser) string {
	t.Helper()
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// code is the code of an AWS error; empty for none.
func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestPutObjectKeepsWhatItWasGiven(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	put, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{
		Bucket: new("site"), Key: new("a folder/página.html"), Body: strings.NewReader("hello"),
		ContentType: new("text/html"), CacheControl: new("no-cache"), ContentLanguage: new("en"), ContentDisposition: new("inline"),
		ContentEncoding: new("identity"), Metadata: map[string]string{"release": "7"}, ServerSideEncryption: types.ServerSideEncryptionAes256,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	})
	if err != nil {
		t.Fatal(err)
	}
	get, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{
		Bucket: new("site"), Key: new("a folder/página.html"), ChecksumMode: types.ChecksumModeEnabled,
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"body":          {read(t, get.Body), "hello"},
		"ETag":          {*get.ETag, `"5d41402abc4b2a76b9719d911017c592"`},
		"ETag of put":   {*put.ETag, *get.ETag},
		"type":          {*get.ContentType, "text/html"},
		"cache control": {*get.CacheControl, "no-cache"},
		"language":      {*get.ContentLanguage, "en"},
		"disposition":   {*get.ContentDisposition, "inline"},
		"encoding":      {*get.ContentEncoding, "identity"},
		"metadata":      {get.Metadata["release"], "7"},
		"encryption":    {string(get.ServerSideEncryption), "AES256"},
		"checksum":      {aws.ToString(get.ChecksumSHA256), "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
		"last modified": {get.LastModified.Format(time.RFC3339Nano), "2026-03-01T12:00:00Z"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
		}
	}
	head, err := c.client.HeadObject(t.Context(), &awss3.HeadObjectInput{Bucket: new("site"), Key: new("a folder/página.html")})
	if err != nil || *head.ContentLength != 5 || *head.CacheControl != "no-cache" {
		t.Errorf("head: %+v, %v", head, err)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		do   func(c *cloud) error
		want string
	}{
		"an object that is not there": {func(c *cloud) error {
			_, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("site"), Key: new("none")})
			return err
		}, "NoSuchKey"},
		"a head of an object that is not there": {func(c *cloud) error {
			_, err := c.client.HeadObject(t.Context(), &awss3.HeadObjectInput{Bucket: new("site"), Key: new("none")})
			return err
		}, "NotFound"},
		"a bucket that is not there": {func(c *cloud) error {
			_, err := c.client.ListObjectsV2(t.Context(), &awss3.ListObjectsV2Input{Bucket: new("none")})
			return err
		}, "NoSuchBucket"},
		"an object for a bucket that is not there": {func(c *cloud) error {
			_, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: new("none"), Key: new("k"), Body: strings.NewReader("x")})
			return err
		}, "NoSuchBucket"},
		"the location of a bucket that is not there": {func(c *cloud) error {
			_, err := c.client.GetBucketLocation(t.Context(), &awss3.GetBucketLocationInput{Bucket: new("none")})
			return err
		}, "NoSuchBucket"},
		"a bucket twice": {func(c *cloud) error {
			_, err := c.client.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: new("site")})
			return err
		}, "BucketAlreadyOwnedByYou"},
		"a bucket in another Region": {func(c *cloud) error {
			_, err := c.client.CreateBucket(t.Context(), &awss3.CreateBucketInput{
				Bucket: new("other"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraintEuWest1},
			})
			return err
		}, "IllegalLocationConstraintException"},
		"a bucket that is not empty": {func(c *cloud) error {
			_, err := c.client.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: new("site")})
			return err
		}, "BucketNotEmpty"},
		"a checksum that does not match": {func(c *cloud) error {
			_, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{
				Bucket: new("site"), Key: new("bad"), Body: strings.NewReader("x"), ChecksumCRC32: new("AAAAAA=="),
			})
			return err
		}, "BadDigest"},
		"a put only if new, over an object": {func(c *cloud) error {
			_, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{
				Bucket: new("site"), Key: new("index.html"), Body: strings.NewReader("x"), IfNoneMatch: new("*"),
			})
			return err
		}, "PreconditionFailed"},
		"metadata over 2 KB": {func(c *cloud) error {
			_, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{
				Bucket: new("site"), Key: new("k"), Body: strings.NewReader("x"), Metadata: map[string]string{"a": strings.Repeat("x", 2048)},
			})
			return err
		}, "MetadataTooLarge"},
		"a key over 1,024 bytes": {func(c *cloud) error {
			_, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: new("site"), Key: new(strings.Repeat("k", 1025)), Body: strings.NewReader("x")})
			return err
		}, "KeyTooLongError"},
		"a range past the end": {func(c *cloud) error {
			_, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("site"), Key: new("index.html"), Range: new("bytes=99-")})
			return err
		}, "InvalidRange"},
		"a version that is not there": {func(c *cloud) error {
			_, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("site"), Key: new("index.html"), VersionId: new("none")})
			return err
		}, "NoSuchVersion"},
		"a policy that is not there": {func(c *cloud) error {
			_, err := c.client.GetBucketPolicy(t.Context(), &awss3.GetBucketPolicyInput{Bucket: new("site")})
			return err
		}, "NoSuchBucketPolicy"},
		"tags that are not there": {func(c *cloud) error {
			_, err := c.client.GetBucketTagging(t.Context(), &awss3.GetBucketTaggingInput{Bucket: new("site")})
			return err
		}, "NoSuchTagSet"},
		"an upload that is not there": {func(c *cloud) error {
			_, err := c.client.UploadPart(t.Context(), &awss3.UploadPartInput{
				Bucket: new("site"), Key: new("k"), UploadId: new("none"), PartNumber: new(int32(1)), Body: strings.NewReader("x"),
			})
			return err
		}, "NoSuchUpload"},
		"a policy that lets everybody in": {func(c *cloud) error {
			_, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: new(
				`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}}`)})
			return err
		}, "AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.makeBucket(t, "site")
			c.put(t, "site", "index.html", "hello")
			if got := code(tc.do(c)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestUploadsInChunksAreVerified(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body, trailer, length string
		status                int
		code                  string
	}{
		"the right checksum behind":  {"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "x-amz-checksum-crc32", "5", 200, ""},
		"the wrong checksum behind":  {"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "x-amz-checksum-crc32", "5", 400, "BadDigest"},
		"the announced one missing":  {"5\r\nhello\r\n0\r\n\r\n", "x-amz-checksum-crc32", "5", 400, "BadDigest"},
		"a signature on each chunk":  {"3;chunk-signature=a\r\nhel\r\n2;chunk-signature=b\r\nlo\r\n0;chunk-signature=c\r\n\r\n", "", "5", 200, ""},
		"fewer bytes than announced": {"5\r\nhello\r\n0\r\n\r\n", "", "6", 400, "IncompleteBody"},
		"a chunk that is cut off":    {"9\r\nhello", "", "9", 400, "IncompleteBody"},
		"a trailer of another kind":  {"0\r\n\r\n", "x-amz-meta-late", "0", 501, "EmulatorUnimplemented"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.makeBucket(t, "site")
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, c.url+"/site/k", strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{
				"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/s3/aws4_request", "Content-Encoding": "aws-chunked",
				"X-Amz-Content-Sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "X-Amz-Decoded-Content-Length": tc.length, "X-Amz-Trailer": tc.trailer,
			} {
				if text != "" {
					r.Header.Set(name, text)
				}
			}
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if body := read(t, response.Body); response.StatusCode != tc.status || !strings.Contains(body, tc.code) {
				t.Fatalf("got %d %s\nwant %d %s", response.StatusCode, body, tc.status, tc.code)
			}
			if tc.status != http.StatusOK {
				if got := c.keys(t, "site"); got != "" {
					t.Errorf("%s was stored", got)
				}
				return
			}
			out, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("site"), Key: new("k")})
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, out.Body); got != "hello" || aws.ToString(out.ContentEncoding) != "" {
				t.Errorf("got %q with the encoding %q", got, aws.ToString(out.ContentEncoding))
			}
		})
	}
}

func TestMultipartUpload(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "assets")
	data := make([]byte, 22<<20)
	for i, random := 0, rand.New(rand.NewPCG(1, 2)); i < len(data); i += 8 { // any bytes do
		v := random.Uint64()
		for j := range 8 {
			data[i+j] = byte(v >> (8 * j))
		}
	}
	upload, err := c.client.CreateMultipartUpload(t.Context(), &awss3.CreateMultipartUploadInput{
		Bucket: new("assets"), Key: new("layer.zip"), CacheControl: new("immutable"), ContentType: new("application/zip"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var parts []types.CompletedPart
	for number := int32(1); len(data) > int(number-1)*5<<20; number++ {
		chunk := data[int(number-1)*5<<20 : min(len(data), int(number)*5<<20)]
		out, err := c.client.UploadPart(t.Context(), &awss3.UploadPartInput{
			Bucket: new("assets"), Key: new("layer.zip"), UploadId: upload.UploadId, PartNumber: &number, Body: bytes.NewReader(chunk),
		})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{ETag: out.ETag, PartNumber: new(number)})
	}
	done, err := c.client.CompleteMultipartUpload(t.Context(), &awss3.CompleteMultipartUploadInput{
		Bucket: new("assets"), Key: new("layer.zip"), UploadId: upload.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		t.Fatal(err)
	}
	get, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("assets"), Key: new("layer.zip")})
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, get.Body); got != string(data) {
		t.Errorf("the object's %d bytes are not those that were uploaded", len(got))
	}
	if !strings.HasSuffix(*done.ETag, `-5"`) || *get.ETag != *done.ETag || *get.CacheControl != "immutable" {
		t.Errorf("got ETags %s and %s, Cache-Control %s", *done.ETag, *get.ETag, *get.CacheControl)
	}
	part, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("assets"), Key: new("layer.zip"), Range: new("bytes=5242870-5242890")})
	if err != nil {
		t.Fatal(err)
	}
	if read(t, part.Body) != string(data[5242870:5242891]) {
		t.Error("a range across two parts is wrong")
	}
	if _, err := c.client.AbortMultipartUpload(t.Context(), &awss3.AbortMultipartUploadInput{Bucket: new("assets"), Key: new("layer.zip"), UploadId: upload.UploadId}); code(err) != "NoSuchUpload" {
		t.Errorf("the completed upload is still there: %v", err)
	}
}

func TestMultipartUploadRefuses(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "assets")
	upload, err := c.client.CreateMultipartUpload(t.Context(), &awss3.CreateMultipartUploadInput{Bucket: new("assets"), Key: new("k")})
	if err != nil {
		t.Fatal(err)
	}
	var parts []types.CompletedPart
	for number := range int32(2) {
		out, err := c.client.UploadPart(t.Context(), &awss3.UploadPartInput{
			Bucket: new("assets"), Key: new("k"), UploadId: upload.UploadId, PartNumber: new(number + 1), Body: strings.NewReader("small"),
		})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{ETag: out.ETag, PartNumber: new(number + 1)})
	}
	for name, tc := range map[string]struct {
		parts []types.CompletedPart
		want  string
	}{
		"a small part that is not the last": {parts, "EntityTooSmall"},
		"parts out of order":                {[]types.CompletedPart{parts[1], parts[0]}, "InvalidPartOrder"},
		"a part that was not uploaded":      {[]types.CompletedPart{{ETag: parts[0].ETag, PartNumber: new(int32(9))}}, "InvalidPart"},
		"a part with another ETag":          {[]types.CompletedPart{{ETag: new(`"0"`), PartNumber: new(int32(1))}}, "InvalidPart"},
	} {
		_, err := c.client.CompleteMultipartUpload(t.Context(), &awss3.CompleteMultipartUploadInput{
			Bucket: new("assets"), Key: new("k"), UploadId: upload.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: tc.parts},
		})
		if got := code(err); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func TestListObjects(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	if got := c.keys(t, "site"); got != "" {
		t.Errorf("an empty bucket lists %q", got)
	}
	for _, key := range []string{"a/1", "a/2", "b", "c/1", "c/2", "d"} {
		c.put(t, "site", key, key)
	}
	for name, tc := range map[string]struct {
		in   awss3.ListObjectsV2Input
		want string
	}{
		"everything":                {awss3.ListObjectsV2Input{}, "a/1 a/2 b c/1 c/2 d"},
		"a prefix":                  {awss3.ListObjectsV2Input{Prefix: new("a/")}, "a/1 a/2"},
		"folders":                   {awss3.ListObjectsV2Input{Delimiter: new("/")}, "[a/] b [c/] d"},
		"page by page":              {awss3.ListObjectsV2Input{MaxKeys: new(int32(2))}, "a/1 a/2 | b c/1 | c/2 d"},
		"folders page by page":      {awss3.ListObjectsV2Input{MaxKeys: new(int32(1)), Delimiter: new("/")}, "[a/] | b | [c/] | d"},
		"after a key":               {awss3.ListObjectsV2Input{StartAfter: new("b")}, "c/1 c/2 d"},
		"a prefix that nothing has": {awss3.ListObjectsV2Input{Prefix: new("x")}, ""},
		"a prefix inside of a name": {awss3.ListObjectsV2Input{Prefix: new("c/2")}, "c/2"},
		"folders below a prefix":    {awss3.ListObjectsV2Input{Prefix: new("a"), Delimiter: new("/")}, "[a/]"},
		"the content of one folder": {awss3.ListObjectsV2Input{Prefix: new("a/"), Delimiter: new("/")}, "a/1 a/2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.in.Bucket = new("site")
			var pages []string
			for pager := awss3.NewListObjectsV2Paginator(c.client, &tc.in); pager.HasMorePages(); {
				page, err := pager.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				names := map[string]string{}
				var order []string
				for _, o := range page.Contents {
					names[*o.Key] = *o.Key
					order = append(order, *o.Key)
				}
				for _, p := range page.CommonPrefixes {
					names[*p.Prefix] = "[" + *p.Prefix + "]"
					order = append(order, *p.Prefix)
				}
				pages = append(pages, joinSorted(order, names))
			}
			if got := strings.Join(pages, " | "); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func joinSorted(order []string, names map[string]string) string {
	for i := range order {
		for j := i; j > 0 && order[j] < order[j-1]; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	var out []string
	for _, key := range order {
		out = append(out, names[key])
	}
	return strings.Join(out, " ")
}

func TestVersions(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	c.put(t, "site", "k", "null")
	if _, err := c.client.PutBucketVersioning(t.Context(), &awss3.PutBucketVersioningInput{
		Bucket: new("site"), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	}); err != nil {
		t.Fatal(err)
	}
	c.put(t, "site", "k", "one")
	c.put(t, "site", "k", "two")
	if _, err := c.client.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: new("site"), Key: new("k")}); err != nil {
		t.Fatal(err)
	}
	if got := c.keys(t, "site"); got != "" {
		t.Errorf("a deleted object is listed: %q", got)
	}
	list, err := c.client.ListObjectVersions(t.Context(), &awss3.ListObjectVersionsInput{Bucket: new("site")})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Versions) != 3 || len(list.DeleteMarkers) != 1 || !*list.DeleteMarkers[0].IsLatest {
		t.Fatalf("got %d versions and %d markers, want 3 and 1", len(list.Versions), len(list.DeleteMarkers))
	}
	for i, want := range []string{"two", "one", "null"} {
		out, err := c.client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("site"), Key: new("k"), VersionId: list.Versions[i].VersionId})
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, out.Body); got != want {
			t.Errorf("version %d: got %q, want %q", i, got, want)
		}
	}
	if _, err := c.client.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: new("site")}); err == nil || !strings.Contains(err.Error(), "You must delete all versions in the bucket.") {
		t.Errorf("a bucket with versions: %v", err)
	}
	// Without its marker the object is back.
	if _, err := c.client.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: new("site"), Key: new("k"), VersionId: list.DeleteMarkers[0].VersionId}); err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, "site", "k"); got != "two" {
		t.Errorf("got %q, want two", got)
	}
	var ids []types.ObjectIdentifier
	for _, v := range list.Versions {
		ids = append(ids, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
	}
	if _, err := c.client.DeleteObjects(t.Context(), &awss3.DeleteObjectsInput{Bucket: new("site"), Delete: &types.Delete{Objects: ids}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.client.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: new("site")}); err != nil {
		t.Errorf("an emptied bucket: %v", err)
	}
}

func TestUnknownRequestsAreRefused(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	for name, tc := range map[string]struct {
		method, path string
		header       map[string]string
		status       int
		code         string
	}{
		"a bucket setting that is not implemented": {"GET", "/site?acl", nil, 501, "EmulatorUnimplemented"},
		"a setting of an object":                   {"GET", "/site/k?tagging", nil, 501, "EmulatorUnimplemented"},
		"a header that would change the object":    {"PUT", "/site/k", map[string]string{"X-Amz-Website-Redirect-Location": "/"}, 501, "EmulatorUnimplemented"},
		"encryption with a key of the customer":    {"PUT", "/site/k", map[string]string{"X-Amz-Server-Side-Encryption-Customer-Algorithm": "AES256"}, 501, "EmulatorUnimplemented"},
		"a public object":                          {"PUT", "/site/k", map[string]string{"X-Amz-Acl": "public-read"}, 501, "EmulatorUnimplemented"},
		"a copy":                                   {"PUT", "/site/k", map[string]string{"X-Amz-Copy-Source": "/site/other"}, 501, "EmulatorUnimplemented"},
		"a form from a web page":                   {"POST", "/site", nil, 501, "EmulatorUnimplemented"},
		"a request without credentials":            {"GET", "/site", map[string]string{"Authorization": ""}, 403, "AccessDenied"},
		"a put of the list of buckets":             {"PUT", "/", nil, 405, "MethodNotAllowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), tc.method, c.url+tc.path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/s3/aws4_request")
			for name, value := range tc.header {
				r.Header.Set(name, value)
			}
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body := read(t, response.Body)
			if response.StatusCode != tc.status || !strings.Contains(body, "<Code>"+tc.code+"</Code>") {
				t.Errorf("got %d %s\nwant %d %s", response.StatusCode, body, tc.status, tc.code)
			}
		})
	}
}
