package wire

import (
	"io"
	"net/http"
)

// PlainBodies is a transport for AWS SDK clients of an endpoint on this machine. It
// sends requests whose bodies only have Read: smithy-go 1.28.9 closes the body as
// soon as the answer begins, and the WriteTo of a closed body fails with io.EOF; when
// the answer is faster than the end of the request, net/http takes that for a failed
// request and closes the connection in mid-answer.
func PlainBodies(next http.RoundTripper) http.RoundTripper { return plainBodies{next} }

type plainBodies struct{ next http.RoundTripper }

func (p plainBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r = r.Clone(r.Context())
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return p.next.RoundTrip(r)
}
