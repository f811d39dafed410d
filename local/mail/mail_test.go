package mail_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/mail"
	"gatehouse/local/store"
)

// noon is when everything happens in these tests.
func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func newMailbox(t *testing.T, db *bbolt.DB) *mail.Service {
	t.Helper()
	s, err := mail.New(mail.Config{DB: db, Now: noon, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newDB(t *testing.T) *bbolt.DB {
	t.Helper()
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func send(t *testing.T, s *mail.Service, messages ...mail.Message) {
	t.Helper()
	for _, m := range messages {
		if err := s.Send(m); err != nil {
			t.Fatal(err)
		}
	}
}

// signUp is the message that a sign-up sends.
func signUp(to, code string) mail.Message {
	return mail.Message{
		From: "no-reply@verificationemail.com", To: to, Subject: "Your verification code",
		Body: "Your confirmation code is " + code, Code: code, Trigger: "SignUp",
	}
}

// ask sends a request as a test or curl would.
func ask(s *mail.Service, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost:8025"
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// listed are the codes of the messages that GET target answers, in its order.
func listed(t *testing.T, s *mail.Service, target string) []string {
	t.Helper()
	w := ask(s, "GET", target)
	var answer struct{ Messages []mail.Message }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", target, w.Code, w.Body)
	}
	codes := []string{}
	for _, m := range answer.Messages {
		codes = append(codes, m.Code)
	}
	return codes
}

// only returns the answer's message.
func only(t *testing.T, w *httptest.ResponseRecorder) mail.Message {
	t.Helper()
	var m mail.Message
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || w.Code != http.StatusOK {
		t.Fatalf("got %d %s; want a message", w.Code, w.Body)
	}
	return m
}

func TestMessagesAreFilteredAndNewestFirst(t *testing.T) {
	t.Parallel()
	s := newMailbox(t, newDB(t))
	reset := signUp("ann@example.com", "3")
	reset.Trigger = "ForgotPassword"
	send(t, s, signUp("Ann@Example.com", "1"), signUp("bob@example.com", "2"), reset)
	first := only(t, ask(s, "GET", "/messages/latest?to=bob@example.com"))

	for target, want := range map[string][]string{
		"/messages":                                              {"3", "2", "1"},
		"/messages?to=ann@example.com":                           {"3", "1"},
		"/messages?to=ann@example":                               {},
		"/messages?trigger=SignUp":                               {"2", "1"},
		"/messages?to=ANN@EXAMPLE.COM&trigger=ForgotPassword":    {"3"},
		"/messages?after=" + first.ID:                            {"3"},
		"/messages?to=ann@example.com&after=0000000000-00000000": {"3", "1"},
	} {
		if got := listed(t, s, target); !slices.Equal(got, want) {
			t.Errorf("GET %s: got %v, want %v", target, got, want)
		}
	}
}

func TestAMessageIsWhatWasSent(t *testing.T) {
	t.Parallel()
	s := newMailbox(t, newDB(t))
	want := signUp("ann@example.com", "123456")
	want.Link = "https://example.com/?a=1&b=<2>"
	send(t, s, want)
	got := only(t, ask(s, "GET", "/messages/latest"))
	want.ID, want.Sent = got.ID, noon()
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if byID := only(t, ask(s, "GET", "/messages/"+got.ID)); byID != want {
		t.Errorf("by its id: got  %+v\nwant %+v", byID, want)
	}
}

func TestMistakesNameTheParameter(t *testing.T) {
	t.Parallel()
	s := newMailbox(t, newDB(t))
	for name, tc := range map[string]struct {
		method, target string
		status         int
		want           string
	}{
		"a misspelt filter is not ignored":    {"GET", "/messages?too=a@b.c", 400, `{"parameter":"too","error":"no such parameter; want to, trigger, after"}`},
		"waiting is for the latest":           {"GET", "/messages?wait=1s", 400, `{"parameter":"wait","error":"no such parameter; want to, trigger, after"}`},
		"a filter twice is unclear":           {"GET", "/messages?to=a&to=b", 400, `{"parameter":"to","error":"want it once; got it 2 times"}`},
		"an empty filter is a slip":           {"GET", "/messages/latest?to=", 400, `{"parameter":"to","error":"want a value; got \"\""}`},
		"after needs an id":                   {"GET", "/messages?after=yesterday", 400, `{"parameter":"after","error":"want the id of a message; got \"yesterday\""}`},
		"wait needs a unit":                   {"GET", "/messages/latest?wait=5", 400, `{"parameter":"wait","error":"want a duration from 0s to 60s; got \"5\""}`},
		"wait has an end":                     {"GET", "/messages/latest?wait=61s", 400, `{"parameter":"wait","error":"want a duration from 0s to 60s; got \"61s\""}`},
		"wait is not negative":                {"GET", "/messages/latest?wait=-1s", 400, `{"parameter":"wait","error":"want a duration from 0s to 60s; got \"-1s\""}`},
		"deleting takes no filter":            {"DELETE", "/messages?to=a@b.c", 400, `{"parameter":"to","error":"no such parameter"}`},
		"an unreadable query":                 {"GET", "/messages?to=%zz", 400, `{"error":"the query cannot be read: invalid URL escape \"%zz\""}`},
		"an id that is not there":             {"GET", "/messages/0000000001-00000000", 404, `{"parameter":"id","error":"there is no message with this id"}`},
		"a body that is not there":            {"GET", "/messages/0000000001-00000000/body", 404, `{"parameter":"id","error":"there is no message with this id"}`},
		"nothing arrived and no wait was set": {"GET", "/messages/latest?to=ann@example.com", 404, `{"error":"no message matches"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ask(s, tc.method, tc.target)
			if w.Code != tc.status || w.Body.String() != tc.want {
				t.Errorf("got  %d %s\nwant %d %s", w.Code, w.Body, tc.status, tc.want)
			}
		})
	}
}

func TestWaitingEndsWithTheMessage(t *testing.T) {
	t.Parallel()
	s := newMailbox(t, newDB(t))
	send(t, s, signUp("ann@example.com", "1"))
	first := only(t, ask(s, "GET", "/messages/latest?to=ann@example.com&wait=5s"))
	answered := make(chan *httptest.ResponseRecorder)
	go func() {
		answered <- ask(s, "GET", "/messages/latest?to=ann@example.com&wait=1m&after="+first.ID)
	}()
	send(t, s, signUp("bob@example.com", "2")) // not what is waited for
	send(t, s, signUp("ann@example.com", "3"))
	if m := only(t, <-answered); m.Code != "3" {
		t.Errorf("got %+v", m)
	}
}

func TestWaitingEndsAfterItsTime(t *testing.T) {
	t.Parallel()
	s := newMailbox(t, newDB(t))
	send(t, s, signUp("bob@example.com", "1"))
	if w := ask(s, "GET", "/messages/latest?to=ann@example.com&wait=20ms"); w.Code != http.StatusNotFound {
		t.Errorf("got %d; want 404", w.Code)
	}
}

func TestTheMailboxIsBoundedAndSurvives(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s := newMailbox(t, db)
	for i := range mail.Capacity + 25 {
		send(t, s, signUp("ann@example.com", fmt.Sprint(i)))
	}
	before := listed(t, s, "/messages")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = store.Open(path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	s = newMailbox(t, db)
	for when, got := range map[string][]string{"before": before, "after reopening": listed(t, s, "/messages")} {
		if len(got) != mail.Capacity || got[0] != "1024" || got[len(got)-1] != "25" {
			t.Errorf("%s: got %d messages from %s to %s; want the latest %d", when, len(got), got[len(got)-1], got[0], mail.Capacity)
		}
	}
	send(t, s, signUp("ann@example.com", "next"))
	if got := listed(t, s, "/messages"); len(got) != mail.Capacity || got[0] != "next" || got[len(got)-1] != "26" {
		t.Errorf("one more: got %d messages from %s to %s", len(got), got[len(got)-1], got[0])
	}
}

func TestDeletingKeepsTheOrder(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	s := newMailbox(t, db)
	send(t, s, signUp("ann@example.com", "1"))
	old := only(t, ask(s, "GET", "/messages/latest"))
	if w := ask(s, "DELETE", "/messages"); w.Code != http.StatusNoContent {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if got := listed(t, newMailbox(t, db), "/messages"); len(got) != 0 {
		t.Errorf("after reopening: got %v", got)
	}
	send(t, s, signUp("ann@example.com", "2"))
	if got := listed(t, s, "/messages?after="+old.ID); !slices.Equal(got, []string{"2"}) {
		t.Errorf("after a deleted message: got %v", got)
	}
}

func TestManySendersAndReaders(t *testing.T) {
	t.Parallel()
	s := newMailbox(t, newDB(t))
	const senders, each = 8, 25
	var all sync.WaitGroup
	for n := range senders {
		to := fmt.Sprintf("person%d@example.com", n)
		all.Go(func() {
			for i := range each {
				if err := s.Send(signUp(to, fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() { // reads every message once, in order, as they come
			after := "0000000000-00000000"
			for i := range each {
				for code := ""; code != fmt.Sprint(i); { // the newest may be ahead: then list
					w := ask(s, "GET", "/messages/latest?wait=60s&to="+to+"&after="+after)
					if w.Code != http.StatusOK {
						t.Errorf("%s, message %d: %d %s", to, i, w.Code, w.Body)
						return
					}
					var answer struct{ Messages []mail.Message }
					if err := json.Unmarshal(ask(s, "GET", "/messages?to="+to+"&after="+after).Body.Bytes(), &answer); err != nil {
						t.Error(err)
						return
					}
					oldest := answer.Messages[len(answer.Messages)-1]
					code, after = oldest.Code, oldest.ID
					if code != fmt.Sprint(i) {
						t.Errorf("%s: got message %s, want %d", to, code, i)
						return
					}
				}
			}
		})
	}
	all.Wait()
	ids := map[string]bool{}
	var answer struct{ Messages []mail.Message }
	if err := json.Unmarshal(ask(s, "GET", "/messages").Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	for _, m := range answer.Messages {
		ids[m.ID] = true
	}
	if len(ids) != senders*each {
		t.Errorf("got %d different ids, want %d", len(ids), senders*each)
	}
}

func TestSendReportsWhatWentWrong(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	if err := newMailbox(t, db).Send(mail.Message{Subject: "To nobody"}); err == nil {
		t.Error("a message without a recipient was sent")
	}
	noRandomness, err := mail.New(mail.Config{DB: db, Now: noon, Rand: bytes.NewReader(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if err := noRandomness.Send(signUp("ann@example.com", "1")); !errors.Is(err, io.EOF) {
		t.Errorf("without randomness: got %v", err)
	}
	if got := listed(t, newMailbox(t, db), "/messages"); len(got) != 0 {
		t.Errorf("what failed was kept: %v", got)
	}
	if _, err := mail.New(mail.Config{}); err == nil {
		t.Error("a mailbox without anything was opened")
	}
}

func FuzzQuery(f *testing.F) {
	db, err := store.OpenTemporary()
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	s, err := mail.New(mail.Config{DB: db, Now: noon, Rand: rand.Reader})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"to=a@b.c", "after=0000000001-00000000", "to=%zz", "trigger=SignUp&to=a&to=b", "after=99999999999999999999-00000000", ";"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/messages", nil)
		r.Host, r.URL.RawQuery = "localhost", query
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest || !json.Valid(w.Body.Bytes()) {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		if w.Code == http.StatusOK && strings.TrimSpace(query) != "" && strings.Contains(w.Body.String(), "error") {
			t.Errorf("an error with status 200: %s", w.Body)
		}
	})
}
