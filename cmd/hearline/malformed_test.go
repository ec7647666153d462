package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/simulator"
)

// malformed makes requests none of which may be taken, as bytes on the wire.
type malformed struct {
	public string
	chance *rand.Rand
	big    string
}

const formType = "application/x-www-form-urlencoded"

var hookPaths = []string{"/hooks/twilio/sms", "/hooks/twilio/fallback", "/hooks/twilio/status"}

// valid is the form that every other one differs from in one thing.
func valid() url.Values {
	return url.Values{
		"MessageSid": {"SM00000000000000000000000000000bad"}, "AccountSid": {benchAccount}, "From": {"+15550100177"},
		"To": {benchNumber}, "Body": {"hello"}, "NumMedia": {"0"}, "NumSegments": {"1"}, "MessageStatus": {"sent"},
	}
}

// signed changes the valid form and signs what comes out, so that nothing but
// the change is wrong.
func (m *malformed) signed(change func(url.Values)) string {
	form := valid()
	change(form)
	body := form.Encode()
	return m.post(hookPaths[m.chance.IntN(2)], formType, m.sign(form), body)
}

// signedStatus is signed for the door of status callbacks.
func (m *malformed) signedStatus(change func(url.Values)) string {
	form := valid()
	change(form)
	return m.post(hookPaths[2], formType, simulator.Sign(benchToken, m.public+hookPaths[2], form), form.Encode())
}

// sign signs for both doors of messages: the caller's path is drawn anew, so
// half of the requests are signed for the wrong door, which is a fault too.
func (m *malformed) sign(form url.Values) string {
	return simulator.Sign(benchToken, m.public+hookPaths[m.chance.IntN(2)], form)
}

func (m *malformed) post(path, contentType, signature, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: h\r\nContent-Type: %s\r\nX-Twilio-Signature: %s\r\nContent-Length: %d\r\n\r\n%s",
		path, contentType, signature, len(body), body)
}

func (m *malformed) anyPath() string { return hookPaths[m.chance.IntN(len(hookPaths))] }

func (m *malformed) noise(n int) string {
	var b strings.Builder
	for range m.chance.IntN(n) {
		b.WriteByte(byte(m.chance.IntN(256)))
	}
	return b.String()
}

// set puts one value in place of the right one.
func set(name string, values ...string) func(url.Values) {
	return func(f url.Values) { f[name] = values }
}

func drop(names ...string) func(url.Values) {
	return func(f url.Values) {
		for _, n := range names {
			delete(f, n)
		}
	}
}

// kinds is every way to be wrong.
func (m *malformed) kinds() []func() string {
	var kinds []func() string
	for _, change := range []func(url.Values){
		set("Body", "one", "two"), set("From", "+15550100177", "+15550100178"),
		set("From", "\xc3\x28"), set("From", "+1555\x00"), set("From", ""), set("From", "+"), set("From", "+1 (555) 0100-177"),
		set("From", strings.Repeat("1", 2000)), set("From", "whatsapp:"), set("To", "'; DROP TABLE messages"), set("To", ""),
		set("MessageSid", "SM/../../etc"), set("MessageSid", strings.Repeat("S", 65)), set("MessageSid", "SM1", "SM2"),
		set("NumMedia", "-1"), set("NumMedia", "eleven"), set("NumMedia", "99999999999999999999"), set("NumMedia", "2"), set("NumMedia", "0x1"),
		set("NumSegments", "many"), set("Latitude", "north"), set("Latitude", "91"), set("Longitude", "NaN"),
		set("Body", strings.Repeat("x", 70<<10)), drop("MessageSid"), drop("From"), drop("To"), drop("Body"), drop("Body", "From", "To"),
	} {
		kinds = append(kinds, func() string { return m.signed(change) })
	}
	for _, change := range []func(url.Values){
		drop("MessageStatus"), set("MessageStatus", "de livered"), set("MessageStatus", strings.Repeat("x", 40)), set("MessageStatus", "\xff"),
		set("ErrorCode", "lots"), set("ErrorCode", "-5"), drop("MessageSid"), set("MessageSid", "a b"), set("MessageStatus", "sent", "read"),
	} {
		kinds = append(kinds, func() string { return m.signedStatus(change) })
	}
	return append(kinds, m.wire()...)
}

// wire is what is wrong below the form: signature, type, length, method.
func (m *malformed) wire() []func() string {
	right := valid().Encode()
	return []func() string{
		func() string { return m.post(m.anyPath(), formType, "", right) },
		func() string { return m.post(m.anyPath(), formType, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", right) },
		func() string { return m.post(m.anyPath(), formType, "not base64 \xff", right) },
		func() string { return m.post(m.anyPath(), formType, m.sign(url.Values{}), right) },
		func() string { return m.post(m.anyPath(), "application/json", "x", `{"MessageSid":"SM1"}`) },
		func() string { return m.post(m.anyPath(), "multipart/form-data; boundary=x", "x", "--x\r\n\r\n--") },
		func() string { return m.post(m.anyPath(), "", "x", "") },
		func() string { return m.post(m.anyPath(), formType, "x", "%zz=%&==&;") },
		func() string { return m.post(m.anyPath(), formType, "x", strings.Repeat("a=1&", 600)) },
		func() string { return m.post(m.anyPath(), formType, "x", m.noise(300)) },
		func() string { return m.post(m.anyPath()+"?a=%zz", formType, "x", right) },
		func() string { return m.post(m.anyPath()+"/more", formType, "x", right) },
		func() string { return "GET " + m.anyPath() + "?" + right + " HTTP/1.1\r\nHost: h\r\n\r\n" },
		func() string {
			return strings.Replace(m.post(m.anyPath(), formType, "x", right), "POST", "PUT", 1)
		},
		func() string {
			return "POST " + m.anyPath() + " HTTP/1.1\r\nHost: h\r\nContent-Type: " + formType + "\r\nX-Twilio-Signature: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
				fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(right), right)
		},
		func() string {
			return "POST " + m.anyPath() + " HTTP/1.1\r\nHost: h\r\nContent-Type: " + formType + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno length\r\n"
		},
		func() string { return m.post(m.anyPath(), formType, "x", right)[:60+m.chance.IntN(100)] }, // cut off
		func() string { return m.noise(200) + "\r\n\r\n" },
	}
}

// huge has a field of a megabyte, or a body beyond all limits.
func (m *malformed) huge() string {
	body := "MessageSid=SM1&From=%2B15550100177&Body=" + m.big
	if m.chance.IntN(2) == 0 {
		body += m.big
	}
	return m.post(m.anyPath(), formType, "x", body)
}

// batch is one to four requests in a row on one connection.
func (m *malformed) batch() (requests []string) {
	kinds := m.kinds()
	if m.chance.IntN(60) == 0 {
		return []string{m.huge()}
	}
	for range 1 + m.chance.IntN(4) {
		requests = append(requests, kinds[m.chance.IntN(len(kinds))]())
	}
	return requests
}

// fling writes all requests at once, closes its side and reads what comes. It
// returns the statuses: as many as requests, or fewer when one of them made the
// server hang up.
func fling(addr string, requests []string) (statuses []int, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	go func() { // not waited for: the server may answer and hang up before it has read all
		_, _ = io.WriteString(conn, strings.Join(requests, ""))
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	in := bufio.NewReader(conn)
	for {
		resp, err := http.ReadResponse(in, nil)
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			return statuses, err
		}
		if err != nil {
			return statuses, nil
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		statuses = append(statuses, resp.StatusCode)
	}
}

func TestProveMalformedWebhooksChangeNothing(t *testing.T) {
	t.Parallel()
	const wanted = 10_000
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	s := e.serve(t)
	begun := time.Now()
	var mu sync.Mutex
	answers, sent := map[int]int{}, 0
	var flinging sync.WaitGroup
	for lane := range uint64(8) {
		flinging.Go(func() {
			m := &malformed{public: s.url(), chance: rand.New(rand.NewPCG(3, lane)), big: strings.Repeat("x", 1<<20)}
			for done := false; !done; {
				requests := m.batch()
				statuses, err := fling(s.addr, requests)
				mu.Lock()
				if err != nil {
					t.Errorf("%v, after %d answers to %q", err, len(statuses), requests)
				}
				sent += len(requests)
				for _, status := range statuses {
					answers[status]++
				}
				done = sent >= wanted || err != nil
				mu.Unlock()
			}
		})
	}
	flinging.Wait()
	took := time.Since(begun)
	t.Logf("%d requests in %s, answered %v", sent, took.Round(time.Millisecond), answers)
	for status, n := range answers {
		if status < 400 || status > 499 {
			t.Errorf("status %d, %d times", status, n)
		}
	}
	if answers[400] < wanted/10 || answers[403] < wanted/10 {
		t.Error("too few came through to be judged")
	}
	proveUntouched(t, e, s, took)
}

func proveUntouched(t *testing.T, e *estate, s *server, took time.Duration) {
	t.Helper()
	if status, _ := get(t, s.url()+"/readyz"); status != http.StatusOK {
		t.Errorf("after the flood: %d", status)
	}
	counters := s.counters(t)
	if counters["hearline_hooks_received_total"]+counters["hearline_hooks_statuses_total"]+counters["hearline_hooks_unavailable_total"] > 0 {
		t.Errorf("something was taken: %v received, %v states, %v unavailable", counters["hearline_hooks_received_total"],
			counters["hearline_hooks_statuses_total"], counters["hearline_hooks_unavailable_total"])
	}
	if code := s.stop(t, patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if log := s.stderr.Bytes(); bytes.Contains(log, []byte("panic")) || bytes.Contains(log, []byte("5550100")) || len(log) > 64<<10 {
		t.Errorf("%d bytes of log: %.2000s", len(log), log)
	}
	db := e.open(t)
	inbound, _, _, err := db.Stored(t.Context())
	if err != nil || inbound != 0 {
		t.Errorf("%d stored, %v", inbound, err)
	}
	waiting, err := db.Outstanding(t.Context())
	if err != nil || waiting != 0 {
		t.Errorf("%d to send, %v", waiting, err)
	}
	// Twenty a second for each of two reasons, and the seconds at both ends.
	kept, err := db.QuarantinedCount(t.Context())
	if most := 40 * (int(took.Seconds()) + 2); err != nil || kept == 0 || kept > most {
		t.Errorf("%d in quarantine, %v; at most %d are allowed", kept, err, most)
	}
}
