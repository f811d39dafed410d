package s3

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"gatehouse/local/wire"
)

// ServeHTTP answers S3 requests of the account owner, who may do anything. A
// request without credentials gets 403: nothing in the local cloud is public on
// this endpoint.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.serve(w, r); err != nil {
		writeError(w, r, err)
	}
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Server", "AmazonS3")
	w.Header().Set("X-Amz-Request-Id", wire.RequestID())
	if r.Header.Get("Authorization") == "" && !r.URL.Query().Has("X-Amz-Credential") {
		return accessDenied()
	}
	r = pathStyle(r)
	bucketName, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	operation, err := classify(r, bucketName, key)
	if err != nil {
		return err
	}
	switch operation {
	case readObject:
		return s.serveObject(w, r, bucketName, key)
	case configureBucket:
		return s.serveConfiguration(w, r, bucketName)
	case createBucket:
		if err := s.checkLocation(r.Body); err != nil {
			return err
		}
	case writeObject:
		if err := checkMetadata(r.Header); err != nil {
			return err
		}
		r = r.Clone(r.Context()) // the server still looks at the request that came
		if r.Body, err = s.verifiedBody(r); err != nil {
			return err
		}
		carryHeaders(r.Header)
	}
	s.protocol.ServeHTTP(&protocolWriter{ResponseWriter: w}, r)
	return nil
}

// pathStyle turns a virtual-host style request (bucket.localhost, or
// bucket.s3.<region>.amazonaws.com) into a path style one.
func pathStyle(r *http.Request) *http.Request {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	bucketName := bucketOfHost(host)
	if bucketName == "" {
		return r
	}
	r = r.Clone(r.Context())
	r.URL.Path = "/" + bucketName + r.URL.Path
	r.URL.RawPath = ""
	return r
}

// operation is what a request is about, as far as this handler tells them apart.
type operation int

const (
	other           operation = iota // gofakes3 answers
	readObject                       // GET and HEAD of an object
	writeObject                      // PUT of an object or a part, start of a multipart upload
	createBucket                     // PUT of a bucket
	configureBucket                  // encryption, policy, tags …
)

// The query parameters that every request may have: those of SDKs and of
// presigned URLs.
var commonParameters = []string{
	"x-id", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
	"X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Content-Sha256", "X-Amz-User-Agent", "x-amz-checksum-mode",
}

// requestKind is a kind of request that is implemented: its method, whether it is
// about an object or a bucket, the parameters it must have (the first of them) and
// those it may have.
type requestKind struct {
	method    string
	object    bool
	must      string
	may       []string
	operation operation
}

var requestKinds = []requestKind{
	{method: "GET", object: true, must: "uploadId", may: []string{"max-parts", "part-number-marker"}},
	{method: "GET", object: true, may: append(slices.Collect(overrideNames()), "versionId"), operation: readObject},
	{method: "HEAD", object: true, may: []string{"versionId"}, operation: readObject},
	{method: "PUT", object: true, must: "uploadId", may: []string{"partNumber"}, operation: writeObject},
	{method: "PUT", object: true, operation: writeObject},
	{method: "POST", object: true, must: "uploads", operation: writeObject},
	{method: "POST", object: true, must: "uploadId"},
	{method: "DELETE", object: true, must: "uploadId"},
	{method: "DELETE", object: true, may: []string{"versionId"}},
	{method: "GET", must: "uploads", may: []string{"prefix", "max-uploads", "encoding-type"}},
	{method: "GET", must: "versions", may: []string{"prefix", "delimiter", "max-keys", "key-marker", "version-id-marker", "encoding-type"}},
	{method: "GET", must: "versioning"},
	{method: "PUT", must: "versioning"},
	{method: "POST", must: "delete"},
	{method: "HEAD"},
	{method: "PUT", operation: createBucket},
	{method: "DELETE"},
	{method: "GET", may: []string{
		"list-type", "prefix", "delimiter", "max-keys", "marker", "continuation-token", "start-after", "fetch-owner", "encoding-type",
	}},
}

// classify finds out what r asks for, and refuses what is not implemented: a
// parameter or a header that is not known here may change what AWS would do.
func classify(r *http.Request, bucketName, key string) (operation, error) {
	query := r.URL.Query()
	if err := checkHeaders(r.Header); err != nil {
		return other, err
	}
	if bucketName == "" {
		if r.Method != http.MethodGet {
			return other, errorf(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.")
		}
		return other, onlyParameters(query, nil)
	}
	if key == "" {
		for name := range query {
			if _, known := configurations[name]; known {
				return configureBucket, onlyParameters(query, []string{name})
			}
		}
	}
	for _, kind := range requestKinds {
		if kind.method != r.Method || kind.object != (key != "") || kind.must != "" && !query.Has(kind.must) {
			continue
		}
		return kind.operation, onlyParameters(query, slices.Concat(kind.may, []string{kind.must}))
	}
	return other, unimplemented("the method " + r.Method + " here")
}

func onlyParameters(query map[string][]string, allowed []string) error {
	for name := range query {
		if !slices.Contains(allowed, name) && !slices.Contains(commonParameters, name) {
			return unimplemented("the parameter " + name + " of this request")
		}
	}
	return nil
}

func unimplemented(what string) error { return wire.Unimplemented(what) }

// protocolWriter keeps gofakes3 from answering 500: SDKs would repeat the request
// for minutes where the cause does not go away.
type protocolWriter struct{ http.ResponseWriter }

func (w *protocolWriter) WriteHeader(status int) {
	if status == http.StatusInternalServerError {
		status = http.StatusBadRequest
	}
	w.ResponseWriter.WriteHeader(status)
}
