package wire_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"gatehouse/local/wire"
)

func TestLoopbackOnlyAnswersToThisMachinesNames(t *testing.T) {
	t.Parallel()
	handler := wire.LoopbackOnly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for host, want := range map[string]int{
		"localhost:8080":               http.StatusNoContent,
		"LOCALHOST":                    http.StatusNoContent,
		"127.0.0.1:4566":               http.StatusNoContent,
		"[::1]:4566":                   http.StatusNoContent,
		"d1.cloudfront.localhost:8080": http.StatusNoContent,
		"s3.us-east-1.amazonaws.com":   http.StatusNoContent,
		"evil.example:4566":            http.StatusMisdirectedRequest,
		"localhost.evil.example":       http.StatusMisdirectedRequest,
		"192.168.1.5:4566":             http.StatusMisdirectedRequest,
		"notlocalhost":                 http.StatusMisdirectedRequest,
		"127.0.0.1.evil.example":       http.StatusMisdirectedRequest,
		"":                             http.StatusMisdirectedRequest,
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Host = host
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("got %d, want %d", w.Code, want)
			}
		})
	}
}
