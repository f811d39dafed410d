package smoke

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"gatehouse/outputs"
)

// maxBody is the most that is read of an answer.
const maxBody = 1 << 20

// site looks at what visitors get.
func (r *run) site(ctx context.Context) {
	r.step("The page is served", func() error {
		return r.patiently(ctx, func() error {
			answer, err := r.get(ctx, r.URL+"/")
			if err != nil {
				return err
			}
			if kind := answer.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
				return fmt.Errorf("%s/ is of type %q; want text/html", r.URL, kind)
			}
			return nil
		})
	})
	r.step("It has its headers", func() error {
		return r.patiently(ctx, func() error { return r.headers(ctx) })
	})
	if plain, secure := strings.CutPrefix(r.URL, "https://"); secure {
		r.step("Plain HTTP leads to HTTPS", func() error { return r.redirects(ctx, "http://"+plain+"/") })
	}
	r.step("Its configuration is the stack's", func() error {
		return r.patiently(ctx, func() error { return r.configuration(ctx) })
	})
}

// headers compares the headers with those that the configuration says.
func (r *run) headers(ctx context.Context) error {
	answer, err := r.get(ctx, r.URL+"/")
	if err != nil {
		return err
	}
	want := r.Config.ResponseHeaders()
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := answer.header.Get(name); !strings.EqualFold(got, want[name]) {
			wrong = append(wrong, fmt.Sprintf("%s is %q; want %q", name, got, want[name]))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return nil
}

// redirects is whether a page asked for in the clear is answered with its address in https.
func (r *run) redirects(ctx context.Context, plain string) error {
	client := *r.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := fetch(ctx, &client, plain)
	if err != nil {
		return err
	}
	if to := answer.header.Get("Location"); answer.code/100 != 3 || to != r.URL+"/" {
		return fmt.Errorf("%s answers %s and leads to %q; want a redirection to %s/", plain, answer.status, to, r.URL)
	}
	return nil
}

// configuration compares the published amplify_outputs.json with what it should be
// for the stacks' outputs.
func (r *run) configuration(ctx context.Context) error {
	const name = "amplify_outputs.json"
	expected := r.Outputs
	expected.SiteURL = r.Config.Local.Site // on AWS pages know where they are, and the file does not
	written, err := outputs.AmplifyOutputs(expected)
	if err != nil {
		return err
	}
	published, err := r.get(ctx, r.URL+"/"+name)
	if err != nil {
		return err
	}
	var got, want any
	if err := json.Unmarshal(published.body, &got); err != nil {
		return fmt.Errorf("%s/%s is not JSON: %w", r.URL, name, err)
	}
	if err := json.Unmarshal(written, &want); err != nil {
		return err
	}
	if differences := differ("", got, want); len(differences) > 0 {
		return fmt.Errorf("%s: %s", name, strings.Join(differences, "; "))
	}
	return nil
}

// differ lists where two JSON values differ, by path.
func differ(path string, got, want any) (list []string) {
	g, gotIsObject := got.(map[string]any)
	w, wantIsObject := want.(map[string]any)
	if !gotIsObject || !wantIsObject {
		if !reflect.DeepEqual(got, want) {
			list = append(list, fmt.Sprintf("%s is %s; want %s", strings.TrimPrefix(path, "."), text(got), text(want)))
		}
		return list
	}
	keys := map[string]bool{}
	for _, object := range []map[string]any{g, w} {
		for key := range object {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		list = append(list, differ(path+"."+key, g[key], w[key])...)
	}
	return list
}

func text(v any) string {
	if v == nil {
		return "missing"
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// answer is what a server said.
type answer struct {
	code   int
	status string // 404 Not Found
	header http.Header
	body   []byte
}

// get fetches what must be there.
func (r *run) get(ctx context.Context, url string) (answer, error) {
	got, err := fetch(ctx, r.HTTP, url)
	if err == nil && got.code != http.StatusOK {
		err = fmt.Errorf("%s answers %s", url, got.status)
	}
	return got, err
}

func fetch(ctx context.Context, client *http.Client, url string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // only read from
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return answer{}, fmt.Errorf("reading %s: %w", url, err)
	}
	return answer{response.StatusCode, response.Status, response.Header, body}, nil
}
