package public

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"

	"github.com/hearline/hearline/hotline"
)

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestStreamEndsWhateverEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	over, stop := context.WithCancel(context.Background())
	stop()
	closed := make(chan struct{})
	close(closed)
	none := make(chan hotline.Event)
	ended := make(chan hotline.Event, 2)
	ended <- hotline.Event{Kind: "writing"}
	ended <- hotline.Event{Kind: "message"}
	close(ended)
	live := context.Background()

	var out bytes.Buffer
	stream(over, nil, none, &out)
	stream(live, closed, none, &out)
	stream(live, nil, none, brokenPipe{})
	out.Reset()
	stream(live, nil, ended, &out)
	if got := out.String(); got != "retry: 3000\n\nevent: writing\ndata: now\n\ndata: new\n\n" {
		t.Errorf("got %q", got)
	}
}
