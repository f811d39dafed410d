package wire_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/local/wire"
)

type queryPair struct{ Key, Value string }

type queryInput struct {
	Name   string
	Count  int
	Flag   bool
	Maybe  *string
	Limit  *int
	Pairs  []queryPair
	Words  []string
	Config struct{ Mode string }
}

// query sends a form to an operation that answers with its input as JSON.
func query(t *testing.T, form string) *httptest.ResponseRecorder {
	t.Helper()
	type output struct{ JSON string }
	service := wire.QueryService{Namespace: "http://example.com/", Actions: map[string]wire.QueryAction{
		"Echo": wire.Query(func(_ context.Context, in queryInput) (output, error) {
			data, err := json.Marshal(in)
			return output{string(data)}, err
		}),
	}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	service.ServeHTTP(w, r)
	return w
}

func TestQueryReadsForms(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ form, want string }{
		"scalars":                             {"Name=a%20b&Count=8&Flag=true", `{"Name":"a b","Count":8,"Flag":true,"Maybe":null,"Limit":null,"Pairs":null,"Words":null,"Config":{"Mode":""}}`},
		"what was sent empty was sent":        {"Maybe=&Limit=0", `{"Name":"","Count":0,"Flag":false,"Maybe":"","Limit":0,"Pairs":null,"Words":null,"Config":{"Mode":""}}`},
		"an empty list is not a missing one":  {"Words=&Pairs=", `{"Name":"","Count":0,"Flag":false,"Maybe":null,"Limit":null,"Pairs":[],"Words":[],"Config":{"Mode":""}}`},
		"lists in the order of their numbers": {"Words.member.10=c&Words.member.2=b&Words.member.1=a", `{"Name":"","Count":0,"Flag":false,"Maybe":null,"Limit":null,"Pairs":null,"Words":["a","b","c"],"Config":{"Mode":""}}`},
		"objects":                             {"Pairs.member.1.Key=k&Pairs.member.1.Value=v&Config.Mode=m", `{"Name":"","Count":0,"Flag":false,"Maybe":null,"Limit":null,"Pairs":[{"Key":"k","Value":"v"}],"Words":null,"Config":{"Mode":"m"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := query(t, "Action=Echo&Version=2010-05-15&"+tc.form)
			var answer struct {
				JSON string `xml:"EchoResult>JSON"`
				ID   string `xml:"ResponseMetadata>RequestId"`
			}
			if err := xml.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatalf("%v\n%s", err, w.Body)
			}
			if answer.JSON != tc.want || answer.ID == "" {
				t.Errorf("got  %s (request %s)\nwant %s", answer.JSON, answer.ID, tc.want)
			}
		})
	}
}

func TestQueryRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		form          string
		status        int
		code, message string
	}{
		"an operation that is not there":  {"Action=Nope", 501, "EmulatorUnimplemented", `the operation "Nope"`},
		"no operation":                    {"Name=a", 501, "EmulatorUnimplemented", `the operation ""`},
		"a member that is not there":      {"Action=Echo&Nope=1", 501, "EmulatorUnimplemented", "the input member Nope"},
		"a nested one that is not there":  {"Action=Echo&Pairs.member.1.Nope=1", 501, "EmulatorUnimplemented", "the input member Pairs.member.1.Nope"},
		"a list that is numbered by zero": {"Action=Echo&Words.member.0=a", 400, "MalformedInput", "Words.member.0"},
		"a bool that is none":             {"Action=Echo&Flag=maybe", 400, "MalformedInput", "Flag: want true or false"},
		"a number that is none":           {"Action=Echo&Count=eight", 400, "MalformedInput", "Count: want a whole number"},
		"a body that is too large":        {"Action=Echo&Name=" + strings.Repeat("a", 2<<20), 400, "MalformedInput", "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := query(t, tc.form)
			var answer struct {
				Code    string `xml:"Error>Code"`
				Message string `xml:"Error>Message"`
			}
			if err := xml.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatalf("%v\n%s", err, w.Body)
			}
			if w.Code != tc.status || answer.Code != tc.code || !strings.Contains(answer.Message, tc.message) {
				t.Errorf("got  %d %s: %s\nwant %d %s: %s", w.Code, answer.Code, answer.Message, tc.status, tc.code, tc.message)
			}
		})
	}
}

func TestWriteXML(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	empty := ""
	wire.WriteXML(w, "http://example.com/", "Op", struct {
		Text, None string
		Pointer    *string
		Number     int
		Flag       bool
		Time, Zero time.Time
		Words, Nil []string
		Object     struct{}
		Pairs      []queryPair
	}{
		Text: "<a>&\n\t\"b\" ü", Pointer: &empty, Number: 8, Time: time.Date(2026, 11, 24, 12, 0, 0, 5_000_000, time.FixedZone("", 3600)),
		Words: []string{"a", ""}, Pairs: []queryPair{{Key: "k"}},
	})
	_, result, _ := strings.Cut(w.Body.String(), "<OpResult>")
	result, _, _ = strings.Cut(result, "</OpResult>")
	const want = "<Text>&lt;a&gt;&amp;&#xA;&#x9;&#34;b&#34; ü</Text><Pointer></Pointer><Number>8</Number><Flag>false</Flag>" +
		"<Time>2026-11-24T11:00:00.005Z</Time><Words><member>a</member><member></member></Words><Object></Object><Pairs><member><Key>k</Key></member></Pairs>"
	if result != want {
		t.Errorf("got  %s\nwant %s", result, want)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"Name=a", "Words.member.1=a&Words=", "Pairs.member.1.Key=k&Pairs.member.x=1", "Config.Mode=m&Config=1", "%", "Words.member.99999999999999999999=a", "Limit="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, form string) {
		if _, err := url.ParseQuery(form); err != nil {
			return
		}
		if w := query(t, "Action=Echo&"+form); w.Code != 200 && w.Code != 400 && w.Code != 501 {
			t.Errorf("got the status %d for %q", w.Code, form)
		}
	})
}
