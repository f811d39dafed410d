package edge

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"gatehouse/local/s3"
	"gatehouse/local/s3/conditional"
	"gatehouse/local/wire"
)

// fetch asks the bucket for what x.viewer wants and answers conditions and ranges.
func (x *exchange) fetch() *answer {
	path, err := x.viewer.path()
	if err != nil {
		return errorPage(http.StatusBadRequest, x.id, "Bad request. "+cannotConnect, err.Error())
	}
	if path == "/" && x.site.rootObject != "" {
		path += x.site.rootObject
	}
	if x.request.Method == http.MethodOptions {
		return originError(&wire.Error{Status: http.StatusForbidden, Code: "AccessForbidden", Message: "CORSResponse: CORS is not enabled for this bucket."})
	}
	o, err := x.site.open(x.request.Context(), x.route, path)
	if _, worded := errors.AsType[*wire.Error](err); err != nil && !worded {
		return errorPage(http.StatusBadGateway, x.id, cannotConnect, err.Error())
	}
	if err != nil {
		return originError(err)
	}
	a := newAnswer(o)
	selected := conditional.Evaluate(conditions(x.viewer), conditional.Representation{ETag: o.ETag, LastModified: o.LastModified, Size: o.Size})
	a.status, a.length = selected.Status, selected.Length
	switch a.status {
	case http.StatusPartialContent:
		a.header.Set("Content-Range", selected.ContentRange)
		a.body = o.Reader(selected.Offset, selected.Length)
	case http.StatusRequestedRangeNotSatisfiable, http.StatusPreconditionFailed:
		a.close()
		a = originError(&wire.Error{Status: selected.Status, Code: refusals[selected.Status][0], Message: refusals[selected.Status][1]})
		if selected.ContentRange != "" {
			a.header.Set("Content-Range", selected.ContentRange)
		}
	case http.StatusNotModified:
		a.body = nil
	}
	return a
}

// cannotConnect is what CloudFront says when an origin does not answer as it should.
const cannotConnect = "We can't connect to the server for this app or website at this time."

// refusals are S3's codes and messages for requests that cannot be met.
var refusals = map[int][2]string{
	http.StatusRequestedRangeNotSatisfiable: {"InvalidRange", "The requested range is not satisfiable"},
	http.StatusPreconditionFailed:           {"PreconditionFailed", "At least one of the pre-conditions you specified did not hold"},
}

// conditions are the request's headers that a condition or a range can be in.
func conditions(e eventRequest) http.Header {
	h := http.Header{}
	for _, name := range []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"} {
		if v, given := e.Headers[strings.ToLower(name)]; given {
			h.Set(name, strings.Join(v.all(), ", "))
		}
	}
	return h
}

// open opens the object at path in the route's bucket, as the distribution if the
// origin has an access control that signs, else as anybody.
func (c *site) open(ctx context.Context, r route, path string) (*s3.Object, error) {
	who := s3.Principal{}
	if r.signed {
		who = s3.Principal{Service: "cloudfront.amazonaws.com", SourceARN: c.arn}
	}
	return c.s.Objects.Object(ctx, s3.ObjectRequest{Bucket: r.bucket, Key: strings.TrimPrefix(r.prefix+path, "/"), Principal: who})
}

// newAnswer is the whole of an object.
func newAnswer(o *s3.Object) *answer {
	a := &answer{status: http.StatusOK, cache: "Miss", header: http.Header{}, closer: o, length: o.Size, size: o.Size, body: o.Reader(0, o.Size)}
	for name, values := range o.Header {
		if !strings.HasPrefix(name, "X-Amz-Checksum-") { // S3 sends them only when asked
			a.header[name] = values
		}
	}
	a.header.Set("ETag", o.ETag)
	a.header.Set("Last-Modified", o.LastModified.Format(http.TimeFormat))
	a.header.Set("Accept-Ranges", "bytes")
	a.header.Set("Server", "AmazonS3")
	a.header.Set("X-Amz-Server-Side-Encryption", "AES256")
	if o.VersionID != "" {
		a.header.Set("X-Amz-Version-Id", o.VersionID)
	}
	return a
}

// originError is an error of the bucket, passed on as S3 words it.
func originError(err error) *answer {
	a := &answer{status: wire.AsError(err).Status, cache: "Error", header: http.Header{
		"Content-Type": {"application/xml"}, "Server": {"AmazonS3"},
	}}
	a.setBody(s3.ErrorBody(err))
	return a
}

// withErrorPage replaces an error of the bucket by the distribution's own page for it,
// if there is one and it can be had.
func (x *exchange) withErrorPage(a *answer) *answer {
	custom, configured := x.site.errorPages[a.status]
	if !configured || custom.ResponsePagePath == "" {
		return a
	}
	o, err := x.site.open(x.request.Context(), x.site.route(custom.ResponsePagePath), custom.ResponsePagePath)
	if err != nil {
		return a
	}
	page := newAnswer(o)
	page.status, page.cache = custom.ResponseCode, a.cache
	a.close()
	return page
}
