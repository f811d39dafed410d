package comment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// codeHost behaves as GitHub's comments do: it lists, adds and changes them.
type codeHost struct {
	bodies []string // of the comments, whose ids are their places
	calls  []string
}

func (h *codeHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.calls = append(h.calls, r.Method+" "+r.URL.Path)
	if r.Header.Get("Authorization") != "Bearer secret-token" {
		http.Error(w, "Bad credentials", http.StatusUnauthorized)
		return
	}
	var sent struct{ Body string }
	if r.Method != http.MethodGet {
		data, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(data, &sent)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	switch r.Method {
	case http.MethodGet:
		type entry struct {
			ID   int    `json:"id"`
			Body string `json:"body"`
		}
		page := []entry{}
		var number int
		if _, err := fmt.Sscan(r.URL.Query().Get("page"), &number); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for i := (number - 1) * 100; i < min(number*100, len(h.bodies)); i++ {
			page = append(page, entry{i, h.bodies[i]})
		}
		if err := json.NewEncoder(w).Encode(page); err != nil {
			panic(err)
		}
	case http.MethodPost:
		h.bodies = append(h.bodies, sent.Body)
	case http.MethodPatch:
		var id int
		if _, err := fmt.Sscan(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], &id); err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		h.bodies[id] = sent.Body
	}
}

func onGitHub(api, token string) func(string) string {
	return func(name string) string {
		return map[string]string{
			"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/42/merge", "GITHUB_API_URL": api,
			"GITHUB_REPOSITORY": "shop/site", "GITHUB_TOKEN": token,
		}[name]
	}
}

func TestTheNextRunChangesItsCommentInsteadOfAddingAnother(t *testing.T) {
	host := &codeHost{}
	for i := range 150 { // so that it is not on the first page
		host.bodies = append(host.bodies, fmt.Sprintf("comment %d of somebody", i))
	}
	server := httptest.NewServer(host)
	defer server.Close()
	h, err := Detect(onGitHub(server.URL, "secret-token"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"first", "second"} {
		if err := h.Put(t.Context(), "review", text); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Put(t.Context(), "preview", "an address"); err != nil {
		t.Fatal(err)
	}
	if len(host.bodies) != 152 || !strings.HasSuffix(host.bodies[150], "second") || !strings.HasSuffix(host.bodies[151], "an address") {
		t.Errorf("%d comments, the last %q", len(host.bodies), host.bodies[150:])
	}
	if got := host.calls[1]; got != "GET /repos/shop/site/issues/42/comments" {
		t.Errorf("called %s", got)
	}
}

func TestATextThatIsTooLongIsCut(t *testing.T) {
	host := &codeHost{}
	server := httptest.NewServer(host)
	defer server.Close()
	h, err := Detect(onGitHub(server.URL, "secret-token"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Put(t.Context(), "review", strings.Repeat("ä", 65536)); err != nil {
		t.Fatal(err)
	}
	if body := host.bodies[0]; len(body) > 65536 || !strings.Contains(body, "cut here") {
		t.Errorf("%d bytes, ending %q", len(body), body[len(body)-60:])
	}
}

func TestAnErrorSaysWhatTheHostSaidAndNotTheToken(t *testing.T) {
	server := httptest.NewServer(&codeHost{})
	defer server.Close()
	h, err := Detect(onGitHub(server.URL, "another-token"))
	if err != nil {
		t.Fatal(err)
	}
	err = h.Put(t.Context(), "review", "text")
	if err == nil || !strings.Contains(err.Error(), "Bad credentials") || strings.Contains(err.Error(), "another-token") {
		t.Errorf("got %v", err)
	}
}

func TestOutsideAPullRequestThereIsNothingToCommentOn(t *testing.T) {
	for name, variables := range map[string]map[string]string{
		"no pipeline":             {},
		"a push on GitHub":        {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main", "GITHUB_TOKEN": "t"},
		"a branch on GitLab":      {"GITLAB_CI": "true", "GITLAB_TOKEN": "t"},
		"a CodeBuild of a branch": {"CODEBUILD_WEBHOOK_TRIGGER": "branch/main"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Detect(func(v string) string { return variables[v] }); !errors.Is(err, ErrNoRequest) {
				t.Errorf("got %v", err)
			}
		})
	}
}
