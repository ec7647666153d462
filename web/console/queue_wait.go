package console

import (
	"fmt"
	"strconv"
	"time"
)

// waitView is how long somebody has been waiting, against the target for the
// priority. The script in the page moves it on by the same rules.
type waitView struct {
	Text   string // "1:52", "1 h 12", "2 d 3 h"
	Of     string // "of 2 min", "over by 0:08"
	State  string // "", "near" or "over"
	Bar    string // width of the bar, of 88; empty without a target
	Since  int64  // milliseconds; 0 when nobody waits
	Target int64  // milliseconds; 0 without one
}

// nearShare of the target is when a timer begins to warn.
const nearShare = 0.8

// barWidth is the bar's width in its own units.
const barWidth = 88

func viewWait(since, now time.Time, target time.Duration) waitView {
	if since.IsZero() {
		return waitView{Text: "Answered"}
	}
	waited := max(now.Sub(since), 0)
	v := waitView{Text: span(waited), Since: since.UnixMilli(), Target: target.Milliseconds()}
	if target <= 0 {
		return v
	}
	share := min(float64(waited)/float64(target), 1)
	v.Bar = strconv.FormatFloat(share*barWidth, 'f', 1, 64)
	v.Of = "of " + targetText(target)
	switch {
	case waited > target:
		v.State, v.Of = "over", "over by "+span(waited-target)
	case share >= nearShare:
		v.State = "near"
	}
	return v
}

// span is a length of time the way the timers show it.
func span(d time.Duration) string {
	sec := int(d / time.Second)
	switch {
	case sec < 3600:
		return fmt.Sprintf("%d:%02d", sec/60, sec%60)
	case sec < 24*3600:
		return fmt.Sprintf("%d h %02d", sec/3600, sec/60%60)
	}
	return fmt.Sprintf("%d d %d h", sec/86400, sec/3600%24)
}

func targetText(d time.Duration) string {
	if d >= time.Hour {
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}
