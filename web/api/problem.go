package api

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// problem is an answer by RFC 9457. Its type is always "about:blank": the status
// says what kind of problem it is.
type problem struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail,omitempty"`
	Reference string       `json:"reference,omitempty"` // finds the line in the log of the service
	Errors    []fieldError `json:"errors,omitempty"`
}

// fieldError says where in the body something is wrong (a JSON Pointer, RFC 6901)
// and what to do. It never repeats the value.
type fieldError struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

func answerProblem(c *fiber.Ctx, p problem) error {
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	return c.Status(p.Status).JSON(p, "application/problem+json")
}
