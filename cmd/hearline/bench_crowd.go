package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

// chatCrowd is the visitors, each with an open page, and the staff who write to
// them.
type chatCrowd struct {
	addr   string
	seed   *chatSeed
	client *http.Client
	chats  []*openChat

	mu        sync.Mutex
	latencies []time.Duration
	errors    int
	awaited   sync.WaitGroup // replies on their way
}

// openChat is one visitor's page: a stream, and the list that it reads when the
// stream tells it to.
type openChat struct {
	crowd  *chatCrowd
	cookie string
	id     hotline.ConversationID
	stream net.Conn

	mu     sync.Mutex
	mark   string // what the awaited reply says; "" for none
	sentAt time.Time
}

// inFlight is how many requests of staff and visitors are under way at a time.
const inFlight = 64

func newChatCrowd(addr string, seed *chatSeed, chats int) *chatCrowd {
	w := &chatCrowd{addr: addr, seed: seed, client: &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{MaxConnsPerHost: inFlight, MaxIdleConnsPerHost: inFlight},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for i, id := range seed.ids[:chats] {
		w.chats = append(w.chats, &openChat{crowd: w, cookie: seed.cookies[i], id: id})
	}
	return w
}

// warm opens each kind of page a few times, so that the memory that the server
// has before the chats open holds what every server has.
func (w *chatCrowd) warm(ctx context.Context) error {
	var wg sync.WaitGroup
	failed := make(chan error, inFlight)
	for n := range inFlight {
		wg.Go(func() {
			for range 4 {
				if _, err := w.list(ctx, w.chats[n%len(w.chats)].cookie); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

// open opens all streams and returns when each has said its first word.
func (w *chatCrowd) open() error {
	var wg sync.WaitGroup
	failed := make(chan error, len(w.chats))
	turns := make(chan struct{}, inFlight)
	for _, chat := range w.chats {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			if err := chat.open(); err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

func (o *openChat) open() (err error) {
	if o.stream, err = net.Dial("tcp", o.crowd.addr); err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.stream, "GET /c/events HTTP/1.1\r\nHost: %s\r\nCookie: m=%s\r\n\r\n", o.crowd.addr, o.cookie)
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(o.stream, 512)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("a chat did not open: %w", err)
		}
		if strings.HasPrefix(line, "retry:") {
			go o.follow(lines)
			return nil
		}
	}
}

// follow reads the stream until it ends.
func (o *openChat) follow(lines *bufio.Reader) {
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		if strings.HasPrefix(line, "data: new") {
			o.look()
		}
	}
}

// look reads the list and notes when the awaited reply is in it.
func (o *openChat) look() {
	o.mu.Lock()
	mark, sentAt := o.mark, o.sentAt
	o.mu.Unlock()
	if mark == "" {
		return
	}
	list, err := o.crowd.list(context.Background(), o.cookie)
	if err == nil && !strings.Contains(list, mark) {
		return // there was news, and not this; the stream tells again
	}
	o.settle(mark, time.Since(sentAt), err)
}

// settle ends the wait for a reply, once.
func (o *openChat) settle(mark string, took time.Duration, err error) {
	o.mu.Lock()
	mine := o.mark == mark
	if mine {
		o.mark = ""
	}
	o.mu.Unlock()
	if !mine {
		return
	}
	w := o.crowd
	w.mu.Lock()
	if err != nil {
		w.errors++
	} else {
		w.latencies = append(w.latencies, took)
	}
	w.mu.Unlock()
	w.awaited.Done()
}

// write lets staff reply at a steady rate, to each chat in turn, and waits for
// what is still on its way.
func (w *chatCrowd) write(ctx context.Context, rate int, d time.Duration) {
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	end := time.Now().Add(d)
	for n := 0; time.Now().Before(end) && ctx.Err() == nil; n++ {
		<-tick.C
		go w.reply(ctx, w.chats[n%len(w.chats)], n)
	}
	time.AfterFunc(5*time.Second, func() {
		for _, o := range w.chats {
			o.mu.Lock()
			mark := o.mark
			o.mu.Unlock()
			if mark != "" {
				o.settle(mark, 0, context.DeadlineExceeded)
			}
		}
	})
	w.awaited.Wait()
}

func (w *chatCrowd) reply(ctx context.Context, o *openChat, n int) {
	mark := "reply number " + strconv.Itoa(n) + "."
	o.mu.Lock()
	if o.mark != "" { // still waits for the last one, which counts against us already
		o.mu.Unlock()
		return
	}
	o.mark, o.sentAt = mark, time.Now()
	w.awaited.Add(1)
	o.mu.Unlock()
	form := url.Values{"csrf": {w.seed.csrf()}, "once": {drawToken()}, "text": {"I read what you wrote. This is " + mark}}
	status, err := w.post(ctx, "/o/conv/"+string(o.id)+"/reply", form)
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("a reply was answered %d", status)
	}
	if err != nil {
		o.settle(mark, 0, err)
	}
}

func (w *chatCrowd) post(ctx context.Context, path string, form url.Values) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.AddCookie(&http.Cookie{Name: "desk", Value: w.seed.desk})
	resp, err := w.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// list is a visitor's list of messages.
func (w *chatCrowd) list(ctx context.Context, cookie string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.addr+"/c/log", nil)
	if err != nil {
		return "", err
	}
	req.AddCookie(&http.Cookie{Name: "m", Value: cookie})
	resp, err := w.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("a list was answered %d", resp.StatusCode)
	}
	return string(body), err
}

func (w *chatCrowd) close() {
	for _, o := range w.chats {
		if o.stream != nil {
			_ = o.stream.Close()
		}
	}
}
