package wire

import (
	"bytes"
	"io"
	"net/http"
)

// PlainBodies is a transport for AWS SDK clients of an endpoint on this machine. It
// sends requests whose bodies nobody can close: smithy-go 1.28.9 closes the body as
// soon as the answer begins. When the answer is faster than the end of the request,
// net/http takes that for a failed request and closes the connection in mid-answer.
func PlainBodies(next http.RoundTripper) http.RoundTripper { return plainBodies{next} }

type plainBodies struct{ next http.RoundTripper }

func (p plainBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return p.next.RoundTrip(r)
}
