// Package conditional decides what a conditional or ranged GET or HEAD of one
// representation is answered with (RFC 9110, sections 13 and 14), as S3 and
// CloudFront do: one byte range, no multipart/byteranges.
package conditional

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Representation is what could be sent.
type Representation struct {
	ETag         string    // quoted, W/ in front if weak
	LastModified time.Time // in whole seconds
	Size         int64     // bytes
}

// Answer is the status to send and the part of the representation that goes with it.
type Answer struct {
	// Status is 200, 206, 304, 412 or 416.
	Status int
	// Offset and Length are the bytes to send; none for 304, 412 and 416.
	Offset, Length int64
	// ContentRange is the header of that name, for 206 and 416.
	ContentRange string
}

// Evaluate looks at the preconditions and the range in the headers of a request.
func Evaluate(request http.Header, have Representation) Answer {
	if status := precondition(request, have); status != http.StatusOK {
		return Answer{Status: status}
	}
	whole := Answer{Status: http.StatusOK, Length: have.Size}
	header := request.Get("Range")
	if header == "" || !rangeApplies(request.Get("If-Range"), have) {
		return whole
	}
	offset, length, ok := parseRange(header, have.Size)
	switch {
	case !ok:
		return whole // RFC 9110, 14.2: what cannot be parsed is ignored
	case length == 0:
		return Answer{Status: http.StatusRequestedRangeNotSatisfiable, ContentRange: fmt.Sprintf("bytes */%d", have.Size)}
	}
	return Answer{http.StatusPartialContent, offset, length, fmt.Sprintf("bytes %d-%d/%d", offset, offset+length-1, have.Size)}
}

// precondition follows the order of RFC 9110, section 13.2.2.
func precondition(request http.Header, have Representation) int {
	if list := request.Get("If-Match"); list != "" {
		if !matches(list, have.ETag, false) {
			return http.StatusPreconditionFailed
		}
	} else if at, err := http.ParseTime(request.Get("If-Unmodified-Since")); err == nil && have.LastModified.After(at) {
		return http.StatusPreconditionFailed
	}
	if list := request.Get("If-None-Match"); list != "" {
		if matches(list, have.ETag, true) {
			return http.StatusNotModified
		}
	} else if at, err := http.ParseTime(request.Get("If-Modified-Since")); err == nil && !have.LastModified.After(at) {
		return http.StatusNotModified
	}
	return http.StatusOK
}

// matches tells whether a list of entity tags holds etag. The weak comparison looks
// at the opaque tags alone; the strong one matches no weak tag.
func matches(list, etag string, weak bool) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for candidate := range strings.SplitSeq(list, ",") {
		candidate = strings.TrimSpace(candidate)
		if weak {
			candidate, etag = strings.TrimPrefix(candidate, "W/"), strings.TrimPrefix(etag, "W/")
		}
		if candidate == etag && !strings.HasPrefix(candidate, "W/") {
			return true
		}
	}
	return false
}

// rangeApplies tells whether the condition in If-Range, if any, holds.
func rangeApplies(condition string, have Representation) bool {
	if condition == "" {
		return true
	}
	if at, err := http.ParseTime(condition); err == nil {
		return have.LastModified.Equal(at)
	}
	return matches(condition, have.ETag, false) && condition != "*"
}

// parseRange reads a Range header with one byte range of a representation of size
// bytes. Length 0 means that the range lies outside of it.
func parseRange(header string, size int64) (offset, length int64, ok bool) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	if !ok {
		return 0, 0, false
	}
	first, last, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return 0, 0, false
	}
	if first == "" {
		n, err := position(last)
		if err != nil {
			return 0, 0, false
		}
		length = min(n, size)
		return size - length, length, true
	}
	if offset, err := position(first); err == nil {
		end := size - 1
		if last != "" {
			given, err := position(last)
			if err != nil || given < offset {
				return 0, 0, false
			}
			end = min(end, given)
		}
		return offset, max(0, end-offset+1), true
	}
	return 0, 0, false
}

// position reads digits. A number too large for an int64 is past every end.
func position(digits string) (int64, error) {
	n, err := strconv.ParseUint(digits, 10, 63)
	return int64(n), err // 63 bits fit
}
