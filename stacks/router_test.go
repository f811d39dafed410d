package stacks

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"gatehouse/config"
)

// router runs router.js as CloudFront would, for a request for uri.
func router(t testing.TB, h config.Hosting, pages ...string) func(uri string) string {
	t.Helper()
	code, err := routerCode(h, Release{ID: "live", pages: pages})
	if err != nil {
		t.Fatal(err)
	}
	vm := goja.New()
	if _, err := vm.RunString(code); err != nil {
		t.Fatal(err)
	}
	handler, ok := goja.AssertFunction(vm.Get("handler"))
	if !ok {
		t.Fatal("there is no function handler")
	}
	return func(uri string) string {
		request := map[string]any{"method": "GET", "uri": uri, "querystring": map[string]any{"q": map[string]any{"value": "1"}}}
		result, err := handler(goja.Undefined(), vm.ToValue(map[string]any{"version": "1.0", "request": request}))
		if err != nil {
			t.Fatalf("%q: %v", uri, err)
		}
		answer := result.Export().(map[string]any)
		if _, ok := answer["querystring"].(map[string]any)["q"]; !ok || answer["method"] != "GET" {
			t.Errorf("%q: the rest of the request is changed: %v", uri, answer)
		}
		return answer["uri"].(string)
	}
}

const nowhere = "/releases/live/.nowhere"

// anyRouting are requests that both routings answer alike.
var anyRouting = map[string]string{
	"/":                     "/releases/live/index.html",
	"/index.html":           "/releases/live/index.html",
	"/register.html":        "/releases/live/register.html",
	"/favicon.svg":          "/releases/live/favicon.svg",
	"/amplify_outputs.json": "/releases/live/amplify_outputs.json",
	"/a%20b.png":            "/releases/live/a%20b.png",
	"/.well-known/security": "/releases/live/.well-known/security",

	// Files with a hash in their names are shared by all releases.
	"/assets/app-1a2b3c4d.js": "/assets/app-1a2b3c4d.js",
	"/assets/fonts/a-1.woff2": "/assets/fonts/a-1.woff2",
	"/assets/":                "/assets/",
	"/assets-not.js":          "/releases/live/assets-not.js",
	"/x/assets/a.js":          "/releases/live/x/assets/a.js",
	"/%61ssets/a.js":          "/releases/live/%61ssets/a.js",

	// The bucket's folders cannot be asked for by name.
	"/releases/old/index.html": "/releases/live/releases/old/index.html",
	"/errors/404.html":         "/releases/live/errors/404.html",

	// Whatever could climb or be read in two ways is not there.
	"":                                   nowhere,
	"index.html":                         nowhere,
	"//":                                 nowhere,
	"//example.com/a":                    nowhere,
	"/a//b.js":                           nowhere,
	"/..":                                nowhere,
	"/../old/index.html":                 nowhere,
	"/assets/../releases/old/index.html": nowhere,
	"/assets/./a.js":                     nowhere,
	"/%2e%2e/old/index.html":             nowhere,
	"/assets/%2E%2E/errors/404.html":     nowhere,
	"/..%2fold/index.html":               nowhere,
	"/assets%2Fa.js":                     nowhere,
	`/assets\..\a.js`:                    nowhere,
	"/%5c..%5ca.js":                      nowhere,
	"/a%00.html":                         nowhere,
	"/a%0d%0aX:%20y":                     nowhere,
	"/%":                                 nowhere,
	"/%zz.html":                          nowhere,
	"/%c0%ae%c0%ae/old":                  nowhere, // dots in overlong UTF-8
	"/%252e%252e/a.html":                 "/releases/live/%252e%252e/a.html",
}

func TestRouterWithPages(t *testing.T) {
	t.Parallel()
	route := router(t, config.Hosting{Routing: "pages", HashedAssets: "assets"}, "404.html", "docs/index.html", "guide.html", "guide/index.html", "index.html", "register.html", "ä b/index.html")
	for uri, want := range anyRouting {
		if got := route(uri); got != want {
			t.Errorf("%q: got %s; want %s", uri, got, want)
		}
	}
	for uri, want := range map[string]string{
		"/register":    "/releases/live/register.html",
		"/register/":   "/releases/live/register.html",
		"/account/new": "/releases/live/account/new.html",
		"/docs":        "/releases/live/docs/index.html",
		"/docs/":       "/releases/live/docs/index.html",
		"/guide":       "/releases/live/guide.html",
		"/guide/":      "/releases/live/guide.html",
		"/%C3%A4%20b":  "/releases/live/%C3%A4%20b/index.html",
		"/v1.2/notes":  "/releases/live/v1.2/notes.html",
		"/assets":      "/releases/live/assets.html",
	} {
		if got := route(uri); got != want {
			t.Errorf("%q: got %s; want %s", uri, got, want)
		}
	}
}

func TestRouterWithASinglePage(t *testing.T) {
	t.Parallel()
	route := router(t, config.Hosting{Routing: "single-page", HashedAssets: "assets"}, "index.html")
	for uri, want := range anyRouting {
		if got := route(uri); got != want {
			t.Errorf("%q: got %s; want %s", uri, got, want)
		}
	}
	for _, uri := range []string{"/register", "/register/", "/people/7/edit", "/assets", "/releases/old/index"} {
		if got := route(uri); got != "/releases/live/index.html" {
			t.Errorf("%q: got %s; want the page", uri, got)
		}
	}
	for _, uri := range []string{"/old.js", "/people/picture.png"} {
		if got := route(uri); got != "/releases/live"+uri {
			t.Errorf("%q: got %s; want an honest 404 instead of a page", uri, got)
		}
	}
}

func TestRouterWithoutHashedAssets(t *testing.T) {
	t.Parallel()
	route := router(t, config.Hosting{Routing: "pages"}, "index.html")
	for uri, want := range map[string]string{
		"/assets/a.js":             "/releases/live/assets/a.js",
		"/releases/old/index.html": "/releases/live/releases/old/index.html",
		"/":                        "/releases/live/index.html",
	} {
		if got := route(uri); got != want {
			t.Errorf("%q: got %s; want %s", uri, got, want)
		}
	}
}

func TestRouterThatCloudFrontWouldRefuseForItsLength(t *testing.T) {
	t.Parallel()
	var pages []string
	for i := range 1000 {
		pages = append(pages, "folder-"+strconv.Itoa(i)+"/index.html")
	}
	_, err := routerCode(config.Hosting{Routing: "pages"}, Release{ID: "live", pages: pages})
	if want := "the site has 1000 folders with an index.html"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v; want %s …", err, want)
	}
	if _, err := routerCode(config.Hosting{Routing: "single-page"}, Release{ID: "live", pages: pages}); err != nil {
		t.Errorf("a single page needs no folders: %v", err)
	}
}

// TestRouterUsesWhatCloudFrontKnows: the runtime has no modules, no classes, no
// timers and no network:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
func TestRouterUsesWhatCloudFrontKnows(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("router.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, unknown := range []string{"import", "export", "require(", "class ", "eval(", "new Function", "setTimeout", "fetch(", "?.", "??"} {
		if strings.Contains(string(source), unknown) {
			t.Errorf("router.js uses %q", unknown)
		}
	}
}

// FuzzRouter: whatever is asked for, the answer is in the live release, or a file
// with a hash in its name; and nothing in it climbs.
func FuzzRouter(f *testing.F) {
	for uri := range anyRouting {
		f.Add(uri)
	}
	route := router(f, config.Hosting{Routing: "pages", HashedAssets: "assets"}, "docs/index.html", "index.html")
	f.Fuzz(func(t *testing.T, uri string) {
		got := route(uri)
		if !strings.HasPrefix(got, "/releases/live/") && !strings.HasPrefix(got, "/assets/") {
			t.Errorf("%q: got %q", uri, got)
		}
		for segment := range strings.SplitSeq(strings.TrimPrefix(got, "/"), "/") {
			if segment == ".." || segment == "." {
				t.Errorf("%q: got %q", uri, got)
			}
		}
	})
}
