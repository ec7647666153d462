package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
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

func (s *sample) sort() { slices.Sort(s.latencies) }

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
	conn, err := dial(ctx, l.addr)
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

// dial connects until lastAnswer after ctx ends. One deadline for the whole
// connection is cheaper than one for each message.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	const lastAnswer = 30 * time.Second
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(end.Add(lastAnswer))
	}
	return conn, err
}

func exchange(conn net.Conn, in *bufio.Reader, request []byte) (status int, err error) {
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
	load              *load
	path              string
	mac               hash.Hash
	signed, form, out []byte
}

func newWebhook(l *load) *webhook {
	return &webhook{load: l, path: "/hooks/twilio/sms", mac: hmac.New(sha1.New, []byte(l.token))}
}

func (w *webhook) build(n int64, from, body string) []byte {
	sid := messageSID(n)
	w.signed = append(append(w.signed[:0], w.load.publicURL...), w.path...)
	w.form = w.form[:0]
	w.add("AccountSid", w.load.account)
	w.add("ApiVersion", "2010-04-01")
	w.add("Body", body)
	w.add("From", from)
	w.add("FromCountry", "US")
	w.add("MessageSid", sid)
	w.add("NumMedia", "0")
	w.add("NumSegments", "1")
	w.add("SmsMessageSid", sid)
	w.add("SmsSid", sid)
	w.add("SmsStatus", "received")
	w.add("To", w.load.to)
	w.add("ToCountry", "US")
	w.mac.Reset()
	w.mac.Write(w.signed)
	var digest [sha1.Size]byte
	out := append(append(w.out[:0], "POST "...), w.path...)
	out = append(append(out, " HTTP/1.1\r\nHost: "...), w.load.addr...)
	out = append(out, "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\nX-Twilio-Signature: "...)
	out = base64.StdEncoding.AppendEncode(out, w.mac.Sum(digest[:0]))
	out = strconv.AppendInt(append(out, "\r\nContent-Length: "...), int64(len(w.form)), 10)
	w.out = append(append(out, "\r\n\r\n"...), w.form...)
	return w.out
}

func (w *webhook) add(name, value string) {
	w.signed = append(append(w.signed, name...), value...)
	if len(w.form) > 0 {
		w.form = append(w.form, '&')
	}
	w.form = append(append(append(w.form, name...), '='), url.QueryEscape(value)...)
}

// messageSID makes an id that is unique for n and, like the carrier's, falls
// anywhere in an index: consecutive ids would flatter the database.
func messageSID(n int64) string {
	x := uint64(n) * 0x9E3779B97F4A7C15 // splitmix64, a bijection
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	x ^= x >> 31
	var id [16]byte
	for i := range 8 {
		id[i] = byte(x >> (56 - 8*i))
		id[8+i] = ^id[i]
	}
	return "SM" + hex.EncodeToString(id[:])
}
