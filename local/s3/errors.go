package s3

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"

	"gatehouse/local/wire"
)

// Error is an error as S3 words it. It wraps a [wire.Error].
type Error struct {
	cause        wire.Error
	field, value string // what the error is about, named as in S3's answer: Key, BucketName
}

func (e *Error) Error() string { return e.cause.Error() }

// Unwrap returns the [wire.Error].
func (e *Error) Unwrap() error { return &e.cause }

func errorf(status int, code, format string, args ...any) *Error {
	return &Error{cause: wire.Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}}
}

// about names what the error is about.
func (e *Error) about(field, value string) *Error {
	e.field, e.value = field, value
	return e
}

// Source of the texts: the S3 API reference, "List of error codes".
func noSuchBucket(name string) *Error {
	return errorf(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist").about("BucketName", name)
}

func noSuchKey(key string) *Error {
	return errorf(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.").about("Key", key)
}

func accessDenied() *Error { return errorf(http.StatusForbidden, "AccessDenied", "Access Denied") }

// ErrorBody is err as the XML document that S3 answers with.
func ErrorBody(err error) []byte {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = &Error{cause: *wire.AsError(err)}
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + "<Error>")
	for _, element := range [][2]string{
		{"Code", e.cause.Code}, {"Message", e.cause.Message}, {e.field, e.value}, {"RequestId", wire.RequestID()}, {"HostId", wire.RequestID()},
	} {
		if element[0] == "" {
			continue
		}
		b.WriteString("<" + element[0] + ">")
		_ = xml.EscapeText(&b, []byte(element[1])) // a buffer takes everything
		b.WriteString("</" + element[0] + ">")
	}
	b.WriteString("</Error>")
	return b.Bytes()
}

// writeError answers with err. A HEAD request gets the status alone.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(wire.AsError(err).Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(ErrorBody(err)) // a client that went away needs no answer
	}
}
