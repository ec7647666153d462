package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// queueAsk is what somebody wants to see of the queue. It lives in the address,
// so that Back, bookmarks and reloads show the same.
type queueAsk struct {
	path   string // "/o/queue" or "/o/mine"
	filter hotline.QueueFilter
	after  hotline.QueueCursor
	still  bool // no reload by itself
}

// noOwner is the word for "owner" in addresses; there is no other choice yet.
const noOwner = "none"

// readAsk takes the filters from the address. Values it does not know count as
// "any"; a cursor it cannot read is hotline.Invalid.
func (s *Console) readAsk(c *fiber.Ctx, path string) (queueAsk, error) {
	ask := queueAsk{path: path, still: c.Query("still") != ""}
	if n, err := strconv.Atoi(c.Query("pri")); err == nil && slices.Contains(priorities, hotline.Priority(n)) {
		ask.filter.Priority = hotline.Priority(n)
	}
	if lang := hotline.Language(c.Query("lang")); slices.Contains(s.Languages, lang) {
		ask.filter.Language = lang
	}
	if ch := hotline.Channel(c.Query("channel")); slices.Contains(hotline.Channels, ch) {
		ask.filter.Channel = ch
	}
	if safe := hotline.Safety(c.Query("safety")); slices.Contains(safeties, safe) {
		ask.filter.Safety = safe
	}
	ask.filter.NoOwner = c.Query("owner") == noOwner
	var err error
	ask.after, err = parseCursor(c.Query("after"))
	return ask, err
}

// url is the address that asks for the same, from the top.
func (a queueAsk) url() string { return a.urlAfter(hotline.QueueCursor{}) }

func (a queueAsk) urlAfter(after hotline.QueueCursor) string {
	q := a.values()
	if after.ID != "" {
		q.Set("after", formatCursor(after))
	}
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}

// urlWith is the same address with one more word.
func (a queueAsk) urlWith(key, value string) string {
	q := a.values()
	if a.after.ID != "" {
		q.Set("after", formatCursor(a.after))
	}
	q.Set(key, value)
	return a.path + "?" + q.Encode()
}

func (a queueAsk) values() url.Values {
	q := url.Values{}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	if a.filter.Priority != 0 {
		set("pri", strconv.Itoa(int(a.filter.Priority)))
	}
	set("lang", string(a.filter.Language))
	set("channel", string(a.filter.Channel))
	set("safety", string(a.filter.Safety))
	if a.filter.NoOwner {
		set("owner", noOwner)
	}
	if a.still {
		set("still", "1")
	}
	return q
}

// filtered says that something is left out.
func (a queueAsk) filtered() bool {
	f := a.filter
	f.OwnerID = ""
	return f != hotline.QueueFilter{}
}

// A cursor in an address is "priority.microseconds.id"; microseconds are empty
// when nobody waits.
func formatCursor(c hotline.QueueCursor) string {
	micros := ""
	if !c.WaitingSince.IsZero() {
		micros = strconv.FormatInt(c.WaitingSince.UnixMicro(), 10)
	}
	return strconv.Itoa(int(c.Priority)) + "." + micros + "." + string(c.ID)
}

func parseCursor(text string) (hotline.QueueCursor, error) {
	if text == "" {
		return hotline.QueueCursor{}, nil
	}
	bad := hotline.Errorf(hotline.Invalid, "this address does not lead into the queue")
	parts := strings.SplitN(text, ".", 3)
	if len(parts) != 3 || parts[2] == "" || len(parts[2]) > 64 {
		return hotline.QueueCursor{}, bad
	}
	p, err := strconv.Atoi(parts[0])
	if err != nil || p < 0 || p > int(hotline.NoisePriority) {
		return hotline.QueueCursor{}, bad
	}
	cursor := hotline.QueueCursor{Priority: hotline.Priority(p), ID: hotline.ConversationID(parts[2])}
	if parts[1] != "" {
		micros, err := strconv.ParseInt(parts[1], 10, 64)
		if err != nil {
			return hotline.QueueCursor{}, bad
		}
		cursor.WaitingSince = time.UnixMicro(micros).UTC()
	}
	return cursor, nil
}
