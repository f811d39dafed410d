//go:build e2e

package e2e_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// comments is a code host, as far as comments on one request need it: GitHub's or
// GitLab's.
type comments struct {
	request string // its number
	mu      sync.Mutex
	bodies  []string
	calls   []string
	token   string
}

// newComments starts the host on loopback.
func newComments(t *testing.T, request string) (*comments, string) {
	t.Helper()
	c := &comments{request: request, token: rand.Text()}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return c, server.URL
}

func (c *comments) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+c.token && r.Header.Get("PRIVATE-TOKEN") != c.token {
		http.Error(w, `{"message":"Bad credentials"}`, http.StatusUnauthorized)
		return
	}
	var in struct {
		Body string `json:"body"`
	}
	if r.Method != http.MethodGet {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Body == "" {
			http.Error(w, `{"message":"Validation Failed"}`, http.StatusUnprocessableEntity)
			return
		}
		c.calls = append(c.calls, r.Method)
	}
	var id int
	github, gitlab := "/repos/acme/shop/issues/"+c.request+"/comments", "/projects/7/merge_requests/"+c.request+"/notes"
	switch path := r.URL.Path; {
	case r.Method == http.MethodGet && (path == github || path == gitlab):
		list := []map[string]any{}
		for i, body := range c.bodies {
			list = append(list, map[string]any{"id": i + 1, "body": body})
		}
		c.answer(w, http.StatusOK, list)
	case r.Method == http.MethodPost && (path == github || path == gitlab):
		c.bodies = append(c.bodies, in.Body)
		c.answer(w, http.StatusCreated, map[string]any{"id": len(c.bodies)})
	case r.Method == http.MethodPatch && scan(path, "/repos/acme/shop/issues/comments/%d", &id, len(c.bodies)),
		r.Method == http.MethodPut && scan(path, gitlab+"/%d", &id, len(c.bodies)):
		c.bodies[id-1] = in.Body
		c.answer(w, http.StatusOK, map[string]any{"id": id})
	default:
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
	}
}

// scan reads an id of one to most.
func scan(path, pattern string, id *int, most int) bool {
	_, err := fmt.Sscanf(path, pattern, id)
	return err == nil && *id >= 1 && *id <= most
}

func (c *comments) answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // a test that lost its connection fails by itself
}

// one is the only comment, and how it came about.
func (c *comments) one(t *testing.T) (body string, calls string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.bodies) != 1 {
		t.Fatalf("want one comment; got %d: %q", len(c.bodies), c.bodies)
	}
	return c.bodies[0], strings.Join(c.calls, " ")
}
