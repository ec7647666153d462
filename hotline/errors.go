package hotline

import (
	"errors"
	"fmt"
)

// Code says what kind of failure an error is; the edge maps it to a status.
type Code string

// The codes an error can carry.
const (
	Invalid         Code = "invalid"         // the request is wrong and stays wrong
	Unauthenticated Code = "unauthenticated" // nobody is signed in, or a signature is bad
	Forbidden       Code = "forbidden"       // known, and not allowed
	NotFound        Code = "not_found"
	Conflict        Code = "conflict"     // someone else was first; look again
	RateLimited     Code = "rate_limited" // too often; wait
	Unavailable     Code = "unavailable"  // our trouble; the same request may work later
	Internal        Code = "internal"     // our mistake
)

// Error is a failure with a code, a sentence for the person who asked, and the
// cause. Message never holds anything about a reporter.
type Error struct {
	Code    Code
	Message string
	Err     error
}

// Error returns the message, which Errorf made to include the cause.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error with a code. A %w verb keeps the cause reachable.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// CodeOf returns the code of the first Error in the chain, Internal for any
// other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
