//go:build e2e

package cognito_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestForeignClients runs Cognito's own JavaScript clients, unmodified, against a
// pool. It needs node and the packages of e2e/node (npm ci there).
func TestForeignClients(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs(filepath.Join("..", "..", "e2e", "node", "cognito_clients.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud(t)
	c.clock.forward(time.Since(c.clock.Now())) // the clients have clocks of their own
	mailbox := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, m := range slices.Backward(c.mail.all()) {
			if m.To == r.URL.Query().Get("to") {
				_, _ = w.Write([]byte(m.Code))
				return
			}
		}
		http.NotFound(w, r)
	}))
	defer mailbox.Close()
	node := exec.CommandContext(t.Context(), "node", script, c.server.URL, c.pool, c.client, mailbox.URL)
	node.Dir, node.Stdout, node.Stderr = filepath.Dir(script), os.Stdout, os.Stderr
	if err := node.Run(); err != nil {
		t.Fatal(err)
	}
}
