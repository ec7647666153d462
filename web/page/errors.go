package page

import (
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// Failure is all that a browser, a carrier or an API client learns of an error.
type Failure struct {
	Status    int
	Code      hotline.Code
	Message   string // for the person who asked; empty for our own trouble
	Reference string // finds the log line
}

var statusOf = map[hotline.Code]int{
	hotline.Invalid:         fiber.StatusBadRequest,
	hotline.Unauthenticated: fiber.StatusUnauthorized,
	hotline.Forbidden:       fiber.StatusForbidden,
	hotline.NotFound:        fiber.StatusNotFound,
	hotline.Conflict:        fiber.StatusConflict,
	hotline.RateLimited:     fiber.StatusTooManyRequests,
	hotline.Unavailable:     fiber.StatusServiceUnavailable,
	hotline.Internal:        fiber.StatusInternalServerError,
}

// Explain maps an error to what may be told of it: the one place where codes
// become HTTP statuses.
func Explain(c *fiber.Ctx, err error) Failure {
	f := Failure{Code: hotline.CodeOf(err), Reference: RequestID(c)}
	var fe *fiber.Error
	if errors.As(err, &fe) {
		// Fiber's own message may repeat the address that was asked for.
		f.Status, f.Code, f.Message = fe.Code, codeOfStatus(fe.Code), fiber.NewError(fe.Code).Message
		return f
	}
	f.Status = statusOf[f.Code]
	if f.Status < fiber.StatusInternalServerError {
		f.Message = messageOf(err)
	}
	return f
}

// ErrorHandler replaces Fiber's own: it logs what went wrong and lets show
// answer with what may be told.
func ErrorHandler(log *slog.Logger, show func(*fiber.Ctx, Failure) error) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		f := Explain(c, err)
		if f.Status >= fiber.StatusInternalServerError {
			log.Error("request failed", "ref", f.Reference, "code", f.Code, "err", err)
		}
		if f.Code == hotline.Unavailable || f.Code == hotline.RateLimited {
			c.Set(fiber.HeaderRetryAfter, "5")
		}
		return show(c, f)
	}
}

// PlainFailure answers with one line of text, for carriers and probes.
func PlainFailure(c *fiber.Ctx, f Failure) error {
	text := f.Message
	if text == "" {
		text = string(f.Code)
	}
	return c.Status(f.Status).SendString(text + " (ref " + f.Reference + ")\n")
}

// messageOf is the sentence meant for people, never the cause behind it.
func messageOf(err error) string {
	var e *hotline.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}

func codeOfStatus(status int) hotline.Code {
	for code, s := range statusOf {
		if s == status {
			return code
		}
	}
	if status >= fiber.StatusInternalServerError {
		return hotline.Internal
	}
	return hotline.Invalid
}
