package console

import (
	"context"
	"fmt"
	"html"
	"html/template"
	"time"

	"github.com/hearline/hearline/hotline"
)

// pageRows is how many conversations one page lists. As long as no more than
// that wait in all, the counts beside the views are exact; beyond it only those
// that the store counts are shown.
const pageRows = 100

// queuePage is the list of conversations, all or mine.
type queuePage struct {
	frame
	Own     bool // this is the page of one's own
	Head    string
	Sub     string
	AsOf    string // time of day of what is shown
	Views   []railView
	Speaks  string // my languages
	Fields  []filterField
	Groups  []queueGroup
	Self    string // this view, from the top
	More    string // the next page; empty on the last
	NotTop  bool   // this is not the first page
	Reload  template.HTML
	Pause   string // address of the same page that stays still, or moves again
	Still   bool
	Dropped bool // filters leave something out
}

// reloadEvery is how often the page asks again where scripts are off.
const reloadEvery = 20 * time.Second

func (s *Console) queuePage(ctx context.Context, v *visit, f frame, ask queueAsk) (queuePage, error) {
	now := s.Now()
	p := queuePage{
		frame: f, Head: f.Title, AsOf: now.In(s.Zone).Format(liveClock), Self: ask.url(),
		NotTop: ask.after.ID != "", Still: ask.still, Dropped: ask.filtered(), Fields: s.filterFields(ask),
	}
	staff, err := s.names.all(ctx)
	if err != nil {
		return p, err
	}
	list, err := s.Reader.Queue(ctx, ask.filter, ask.after, pageRows+1)
	if err != nil {
		return p, err
	}
	all, err := s.everybody(ctx, f, ask, list)
	if err != nil {
		return p, err
	}
	if len(list) > pageRows {
		list = list[:pageRows]
		last := list[pageRows-1]
		p.More = ask.urlAfter(hotline.QueueCursor{Priority: last.Priority, WaitingSince: last.WaitingSince, ID: last.ID})
	}
	p.Groups = s.groups(v, staff, f, ask, list, now)
	p.Views, p.Speaks = s.views(v, f, ask, all), s.speaks(v)
	p.Sub = s.summary(f, all, now)
	p.Reload, p.Pause = reloadTag(ask), pauseURL(ask)
	return p, nil
}

// everybody returns all who wait, when they are few enough to count here; nil
// when they are not.
func (s *Console) everybody(ctx context.Context, f frame, ask queueAsk, list []hotline.Conversation) ([]hotline.Conversation, error) {
	switch {
	case f.Waiting > pageRows || len(list) > pageRows:
		return nil, nil
	case ask.filter == hotline.QueueFilter{} && ask.after.ID == "":
		return list, nil
	}
	return s.Reader.Queue(ctx, hotline.QueueFilter{}, hotline.QueueCursor{}, pageRows)
}

func (s *Console) groups(v *visit, staff map[hotline.UserID]hotline.User, f frame, ask queueAsk, list []hotline.Conversation, now time.Time) []queueGroup {
	var groups []queueGroup
	for i, c := range list {
		if i == 0 || c.Priority != list[i-1].Priority {
			groups = append(groups, queueGroup{Pri: priorityView(c.Priority), Rule: s.ruleText(c.Priority)})
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, s.row(v, staff, c, now))
		n, known := f.Counts[c.Priority]
		if ask.filter != (hotline.QueueFilter{}) || !known {
			n = countRows(g.Rows)
		}
		g.Sub = groupText(n, ask.filter.OwnerID != "")
	}
	return groups
}

func countRows(rows []queueRow) hotline.QueueCount {
	n := hotline.QueueCount{Waiting: len(rows)}
	for _, r := range rows {
		if !r.Owned {
			n.NoOwner++
		}
	}
	return n
}

func groupText(n hotline.QueueCount, mine bool) string {
	if mine {
		return fmt.Sprintf("%d open", n.Waiting)
	}
	return fmt.Sprintf("%d waiting, %d with no owner", n.Waiting, n.NoOwner)
}

func (s *Console) ruleText(p hotline.Priority) string {
	target := s.Target(p)
	if target <= 0 {
		return ""
	}
	return "Answer in " + targetText(target) + "."
}

// summary is the line beside the heading.
func (s *Console) summary(f frame, all []hotline.Conversation, now time.Time) string {
	text := fmt.Sprintf("%d waiting, %d with no owner", f.Waiting, f.NoOwner)
	over := 0
	for _, c := range all {
		if target := s.Target(c.Priority); target > 0 && !c.WaitingSince.IsZero() && now.Sub(c.WaitingSince) > target {
			over++
		}
	}
	if over > 0 {
		text += fmt.Sprintf(", %d over target", over)
	}
	return text
}

// reloadTag makes the page ask again where scripts are off. The word "auto"
// tells that nobody pressed anything, so that the session may still grow idle.
// The address has only what readAsk let through, and is escaped once more.
func reloadTag(ask queueAsk) template.HTML {
	if ask.still {
		return ""
	}
	return template.HTML(fmt.Sprintf(`<meta http-equiv="refresh" content="%d; url=%s">`, //nolint:gosec // see above
		int(reloadEvery.Seconds()), html.EscapeString(ask.urlWith("auto", "1"))))
}

func pauseURL(ask queueAsk) string {
	ask.still = !ask.still
	return ask.url()
}
