package hotline

import (
	"errors"
	"fmt"
	"strings"
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
// cause. Message never holds anything about a reporter, nor the cause; it is ""
// when there is nothing to say beyond the code.
type Error struct {
	Code    Code
	Message string
	Err     error

	text string // for logs: the message with the cause
}

// Error returns the message with the cause, for logs and for the command line.
func (e *Error) Error() string {
	switch {
	case e.text != "":
		return e.text
	case e.Message != "" || e.Err == nil:
		return e.Message
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error with a code. A %w verb keeps the cause reachable; it
// stands last, after a colon, and what is before it is the Message.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	e := &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err), text: err.Error()}
	if e.Err != nil {
		before, _, found := strings.Cut(e.text, ": "+e.Err.Error())
		e.Message = before
		if !found {
			e.Message = ""
		}
	}
	return e
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

// MessageOf returns the sentence of the first Error in the chain, "" when it has none.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}
