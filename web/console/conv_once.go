package console

import (
	"errors"
	"sync"
	"time"
)

// How long, and how many at most, written forms are remembered.
const (
	onceFor = 10 * time.Minute
	onceMax = 4096
)

// onceOnly makes a form count once. Each page carries a fresh word in its
// forms; two taps on Send carry the same one. The second waits for the first
// and gets its answer, so that both lead to the same page and one text goes out.
//
// It lives in this process: the taps of one browser come to the same one. A
// form that failed is forgotten, because sending it again is then right.
type onceOnly struct {
	now func() time.Time

	mu   sync.Mutex
	done map[string]*onceRun
	line []string // words, oldest first
}

// errPanicked is what a second tap hears when the first one broke.
var errPanicked = errors.New("console: the first try broke")

type onceRun struct {
	at    time.Time
	ended chan struct{}
	err   error
}

func newOnceOnly(now func() time.Time) *onceOnly {
	return &onceOnly{now: now, done: map[string]*onceRun{}}
}

// do runs act, unless a run under the same word goes on or went well already.
// Forms without a word, which our pages do not make, always run.
func (o *onceOnly) do(word string, act func() error) error {
	if word == "" {
		return act()
	}
	run, mine := o.enter(word)
	if !mine {
		<-run.ended
		return run.err
	}
	defer func() { // also when act panics
		o.leave(word, run)
	}()
	run.err = errPanicked
	run.err = act()
	return run.err
}

func (o *onceOnly) enter(word string) (run *onceRun, mine bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if run, ok := o.done[word]; ok {
		return run, false
	}
	now := o.now()
	for len(o.line) > 0 && (len(o.line) >= onceMax || o.old(o.line[0], now)) {
		delete(o.done, o.line[0])
		o.line = o.line[1:]
	}
	run = &onceRun{at: now, ended: make(chan struct{})}
	o.done[word], o.line = run, append(o.line, word)
	return run, true
}

func (o *onceOnly) old(word string, now time.Time) bool {
	run, ok := o.done[word]
	return !ok || now.Sub(run.at) > onceFor
}

func (o *onceOnly) leave(word string, run *onceRun) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if run.err != nil && o.done[word] == run {
		delete(o.done, word)
	}
	close(run.ended)
}
