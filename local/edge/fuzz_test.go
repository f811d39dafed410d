package edge

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func FuzzFunctionResult(f *testing.F) {
	for _, result := range []string{
		`{"method":"GET","uri":"/a","querystring":{"x":{"value":"1","multiValue":[{"value":"1"},{"value":"2"}]}},"headers":{"host":{"value":"h"}},"cookies":{}}`,
		`{"statusCode":302,"headers":{"location":{"value":"/"}},"cookies":{"a":{"value":"1","attributes":"Secure"}},"body":{"encoding":"base64","data":"aGk="}}`,
		`{"statusCode":200,"body":"text"}`, `null`, `"x"`, `{"statusCode":null}`, `{"uri":"/","headers":{"x":null}}`,
	} {
		f.Add([]byte(result))
	}
	was := eventRequest{Method: "GET", URI: "/", Headers: map[string]value{"host": {Value: "h"}}}
	f.Fuzz(func(t *testing.T, result []byte) {
		request, response, err := parseRequestResult(result, was)
		if err != nil {
			return
		}
		if request != nil {
			if request.Method != was.Method || !strings.HasPrefix(request.URI, "/") {
				t.Errorf("an invalid request passed: %+v", request)
			}
			_ = conditions(*request)
			return
		}
		if checkHeaders(response.Headers, nil, readOnlyInResponse) != nil {
			return
		}
		for name, values := range response.header() {
			for _, text := range append(values, name) {
				if strings.ContainsAny(text, "\r\n\x00") {
					t.Errorf("the header %q: %q holds a line break", name, values)
				}
			}
		}
		if response.Body != nil {
			if _, err := response.Body.bytes(); err == nil && response.Body.Encoding != "text" && response.Body.Encoding != "base64" && response.Body.Encoding != "" {
				t.Errorf("the encoding %q passed", response.Body.Encoding)
			}
		}
	})
}

// FuzzFunctionEvent checks that a request that no function changes stays as it was.
func FuzzFunctionEvent(f *testing.F) {
	f.Add("/a%20b", "x=1&y=&x=2", "X-Name", "text", "a=1; b=2")
	f.Add("/", "", "Range", "bytes=0-1", "")
	f.Fuzz(func(t *testing.T, path, query, name, text, cookie string) {
		u, err := url.Parse("http://site" + path)
		if err != nil || !strings.HasPrefix(u.EscapedPath(), "/") {
			return
		}
		u.RawQuery = query
		before := newEventRequest(&http.Request{Method: http.MethodGet, URL: u, Host: "site", Header: http.Header{name: {text, text}, "Cookie": {cookie}}})
		data, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := parseRequestResult(data, before)
		if err != nil || after == nil {
			return // what the network would not have let through
		}
		again, err := json.Marshal(after)
		if err != nil || string(again) != string(data) {
			t.Errorf("the event changed on its way:\nbefore %s\nafter  %s", data, again)
		}
	})
}

func TestAccepts(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"gzip": true, "GZIP": true, "deflate, gzip;q=0.5": true, "gzip; q=0": false, "*": true, "*;q=0": false, "gzip;q=0, *": false,
		"*;q=0, gzip": true, "": false, "br": false, "gzip;q=x": false, "xgzip": false,
	} {
		if got := accepts(header, "gzip"); got != want {
			t.Errorf("%q: got %v", header, got)
		}
	}
}
