package hub

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// held returns a pump whose first batch waits until release is called, and the
// batches that it delivered.
func held() (p *pump, release func() [][]hotline.Event) {
	var batches [][]hotline.Event
	begun, gate := make(chan struct{}), make(chan struct{})
	p = newPump(func(batch []hotline.Event) {
		if batches = append(batches, slices.Clone(batch)); len(batches) == 1 {
			close(begun)
			<-gate
		}
	})
	p.add(event(0))
	<-begun
	return p, func() [][]hotline.Event {
		close(gate)
		p.close()
		return batches
	}
}

func TestEqualEventsThatWaitTogetherBecomeOne(t *testing.T) {
	t.Parallel()
	p, release := held()
	for range 1000 {
		p.add(event(0))
		p.add(event(1))
	}
	batches := release()
	if len(batches) != 2 || !slices.Equal(batches[1], []hotline.Event{event(0), event(1)}) {
		t.Errorf("batches %+v", batches)
	}
}

func TestTooManyEventsBecomeOneResync(t *testing.T) {
	t.Parallel()
	p, release := held()
	for i := range pumpBuffer + 2 {
		p.add(event(i))
	}
	batches := release()
	want := []hotline.Event{resync, event(pumpBuffer + 1)}
	if len(batches) != 2 || !slices.Equal(batches[1], want) {
		t.Errorf("batches %+v", batches[1:])
	}
}

func FuzzDecode(f *testing.F) {
	good, _ := encode("node", []hotline.Event{event(1), resync})
	for _, seed := range []string{string(good), "", "null", "[]", `{"events":[{"priority":9}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decode(data)
		if err != nil {
			return
		}
		again, err := encode(p.Node, p.Events)
		if err != nil {
			t.Fatal(err)
		}
		var q parcel
		if err := json.Unmarshal(again, &q); err != nil || !slices.Equal(p.Events, q.Events) {
			t.Errorf("%+v became %+v (%v)", p, q, err)
		}
	})
}

// Publishing is on the path of every message: below a microsecond.
func BenchmarkPublish(b *testing.B) {
	m := NewMemory()
	defer m.Close()
	for range 20 {
		m.Subscribe(b.Context(), func(e hotline.Event) bool { return e.Topic == "queue" })
	}
	events := make([]hotline.Event, 1024)
	for i := range events {
		events[i] = event(i)
	}
	for i := 0; b.Loop(); i++ {
		m.Publish(events[i%len(events)])
	}
}
