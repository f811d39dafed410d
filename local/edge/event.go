package edge

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// The event types of functions.
const (
	viewerRequest  = "viewer-request"
	viewerResponse = "viewer-response"
)

// event is what a function is called with. Source: the CloudFront developer guide,
// "CloudFront Functions event structure".
type event struct {
	Version string       `json:"version"`
	Context eventContext `json:"context"`
	Viewer  struct {
		IP string `json:"ip"`
	} `json:"viewer"`
	Request  eventRequest   `json:"request"`
	Response *eventResponse `json:"response,omitempty"`
}

type eventContext struct {
	DistributionDomainName string `json:"distributionDomainName"`
	DistributionID         string `json:"distributionId"`
	EventType              string `json:"eventType"`
	RequestID              string `json:"requestId"`
}

type eventRequest struct {
	Method      string           `json:"method"`
	URI         string           `json:"uri"`
	QueryString map[string]value `json:"querystring"`
	Headers     map[string]value `json:"headers"`
	Cookies     map[string]value `json:"cookies"`
}

type eventResponse struct {
	StatusCode        int              `json:"statusCode"`
	StatusDescription string           `json:"statusDescription,omitempty"`
	Headers           map[string]value `json:"headers"`
	Cookies           map[string]value `json:"cookies"`
	Body              *eventBody       `json:"body,omitempty"`
}

// value is a header, query parameter or cookie; MultiValue is set when it came more
// than once.
type value struct {
	Value      string  `json:"value"`
	MultiValue []value `json:"multiValue,omitempty"`
	Attributes string  `json:"attributes,omitempty"` // of a cookie in a response
}

// eventBody is a body: {encoding, data}, or its text alone.
type eventBody struct {
	Encoding string `json:"encoding"`
	Data     string `json:"data"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *eventBody) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		b.Encoding = "text"
		return json.Unmarshal(data, &b.Data)
	}
	type plain eventBody
	return json.Unmarshal(data, (*plain)(b))
}

func (b eventBody) bytes() ([]byte, error) {
	switch b.Encoding {
	case "text", "":
		return []byte(b.Data), nil
	case "base64":
		return base64.StdEncoding.DecodeString(b.Data)
	}
	return nil, fmt.Errorf("the body's encoding is %q; it may be text or base64", b.Encoding)
}

// hidden tells whether a header is neither shown to functions nor set by them. Source:
// the CloudFront developer guide, "Restrictions on all edge functions".
func hidden(name string) bool {
	switch name {
	case "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "trailer",
		"upgrade", "x-accel-buffering", "x-accel-charset", "x-accel-limit-rate", "x-accel-redirect", "x-amzn-auth",
		"x-amzn-cf-billing", "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype", "x-amzn-fle-profile", "x-amzn-header-count",
		"x-amzn-header-order", "x-amzn-lambda-integration-tag", "x-amzn-requestid", "x-cache", "x-forwarded-proto", "x-real-ip":
		return true
	}
	return strings.HasPrefix(name, "x-amz-cf-") || strings.HasPrefix(name, "x-edge-")
}

// The headers that functions may read and must not change.
var (
	readOnlyInRequest  = []string{"content-length", "host", "transfer-encoding", "via"}
	readOnlyInResponse = []string{"warning", "via"}
)

// collect gathers several values under one name, as events have them.
func collect(into map[string]value, name, text string) {
	name, text = inUTF8(name), inUTF8(text)
	v, again := into[name]
	if !again {
		into[name] = value{Value: text}
		return
	}
	if v.MultiValue == nil {
		v.MultiValue = []value{{Value: v.Value}}
	}
	v.MultiValue = append(v.MultiValue, value{Value: text})
	into[name] = v
}

// inUTF8 is text in UTF-8; what is not is taken for ISO 8859-1, as CloudFront does.
func inUTF8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	runes := make([]rune, len(text))
	for i := range len(text) {
		runes[i] = rune(text[i])
	}
	return string(runes)
}

// all are the texts of a value.
func (v value) all() []string {
	if len(v.MultiValue) == 0 {
		return []string{v.Value}
	}
	texts := make([]string, len(v.MultiValue))
	for i, member := range v.MultiValue {
		texts[i] = member.Value
	}
	return texts
}

// newEventRequest is r as functions see it.
func newEventRequest(r *http.Request) eventRequest {
	e := eventRequest{
		Method: r.Method, URI: r.URL.EscapedPath(),
		QueryString: map[string]value{}, Headers: map[string]value{"host": {Value: r.Host}}, Cookies: map[string]value{},
	}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if name, text, _ := strings.Cut(pair, "="); name != "" {
			collect(e.QueryString, name, text)
		}
	}
	for name, values := range r.Header {
		lower := strings.ToLower(name)
		if hidden(lower) || lower == "cookie" {
			continue
		}
		for _, text := range values {
			collect(e.Headers, lower, text)
		}
	}
	for _, line := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if name, text, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && name != "" {
				collect(e.Cookies, name, text)
			}
		}
	}
	return e
}

// newEventResponse is a response as functions see it.
func newEventResponse(status int, h http.Header) *eventResponse {
	e := &eventResponse{StatusCode: status, StatusDescription: http.StatusText(status), Headers: map[string]value{}, Cookies: map[string]value{}}
	for name, values := range h {
		if lower := strings.ToLower(name); !hidden(lower) && lower != "set-cookie" {
			for _, text := range values {
				collect(e.Headers, lower, text)
			}
		}
	}
	return e
}

// maxURI is the longest URI, query string included, that a function may return.
const maxURI = 8192

// parseRequestResult reads what a viewer-request function returned: either the
// request to go on with, or a response.
func parseRequestResult(result []byte, was eventRequest) (*eventRequest, *eventResponse, error) {
	var kind struct {
		StatusCode json.RawMessage `json:"statusCode"`
	}
	if err := json.Unmarshal(result, &kind); err != nil || string(bytes.TrimSpace(result)) == "null" {
		return nil, nil, errors.New("it returned neither a request nor a response")
	}
	if kind.StatusCode != nil {
		response, err := parseResponse(result)
		return nil, response, err
	}
	var e eventRequest
	if err := json.Unmarshal(result, &e); err != nil {
		return nil, nil, fmt.Errorf("the request that it returned is not valid: %w", err)
	}
	return &e, nil, e.check(was)
}

func (e eventRequest) check(was eventRequest) error {
	query := e.query()
	switch {
	case e.Method != was.Method:
		return errors.New("it changed the method of the request")
	case !strings.HasPrefix(e.URI, "/"):
		return fmt.Errorf("the uri %q does not begin with a slash", e.URI)
	case len(e.URI)+len(query) >= maxURI:
		return fmt.Errorf("the uri and the query string are over %d characters long", maxURI-1)
	case strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '#' }):
		return errors.New("the query string holds a space, a control character or #")
	}
	return checkHeaders(e.Headers, was.Headers, readOnlyInRequest)
}

// query is the query string that the request has now.
func (e eventRequest) query() string {
	var pairs []string
	for name, v := range e.QueryString {
		for _, text := range v.all() {
			pairs = append(pairs, name+"="+text)
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// checkHeaders refuses headers that a function must not set, names that are not in
// lower case, and what is no header at all.
func checkHeaders(headers, was map[string]value, readOnly []string) error {
	for name, v := range headers {
		if name != strings.ToLower(name) || textproto.TrimString(name) == "" || strings.ContainsFunc(name, notToken) {
			return fmt.Errorf("%q is no header name in lower case", name)
		}
		if hidden(name) {
			return fmt.Errorf("functions must not set the header %s", name)
		}
		for _, text := range v.all() {
			if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				return fmt.Errorf("the header %s holds a control character", name)
			}
		}
		if slices.Contains(readOnly, name) && !slices.Equal(v.all(), was[name].all()) {
			return fmt.Errorf("the header %s is read-only", name)
		}
	}
	return nil
}

// notToken tells whether r may not be in a header's name (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("()<>@,;:\\\"/[]?={}", r)
}

// parseResponse reads a response that a function returned.
func parseResponse(result []byte) (*eventResponse, error) {
	e := &eventResponse{}
	if err := json.Unmarshal(result, e); err != nil {
		return nil, fmt.Errorf("the response that it returned is not valid: %w", err)
	}
	if e.StatusCode < 200 || e.StatusCode > 599 {
		return nil, fmt.Errorf("the statusCode %d is not between 200 and 599", e.StatusCode)
	}
	for name, v := range e.Cookies {
		for _, text := range append(v.all(), v.Attributes) {
			if name == "" || strings.ContainsFunc(name, notToken) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				return nil, fmt.Errorf("the cookie %q is not valid", name)
			}
		}
	}
	return e, nil
}

// header is the response's header fields, cookies included.
func (e eventResponse) header() http.Header {
	h := http.Header{}
	for name, v := range e.Headers {
		h[http.CanonicalHeaderKey(name)] = v.all()
	}
	for _, name := range slices.Sorted(keys(e.Cookies)) {
		v := e.Cookies[name]
		line := name + "=" + v.Value
		if v.Attributes != "" {
			line += "; " + v.Attributes
		}
		h.Add("Set-Cookie", line)
	}
	return h
}

// path is the decoded path that the request asks the origin for.
func (e eventRequest) path() (string, error) {
	path, err := url.PathUnescape(e.URI)
	if err != nil {
		return "", fmt.Errorf("reading the uri %q: %w", e.URI, err)
	}
	return path, nil
}
