package channels_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

type ledger struct {
	known      []string
	checkpoint time.Time
	set        bool
	tallies    []hotline.Tally
}

func (l *ledger) AddTallies(_ context.Context, tallies []hotline.Tally) error {
	l.tallies = append(l.tallies, tallies...)
	return nil
}

func (l *ledger) Missing(_ context.Context, ids []string) (missing []string, err error) {
	for _, id := range ids {
		if !slices.Contains(l.known, id) {
			missing = append(missing, id)
		}
	}
	return missing, nil
}

func (l *ledger) Checkpoint(context.Context, string) (time.Time, error) { return l.checkpoint, nil }

func (l *ledger) SetCheckpoint(_ context.Context, _ string, at time.Time) error {
	l.checkpoint, l.set = at, true
	return nil
}

// history lists its ids two to a page; those in media have an attachment.
type history struct {
	ids   []string
	err   error
	since time.Time
	media map[string]error // what asking for it brings
	asked []string         // whose attachments were asked for
}

func (h *history) InboundSince(_ context.Context, since time.Time, page func([]hotline.Inbound) error) error {
	h.since = since
	for part := range slices.Chunk(h.ids, 2) {
		var heard []hotline.Inbound
		for _, id := range part {
			in := hotline.Inbound{ProviderID: id, At: noon.Add(time.Duration(id[0]) * time.Second)}
			if _, ok := h.media[id]; ok {
				in.Media = make([]hotline.Media, 2)
			}
			heard = append(heard, in)
		}
		if err := page(heard); err != nil {
			return err
		}
	}
	return h.err
}

func (h *history) Media(_ context.Context, id string) ([]hotline.Media, error) {
	h.asked = append(h.asked, id)
	if err := h.media[id]; err != nil {
		return nil, err
	}
	return []hotline.Media{{ContentType: "image/png", URL: "https://carrier.example/1"}}, nil
}

func TestReconcile(t *testing.T) {
	t.Parallel()
	trouble := errors.New("trouble")
	cases := map[string]struct {
		listed, known []string
		checkpoint    time.Time
		receive       map[string]error // nil error means a duplicate
		carrier       error
		want          channels.Report
		filed         []string
		since         time.Time
		err           error
	}{
		"nothing":      {since: noon.Add(-24 * time.Hour)},
		"all known":    {listed: []string{"a", "b"}, known: []string{"a", "b"}, checkpoint: noon.Add(-time.Minute), want: channels.Report{Carrier: 2, Stored: 2}, since: noon.Add(-2 * time.Hour)},
		"newest first": {listed: []string{"c", "b", "a"}, known: []string{"b"}, want: channels.Report{Carrier: 3, Stored: 1, Filed: 2}, filed: []string{"a", "c"}, since: noon.Add(-24 * time.Hour)},
		"gap":          {listed: []string{"a", "b", "c"}, known: []string{"b"}, want: channels.Report{Carrier: 3, Stored: 1, Filed: 2}, filed: []string{"a", "c"}, since: noon.Add(-24 * time.Hour)},
		"meanwhile":    {listed: []string{"a", "b"}, receive: map[string]error{"a": nil}, want: channels.Report{Carrier: 2, Stored: 1, Filed: 1}, filed: []string{"a", "b"}, since: noon.Add(-24 * time.Hour)},
		"one fails":    {listed: []string{"a", "b"}, receive: map[string]error{"a": trouble}, want: channels.Report{Carrier: 2, Filed: 1}, filed: []string{"a", "b"}, since: noon.Add(-24 * time.Hour), err: trouble},
		"refused":      {listed: []string{"a", "b"}, receive: map[string]error{"a": hotline.Errorf(hotline.Invalid, "no sender")}, want: channels.Report{Carrier: 2, Filed: 1, Refused: 1}, filed: []string{"a", "b"}, since: noon.Add(-24 * time.Hour)},
		"no carrier":   {listed: []string{"a"}, carrier: trouble, since: noon.Add(-24 * time.Hour), err: trouble},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book, past := &ledger{known: tc.known, checkpoint: tc.checkpoint}, &history{ids: tc.listed, err: tc.carrier}
			var filed []string
			receive := func(_ context.Context, in hotline.Inbound) (hotline.Receipt, error) {
				filed = append(filed, in.ProviderID)
				err, given := tc.receive[in.ProviderID]
				return hotline.Receipt{Duplicate: given}, err
			}
			got, err := channels.Reconcile(context.Background(), past, book, receive, clock)
			if got != tc.want || !errors.Is(err, tc.err) || !slices.Equal(filed, tc.filed) || !past.since.Equal(tc.since) {
				t.Errorf("got %+v, %v, filed %v since %v", got, err, filed, past.since)
			}
			counted := channels.Report{}
			for _, h := range book.tallies {
				counted.Carrier, counted.Stored, counted.Filed = counted.Carrier+h.Carrier, counted.Stored+h.Stored-h.Filed, counted.Filed+h.Filed
			}
			counted.Refused = got.Refused
			if got != counted {
				t.Errorf("kept %+v of %+v", book.tallies, got)
			}
			if moved := book.set && book.checkpoint.Equal(noon); moved != (tc.err == nil) {
				t.Errorf("checkpoint %v", book.checkpoint)
			}
		})
	}
}

// Attachments are asked for only where the message is missing, and what cannot
// be had keeps no message out, neither this nor another.
func TestReconcileAttachments(t *testing.T) {
	t.Parallel()
	past := &history{
		ids:   []string{"d", "c", "b", "a"},
		media: map[string]error{"a": nil, "b": nil, "c": errors.New("trouble")},
	}
	book := &ledger{known: []string{"a"}}
	filed := map[string][]hotline.Media{}
	got, err := channels.Reconcile(context.Background(), past, book, func(_ context.Context, in hotline.Inbound) (hotline.Receipt, error) {
		filed[in.ProviderID] = in.Media
		return hotline.Receipt{}, nil
	}, clock)
	want := channels.Report{Carrier: 4, Stored: 1, Filed: 3, Bare: 2}
	if got != want || err != nil || !book.set {
		t.Errorf("got %+v, %v", got, err)
	}
	if !slices.Equal(past.asked, []string{"b", "c"}) {
		t.Errorf("asked for the attachments of %v", past.asked)
	}
	picture := hotline.Media{ContentType: "image/png", URL: "https://carrier.example/1"}
	for id, want := range map[string][]hotline.Media{"b": {picture, {}}, "c": {{}, {}}, "d": nil} {
		if !slices.Equal(filed[id], want) {
			t.Errorf("%s was filed with %+v", id, filed[id])
		}
	}
}

// Who is told to stop does not file half a message.
func TestReconcileStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	past, book := &history{ids: []string{"a"}, media: map[string]error{"a": context.Canceled}}, &ledger{}
	_, err := channels.Reconcile(ctx, past, book, func(context.Context, hotline.Inbound) (hotline.Receipt, error) {
		t.Error("filed without its attachments")
		return hotline.Receipt{}, nil
	}, clock)
	if !errors.Is(err, context.Canceled) || book.set {
		t.Errorf("got %v, checkpoint set: %v", err, book.set)
	}
}

func TestCompareFilesNothing(t *testing.T) {
	t.Parallel()
	past := &history{ids: []string{"a", "b", "c"}, media: map[string]error{"a": nil}}
	got, err := channels.Compare(context.Background(), past, &ledger{known: []string{"b"}}, noon)
	if want := (channels.Report{Carrier: 3, Stored: 1}); got != want || err != nil || len(past.asked) != 0 {
		t.Errorf("got %+v, %v, asked %v", got, err, past.asked)
	}
}

func TestRunReconcileGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tries := 0
	var reports []channels.Report
	channels.RunReconcile(ctx, time.Millisecond, slog.New(slog.DiscardHandler), func(r channels.Report) {
		reports = append(reports, r)
		cancel()
	}, func(context.Context) (channels.Report, error) {
		if tries++; tries < 3 {
			return channels.Report{}, errors.New("trouble")
		}
		return channels.Report{Carrier: 7, Stored: 7}, nil
	})
	if want := (channels.Report{Carrier: 7, Stored: 7}); len(reports) != 1 || reports[0] != want {
		t.Errorf("a failure reads as no gap: %+v", reports)
	}
}
