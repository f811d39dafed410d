package edge_test

import (
	"net/http"
	"strings"
	"testing"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestDiffersHTTPIsTakenForHTTPS(t *testing.T) {
	t.Parallel()
	c := start(t)
	deploySite(t, c, func(config object) { behavior(config)["ViewerProtocolPolicy"] = "https-only" })
	c.put(t, "index.html", "text/html", "home")
	if got := c.get(t, "/"); got.StatusCode != http.StatusOK {
		t.Errorf("got %d", got.StatusCode)
	}
}

func TestDiffersNothingIsCached(t *testing.T) {
	t.Parallel()
	c := start(t)
	deploySite(t, c, nil)
	for _, body := range []string{"one", "two"} {
		c.put(t, "index.html", "text/html", body)
		got := c.get(t, "/")
		if got.body != body || got.Header.Get("X-Cache") != "Miss from cloudfront" || got.Header.Get("Age") != "" {
			t.Errorf("got %q, X-Cache %q, Age %q", got.body, got.Header.Get("X-Cache"), got.Header.Get("Age"))
		}
	}
}

func TestDiffersThereIsNoBrotli(t *testing.T) {
	t.Parallel()
	c := start(t)
	deploySite(t, c, nil)
	c.put(t, "index.html", "text/html", strings.Repeat("home ", 1000))
	if got := c.ask(t, "GET", "/", map[string]string{"Accept-Encoding": "br, gzip"}).Header.Get("Content-Encoding"); got != "gzip" {
		t.Errorf("got %q", got)
	}
}

func TestDiffersAnyHostIsServed(t *testing.T) {
	t.Parallel()
	c := start(t)
	deploySite(t, c, nil)
	c.put(t, "index.html", "text/html", "home")
	if got := c.ask(t, "GET", "/", map[string]string{"Host": "www.example.com"}); got.StatusCode != http.StatusOK {
		t.Errorf("got %d", got.StatusCode)
	}
}

func TestDiffersTheErrorPageTellsTheReason(t *testing.T) {
	t.Parallel()
	c := start(t)
	arn := function(t, c, "fails", `function handler(event) { throw new Error("the reason <b>"); }`)
	deploySite(t, c, func(config object) { associate(config, "viewer-request", arn) })
	if got := c.get(t, "/").body; !strings.Contains(got, "the reason &lt;b&gt;") {
		t.Errorf("got %s", got)
	}
}

func TestDiffersTheFunctionLibraryIsNewer(t *testing.T) {
	t.Parallel()
	c := start(t)
	arn := function(t, c, "newer", `function handler(event) { return {statusCode: 200, body: String(typeof new Proxy({}, {}) === "object")}; }`)
	deploySite(t, c, func(config object) { associate(config, "viewer-request", arn) })
	if got := c.get(t, "/"); got.StatusCode != http.StatusOK || got.body != "true" {
		t.Errorf("got %d %s", got.StatusCode, got.body)
	}
}

func TestDiffersTheBucketIsNotListed(t *testing.T) {
	t.Parallel()
	c := start(t)
	id := deploySite(t, c, func(config object) { delete(config, "DefaultRootObject") }).PhysicalID
	policy := `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":["s3:GetObject","s3:ListBucket"],
			"Resource":["arn:aws:s3:::site","arn:aws:s3:::site/*"],"Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudfront::123456789012:distribution/` + id + `"}}}}`
	if _, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, "/"); got.StatusCode != http.StatusNotFound || !strings.Contains(got.body, "NoSuchKey") {
		t.Errorf("got %d %s", got.StatusCode, got.body)
	}
}
