package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser walks through pages as one without scripts does: it follows links,
// keeps cookies, and sends forms with what stands in them.
type browser struct {
	t      testing.TB
	base   string
	client *http.Client
}

func newBrowser(t testing.TB, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, base: base, client: &http.Client{Jar: jar, Timeout: patience}}
}

// answered is an answer after all redirects.
type answered struct {
	status     int
	path, body string
}

func (b *browser) open(path string) answered {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil)
}

func (b *browser) do(method, path string, form url.Values) answered {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", formType)
		req.Header.Set("Origin", b.base)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answered{status: resp.StatusCode, path: resp.Request.URL.Path, body: string(body)}
}

// Fields in our templates have their name and their value in this order.
var (
	inputs   = regexp.MustCompile(`<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"([^>]*)>`)
	chosen   = regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`)
	selected = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// submit sends the form of a page that leads to an address, with some fields
// filled in, and fails the test unless it is taken.
func (b *browser) submit(from answered, action string, fill url.Values) answered {
	b.t.Helper()
	_, form, found := strings.Cut(from.body, `action="`+action+`"`)
	if !found {
		b.t.Fatalf("no form to %s on %s", action, from.path)
	}
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, in := range inputs.FindAllStringSubmatch(form, -1) {
		box := strings.Contains(in[0], `type="checkbox"`) || strings.Contains(in[0], `type="radio"`)
		if !box || strings.Contains(in[3], "checked") {
			values.Add(in[1], html.UnescapeString(in[2]))
		}
	}
	for _, menu := range chosen.FindAllStringSubmatch(form, -1) {
		if on := selected.FindStringSubmatch(menu[2]); on != nil {
			values.Set(menu[1], html.UnescapeString(on[1]))
		}
	}
	for name, value := range fill {
		values[name] = value
	}
	answer := b.do(http.MethodPost, action, values)
	if answer.status != http.StatusOK {
		b.t.Fatalf("%s answered %d", action, answer.status)
	}
	return answer
}

// tokenIn is the hidden token of the first form on a page.
func tokenIn(t testing.TB, at answered) string {
	t.Helper()
	for _, in := range inputs.FindAllStringSubmatch(at.body, -1) {
		if in[1] == "token" {
			return in[2]
		}
	}
	t.Fatalf("no token on %s", at.path)
	return ""
}

// cookie is the value of one of the site's cookies.
func (b *browser) cookie(name string) string {
	b.t.Helper()
	site, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(site) {
		if c.Name == name {
			return c.Value
		}
	}
	b.t.Fatalf("no cookie %s", name)
	return ""
}

// leave follows the link that leaves the site, but not to where it leads.
func (b *browser) leave() {
	b.t.Helper()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if at := b.open("/exit"); at.status != http.StatusSeeOther {
		b.t.Errorf("/exit answered %d", at.status)
	}
}
