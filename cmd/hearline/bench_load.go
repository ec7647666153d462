package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// load sends signed webhooks over keep-alive connections. It writes HTTP by
// hand: on two cores each microsecond that the client spends is taken from the
// server it measures.
type load struct {
	addr        string // host:port
	publicURL   string // what the signature is made over
	account     string
	token       string
	to          string
	connections int
	next        atomic.Int64
	acked       func(n int64) // told of each accepted message, by all connections at once; may be nil
}

// sample is what one run measured.
type sample struct {
	elapsed   time.Duration
	latencies []time.Duration // of accepted messages, sorted
	errors    int             // answers other than 200, and broken connections
}

func (s sample) perSecond() float64 { return float64(len(s.latencies)) / s.elapsed.Seconds() }

// percentile returns the latency in milliseconds below which p of the messages
// were answered.
func (s sample) percentile(p float64) float64 {
	if len(s.latencies) == 0 {
		return 0
	}
	i := min(int(p*float64(len(s.latencies))), len(s.latencies)-1)
	return float64(s.latencies[i].Microseconds()) / 1000
}

// run sends what message makes of a counter, on every connection, until the
// time is over.
func (l *load) run(ctx context.Context, d time.Duration, message func(n int64) (from, body string)) sample {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	parts := make([]sample, l.connections)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range parts {
		wg.Go(func() { parts[i] = l.connection(ctx, message) })
	}
	wg.Wait()
	total := sample{elapsed: time.Since(start)}
	for _, p := range parts {
		total.latencies = append(total.latencies, p.latencies...)
		total.errors += p.errors
	}
	slices.Sort(total.latencies)
	return total
}

func (l *load) connection(ctx context.Context, message func(int64) (string, string)) (s sample) {
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		s.errors++
		return s
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	w := newWebhook(l)
	for ctx.Err() == nil {
		n := l.next.Add(1)
		from, body := message(n)
		request := w.build(n, from, body)
		start := time.Now()
		status, err := exchange(conn, in, request)
		if err != nil {
			s.errors++
			return s
		}
		if status != 200 {
			s.errors++
			continue
		}
		s.latencies = append(s.latencies, time.Since(start))
		if l.acked != nil {
			l.acked(n)
		}
	}
	return s
}

func exchange(conn net.Conn, in *bufio.Reader, request []byte) (status int, err error) {
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, err
	}
	if _, err := conn.Write(request); err != nil {
		return 0, err
	}
	length := 0
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case first && len(line) >= 12:
			status, _ = strconv.Atoi(string(line[9:12]))
		case len(line) == 0:
			_, err := io.CopyN(io.Discard, in, int64(length))
			return status, err
		case len(line) > 15 && bytes.EqualFold(line[:15], []byte("content-length:")):
			length, _ = strconv.Atoi(string(bytes.TrimSpace(line[15:])))
		}
	}
}

// webhook builds one connection's requests in reused buffers. Its fields stand
// in the order of the alphabet, as Twilio's signature wants them.
type webhook struct {
	load      *load
	path, url string
	mac       hash.Hash
	form, out bytes.Buffer
}

func newWebhook(l *load) *webhook {
	const path = "/hooks/twilio/sms"
	return &webhook{load: l, path: path, url: l.publicURL + path, mac: hmac.New(sha1.New, []byte(l.token))}
}

func (w *webhook) build(n int64, from, body string) []byte {
	sid := messageSID(n)
	w.form.Reset()
	w.mac.Reset()
	io.WriteString(w.mac, w.url)
	for i, f := range [...][2]string{
		{"AccountSid", w.load.account},
		{"ApiVersion", "2010-04-01"},
		{"Body", body},
		{"From", from},
		{"FromCountry", "US"},
		{"MessageSid", sid},
		{"NumMedia", "0"},
		{"NumSegments", "1"},
		{"SmsMessageSid", sid},
		{"SmsSid", sid},
		{"SmsStatus", "received"},
		{"To", w.load.to},
		{"ToCountry", "US"},
	} {
		io.WriteString(w.mac, f[0])
		io.WriteString(w.mac, f[1])
		if i > 0 {
			w.form.WriteByte('&')
		}
		w.form.WriteString(f[0])
		w.form.WriteByte('=')
		w.form.WriteString(url.QueryEscape(f[1]))
	}
	w.out.Reset()
	fmt.Fprintf(&w.out, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\nX-Twilio-Signature: %s\r\nContent-Length: %d\r\n\r\n",
		w.path, w.load.addr, base64.StdEncoding.EncodeToString(w.mac.Sum(nil)), w.form.Len())
	w.out.Write(w.form.Bytes())
	return w.out.Bytes()
}

// messageSID makes an id that is unique for n and, like the carrier's, falls
// anywhere in an index: consecutive ids would flatter the database.
func messageSID(n int64) string {
	x := uint64(n) * 0x9E3779B97F4A7C15 // splitmix64, a bijection
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	x ^= x >> 31
	return fmt.Sprintf("SM%016x%016x", x, ^x)
}
