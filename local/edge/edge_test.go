package edge_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"gatehouse/local/edge"
	"gatehouse/local/resource"
	"gatehouse/local/s3"
	"gatehouse/local/store"
)

const (
	account          = "123456789012"
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	cachingDisabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
)

// cloud is what the tests deploy to: S3 and the edge, and the types of both.
type cloud struct {
	edge   *edge.Service
	types  map[string]resource.Type
	client *awss3.Client
	site   string
}

func start(t testing.TB) *cloud {
	t.Helper()
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(time.Millisecond); return now } // things are created one after the other
	objects, err := s3.New(s3.Config{DB: db, Account: account, Region: "us-east-1", Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{types: map[string]resource.Type{}}
	if c.edge, err = edge.New(edge.Config{
		DB: db, Objects: objects, Account: account, Region: "us-east-1", Now: clock, Site: func() string { return "http://localhost:8080" },
	}); err != nil {
		t.Fatal(err)
	}
	for _, types := range [][]resource.Type{objects.Resources(), c.edge.Resources()} {
		for _, r := range types {
			c.types[r.Name] = r
		}
	}
	storage := httptest.NewServer(objects)
	t.Cleanup(storage.Close)
	c.client = awss3.New(awss3.Options{
		BaseEndpoint: aws.String(storage.URL), UsePathStyle: true, Region: "us-east-1", RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
	site := httptest.NewServer(c.edge)
	t.Cleanup(site.Close)
	c.site = site.URL
	return c
}

// create makes a resource as a template would declare it.
func (c *cloud) create(kind string, p resource.Properties) (resource.Result, error) {
	handler := c.types[kind].Handler
	if v, ok := handler.(resource.Validator); ok {
		if err := v.Validate(p); err != nil {
			return resource.Result{}, err
		}
	}
	return handler.Create(context.Background(), resource.Request{
		Account: account, Region: "us-east-1", StackName: "app-hosting", LogicalID: "Site", Properties: p, Token: kind,
	})
}

func (c *cloud) mustCreate(t testing.TB, kind string, p resource.Properties) resource.Result {
	t.Helper()
	r, err := c.create(kind, p)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return r
}

func (c *cloud) put(t testing.TB, key, contentType, body string) {
	t.Helper()
	if _, err := c.client.PutObject(context.Background(), &awss3.PutObjectInput{
		Bucket: new("site"), Key: &key, ContentType: &contentType, CacheControl: new("no-cache"), Body: strings.NewReader(body),
	}); err != nil {
		t.Fatal(err)
	}
}

type object = map[string]any

// site is a hosting stack: a private bucket called "site", an access control and a
// distribution. change may alter the distribution's configuration first.
func deploySite(t testing.TB, c *cloud, change func(config object)) (distribution resource.Result) {
	t.Helper()
	c.mustCreate(t, "AWS::S3::Bucket", resource.Properties{"BucketName": "site"})
	control := c.mustCreate(t, "AWS::CloudFront::OriginAccessControl", resource.Properties{"OriginAccessControlConfig": object{
		"Name": "site", "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4",
	}})
	config := siteConfig(control.PhysicalID)
	if change != nil {
		change(config)
	}
	distribution = c.mustCreate(t, "AWS::CloudFront::Distribution", resource.Properties{"DistributionConfig": config})
	c.mustCreate(t, "AWS::S3::BucketPolicy", resource.Properties{"Bucket": "site", "PolicyDocument": object{
		"Version": "2012-10-17",
		"Statement": []any{
			object{"Effect": "Deny", "Principal": object{"AWS": "*"}, "Action": "s3:*", "Resource": []any{"arn:aws:s3:::site", "arn:aws:s3:::site/*"},
				"Condition": object{"Bool": object{"aws:SecureTransport": "false"}}},
			object{"Effect": "Allow", "Principal": object{"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*",
				"Condition": object{"StringEquals": object{"AWS:SourceArn": "arn:aws:cloudfront::" + account + ":distribution/" + distribution.PhysicalID}}},
		},
	}})
	return distribution
}

func siteConfig(controlID string) object {
	return object{
		"Enabled": true, "DefaultRootObject": "index.html", "HttpVersion": "http2and3", "IPV6Enabled": true, "PriceClass": "PriceClass_100",
		"Origins": []any{object{
			"Id": "bucket", "DomainName": "site.s3.us-east-1.amazonaws.com", "OriginAccessControlId": controlID,
			"S3OriginConfig": object{"OriginAccessIdentity": ""},
		}},
		"DefaultCacheBehavior": object{
			"TargetOriginId": "bucket", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": cachingOptimized, "Compress": true,
		},
	}
}

func behavior(config object) object { return config["DefaultCacheBehavior"].(object) }

// function deploys a function and returns its ARN.
func function(t testing.TB, c *cloud, name, code string) string {
	t.Helper()
	return c.mustCreate(t, "AWS::CloudFront::Function", functionProperties(name, code)).PhysicalID
}

func functionProperties(name, code string) resource.Properties {
	return resource.Properties{
		"Name": name, "AutoPublish": true, "FunctionCode": code,
		"FunctionConfig": object{"Comment": "", "Runtime": "cloudfront-js-2.0"},
	}
}

func associate(config object, eventType, arn string) {
	list, _ := behavior(config)["FunctionAssociations"].([]any)
	behavior(config)["FunctionAssociations"] = append(list, object{"EventType": eventType, "FunctionARN": arn})
}

// reply is what a browser gets; its transport asks for no compression of its own.
type reply struct {
	*http.Response
	body string
}

var browser = &http.Client{
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (c *cloud) ask(t testing.TB, method, path string, header map[string]string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, c.site+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range header {
		r.Header.Set(name, text)
	}
	if host := header["Host"]; host != "" {
		r.Host = host
	}
	response, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response, string(body)}
}

func (c *cloud) get(t testing.TB, path string) reply { t.Helper(); return c.ask(t, "GET", path, nil) }

func TestServe(t *testing.T) {
	t.Parallel()
	c := start(t)
	deploySite(t, c, nil)
	c.put(t, "index.html", "text/html", "<p>home")
	c.put(t, "a folder/é.txt", "text/plain", "0123456789")
	for name, tc := range map[string]struct {
		method, path string
		request      map[string]string
		status       int
		body         string
		header       map[string]string // wanted; "" means absent
	}{
		"the root object for /": {"GET", "/", nil, 200, "<p>home", map[string]string{
			"Content-Type": "text/html", "Cache-Control": "no-cache", "ETag": `"879080cdb3a7c56380a82d83e2d7616f"`, "Server": "AmazonS3",
			"X-Cache": "Miss from cloudfront", "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT", "Accept-Ranges": "bytes", "Age": "", "Vary": "",
		}},
		"a name with characters to decode":       {"GET", "/a%20folder/%C3%A9.txt", nil, 200, "0123456789", nil},
		"a head has no body but its length":      {"HEAD", "/", nil, 200, "", map[string]string{"Content-Length": "7"}},
		"a range":                                {"GET", "/a%20folder/%C3%A9.txt", map[string]string{"Range": "bytes=2-4"}, 206, "234", map[string]string{"Content-Range": "bytes 2-4/10", "Content-Length": "3"}},
		"a range past the end":                   {"GET", "/a%20folder/%C3%A9.txt", map[string]string{"Range": "bytes=10-"}, 416, "InvalidRange", map[string]string{"Content-Range": "bytes */10"}},
		"If-Range with an old tag":               {"GET", "/a%20folder/%C3%A9.txt", map[string]string{"Range": "bytes=2-4", "If-Range": `"old"`}, 200, "0123456789", nil},
		"not modified by tag":                    {"GET", "/", map[string]string{"If-None-Match": `"879080cdb3a7c56380a82d83e2d7616f"`}, 304, "", map[string]string{"ETag": `"879080cdb3a7c56380a82d83e2d7616f"`, "Cache-Control": "no-cache", "Content-Type": ""}},
		"not modified by weak tag":               {"GET", "/", map[string]string{"If-None-Match": `W/"879080cdb3a7c56380a82d83e2d7616f"`}, 304, "", nil},
		"not modified by date":                   {"GET", "/", map[string]string{"If-Modified-Since": "Sun, 01 Mar 2026 12:00:00 GMT"}, 304, "", nil},
		"modified since":                         {"GET", "/", map[string]string{"If-Modified-Since": "Sun, 01 Mar 2026 11:59:59 GMT"}, 200, "<p>home", nil},
		"a precondition that fails":              {"GET", "/", map[string]string{"If-Match": `"other"`}, 412, "PreconditionFailed", nil},
		"a missing object is denied, not absent": {"GET", "/none", nil, 403, "<Code>AccessDenied</Code>", map[string]string{"X-Cache": "Error from cloudfront", "Content-Type": "application/xml"}},
		"a method that is not allowed":           {"POST", "/", nil, 403, "not configured to allow the HTTP request method", map[string]string{"Server": "CloudFront"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.ask(t, tc.method, tc.path, tc.request)
			if got.StatusCode != tc.status || !strings.Contains(got.body, tc.body) || tc.body == "" && got.body != "" {
				t.Errorf("got  %d %s\nwant %d %s", got.StatusCode, got.body, tc.status, tc.body)
			}
			for name, want := range tc.header {
				if got := got.Header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			for _, name := range []string{"Via", "X-Amz-Cf-Id", "X-Amz-Cf-Pop"} {
				if got.Header.Get(name) == "" {
					t.Errorf("there is no %s", name)
				}
			}
		})
	}
}

func TestOnlyTheDistributionThatThePolicyNamesGetsIn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(object)
		policy func(string) string // of the distribution's id; nil leaves the policy as it is
		status int
		code   string
	}{
		"the distribution that it names": {nil, nil, 200, ""},
		"another distribution": {nil, func(string) string {
			return `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*",
				"Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/EOTHER"}}}}`
		}, 403, "AccessDenied"},
		"an origin without access control": {func(config object) {
			delete(config["Origins"].([]any)[0].(object), "OriginAccessControlId")
		}, nil, 403, "AccessDenied"},
		"an explicit denial": {nil, func(id string) string {
			return `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*",
				"Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/` + id + `"}}},
				{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/index.html"}]}`
		}, 403, "AccessDenied"},
		"another bucket's folder": {nil, func(id string) string {
			return `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::site/releases/*",
				"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/` + id + `"}}}}`
		}, 403, "AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			id := deploySite(t, c, tc.change).PhysicalID
			c.put(t, "index.html", "text/html", "<p>home")
			if tc.policy != nil {
				policy := tc.policy(id)
				if _, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: &policy}); err != nil {
					t.Fatal(err)
				}
			}
			got := c.get(t, "/")
			if got.StatusCode != tc.status || !strings.Contains(got.body, tc.code) {
				t.Errorf("got %d %s, want %d %s", got.StatusCode, got.body, tc.status, tc.code)
			}
		})
	}
}

func TestMayListMakesAMissingObjectAbsent(t *testing.T) {
	t.Parallel()
	c := start(t)
	id := deploySite(t, c, nil).PhysicalID
	policy := `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":["s3:GetObject","s3:ListBucket"],
			"Resource":["arn:aws:s3:::site","arn:aws:s3:::site/*"],
			"Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudfront::123456789012:distribution/` + id + `"}}}}`
	if _, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, "/none"); got.StatusCode != http.StatusNotFound || !strings.Contains(got.body, "<Code>NoSuchKey</Code>") || !strings.Contains(got.body, "<Key>none</Key>") {
		t.Errorf("got %d %s", got.StatusCode, got.body)
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	c := start(t)
	if got := c.get(t, "/"); got.StatusCode != http.StatusNotFound || !strings.Contains(got.body, "Nothing is deployed yet") {
		t.Errorf("before anything is deployed: %d %s", got.StatusCode, got.body)
	}
	first := deploySite(t, c, nil)
	c.put(t, "index.html", "text/html", "first")
	c.put(t, "other.html", "text/html", "second")
	config := siteConfig("")
	config["DefaultRootObject"] = "other.html"
	second := c.mustCreate(t, "AWS::CloudFront::Distribution", resource.Properties{"DistributionConfig": config})
	domain := func(r resource.Result) string { return r.Attributes["DomainName"].(string) }
	for name, tc := range map[string]struct {
		host   string
		status int // the second one is not let into the bucket: 403
	}{
		"a domain name":              {domain(first), 200},
		"a domain name on localhost": {strings.TrimSuffix(domain(first), ".net") + ".localhost:8080", 200},
		"another domain name":        {domain(second), 403},
		"localhost is the newest":    {"localhost:8080", 403},
		"a domain name of none":      {"d1234567890123.cloudfront.net", 404},
	} {
		if got := c.ask(t, "GET", "/", map[string]string{"Host": tc.host}); got.StatusCode != tc.status {
			t.Errorf("%s (%s): got %d, want %d", name, tc.host, got.StatusCode, tc.status)
		}
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	c := start(t)
	deploySite(t, c, func(config object) {
		config["CacheBehaviors"] = []any{
			object{"PathPattern": "plain/*", "TargetOriginId": "bucket", "ViewerProtocolPolicy": "https-only", "CachePolicyId": cachingDisabled, "Compress": true},
		}
	})
	long := strings.Repeat("The quick brown fox. ", 100)
	for key, contentType := range map[string]string{
		"page.html": "text/html; charset=utf-8", "photo.png": "image/png", "plain/page.html": "text/html",
	} {
		c.put(t, key, contentType, long)
	}
	c.put(t, "short.html", "text/html", strings.Repeat("x", 999))
	for name, tc := range map[string]struct {
		path, accept string
		compressed   bool
		vary         string
	}{
		"a page for a browser":                    {"/page.html", "gzip, deflate, br", true, "Accept-Encoding"},
		"a page for a client without gzip":        {"/page.html", "br", false, "Accept-Encoding"},
		"a page for a client that refuses gzip":   {"/page.html", "gzip;q=0, *", false, "Accept-Encoding"},
		"a page for a client that takes anything": {"/page.html", "*", true, "Accept-Encoding"},
		"an image":                 {"/photo.png", "gzip", false, ""},
		"a page under 1,000 bytes": {"/short.html", "gzip", false, ""},
		"a page whose cache policy does not allow": {"/plain/page.html", "gzip", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.ask(t, "GET", tc.path, map[string]string{"Accept-Encoding": tc.accept})
			if compressed := got.Header.Get("Content-Encoding") == "gzip"; compressed != tc.compressed || got.Header.Get("Vary") != tc.vary {
				t.Fatalf("compressed %v, Vary %q; want %v, %q", compressed, got.Header.Get("Vary"), tc.compressed, tc.vary)
			}
			etag := got.Header.Get("ETag")
			if strings.HasPrefix(etag, "W/") != tc.compressed {
				t.Errorf("ETag %s of a body that is compressed: %v", etag, tc.compressed)
			}
			body := got.body
			if tc.compressed {
				r, err := gzip.NewReader(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				data, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				body = string(data)
			}
			if tc.path != "/short.html" && body != long {
				t.Errorf("got %d bytes, want %d", len(body), len(long))
			}
			again := c.ask(t, "GET", tc.path, map[string]string{"Accept-Encoding": tc.accept, "If-None-Match": etag})
			if again.StatusCode != http.StatusNotModified || again.Header.Get("ETag") != etag || again.Header.Get("Vary") != tc.vary {
				t.Errorf("revalidation: %d, ETag %s, Vary %q", again.StatusCode, again.Header.Get("ETag"), again.Header.Get("Vary"))
			}
		})
	}
}

func TestErrorPages(t *testing.T) {
	t.Parallel()
	c := start(t)
	arn := function(t, c, "mark", `function handler(event) { event.response.headers["x-marked"] = {value: "yes"}; return event.response; }`)
	policy := c.mustCreate(t, "AWS::CloudFront::ResponseHeadersPolicy", resource.Properties{"ResponseHeadersPolicyConfig": object{
		"Name": "frames", "SecurityHeadersConfig": object{"FrameOptions": object{"FrameOption": "DENY", "Override": true}},
	}})
	deploySite(t, c, func(config object) {
		config["CustomErrorResponses"] = []any{
			object{"ErrorCode": 403, "ResponseCode": 404, "ResponsePagePath": "/404.html", "ErrorCachingMinTTL": 0},
			object{"ErrorCode": 416, "ResponseCode": 200, "ResponsePagePath": "/none.html"},
		}
		behavior(config)["ResponseHeadersPolicyId"] = policy.PhysicalID
		associate(config, "viewer-response", arn)
	})
	c.put(t, "404.html", "text/html", "<p>no such page")
	c.put(t, "page.html", "text/html", "<p>page")
	for name, tc := range map[string]struct {
		path   string
		header map[string]string
		status int
		body   string
		marked string
	}{
		"an error has its own page and code":        {"/none", nil, 404, "<p>no such page", ""},
		"a page that is not there leaves the error": {"/page.html", map[string]string{"Range": "bytes=99-"}, 416, "InvalidRange", ""},
		"a page is a page":                          {"/page.html", nil, 200, "<p>page", "yes"},
	} {
		got := c.ask(t, "GET", tc.path, tc.header)
		if got.StatusCode != tc.status || !strings.Contains(got.body, tc.body) {
			t.Errorf("%s: got %d %s", name, got.StatusCode, got.body)
		}
		if got.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: the headers policy was not applied", name)
		}
		if got.Header.Get("X-Marked") != tc.marked {
			t.Errorf("%s: the viewer-response function: got %q, want %q", name, got.Header.Get("X-Marked"), tc.marked)
		}
	}
}

func TestHeadersPolicy(t *testing.T) {
	t.Parallel()
	security := object{
		"ContentSecurityPolicy":   object{"ContentSecurityPolicy": "default-src 'none'", "Override": true},
		"ContentTypeOptions":      object{"Override": true},
		"FrameOptions":            object{"FrameOption": "DENY", "Override": true},
		"ReferrerPolicy":          object{"ReferrerPolicy": "same-origin", "Override": false},
		"StrictTransportSecurity": object{"AccessControlMaxAgeSec": 63072000, "IncludeSubdomains": true, "Preload": true, "Override": true},
		"XSSProtection":           object{"Protection": false, "Override": true},
	}
	cors := object{
		"AccessControlAllowCredentials": true, "AccessControlAllowHeaders": object{"Items": []any{"X-A", "X-B"}},
		"AccessControlAllowMethods": object{"Items": []any{"GET", "PUT"}}, "AccessControlAllowOrigins": object{"Items": []any{"https://*.example.com"}},
		"AccessControlExposeHeaders": object{"Items": []any{"ETag"}}, "AccessControlMaxAgeSec": 600, "OriginOverride": true,
	}
	for name, tc := range map[string]struct {
		config  object // of the policy; nil takes managed
		managed string
		method  string
		request map[string]string
		want    map[string]string
	}{
		"all of the security headers": {config: object{"SecurityHeadersConfig": security}, want: map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload", "X-Xss-Protection": "0",
		}},
		"AWS's own policy": {managed: "67f7725c-6f97-4210-82d7-5512b31e9d03", want: map[string]string{
			"Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN",
			"Referrer-Policy": "strict-origin-when-cross-origin", "X-Xss-Protection": "1; mode=block", "Content-Security-Policy": "",
		}},
		"a custom header over the bucket's": {config: object{"CustomHeadersConfig": object{"Items": []any{
			object{"Header": "Cache-Control", "Value": "private", "Override": true}, object{"Header": "X-New", "Value": "v", "Override": false},
		}}}, want: map[string]string{"Cache-Control": "private", "X-New": "v"}},
		"a custom header under the bucket's": {config: object{"CustomHeadersConfig": object{"Items": []any{
			object{"Header": "Cache-Control", "Value": "private", "Override": false},
		}}}, want: map[string]string{"Cache-Control": "no-cache"}},
		"a header is removed": {config: object{"RemoveHeadersConfig": object{"Items": []any{object{"Header": "x-amz-server-side-encryption"}, object{"Header": "Server"}}}},
			want: map[string]string{"X-Amz-Server-Side-Encryption": "", "Server": ""}},
		"no CORS headers without an origin": {config: object{"CorsConfig": cors}, want: map[string]string{"Access-Control-Allow-Origin": ""}},
		"CORS headers for an origin that matches": {config: object{"CorsConfig": cors}, request: map[string]string{"Origin": "https://app.example.com"}, want: map[string]string{
			"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Credentials": "true", "Access-Control-Expose-Headers": "ETag",
			"Vary": "Origin", "Access-Control-Allow-Methods": "",
		}},
		"no CORS headers for another origin": {config: object{"CorsConfig": cors}, request: map[string]string{"Origin": "https://example.org"}, want: map[string]string{"Access-Control-Allow-Origin": ""}},
		"a preflight": {config: object{"CorsConfig": cors}, method: "OPTIONS",
			request: map[string]string{"Origin": "https://app.example.com", "Access-Control-Request-Method": "PUT"},
			want:    map[string]string{"Access-Control-Allow-Methods": "GET,PUT", "Access-Control-Allow-Headers": "X-A,X-B", "Access-Control-Max-Age": "600"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			id := tc.managed
			if tc.config != nil {
				config := maps.Clone(tc.config)
				config["Name"] = "policy"
				id = c.mustCreate(t, "AWS::CloudFront::ResponseHeadersPolicy", resource.Properties{"ResponseHeadersPolicyConfig": config}).PhysicalID
			}
			deploySite(t, c, func(config object) {
				behavior(config)["ResponseHeadersPolicyId"] = id
				behavior(config)["AllowedMethods"] = []any{"GET", "HEAD", "OPTIONS"}
			})
			c.put(t, "index.html", "text/html", "home")
			method := tc.method
			if method == "" {
				method = "GET"
			}
			got := c.ask(t, method, "/", tc.request)
			for name, want := range tc.want {
				if got := got.Header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestBehaviorsAreTriedInOrder(t *testing.T) {
	t.Parallel()
	c := start(t)
	mark := func(name string) string {
		return c.mustCreate(t, "AWS::CloudFront::ResponseHeadersPolicy", resource.Properties{"ResponseHeadersPolicyConfig": object{
			"Name": name, "CustomHeadersConfig": object{"Items": []any{object{"Header": "X-Behavior", "Value": name, "Override": true}}},
		}}).PhysicalID
	}
	deploySite(t, c, func(config object) {
		behavior(config)["ResponseHeadersPolicyId"] = mark("default")
		for _, pattern := range []string{"/assets/*.js", "assets/*", "*.html"} {
			name := strings.NewReplacer("/", "_", "*", "x").Replace(pattern)
			list, _ := config["CacheBehaviors"].([]any)
			config["CacheBehaviors"] = append(list, object{
				"PathPattern": pattern, "TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": cachingOptimized,
				"ResponseHeadersPolicyId": mark(name),
			})
		}
	})
	for path, want := range map[string]string{
		"/assets/a/b.js": "_assets_x.js", "/assets/b.css": "assets_x", "/assets/c.html": "assets_x", "/deep/d.html": "x.html",
		"/": "default", "/other": "default", "/ASSETS/a.js": "default",
	} {
		if got := c.get(t, path).Header.Get("X-Behavior"); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestAChangeIsServedAtOnce(t *testing.T) {
	t.Parallel()
	c := start(t)
	release := func(id string) resource.Properties {
		return functionProperties("release", `function handler(event) { event.request.uri = "/releases/`+id+`" + event.request.uri; return event.request; }`)
	}
	arn := c.mustCreate(t, "AWS::CloudFront::Function", release("1")).PhysicalID
	deploySite(t, c, func(config object) { associate(config, "viewer-request", arn) })
	c.put(t, "releases/1/page.html", "text/html", "one")
	c.put(t, "releases/2/page.html", "text/html", "two")
	if got := c.get(t, "/page.html").body; got != "one" {
		t.Errorf("got %q, want one", got)
	}
	if _, err := c.types["AWS::CloudFront::Function"].Handler.Update(t.Context(), resource.Request{PhysicalID: arn, Properties: release("2"), Old: release("1")}); err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, "/page.html").body; got != "two" {
		t.Errorf("got %q, want two", got)
	}
}

func BenchmarkEdge(b *testing.B) {
	c := start(b)
	arn := function(b, c, "clean", `
		function handler(event) {
			const request = event.request;
			if (!request.uri.includes(".")) request.uri = request.uri === "/" ? "/index.html" : request.uri + ".html";
			request.uri = "/releases/42" + request.uri;
			return request;
		}`)
	deploySite(b, c, func(config object) {
		associate(config, "viewer-request", arn)
		behavior(config)["ResponseHeadersPolicyId"] = "67f7725c-6f97-4210-82d7-5512b31e9d03"
	})
	c.put(b, "releases/42/register.html", "text/html", strings.Repeat("<p>", 250))
	request := httptest.NewRequestWithContext(context.Background(), "GET", "/register", http.NoBody)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		w.Body = &bytes.Buffer{}
		c.edge.ServeHTTP(w, request)
		if w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
	}
}
