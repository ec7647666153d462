package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) string { return morning.Add(d).Format(time.RFC3339) }
	wa := "whatsapp:"
	scheduled := []string{"From", "", "MessagingServiceSid", service, "ScheduleType", "fixed", "SendAt"}
	for _, row := range []struct {
		name   string
		change []string
		code   int    // refused with this
		status string // or accepted with this
	}{
		{"plain", nil, 0, "queued"},
		{"by service", []string{"From", "", "MessagingServiceSid", service}, 0, "accepted"},
		{"whatsapp", []string{"To", wa + person, "From", wa + simulator.DefaultNumber}, 0, "queued"},
		{"picture only", []string{"Body", "", "MediaUrl", "https://files.example/a.jpg"}, 0, "queued"},
		{"longest", []string{"Body", strings.Repeat("م", 1600)}, 0, "queued"},
		{"scheduled", append(slices.Clone(scheduled), in(time.Hour)), 0, "scheduled"},
		{"no recipient", []string{"To", ""}, 21604, ""},
		{"bad recipient", []string{"To", "hello"}, 21211, ""},
		{"no sender", []string{"From", ""}, 21603, ""},
		{"foreign sender", []string{"From", "+15550100155"}, 21606, ""},
		{"channels differ", []string{"To", wa + person}, 21910, ""},
		{"bad service", []string{"MessagingServiceSid", "MG1"}, 21705, ""},
		{"no text", []string{"Body", ""}, 21602, ""},
		{"too long", []string{"Body", strings.Repeat("a", 1601)}, 21617, ""},
		{"broken text", []string{"Body", "\xff"}, 20001, ""},
		{"bad callback", []string{"StatusCallback", "ftp://x"}, 21609, ""},
		{"bad validity", []string{"ValidityPeriod", "36001"}, 20001, ""},
		{"scheduled without service", []string{"ScheduleType", "fixed", "SendAt", in(time.Hour)}, 35118, ""},
		{"scheduled too soon", append(slices.Clone(scheduled), in(time.Minute)), 35114, ""},
		{"scheduled too late", append(slices.Clone(scheduled), in(36*24*time.Hour)), 35114, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := newLine(t, simulator.Config{Now: func() time.Time { return morning }})
			a := l.call("POST", ".json", order(row.change...))
			if row.code != 0 {
				if a.status != http.StatusBadRequest || l.code(a) != row.code || len(l.Messages()) != 0 {
					t.Fatalf("got %d %s, want code %d and nothing kept", a.status, a.body, row.code)
				}
				return
			}
			if got := a.json(t)["status"]; a.status != http.StatusCreated || got != row.status {
				t.Fatalf("got %d %v, want %s", a.status, got, row.status)
			}
		})
	}
}

func TestOnlyTheAccountGetsIn(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	path := "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json"
	for name, login := range map[string][2]string{
		"nobody": {}, "wrong token": {simulator.DefaultAccountSID, "x"}, "wrong account": {"AC1", simulator.DefaultAuthToken},
	} {
		r := httptest.NewRequest("GET", path, nil)
		if login[0] != "" {
			r.SetBasicAuth(login[0], login[1])
		}
		if a := l.serve(r); a.status != http.StatusUnauthorized || l.code(a) != 20003 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestUnknownAddresses(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	for _, row := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/SM00000000000000000000000000000000.json", 404},
		{"DELETE", "/SM00000000000000000000000000000000.json", 404},
		{"GET", "/SM00000000000000000000000000000000/Media.json", 404},
		{"GET", "/x/y/z.json", 404},
		{"PUT", ".json", 405},
	} {
		if a := l.call(row.method, row.path, nil); a.status != row.status {
			t.Errorf("%s %s: %d, want %d", row.method, row.path, a.status, row.status)
		}
	}
	if a := l.request("GET", "/2010-04-01/Accounts/AC11111111111111111111111111111111/Messages.json", nil); a.status != 404 {
		t.Errorf("another account: %d", a.status)
	}
}

func TestUpdateAndDelete(t *testing.T) {
	t.Parallel()
	slow := simulator.Config{Now: func() time.Time { return morning }, Pace: time.Hour}
	later := order("From", "", "MessagingServiceSid", service, "ScheduleType", "fixed",
		"SendAt", morning.Add(time.Hour).Format(time.RFC3339))
	for _, row := range []struct {
		name   string
		first  url.Values
		update url.Values // nil: delete
		status int
		code   int
	}{
		{"blank while queued", order(), url.Values{"Body": {""}}, 409, 20009},
		{"other text", order(), url.Values{"Body": {"new"}}, 400, 30400},
		{"both", later, url.Values{"Body": {""}, "Status": {"canceled"}}, 400, 30400},
		{"neither", order(), url.Values{}, 400, 30400},
		{"other status", later, url.Values{"Status": {"sent"}}, 400, 30400},
		{"cancel queued", order(), url.Values{"Status": {"canceled"}}, 409, 30409},
		{"cancel scheduled", later, url.Values{"Status": {"canceled"}}, 200, 0},
		{"delete queued", order(), nil, 409, 20009},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := newLine(t, slow)
			sid := l.create(row.first)
			method := "POST"
			if row.update == nil {
				method = "DELETE"
			}
			a := l.call(method, "/"+sid+".json", row.update)
			if a.status != row.status || l.code(a) != row.code {
				t.Fatalf("got %d %s, want %d, code %d", a.status, a.body, row.status, row.code)
			}
		})
	}
}

func TestBlankedTextIsGone(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	sid, err := l.Send(t.Context(), simulator.Sending{From: person, Body: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if a := l.call("POST", "/"+sid+".json", url.Values{"Body": {""}}); a.json(t)["body"] != "" {
		t.Fatalf("blanked: %s", a.body)
	}
	if m := l.Messages(); m[0].Body != "" {
		t.Fatal("the text is still kept")
	}
}

func TestContentNotRetained(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	sid := l.create(order("ContentRetention", "discard"))
	await(t, "text discarded", func() bool { return l.call("GET", "/"+sid+".json", nil).json(t)["body"] == "" })
}

func TestMediaContent(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	sid, err := l.Send(t.Context(), simulator.Sending{From: person, Media: []simulator.Attachment{{ContentType: "image/png", Content: []byte("dots")}}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(sid, "MM") {
		t.Errorf("id of a picture message: %s", sid)
	}
	file := l.Messages()[0].Media[0].SID
	a := l.call("GET", "/"+sid+"/Media/"+file, nil)
	if a.status != 200 || string(a.body) != "dots" || a.header.Get("Content-Type") != "image/png" {
		t.Errorf("content: %d %q %s", a.status, a.body, a.header)
	}
	out := l.create(order("MediaUrl", "https://files.example/map.jpg"))
	file = l.Messages()[1].Media[0].SID
	a = l.call("GET", "/"+out+"/Media/"+file, nil)
	if a.status != 307 || a.header.Get("Location") != "https://files.example/map.jpg" {
		t.Errorf("outbound content: %d %s", a.status, a.header)
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	now := morning
	l := newLine(t, simulator.Config{Now: func() time.Time { return now }})
	for _, from := range []string{person, other} {
		for range 2 {
			if err := l.Text(t.Context(), from, "hello"); err != nil {
				t.Fatal(err)
			}
			now = now.Add(24 * time.Hour)
		}
	}
	at := func(d time.Duration) string { return morning.Add(d).Format(time.RFC3339) }
	const day = 24 * time.Hour
	for _, row := range []struct {
		query url.Values
		want  int
	}{
		{url.Values{}, 4},
		{url.Values{"From": {person}}, 2},
		{url.Values{"To": {person}}, 0},
		{url.Values{"To": {simulator.DefaultNumber}, "From": {other}}, 2},
		{url.Values{"DateSent": {"2025-05-13"}}, 1},
		{url.Values{"DateSent": {at(day)}}, 1},
		{url.Values{"DateSent>": {"2025-05-13"}}, 3},
		{url.Values{"DateSent<": {"2025-05-13"}}, 2},
		{url.Values{"DateSent>": {at(day)}}, 3},
		{url.Values{"DateSent>": {at(day + time.Second)}}, 2},
		{url.Values{"DateSent<": {at(day)}}, 2},
		{url.Values{"DateSent<": {at(day - time.Second)}}, 1},
		{url.Values{"DateSent>": {at(day)}, "DateSent<": {at(2 * day)}, "From": {other}}, 1},
		{url.Values{"DateSent": {"yesterday"}}, -1},
		{url.Values{"PageSize": {"0"}}, -1},
		{url.Values{"PageToken": {"PASM"}}, -1},
		{url.Values{"PageToken": {"what"}}, -1},
		{url.Values{"Page": {"1"}}, -1},
	} {
		a := l.call("GET", ".json?"+row.query.Encode(), nil)
		if row.want < 0 {
			if a.status != 400 || l.code(a) != 20001 {
				t.Errorf("%v: %d %s", row.query, a.status, a.body)
			}
			continue
		}
		if got := len(a.json(t)["messages"].([]any)); got != row.want {
			t.Errorf("%v: %d messages, want %d", row.query, got, row.want)
		}
	}
}

// However many messages, whatever the page size, and with new ones arriving and
// old ones deleted between the pages: following next_page_uri shows each message
// that was there throughout exactly once, newest first.
func TestPagingShowsEachMessageOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := simulator.New(simulator.Config{Keep: 64})
		defer c.Close()
		l := &line{t, c, c.Handler()}
		total := rapid.IntRange(0, 90).Draw(rt, "messages")
		for range total {
			if err := c.Text(t.Context(), person, "hello"); err != nil {
				rt.Fatal(err)
			}
		}
		var want []string
		for _, m := range slices.Backward(c.Messages()) {
			want = append(want, m.SID)
		}
		size := rapid.IntRange(1, 40).Draw(rt, "page size")
		gone := rapid.SampledFrom([]bool{true, false}).Draw(rt, "delete")
		path := "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json?" +
			url.Values{"PageSize": {strconv.Itoa(size)}, "From": {person}}.Encode()
		var got []string
		for path != "" {
			page := l.request("GET", path, nil).json(t)
			rows := page["messages"].([]any)
			for _, row := range rows {
				got = append(got, row.(map[string]any)["sid"].(string))
			}
			if len(rows) > size || page["start"].(float64) != float64(len(got)-len(rows)) {
				rt.Fatalf("page of %d starts at %v", len(rows), page["start"])
			}
			if gone && len(got) > 0 {
				l.call("DELETE", "/"+got[len(got)-1]+".json", nil)
			}
			path, _ = page["next_page_uri"].(string)
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("got %d messages, want %d", len(got), len(want))
		}
	})
}

func TestOldestAreForgotten(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{Keep: 3})
	var sids []string
	for range 5 {
		sid, err := l.Send(t.Context(), simulator.Sending{From: person, Body: "hello"})
		if err != nil {
			t.Fatal(err)
		}
		sids = append(sids, sid)
	}
	var kept []string
	for _, m := range l.Messages() {
		kept = append(kept, m.SID)
	}
	if !slices.Equal(kept, sids[2:]) {
		t.Errorf("kept %v, want %v", kept, sids[2:])
	}
	if a := l.call("GET", "/"+sids[0]+".json", nil); a.status != 404 {
		t.Errorf("forgotten message: %d", a.status)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	for name, s := range map[string]simulator.Sending{
		"no sender": {Body: "x"}, "no text": {From: person}, "long": {From: person, Body: strings.Repeat("x", 6401)},
		"eleven files": {From: person, Media: make([]simulator.Attachment, 11)},
	} {
		if _, err := l.Send(t.Context(), s); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
