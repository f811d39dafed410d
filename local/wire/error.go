// Package wire speaks the protocols of AWS APIs: JSON 1.1, Query with XML, and
// the parts of REST that their errors share. It knows no service.
package wire

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is an error that an AWS client can read.
type Error struct {
	Status  int    // the HTTP status
	Code    string // the exception's name: UserNotFoundException
	Message string // for people; AWS's own words where they are known
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// BadRequest is the caller's mistake: HTTP 400, which no SDK retries.
func BadRequest(code, format string, args ...any) *Error {
	return &Error{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// CodeUnimplemented is the code of everything that AWS has and the local cloud has not.
const CodeUnimplemented = "EmulatorUnimplemented"

// Unimplemented refuses what AWS would do and the local cloud does not: HTTP 501,
// which no SDK retries. what names it: "the operation AdminCreateUser".
func Unimplemented(what string) *Error {
	return &Error{http.StatusNotImplemented, CodeUnimplemented, "The local cloud does not implement " + what + "."}
}

// AsError returns err as an [Error]. Anything else is a defect of the local cloud;
// it becomes a 400 InternalFailure, because SDKs would retry a 5xx.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return BadRequest("InternalFailure", "The local cloud failed: %v", err)
}
