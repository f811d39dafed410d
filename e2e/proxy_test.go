//go:build e2e

package e2e_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// proxy stands between a deployment and a local cloud. It knows each request by the
// name of its operation, so that a test can act at an exact moment of a deployment.
type proxy struct {
	url     string
	forward *httputil.ReverseProxy

	mu    sync.Mutex
	seen  []string // every operation, in order
	plans []plan
	lost  int           // so many requests from now on are lost
	hung  chan struct{} // while it is not closed, lost requests hang; nil: they are dropped at once
}

// plan is what happens instead of passing a request on.
type plan struct {
	operation string
	nth       int // 1: the first of these
	act       func(pass func())
}

func newProxy(t *testing.T, target string) *proxy {
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{forward: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) },
		// A cloud that is gone hangs up, it does not answer.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// at plans what happens at the nth request for an operation. If act does not pass the
// request on, the connection is dropped without an answer.
func (p *proxy) at(operation string, nth int, act func(pass func())) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plans = append(p.plans, plan{operation, nth, act})
}

// lose loses the next n requests: the connection is dropped without an answer, at once
// or, with hung, when that is closed.
func (p *proxy) lose(n int, hung chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost, p.hung = n, hung
}

// isLosing is whether requests are still to be lost.
func (p *proxy) isLosing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost > 0
}

// operations is what was asked so far.
func (p *proxy) operations() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.seen, "\n")
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // whoever asked is gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	act, lost, hung := p.see(operationOf(r, body))
	if lost {
		if hung != nil {
			<-hung
		}
		panic(http.ErrAbortHandler)
	}
	if act == nil {
		p.forward.ServeHTTP(w, r)
		return
	}
	passed := false
	act(func() { passed = true; p.forward.ServeHTTP(w, r) })
	if !passed {
		panic(http.ErrAbortHandler)
	}
}

// see notes a request and returns what is to happen to it.
func (p *proxy) see(operation string) (act func(pass func()), lost bool, hung chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, operation)
	if p.lost > 0 {
		p.lost--
		return nil, true, p.hung
	}
	for i := range p.plans {
		if p.plans[i].operation != operation {
			continue
		}
		if p.plans[i].nth--; p.plans[i].nth == 0 {
			act = p.plans[i].act
		}
	}
	return act, false, nil
}

// operationOf names what a request asks for: "CreateChangeSet gatehouse-local-auth",
// "GetParameter", "PutObject".
func operationOf(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndex(target, ".")+1:]
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return err.Error()
		}
		return strings.TrimSpace(form.Get("Action") + " " + form.Get("StackName"))
	}
	query := r.URL.Query()
	switch {
	case query.Has("uploads"):
		return "CreateMultipartUpload"
	case query.Has("partNumber"):
		return "UploadPart"
	case query.Has("uploadId"):
		return "CompleteMultipartUpload"
	case r.Method == http.MethodPut:
		return "PutObject"
	}
	return r.Method + " " + r.URL.RequestURI()
}
