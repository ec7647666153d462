package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store/storetest"
)

// parcel is one webhook of the flood.
type parcel struct {
	sender, place int64 // whose message, and which of theirs
	twin          bool  // sent over two connections at the same moment
	fallback      bool
}

// flood is many webhooks of which three in ten are repetitions.
type flood struct {
	senders, each int64
	lanes         [][]parcel // a sender's messages are all in one lane, in order
	total, again  int
}

const floodLanes = 16

func newFlood(webhooks int, chance *rand.Rand) *flood {
	f := &flood{senders: 350, lanes: make([][]parcel, floodLanes)}
	f.each = int64(webhooks) * 7 / 10 / f.senders
	for i := range f.lanes {
		f.lanes[i] = f.lane(int64(i), chance)
		for _, p := range f.lanes[i] {
			f.total++
			if p.twin {
				f.total++
			}
		}
	}
	f.again = f.total - int(f.senders*f.each)
	return f
}

// lane shuffles its senders' messages into each other and adds the repetitions:
// half of them at once with the first copy, the others any time later.
func (f *flood) lane(n int64, chance *rand.Rand) (all []parcel) {
	var order []int64
	for s := n; s < f.senders; s += floodLanes {
		for range f.each {
			order = append(order, s)
		}
	}
	chance.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	sent := map[int64]int64{}
	for _, s := range order {
		all = append(all, parcel{sender: s, place: sent[s]})
		sent[s]++
	}
	again := (len(order)*3 + 13) / 14 // of each of the two sorts: six to fourteen is 30 % of all
	for _, i := range chance.Perm(len(all))[:again] {
		all[i].twin = true
	}
	for range again {
		at := chance.IntN(len(all))
		old := all[chance.IntN(at+1)]
		old.twin, old.fallback = false, chance.IntN(2) == 0
		all = append(all[:at+1], append([]parcel{old}, all[at+1:]...)...)
	}
	return all
}

func (f *flood) number(p parcel) int64 { return p.sender*f.each + p.place + 1 }

func floodText(p parcel) string { return fmt.Sprintf("part %d of what %d tells", p.place, p.sender) }

// door sends webhooks over one connection.
type door struct {
	load *load
	conn net.Conn
	in   *bufio.Reader
	main *webhook
	back *webhook
}

func openDoor(t testing.TB, l *load) *door {
	t.Helper()
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	d := &door{load: l, conn: conn, in: bufio.NewReader(conn), main: newWebhook(l), back: newWebhook(l)}
	d.back.path = "/hooks/twilio/fallback"
	return d
}

func (d *door) send(n int64, from, body string, fallback bool) (status int, err error) {
	w := d.main
	if fallback {
		w = d.back
	}
	return exchange(d.conn, d.in, w.build(n, from, body))
}

func TestProveFloodKeepsEachMessageOnceAndInOrder(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		f := newFlood(scaled(4_000, 100_000), rand.New(rand.NewPCG(7, 11)))
		if share := float64(f.again) / float64(f.total); share < .29 || share > .31 {
			t.Fatalf("%.2f of the webhooks are repetitions", share)
		}
		s := e.serve(t)
		var refused atomic.Int64
		var sending sync.WaitGroup
		for _, lane := range f.lanes {
			first, second := openDoor(t, s.load(1)), openDoor(t, s.load(1))
			sending.Go(func() { refused.Add(f.drive(lane, first, second)) })
		}
		sending.Wait()
		if n := refused.Load(); n > 0 {
			t.Fatalf("%d webhooks were not taken", n)
		}
		counters := s.counters(t)
		if got := counters["hearline_hooks_received_total"]; int(got) != f.total || int(counters["hearline_hooks_duplicates_total"]) != f.again {
			t.Errorf("counted %v received, %v known before; sent %d, %d again", got, counters["hearline_hooks_duplicates_total"], f.total, f.again)
		}
		if code := s.stop(t, patience); code != 0 {
			t.Errorf("exit code %d", code)
		}
		f.prove(t, e)
		t.Logf("%d webhooks, %d of them again", f.total, f.again)
	})
}

// drive sends one lane and returns how many webhooks were not answered 200.
func (f *flood) drive(lane []parcel, first, second *door) (refused int64) {
	note := func(status int, err error) {
		if err != nil || status != 200 {
			refused++
		}
	}
	for _, p := range lane {
		n, from, body := f.number(p), benchSender(p.sender+1), floodText(p)
		if !p.twin {
			note(first.send(n, from, body, p.fallback))
			continue
		}
		type answer struct {
			status int
			err    error
		}
		other := make(chan answer, 1)
		go func() {
			status, err := second.send(n, from, body, n%2 == 0)
			other <- answer{status, err}
		}()
		note(first.send(n, from, body, p.fallback))
		a := <-other
		note(a.status, a.err)
	}
	return refused
}

// prove reads every conversation back.
func (f *flood) prove(t *testing.T, e *estate) {
	t.Helper()
	storetest.Whole(t, e.database, true)
	db := e.open(t)
	inbound, different, assessed, err := db.Stored(t.Context())
	if want := int(f.senders * f.each); err != nil || inbound != want || different != want || assessed != want {
		t.Errorf("%d stored, %d ids, %d assessed, %v; want %d", inbound, different, assessed, err, want)
	}
	for sender := range f.senders {
		messages := inboundOf(t, db, hotline.Address(benchSender(sender+1)))
		if len(messages) != int(f.each) {
			t.Fatalf("sender %d: %d messages in the conversation, want %d", sender, len(messages), f.each)
		}
		for i, m := range messages {
			p := parcel{sender: sender, place: int64(i)}
			if m.ProviderID != messageSID(f.number(p)) || m.Text.Reveal() != floodText(p) {
				t.Fatalf("sender %d: place %d holds another message", sender, i)
			}
		}
	}
}
