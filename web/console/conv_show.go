package console

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// convPage is one conversation: what was said, what triage read in it, and what
// may be done.
type convPage struct {
	frame
	ID      hotline.ConversationID
	Pri     priorityLook
	From    string
	Number  string // readable, only right after somebody asked to see it
	Channel string
	// Reachable says that there is an address to be shown.
	Reachable bool
	Campaign  hotline.CampaignID // whose message the person answered
	Lang      langView
	Wait      waitView
	Owned     bool
	Owner     person
	MayTake   bool
	MayFree   bool // give back to the queue
	State     hotline.ConversationState
	HasCase   hotline.CaseID
	Reasons   []filterOption // for seeing the number
	Heard     int64          // when the person last wrote, as this page knows it, in microseconds
	Thread    threadView
	Why       whyView
	Asked     interviewView
	Found     []foundRow
	Also      alsoView
	Strip     stripView
	Compose   composeView
	Trail     []trailRow

	texts   []foundText
	problem string
	nameOf  func(hotline.UserID) string
}

// show is the page; with "part" only what changes while it is open.
func (k *conversations) show(c *fiber.Ctx, v *visit) error {
	p, err := k.page(c, v)
	if err != nil {
		return err
	}
	p.Compose.NoteFirst = c.Query("write") == "note"
	p.Compose.Text = p.Thread.words(hotline.MessageID(c.Query("again")))
	if c.Query("part") == "thread" {
		return k.pages.RenderPart(c, "conversation", "live", p)
	}
	return k.render(c, fiber.StatusOK, p)
}

func (k *conversations) render(c *fiber.Ctx, status int, p convPage) error {
	return k.pages.Render(c, status, "conversation", p)
}

// page reads everything. That somebody looks is written down before anything is
// shown.
func (k *conversations) page(c *fiber.Ctx, v *visit) (convPage, error) {
	ctx, id := c.UserContext(), convOf(c)
	before, err := k.Reader.Conversation(ctx, id) // for what was unread until now
	if err != nil {
		return convPage{}, err
	}
	if !k.MayOpen(v.user, before.Conversation) {
		return convPage{}, hotline.Errorf(hotline.Forbidden, "this report is not open to you")
	}
	erased := before.Conversation.State == hotline.Erased
	if !erased {
		if err := k.look(c, v, before.Conversation); err != nil {
			return convPage{}, err
		}
	}
	messages, err := k.messages(ctx, id, erased)
	if err != nil {
		return convPage{}, err
	}
	trail, err := k.Reader.AuditOf(ctx, "conversation", string(id), trailRead)
	if err != nil {
		return convPage{}, err
	}
	said, err := k.Reader.AuditOf(ctx, triage.LabelObject, string(id), trailRead)
	if err != nil {
		return convPage{}, err
	}
	staff, err := k.names.all(ctx)
	if err != nil {
		return convPage{}, err
	}
	f, err := k.frame(c, v, "", "Conversation")
	if err != nil {
		return convPage{}, err
	}
	p := k.view(v, staff, before, messages, threadLook{all: c.Query("all") != "", since: hotline.MessageID(c.Query("new"))})
	if p.Also, err = k.also(ctx, v, id, p.texts); err != nil {
		return convPage{}, err
	}
	p.Why.judge(triage.Verdicts(said))
	p.frame, p.Trail = f, k.trail(v, staff, trail)
	p.Toast.Undo = undoOf(c, &p, before.Conversation)
	return p, nil
}

// lookLasts is how long one line in the trail covers the page that was opened
// with it and keeps itself fresh.
const lookLasts = sessionIdle

// look writes down that somebody looks. Only a page that keeps itself fresh may
// do without: it has nothing new to show, and the trail says that this person
// opened it not long ago. What the address says alone never excuses a look,
// since anybody can write an address.
func (k *conversations) look(c *fiber.Ctx, v *visit, conv hotline.Conversation) error {
	ctx := c.UserContext()
	if byItself(c) && conv.Unread == 0 {
		trail, err := k.Reader.AuditOf(ctx, "conversation", string(conv.ID), trailRead)
		if err != nil {
			return err
		}
		since := k.Now().Add(-lookLasts)
		if slices.ContainsFunc(trail, func(e hotline.AuditEntry) bool {
			return e.ActorID == v.user.ID && e.Action == "conversation.open" && e.At.After(since)
		}) {
			return nil
		}
	}
	return k.Desk.Opened(ctx, v.user, conv.ID)
}

// Messages are read in steps, and a page shows the newest unless all are asked
// for, so that a conversation of months still opens at once.
const (
	messagesPerRead = 200
	messagesShown   = 200
)

func (k *conversations) messages(ctx context.Context, id hotline.ConversationID, erased bool) ([]hotline.Message, error) {
	var all []hotline.Message
	var after hotline.MessageID
	for !erased {
		some, err := k.Reader.Messages(ctx, id, after, messagesPerRead)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < messagesPerRead {
			break
		}
		after = some[len(some)-1].ID
	}
	return all, nil
}

// view turns what was read into what is shown.
func (k *conversations) view(v *visit, staff map[hotline.UserID]hotline.User, x hotline.Exchange, messages []hotline.Message, look threadLook) convPage {
	conv, now := x.Conversation, k.Now()
	p := convPage{
		ID: conv.ID, Pri: priorityView(conv.Priority), From: fromText(conv), Channel: channelWords[conv.Channel], Reachable: !conv.Address.Withheld(), Campaign: conv.Campaign,
		Lang: k.lang(conv.Language), Wait: viewWait(conv.WaitingSince, now, k.Target(conv.Priority)),
		Owned: conv.OwnerID != "", State: conv.State, HasCase: conv.CaseID, Reasons: revealReasons(),
		nameOf: func(id hotline.UserID) string { return v.person(staff, id).Short },
	}
	if p.Owned {
		p.Owner = v.person(staff, conv.OwnerID)
	}
	p.MayTake = !p.Owned && conv.State == hotline.Open
	p.MayFree = p.Owner.Me || p.Owned && v.user.Role != hotline.Operator
	found := findReasons(conv.Kind, messages)
	p.Thread = k.thread(v, staff, x, messages, found, look)
	p.texts = findIn(conv, messages)
	p.Found, p.Why = foundRows(p.texts), k.why(conv, messages, p.texts, found)
	p.Asked = k.interview(conv)
	p.Strip, p.Compose = k.strip(x), k.compose(x)
	p.Heard = conv.LastInboundAt.UnixMicro()
	p.Thread.offerAgain(!p.Compose.Locked)
	return p
}
