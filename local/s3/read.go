package s3

import (
	"io"
	"net/http"
	"strconv"

	"gatehouse/local/s3/conditional"
)

// serveObject answers GET and HEAD of an object for the account owner.
func (s *Service) serveObject(w http.ResponseWriter, r *http.Request, bucketName, key string) error {
	query := r.URL.Query()
	o, err := s.open(bucketName, key, query.Get("versionId"))
	if err != nil {
		return err
	}
	defer o.Close() // the answer is written; at worst some bytes stay until the next start
	h := w.Header()
	for name, values := range o.Header {
		if isChecksumHeader(name) && (r.Header.Get("X-Amz-Checksum-Mode") == "" || r.Header.Get("Range") != "") {
			continue // it is of the whole object, and only for those who ask
		}
		h[name] = values
	}
	for parameter, name := range overrides {
		if value := query.Get(parameter); value != "" {
			h.Set(name, value)
		}
	}
	h.Set("ETag", o.ETag)
	h.Set("Last-Modified", o.LastModified.Format(http.TimeFormat))
	h.Set("Accept-Ranges", "bytes")
	if h.Get(sseHeader) == "" {
		h.Set(sseHeader, sseS3)
	}
	if o.VersionID != "" {
		h.Set("X-Amz-Version-Id", o.VersionID)
	}
	answer := conditional.Evaluate(r.Header, conditional.Representation{ETag: o.ETag, LastModified: o.LastModified, Size: o.Size})
	switch answer.Status {
	case http.StatusPreconditionFailed:
		return errPreconditionFailed
	case http.StatusRequestedRangeNotSatisfiable:
		h.Set("Content-Range", answer.ContentRange)
		return errorf(answer.Status, "InvalidRange", "The requested range is not satisfiable")
	case http.StatusNotModified:
		w.WriteHeader(answer.Status)
		return nil
	case http.StatusPartialContent:
		h.Set("Content-Range", answer.ContentRange)
	}
	h.Set("Content-Length", strconv.FormatInt(answer.Length, 10))
	w.WriteHeader(answer.Status)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, o.Reader(answer.Offset, answer.Length)) // the status is sent: cutting the answer off is all that is left
	}
	return nil
}
