package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/web/page"
)

// maxBody holds the longest text with every character escaped.
const maxBody = 6*intake.MaxHandedText + 8<<10 // bytes

// report is the body of a request.
type report struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Language string   `json:"language"`
	Place    string   `json:"place"`
	Contact  *contact `json:"contact"`
	About    string   `json:"about"`
	Occurred string   `json:"occurred_at"`
}

type contact struct {
	Channel string `json:"channel"`
	Address string `json:"address"`
}

// filed is the body of the answer.
type filed struct {
	ID        string `json:"id"`        // the partner's own
	Reference string `json:"reference"` // ours, to be named when asking about the report
	Duplicate bool   `json:"duplicate"`
}

// report files one report: 201 for a new one, 200 for one that is here already.
func (d *door) report(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), patience)
	defer cancel()
	partner, wait, err := d.admit(ctx, c)
	if wait > 0 {
		return tooMany(c, wait)
	}
	if err != nil {
		return err
	}
	body, err := bodyOf(c)
	if err != nil {
		return err
	}
	h, wrong := d.read(body, partner)
	if len(wrong) > 0 {
		return answerProblem(c, problem{
			Status: fiber.StatusBadRequest, Detail: "Some fields cannot be taken. Nothing was filed.", Reference: page.RequestID(c), Errors: wrong,
		})
	}
	receipt, err := d.Receiver.Receive(ctx, h.Inbound())
	if err != nil {
		return err
	}
	status := fiber.StatusCreated
	if receipt.Duplicate {
		status = fiber.StatusOK
	}
	return c.Status(status).JSON(filed{ID: h.ID, Reference: string(receipt.ConversationID), Duplicate: receipt.Duplicate})
}

// admit finds whose request it is and counts it. wait is how long to wait when there
// were too many.
func (d *door) admit(ctx context.Context, c *fiber.Ctx) (p hotline.PartnerKey, wait time.Duration, err error) {
	if ok, wait := d.Limiter.Allow(ctx, "api.address:"+page.Caller(c), ofAddress); !ok {
		return p, max(wait, time.Second), nil
	}
	scheme, key, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	hash := HashKey(strings.TrimSpace(key))
	if !strings.EqualFold(scheme, "Bearer") || hash == "" {
		return p, 0, hotline.Errorf(hotline.Unauthenticated, "send your key as Authorization: Bearer hlp_…")
	}
	if p, err = d.Partners.UsePartner(ctx, hash); err != nil {
		return p, 0, err
	}
	if ok, wait := d.Limiter.Allow(ctx, "api.partner:"+p.ID, ofPartner); !ok {
		return p, max(wait, time.Second), nil
	}
	return p, 0, nil
}

func tooMany(c *fiber.Ctx, wait time.Duration) error {
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	return answerProblem(c, problem{
		Status: fiber.StatusTooManyRequests, Detail: "Too many requests. Nothing was filed; send it again after the time in Retry-After.", Reference: page.RequestID(c),
	})
}

// bodyOf takes the body raw: Fiber's own Body would unpack a gzip bomb.
func bodyOf(c *fiber.Ctx) ([]byte, error) {
	kind, values, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	charset := values["charset"]
	if err != nil || kind != fiber.MIMEApplicationJSON || charset != "" && !strings.EqualFold(charset, "utf-8") || c.Get(fiber.HeaderContentEncoding) != "" {
		return nil, fiber.ErrUnsupportedMediaType
	}
	body := c.Request().Body()
	if len(body) > maxBody {
		return nil, fiber.ErrRequestEntityTooLarge
	}
	return body, nil
}

// read turns a body into a report, or says all that is wrong with it.
func (d *door) read(body []byte, partner hotline.PartnerKey) (h intake.Handed, wrong []fieldError) {
	r, wrong := decode(body)
	if wrong != nil {
		return h, wrong
	}
	h = r.handed(partner)
	if r.Occurred != "" {
		var err error
		if h.Occurred, err = time.Parse(time.RFC3339, r.Occurred); err != nil {
			wrong = append(wrong, fieldError{"/occurred_at", "give a time of RFC 3339, such as 2026-05-12T09:30:00Z"})
		}
	}
	return h, append(wrong, faultsOf(h.Check(d.Now()))...)
}

// decode refuses a field that is not known: it is most often a known one, misspelt,
// and what stands in it would be lost.
func decode(body []byte) (r report, wrong []fieldError) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(&r)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return r, []fieldError{{pointer(kind.Field), "this is not the kind of value that belongs here: see " + openAPIPath}}
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field"):
		return r, []fieldError{{"", "a field is not known: see " + openAPIPath}}
	case err != nil:
		return r, []fieldError{{"", "the body is not one JSON object"}}
	}
	if d.Decode(&struct{}{}) != io.EOF {
		return r, []fieldError{{"", "something follows the JSON object"}}
	}
	return r, nil
}

func faultsOf(faults []intake.Fault) (out []fieldError) {
	for _, f := range faults {
		out = append(out, fieldError{pointer(f.Field), f.Problem})
	}
	return out
}

func pointer(field string) string {
	if field == "" {
		return ""
	}
	return "/" + strings.ReplaceAll(field, ".", "/")
}

func (r report) handed(p hotline.PartnerKey) intake.Handed {
	h := intake.Handed{
		ID: r.ID, Text: hotline.Text(r.Text), Language: hotline.Language(r.Language), Place: hotline.Text(r.Place),
		About: r.About, Channel: hotline.Partner, Source: p.ID,
	}
	if r.Contact != nil {
		h.Contact = &intake.HandedContact{Channel: r.Contact.Channel, Address: hotline.Address(r.Contact.Address)}
	}
	return h
}
