package edge_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"gatehouse/local/resource"
)

func TestViewerRequestFunction(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		code    string
		path    string
		request map[string]string
		status  int
		body    string
		header  map[string]string
	}{
		"changes the uri": {
			code: `function handler(event) { event.request.uri = "/page.html"; return event.request; }`, path: "/anything",
			status: 200, body: "<p>page",
		},
		"sees / and not the root object": {
			code: `function handler(event) { return {statusCode: 200, body: event.request.uri}; }`, path: "/", status: 200, body: "/",
		},
		"may leave / to the root object": {
			code: `function handler(event) { return event.request; }`, path: "/", status: 200, body: "<p>home",
		},
		"may be async": {
			code: `async function handler(event) { const uri = await Promise.resolve("/page.html"); event.request.uri = uri; return event.request; }`, path: "/x",
			status: 200, body: "<p>page",
		},
		"may be a const": {
			code: "const handler = (event) => { event.request.uri = `/${\"page\"}.html`; return event.request; }", path: "/x", status: 200, body: "<p>page",
		},
		"answers itself": {
			code: `function handler(event) { return {statusCode: 302, statusDescription: "Found", headers: {location: {value: "/there"}, "x-two": {value: "a", multiValue: [{value: "a"}, {value: "b"}]}},
				cookies: {seen: {value: "1", attributes: "Secure; Path=/"}}}; }`, path: "/", status: 302,
			header: map[string]string{"Location": "/there", "X-Two": "a,b", "Set-Cookie": "seen=1; Secure; Path=/", "X-Cache": "FunctionGeneratedResponse from cloudfront", "Content-Length": "0"},
		},
		"answers with a body in base64": {
			code: `function handler(event) { return {statusCode: 404, headers: {"content-type": {value: "text/plain"}}, body: {encoding: "base64", data: "aGVsbG8="}}; }`, path: "/",
			status: 404, body: "hello", header: map[string]string{"Content-Type": "text/plain", "Content-Length": "5"},
		},
		"changes what the request asks for": {
			code: `function handler(event) { delete event.request.headers["if-none-match"]; return event.request; }`, path: "/page.html",
			request: map[string]string{"If-None-Match": "*"}, status: 200, body: "<p>page",
		},
		"throws": {
			code: `function handler(event) { return event.nothing.here; }`, path: "/", status: 503, body: "TypeError",
			header: map[string]string{"X-Cache": "FunctionExecutionError from cloudfront", "Server": "CloudFront"},
		},
		"rejects": {
			code: `async function handler(event) { throw new Error("no luck"); }`, path: "/", status: 503, body: "no luck",
		},
		"never comes back": {
			code: `function handler(event) { while (true) {} }`, path: "/", status: 503, body: "it ran for too long",
		},
		"calls itself without end": {
			code: `function handler(event) { return handler(event); }`, path: "/", status: 503, body: "invalid or could not run",
		},
		"waits for what never happens": {
			code: `async function handler(event) { await new Promise(function () {}); return event.request; }`, path: "/", status: 503, body: "its promise never settles",
		},
		"has another name": {
			code: `function main(event) { return event.request; }`, path: "/", status: 503, body: "no function called handler",
		},
		"has no timers": {
			code: `function handler(event) { setTimeout(function () {}, 1); return event.request; }`, path: "/", status: 503, body: "setTimeout is not defined",
		},
		"has no network": {
			code: `function handler(event) { fetch("http://localhost"); return event.request; }`, path: "/", status: 503, body: "fetch is not defined",
		},
		"has no eval": {
			code: `function handler(event) { return eval("event.request"); }`, path: "/", status: 503, body: "eval is not defined",
		},
		"cannot make functions from text": {
			code: `function handler(event) { return new Function("return 1")(); }`, path: "/", status: 503, body: "Code generation from strings disallowed",
		},
		"cannot make functions from text by a detour": {
			code: `function handler(event) { return (async function () {}).constructor("return 1")(); }`, path: "/", status: 503, body: "Code generation from strings disallowed",
		},
		"returns nothing": {
			code: `function handler(event) {}`, path: "/", status: 502, body: "neither a request nor a response",
			header: map[string]string{"X-Cache": "FunctionValidationError from cloudfront"},
		},
		"returns a text": {code: `function handler(event) { return "hello"; }`, path: "/", status: 502, body: "neither a request nor a response"},
		"returns a uri without a slash": {
			code: `function handler(event) { event.request.uri = "page.html"; return event.request; }`, path: "/", status: 502, body: "does not begin with a slash",
		},
		"changes the method": {
			code: `function handler(event) { event.request.method = "POST"; return event.request; }`, path: "/", status: 502, body: "changed the method",
		},
		"changes the host": {
			code: `function handler(event) { event.request.headers.host = {value: "elsewhere"}; return event.request; }`, path: "/", status: 502, body: "host is read-only",
		},
		"sets a header of the edge": {
			code: `function handler(event) { event.request.headers["x-amz-cf-id"] = {value: "x"}; return event.request; }`, path: "/", status: 502, body: "must not set the header x-amz-cf-id",
		},
		"sets a header with a line break": {
			code: `function handler(event) { return {statusCode: 200, headers: {"x-a": {value: "a\r\nSet-Cookie: b=c"}}}; }`, path: "/", status: 502, body: "control character",
		},
		"sets a header with capitals": {
			code: `function handler(event) { return {statusCode: 200, headers: {"X-A": {value: "a"}}}; }`, path: "/", status: 502, body: "lower case",
		},
		"sets a header to a text": {
			code: `function handler(event) { return {statusCode: 200, headers: {"x-a": "a"}}; }`, path: "/", status: 502, body: "not valid",
		},
		"answers with an impossible status": {
			code: `function handler(event) { return {statusCode: 99}; }`, path: "/", status: 502, body: "not between 200 and 599",
		},
		"answers with a status that is a text": {
			code: `function handler(event) { return {statusCode: "200"}; }`, path: "/", status: 502, body: "not valid",
		},
		"answers with a body that is not base64": {
			code: `function handler(event) { return {statusCode: 200, body: {encoding: "base64", data: "%"}}; }`, path: "/", status: 502, body: "reading the body",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			arn := function(t, c, "viewer", tc.code)
			deploySite(t, c, func(config object) { associate(config, "viewer-request", arn) })
			c.put(t, "index.html", "text/html", "<p>home")
			c.put(t, "page.html", "text/html", "<p>page")
			got := c.ask(t, "GET", tc.path, tc.request)
			if got.StatusCode != tc.status || !strings.Contains(got.body, tc.body) {
				t.Errorf("got  %d %s\nwant %d %s", got.StatusCode, got.body, tc.status, tc.body)
			}
			for name, want := range tc.header {
				if got := strings.Join(got.Header[name], ","); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestFunctionSeesTheRequest(t *testing.T) {
	t.Parallel()
	c := start(t)
	arn := function(t, c, "echo", `function handler(event) { return {statusCode: 200, body: JSON.stringify(event)}; }`)
	site := deploySite(t, c, func(config object) { associate(config, "viewer-request", arn) })
	got := c.ask(t, "GET", "/a%20b?x=1&y=%20&x=2&z", map[string]string{
		"Cookie": "a=1; b=two=2", "X-Forwarded-Proto": "https", "Accept-Language": "en", "Host": "www.example.com",
	})
	var event struct {
		Version string
		Context map[string]string
		Viewer  map[string]string
		Request struct {
			Method, URI                   string
			QueryString, Headers, Cookies map[string]any
		}
		Response any
	}
	if err := json.Unmarshal([]byte(got.body), &event); err != nil {
		t.Fatalf("%v: %s", err, got.body)
	}
	text := func(v any) string { data, _ := json.Marshal(v); return string(data) }
	for what, pair := range map[string][2]string{
		"version":      {event.Version, "1.0"},
		"event type":   {event.Context["eventType"], "viewer-request"},
		"distribution": {event.Context["distributionId"], site.PhysicalID},
		"domain":       {event.Context["distributionDomainName"], site.Attributes["DomainName"].(string)},
		"request id":   {event.Context["requestId"], got.Header.Get("X-Amz-Cf-Id")},
		"viewer":       {event.Viewer["ip"], "127.0.0.1"},
		"method":       {event.Request.Method, "GET"},
		"uri":          {event.Request.URI, "/a%20b"},
		"query":        {text(event.Request.QueryString), `{"x":{"multiValue":[{"value":"1"},{"value":"2"}],"value":"1"},"y":{"value":"%20"},"z":{"value":""}}`},
		"cookies":      {text(event.Request.Cookies), `{"a":{"value":"1"},"b":{"value":"two=2"}}`},
		"header":       {text(event.Request.Headers["accept-language"]), `{"value":"en"}`},
		"host":         {text(event.Request.Headers["host"]), `{"value":"www.example.com"}`},
		"hidden":       {text(event.Request.Headers["x-forwarded-proto"]), `null`},
		"cookie":       {text(event.Request.Headers["cookie"]), `null`},
		"response":     {text(event.Response), `null`},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %s, want %s", what, pair[0], pair[1])
		}
	}
}

func TestViewerResponseFunction(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		code   string
		status int
		body   string
		header map[string]string
	}{
		"sees and changes the headers, those of the policy too": {
			code: `function handler(event) {
				const h = event.response.headers;
				h["x-saw"] = {value: h["content-type"].value + " " + h["x-frame-options"].value + " " + event.response.statusCode};
				delete h["etag"];
				return event.response; }`,
			status: 200, body: "<p>home", header: map[string]string{"X-Saw": "text/html SAMEORIGIN 200", "Etag": "", "Content-Type": "text/html", "Content-Length": "7"},
		},
		"replaces the body and the status": {
			code:   `function handler(event) { return {statusCode: 201, headers: {"content-type": {value: "text/plain"}}, body: "other"}; }`,
			status: 201, body: "other", header: map[string]string{"Content-Type": "text/plain", "Content-Length": "5"},
		},
		"sets a cookie": {
			code:   `function handler(event) { event.response.cookies = {a: {value: "1", attributes: "HttpOnly"}}; return event.response; }`,
			status: 200, body: "<p>home", header: map[string]string{"Set-Cookie": "a=1; HttpOnly"},
		},
		"throws":          {code: `function handler(event) { throw "x"; }`, status: 503, body: "invalid or could not run"},
		"returns nothing": {code: `function handler(event) {}`, status: 502, body: "not between 200 and 599"},
		"sets Via":        {code: `function handler(event) { event.response.headers.via = {value: "me"}; return event.response; }`, status: 502, body: "read-only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			arn := function(t, c, "viewer", tc.code)
			deploySite(t, c, func(config object) {
				associate(config, "viewer-response", arn)
				behavior(config)["ResponseHeadersPolicyId"] = "67f7725c-6f97-4210-82d7-5512b31e9d03"
			})
			c.put(t, "index.html", "text/html", "<p>home")
			got := c.get(t, "/")
			if got.StatusCode != tc.status || !strings.Contains(got.body, tc.body) {
				t.Errorf("got  %d %s\nwant %d %s", got.StatusCode, got.body, tc.status, tc.body)
			}
			for name, want := range tc.header {
				if got := got.Header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestNoStateOfAFunctionReachesTheNextRequest(t *testing.T) {
	t.Parallel()
	c := start(t)
	arn := function(t, c, "count", `
		var count = 0;
		function handler(event) {
			count++;
			globalThis.kept = (globalThis.kept || 0) + 1;
			Object.prototype.leak = (Object.prototype.leak || 0) + 1;
			return {statusCode: 200, body: count + " " + globalThis.kept + " " + ({}).leak};
		}`)
	deploySite(t, c, func(config object) { associate(config, "viewer-request", arn) })
	for range 3 {
		if got := c.get(t, "/").body; got != "1 1 1" {
			t.Errorf("got %q, want 1 1 1", got)
		}
	}
}

func TestRefusedFunctions(t *testing.T) {
	t.Parallel()
	body := func(code string) string { return "function handler(event) { " + code + " return event.request; }" }
	for name, tc := range map[string]struct {
		change func(p resource.Properties)
		want   string
	}{
		"a syntax error":           {func(p resource.Properties) { p["FunctionCode"] = "function handler( {" }, "InvalidArgument: The code of the function f is invalid"},
		"what strict mode forbids": {func(p resource.Properties) { p["FunctionCode"] = body("with (event) {}") }, "InvalidArgument: The code of the function f is invalid"},
		"more than 10 KB":          {func(p resource.Properties) { p["FunctionCode"] = body("/*" + strings.Repeat("x", 10240) + "*/") }, "FunctionSizeLimitExceeded"},
		"the runtime 1.0":          {func(p resource.Properties) { p["FunctionConfig"].(object)["Runtime"] = "cloudfront-js-1.0" }, "the function runtime cloudfront-js-1.0"},
		"a key value store": {func(p resource.Properties) {
			p["FunctionConfig"].(object)["KeyValueStoreAssociations"] = []any{object{"KeyValueStoreARN": "arn"}}
		}, "key value stores"},
		"an import":                  {func(p resource.Properties) { p["FunctionCode"] = "import cf from 'cloudfront';\n" + body("") }, "import in the function f"},
		"require":                    {func(p resource.Properties) { p["FunctionCode"] = body("require('crypto');") }, "require in the function f"},
		"a class":                    {func(p resource.Properties) { p["FunctionCode"] = body("class A {}") }, "class in the function f"},
		"a generator":                {func(p resource.Properties) { p["FunctionCode"] = "function* g() {} " + body("") }, "a generator in the function f"},
		"for-of":                     {func(p resource.Properties) { p["FunctionCode"] = body("for (const a of []) {}") }, "for-of in the function f"},
		"destructuring":              {func(p resource.Properties) { p["FunctionCode"] = body("const {uri} = event.request;") }, "destructuring in the function f"},
		"optional chaining":          {func(p resource.Properties) { p["FunctionCode"] = body("event?.request;") }, "optional chaining (?.) in the function f"},
		"nullish coalescing":         {func(p resource.Properties) { p["FunctionCode"] = body("const a = event.b ?? 1;") }, "?? in the function f"},
		"spread":                     {func(p resource.Properties) { p["FunctionCode"] = body("const a = [...[1]];") }, "spread (...) in the function f"},
		"a default parameter":        {func(p resource.Properties) { p["FunctionCode"] = "function g(a = 1) {} " + body("") }, "a default parameter in the function f"},
		"an async arrow function":    {func(p resource.Properties) { p["FunctionCode"] = body("const a = async () => 1;") }, "an async arrow function in the function f"},
		"a name with a space":        {func(p resource.Properties) { p["Name"] = "a b" }, "InvalidArgument: The parameter Name is invalid"},
		"an unknown nested property": {func(p resource.Properties) { p["FunctionConfig"].(object)["Memory"] = 1 }, "the property FunctionConfig.Memory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := functionProperties("f", body(""))
			tc.change(p)
			_, err := start(t).create("AWS::CloudFront::Function", p)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestRequestsAndDeploymentsAtOnce(t *testing.T) {
	t.Parallel()
	c := start(t)
	release := func(id string) resource.Properties {
		return functionProperties("release", `function handler(event) { event.request.uri = "/`+id+`.html"; return event.request; }`)
	}
	arn := c.mustCreate(t, "AWS::CloudFront::Function", release("one")).PhysicalID
	deploySite(t, c, func(config object) { associate(config, "viewer-request", arn) })
	for _, id := range []string{"one", "two"} {
		c.put(t, id+".html", "text/html", id)
	}
	var visitors sync.WaitGroup
	for range 4 {
		visitors.Go(func() {
			for range 25 {
				if got := c.get(t, "/").body; got != "one" && got != "two" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	for i := range 10 {
		id := []string{"two", "one"}[i%2]
		if _, err := c.types["AWS::CloudFront::Function"].Handler.Update(t.Context(), resource.Request{PhysicalID: arn, Properties: release(id)}); err != nil {
			t.Error(err)
		}
		c.put(t, id+".html", "text/html", id)
	}
	visitors.Wait()
}
