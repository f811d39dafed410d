package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Directives that hold sources, and so can be added to:
// https://www.w3.org/TR/CSP3/#csp-directives
var sourceDirectives = []string{
	"base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src",
	"img-src", "manifest-src", "media-src", "object-src", "script-src", "script-src-attr", "script-src-elem",
	"style-src", "style-src-attr", "style-src-elem", "worker-src",
}

var (
	// A source is a scheme (data:), a host with wildcards, port and path, or a keyword in
	// single quotes. Whatever could end the directive or the header is not among these.
	cspKeyword = regexp.MustCompile(`^'(self|unsafe-inline|unsafe-eval|wasm-unsafe-eval|unsafe-hashes|strict-dynamic|report-sample|inline-speculation-rules|sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2})'$`)
	cspScheme  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:$`)
	cspHost    = regexp.MustCompile(`^(https?://|wss?://)?(\*|(\*\.)?[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*)(:([0-9]+|\*))?(/[A-Za-z0-9/._~!$&()*+=:@%-]*)?$`)
)

func (ch *checker) contentSecurityPolicy(policy map[string][]string) {
	const key = "hosting.headers.contentSecurityPolicy"
	for _, directive := range slices.Sorted(maps.Keys(policy)) {
		at := join(key, directive)
		if !slices.Contains(sourceDirectives, directive) {
			hint := "a directive that holds sources, such as img-src"
			if like := nearest(directive, sourceDirectives); like != "" {
				hint = like
			}
			ch.bad(at, "no such directive; did you mean %s?", hint)
			continue
		}
		for _, source := range policy[directive] {
			switch {
			case source == "'none'":
				ch.bad(at, "want sources to add; 'none' is what stands where nothing is added")
			case source == "self" || strings.HasPrefix(source, "unsafe-"):
				ch.bad(at, "want %q in single quotes too: \"'%s'\"", source, source)
			case strings.HasPrefix(source, "'nonce-"):
				ch.bad(at, "a nonce must differ from answer to answer; static pages cannot have one")
			case !cspKeyword.MatchString(source) && !cspScheme.MatchString(source) && !cspHost.MatchString(source):
				ch.bad(at, "want sources such as https://images.example.com or data:; got %s", quote(source))
			}
		}
	}
}

var (
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$") // RFC 9110, section 5.6.2
	headerValue = regexp.MustCompile(`^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$`)
)

// ownHeaders are set by the site's headers policy.
var ownHeaders = []string{
	"content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
	"referrer-policy", "strict-transport-security", "x-content-type-options", "x-frame-options",
}

// contentHeaders come with each file, or from CloudFront, and differ from answer to answer.
// CloudFront refuses most of them in a policy:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
var contentHeaders = []string{
	"accept-ranges", "age", "allow", "cache-control", "connection", "content-encoding", "content-length", "content-location",
	"content-range", "content-security-policy-report-only", "content-type", "date", "etag", "expect", "expires", "host", "keep-alive",
	"last-modified", "location", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
	"transfer-encoding", "upgrade", "vary", "via", "warning", "x-accel-buffering", "x-accel-charset",
	"x-accel-limit-rate", "x-accel-redirect", "x-cache", "x-forwarded-proto", "x-real-ip", "x-xss-protection",
}

func (ch *checker) customHeaders(headers map[string]string) {
	const key = "hosting.headers.custom"
	const most = 10 // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
	if len(headers) > most {
		ch.bad(key, "want at most %d; got %d", most, len(headers))
	}
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		at, low := join(key, name), strings.ToLower(name)
		switch {
		case !headerName.MatchString(name):
			ch.bad(at, "want the name of a header: letters, digits and hyphens")
		case low == "set-cookie":
			ch.bad(at, "a cookie in every answer would be everybody's; caches would share it")
		case slices.Contains(ownHeaders, low):
			ch.bad(at, "the headers policy of the site sets it")
		case slices.Contains(contentHeaders, low) || strings.HasPrefix(low, "x-amz-") || strings.HasPrefix(low, "x-edge-") ||
			strings.HasPrefix(low, "access-control-"):
			ch.bad(at, "CloudFront or the file itself sets it")
		case seen[low]:
			ch.bad(at, "stands twice; letter case makes no difference")
		case !headerValue.MatchString(headers[name]):
			ch.bad(at, "want a value of printable ASCII characters on one line")
		}
		seen[low] = true
	}
}
