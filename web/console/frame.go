package console

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
)

// frame is what stands around every page.
type frame struct {
	Title   string
	Theme   string // "", "light" or "dark"
	KeysOff bool
	Now     int64 // milliseconds, so that timers follow the server's clock

	SignedIn bool
	Works    bool // reads reports: has the queue in the menu
	Admin    bool // has the settings of the service in the menu
	Plans    bool // has campaigns in the menu
	Me       person
	CSRF     string
	Section  string // which menu item is current
	Waiting  int
	NoOwner  int
	Mine     int
	Counts   map[hotline.Priority]hotline.QueueCount
	Toast    toast
}

// Alarm says that an emergency has no owner: the tab then carries a dot.
func (f frame) Alarm() bool { return f.Counts[hotline.Emergency].NoOwner > 0 }

// toast is one sentence about what just happened.
type toast struct {
	Text, More string
	Next       bool  // offer to take the next one instead
	Undo       *undo // offer to take it back
}

// mineAtMost bounds the count beside "Mine".
const mineAtMost = 100

func (s *Console) bareFrame(c *fiber.Ctx, title string) frame {
	theme := c.Cookies(themeCookie)
	if theme != "light" && theme != "dark" {
		theme = ""
	}
	return frame{Title: title, Theme: theme, KeysOff: c.Cookies(keysCookie) == "off", Now: s.Now().UnixMilli()}
}

func (s *Console) frame(c *fiber.Ctx, v *visit, section, title string) (frame, error) {
	f := s.bareFrame(c, title)
	f.SignedIn, f.Works, f.CSRF, f.Section = true, v.user.HandlesConversations(), v.csrf(), section
	f.Admin = v.user.Role == hotline.Administrator
	f.Plans = s.Reach != nil && campaigns.MayPlan(v.user)
	f.Me = v.person(nil, v.user.ID)
	f.Toast = said[c.Query("said")]
	if !f.Works {
		return f, nil
	}
	return f, s.count(c.UserContext(), v, &f)
}

func (s *Console) count(ctx context.Context, v *visit, f *frame) error {
	counts, err := s.Reader.QueueCounts(ctx)
	if err != nil {
		return err
	}
	f.Counts = make(map[hotline.Priority]hotline.QueueCount, len(counts))
	for _, n := range counts {
		f.Counts[n.Priority] = n
		f.Waiting += n.Waiting
		f.NoOwner += n.NoOwner
	}
	mine, err := s.Reader.Queue(ctx, hotline.QueueFilter{OwnerID: v.user.ID}, hotline.QueueCursor{}, mineAtMost)
	f.Mine = len(mine)
	return err
}

// said are the sentences that follow an action, by the word in the address.
var said = map[string]toast{
	"taken":       {Text: "This one is yours now"},
	"next":        {Text: "This is the next one for you"},
	"released":    {Text: "Given back to the queue"},
	"closed":      {Text: "Closed", More: "A new message begins a new conversation"},
	"priority":    {Text: "Priority changed"},
	"undone":      {Text: "Taken back", More: "It stands as before"},
	"entered":     {Text: "It is in the queue", More: "Nobody is written to"},
	"sent":        {Text: "On its way"},
	"asked":       {Text: "Asked whether it is still safe", More: "The conversation opens with their answer"},
	"lifted":      {Text: "You can write for 15 minutes", More: "The reason is written down"},
	"offered":     {Text: "Asked for a safe word"},
	"checked":     {Text: "Checked today", More: "Texts name it from now on"},
	"published":   {Text: "Published", More: "Conversations go on with it from their next message"},
	"labelled":    {Text: "Kept beside what triage read", More: "It helps to make triage better"},
	"calm":        {Text: "The alarm has ended", More: "The reason is written down"},
	"noted":       {Text: "Note kept", More: "Only staff see it"},
	"saved":       {Text: "Saved"},
	"settings":    {Text: "Settings kept in this browser"},
	"none":        {Text: "No one without an owner is waiting", More: "New messages appear here"},
	"textchecked": {Text: "Checked", More: "Whoever changes the text unchecks it"},
	"submitted":   {Text: "Submitted", More: "Somebody else has to approve it"},
	"approved":    {Text: "Approved", More: "It goes out after the hold; until then it can be cancelled"},
	"refused":     {Text: "Sent back to its author"},
	"canceled":    {Text: "Cancelled", More: "Nothing has gone out; it is a draft again"},
	"discarded":   {Text: "Discarded"},
	"paused":      {Text: "Paused", More: "Nothing more goes out until somebody resumes it"},
	"resumed":     {Text: "Resumed"},
	"stopped":     {Text: "Stopped for good"},
	"renamed":     {Text: "Renamed"},
	"casemade":    {Text: "Case opened", More: "Filled with what triage read; please check it"},
}

// liveClock is the layout of the clock on open screens: with the zone, which the
// other times on them share.
const liveClock = "15:04:05 MST"

// clock is a time of day, with the day when that is not today.
func (s *Console) clock(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at, now := at.In(s.Zone), s.Now().In(s.Zone)
	switch {
	case at.YearDay() == now.YearDay() && at.Year() == now.Year():
		return at.Format("15:04")
	case at.Year() == now.Year():
		return at.Format("2 Jan 15:04")
	}
	return at.Format("2 Jan 2006 15:04")
}
