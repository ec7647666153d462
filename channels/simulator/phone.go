package simulator

import (
	"embed"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"

	"github.com/hearline/hearline/hotline"
)

//go:embed assets
var assets embed.FS

// pagePolicy lets the page load its own files and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// phonePages serves the phones and what their page calls. Changes are refused
// from pages of other origins.
func (c *Carrier) phonePages(mux *http.ServeMux) {
	inner := http.NewServeMux()
	inner.HandleFunc("GET /{$}", asset("phones.html"))
	for _, name := range []string{"phones.css", "phones.js", "handset.js", "samples.json", "icon.svg"} {
		inner.HandleFunc("GET /assets/"+name, asset(name))
	}
	inner.HandleFunc("GET /assets/picture.png", showPicture)
	inner.HandleFunc("GET /events", c.stream)
	inner.HandleFunc("POST /texts", control(c.postText))
	inner.HandleFunc("POST /calls", control(c.postCall))
	inner.HandleFunc("POST /phones", control(c.addPhone))
	inner.HandleFunc("PUT /phones/{number}", control(c.changePhone))
	inner.HandleFunc("DELETE /phones/{number}", c.removePhone)
	inner.HandleFunc("PUT /optouts", control(c.putOptOut))
	inner.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, c.Faults()) })
	inner.HandleFunc("PUT /faults", control(c.putFaults))
	mux.Handle("/", secure(http.NewCrossOriginProtection().Handler(inner)))
}

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

func asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		data, err := assets.ReadFile("assets/" + name)
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		_, _ = w.Write(data)
	}
}

// control reads a JSON order, lets do carry it out and answers with what it
// returns, or with why not.
func control[T any](do func(r *http.Request, order T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var order T
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxForm))
		d.DisallowUnknownFields()
		if err := d.Decode(&order); err != nil || d.Decode(&struct{}{}) != io.EOF {
			fail(w, hotline.Errorf(hotline.Invalid, "the order is no JSON that is understood here"))
			return
		}
		out, err := do(r, order)
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, http.StatusOK, out)
	}
}

func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch hotline.CodeOf(err) {
	case hotline.Invalid:
		status = http.StatusBadRequest
	case hotline.NotFound:
		status = http.StatusNotFound
	case hotline.Conflict:
		status = http.StatusConflict
	}
	answer(w, status, map[string]string{"error": err.Error()})
}

// textOrder is what a phone on the page sends.
type textOrder struct {
	From    string `json:"from"`
	Body    string `json:"body"`
	Picture bool   `json:"picture"`
}

// postText sends what was typed. That the service does not take it is shown on
// the message, so that it is no failure of this call. The text goes out even
// when the page is left at once.
func (c *Carrier) postText(_ *http.Request, o textOrder) (any, error) {
	s := Sending{From: o.From, Body: o.Body}
	if o.Picture {
		s.Media = []Attachment{{ContentType: "image/png", Content: samplePicture()}}
	}
	sid, err := c.Send(c.ctx, s)
	if err != nil && hotline.CodeOf(err) != hotline.Unavailable {
		return nil, err
	}
	return map[string]any{"id": sid, "taken": err == nil}, nil
}

type phoneOrder struct {
	Language hotline.Language `json:"language"`
}

func (o phoneOrder) validate() error {
	if _, ok := samplesOf(o.Language); !ok {
		return hotline.Errorf(hotline.Invalid, "no phone speaks this language")
	}
	return nil
}

func (c *Carrier) addPhone(_ *http.Request, o phoneOrder) (any, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	phone, err := c.phones.add(o.Language)
	if err != nil {
		return nil, err
	}
	c.hub.publish(event{Kind: "phones", Phones: c.phones.all()})
	return phone, nil
}

func (c *Carrier) changePhone(r *http.Request, o phoneOrder) (any, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if !c.phones.setLanguage(r.PathValue("number"), o.Language) {
		return nil, hotline.Errorf(hotline.NotFound, "there is no such phone")
	}
	c.hub.publish(event{Kind: "phones", Phones: c.phones.all()})
	return c.phones.all(), nil
}

func (c *Carrier) removePhone(w http.ResponseWriter, r *http.Request) {
	if !c.phones.remove(r.PathValue("number")) {
		fail(w, hotline.Errorf(hotline.NotFound, "there is no such phone"))
		return
	}
	c.hub.publish(event{Kind: "phones", Phones: c.phones.all()})
	w.WriteHeader(http.StatusNoContent)
}

type optOutOrder struct {
	Address  string `json:"address"`
	OptedOut bool   `json:"opted_out"`
}

func (c *Carrier) putOptOut(_ *http.Request, o optOutOrder) (any, error) {
	if !phoneNumber.MatchString(o.Address) {
		return nil, hotline.Errorf(hotline.Invalid, "this is no phone number")
	}
	c.SetOptedOut(o.Address, o.OptedOut)
	return o, nil
}

func (c *Carrier) putFaults(_ *http.Request, f Faults) (any, error) {
	if err := c.SetFaults(f); err != nil {
		return nil, err
	}
	return f, nil
}

// hello is all that a page needs when it opens or comes back.
type hello struct {
	Number   string              `json:"number"`
	Faults   Faults              `json:"faults"`
	Phones   []Handset           `json:"phones"`
	OptedOut []string            `json:"opted_out"`
	Messages map[string][]bubble `json:"messages"` // by address, oldest first
	Webhook  bool                `json:"webhook"`  // somebody is called
}

// helloMessages is how many messages a page is told of, over all its phones.
const helloMessages = 600

func (c *Carrier) hello() *hello {
	h := &hello{
		Number: c.cfg.Number, Faults: c.Faults(), Phones: c.phones.all(), OptedOut: []string{},
		Messages: map[string][]bubble{}, Webhook: c.cfg.WebhookURL != "",
	}
	for _, p := range h.Phones {
		for _, address := range []string{p.Number, whatsApp + p.Number} {
			if c.optOuts.has(address) {
				h.OptedOut = append(h.OptedOut, address)
			}
		}
	}
	found, _ := c.box.newest(0, helloMessages, func(m *Message) bool { return c.phones.has(m.phone()) })
	for _, m := range slices.Backward(found) {
		h.Messages[m.phone()] = append(h.Messages[m.phone()], *bubbleOf(&m))
	}
	return h
}
