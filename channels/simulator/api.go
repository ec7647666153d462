package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// maxForm is the largest request body read, in bytes.
const maxForm = 256 << 10

// Handler serves the API, the phones at "/" and what the phones' page calls.
func (c *Carrier) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/"+APIVersion+"/", c.authenticated(c.faulty(c.api())))
	c.phonePages(mux)
	return mux
}

// api holds the resources. Twilio's addresses end in ".json", which a pattern
// cannot express, so that withoutJSON takes it off first.
func (c *Carrier) api() http.Handler {
	mux := http.NewServeMux()
	base := c.accountPath() + "/Messages"
	mux.HandleFunc("POST "+base, c.createMessage)
	mux.HandleFunc("GET "+base, c.listMessages)
	mux.HandleFunc("GET "+base+"/{sid}", c.fetchMessage)
	mux.HandleFunc("POST "+base+"/{sid}", c.updateMessage)
	mux.HandleFunc("DELETE "+base+"/{sid}", c.deleteMessage)
	mux.HandleFunc("GET "+base+"/{sid}/Media", c.listMedia)
	mux.HandleFunc("GET "+base+"/{sid}/Media/{media}", c.fetchMedia)
	mux.HandleFunc("DELETE "+base+"/{sid}/Media/{media}", c.deleteMedia)
	for _, path := range []string{base, base + "/{sid}", base + "/{sid}/Media", base + "/{sid}/Media/{media}"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { refuse(w, errMethod) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, errNotFound) })
	return withoutJSON(mux)
}

func withoutJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u := *r.URL
		u.Path, u.RawPath = strings.TrimSuffix(u.Path, ".json"), ""
		bare := *r
		bare.URL = &u
		next.ServeHTTP(w, &bare)
	})
}

// askedForJSON tells a media's description (.json) from its content. It reads
// the address as it was asked for, before withoutJSON.
func askedForJSON(r *http.Request) bool {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return strings.HasSuffix(path, ".json")
}

// authenticated lets the account's own callers in. Both parts are compared
// always and in constant time.
func (c *Carrier) authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, token, _ := r.BasicAuth()
		if same(user, c.cfg.AccountSID)&same(token, c.cfg.AuthToken) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
			refuse(w, errCredentials)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

func same(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}
