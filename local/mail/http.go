package mail

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
)

// ServeHTTP serves the page and the API, see the package's documentation.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /messages", s.list)
	mux.HandleFunc("GET /messages/latest", s.latest)
	mux.HandleFunc("GET /messages/{id}", s.message)
	mux.HandleFunc("GET /messages/{id}/body", s.body)
	mux.HandleFunc("DELETE /messages", s.clear)
	mux.HandleFunc("GET /events", s.events)
	for path, asset := range assets {
		mux.Handle("GET "+path, asset)
	}
	return guard(mux)
}

// guard keeps other sites' pages out. They cannot read answers, because none
// allows it (CORS); this stops requests whose mere arrival has an effect.
func guard(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, http.StatusForbidden, parameterError{Problem: "this request came from another site's page"})
	}))
	protected := protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		protected.ServeHTTP(w, r)
	})
}

// list answers GET /messages.
func (s *Service) list(w http.ResponseWriter, r *http.Request) {
	q, bad := parseQuery(r.URL.RawQuery, "to", "trigger", "after")
	if bad != nil {
		writeError(w, http.StatusBadRequest, *bad)
		return
	}
	answer := struct {
		Messages []Message `json:"messages"`
	}{[]Message{}}
	s.mu.Lock()
	for _, m := range slices.Backward(s.messages) {
		if q.filter.matches(m) {
			answer.Messages = append(answer.Messages, m.Message)
		}
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, answer)
}

// latest answers GET /messages/latest.
func (s *Service) latest(w http.ResponseWriter, r *http.Request) {
	q, bad := parseQuery(r.URL.RawQuery, "to", "trigger", "after", "wait")
	if bad != nil {
		writeError(w, http.StatusBadRequest, *bad)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), q.wait)
	defer cancel()
	for {
		m, changed, found := s.newest(q.filter)
		if found {
			writeJSON(w, http.StatusOK, m)
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			writeError(w, http.StatusNotFound, parameterError{Problem: "no message matches"})
			return
		}
	}
}

// newest returns the newest message that f selects. If there is none, changed is
// closed at the next change.
func (s *Service) newest(f filter) (m Message, changed <-chan struct{}, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range slices.Backward(s.messages) {
		if f.matches(m) {
			return m.Message, nil, true
		}
	}
	return Message{}, s.changed, false
}

// message answers GET /messages/{id}.
func (s *Service) message(w http.ResponseWriter, r *http.Request) {
	if m, ok := s.find(w, r); ok {
		writeJSON(w, http.StatusOK, m)
	}
}

// bodyPolicy takes every right from a message's body, wherever it is opened. Links
// may open a page of their own, which is an ordinary one again.
const bodyPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

// bodyHead goes before a message's body, which is seldom a whole document.
const bodyHead = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Message</title>` +
	`<base target="_blank"><style>html{background:#fff;color:#1d2320}body{margin:1.25rem;font:1rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}</style>`

// body answers GET /messages/{id}/body.
func (s *Service) body(w http.ResponseWriter, r *http.Request) {
	m, ok := s.find(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Security-Policy", bodyPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(bodyHead + m.Body)) // a client that went away needs no answer
}

// find returns the message that the request's path names, or answers that there is none.
func (s *Service) find(w http.ResponseWriter, r *http.Request) (Message, bool) {
	if _, bad := parseQuery(r.URL.RawQuery); bad != nil {
		writeError(w, http.StatusBadRequest, *bad)
		return Message{}, false
	}
	id := r.PathValue("id")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.Message.ID == id {
			return m.Message, true
		}
	}
	writeError(w, http.StatusNotFound, parameterError{Parameter: "id", Problem: "there is no message with this id"})
	return Message{}, false
}

// clear answers DELETE /messages.
func (s *Service) clear(w http.ResponseWriter, r *http.Request) {
	// A filter here would delete more than its author meant.
	if _, bad := parseQuery(r.URL.RawQuery); bad != nil {
		writeError(w, http.StatusBadRequest, *bad)
		return
	}
	if err := s.Clear(); err != nil {
		writeError(w, http.StatusInternalServerError, parameterError{Problem: err.Error()})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func writeError(w http.ResponseWriter, status int, e parameterError) { writeJSON(w, status, e) }

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil { // only a time.Time outside the years 0–9999 can do this
		status, data = http.StatusInternalServerError, []byte(`{"error":"the message cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(data) // a client that went away needs no answer
}
