package console

import (
	"context"
	"fmt"
	"slices"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage/extract"
)

// alsoView says which other reports tell of the same things. It leads there and
// joins nothing.
type alsoView struct {
	Same       []alsoReport // of the same person, who had a receipt code
	SameClosed int          // of these, that the reader may not open
	Rows       []alsoRow
	Rest       int // clues that are not shown
}

// alsoRow is one clue that other reports share.
type alsoRow struct {
	Text    string // "3 other reports share this plate"
	Words   string // the clue as it was written; "" for a whole text
	Reports []alsoReport
	More    string // how many others there are, and why there is no way to them
}

// alsoReport is a report that the reader may open.
type alsoReport struct {
	ID    hotline.ConversationID
	Pri   priorityLook
	About string
}

// How much of it is looked up and shown.
const (
	alsoClues   = 12 // different clues of one conversation, the most telling first
	alsoReports = 3  // reports named for each
	alsoSame    = 10 // of the same person
)

// sharedWords say what one report shares, or many, by kind.
var sharedWords = map[hotline.ClueKind]struct{ one, many string }{
	hotline.CluePlate:     {"shares this plate", "share this plate"},
	hotline.CluePhone:     {"shares this phone number", "share this phone number"},
	hotline.ClueHandle:    {"shares this account name", "share this account name"},
	hotline.ClueEmail:     {"shares this e-mail address", "share this e-mail address"},
	hotline.ClueLink:      {"shares this link", "share this link"},
	hotline.ClueAddress:   {"shares this address", "share this address"},
	hotline.ClueWorkplace: {"shares this employer and place", "share this employer and place"},
	hotline.ClueText:      {"has nearly the same text", "have nearly the same text"},
}

// sought is what one row asks for: a clue, or all parts of a fingerprint.
type sought struct {
	kind  hotline.ClueKind
	words string
	clues []hotline.Clue
}

// also looks for other reports that share what the person wrote. Those that the
// reader may not open are only counted.
func (k *conversations) also(ctx context.Context, v *visit, id hotline.ConversationID, texts []foundText) (alsoView, error) {
	var view alsoView
	same, err := k.Links.SamePerson(ctx, id, alsoSame)
	if err != nil {
		return alsoView{}, err
	}
	for _, c := range same {
		if !k.MayOpen(v.user, c) {
			view.SameClosed++
			continue
		}
		view.Same = append(view.Same, k.alsoReport(c))
	}
	all := cluesIn(texts)
	if len(all) > alsoClues {
		view.Rest = len(all) - alsoClues
		all = all[:alsoClues]
	}
	for _, s := range all {
		count, newest, err := k.Links.Sharing(ctx, id, s.clues, alsoReports)
		if err != nil {
			return alsoView{}, err
		}
		if count > 0 {
			view.Rows = append(view.Rows, k.alsoRow(v, s, count, newest))
		}
	}
	return view, nil
}

func (k *conversations) alsoRow(v *visit, s sought, count int, newest []hotline.Conversation) alsoRow {
	r := alsoRow{Text: fmt.Sprintf("%d other reports %s", count, sharedWords[s.kind].many), Words: s.words}
	if count == 1 {
		r.Text = "1 other report " + sharedWords[s.kind].one
	}
	closed := 0
	for _, c := range newest {
		if !k.MayOpen(v.user, c) {
			closed++
			continue
		}
		r.Reports = append(r.Reports, k.alsoReport(c))
	}
	older := count - len(newest)
	switch {
	case older > 0 && closed > 0:
		r.More = fmt.Sprintf("and %d older, %d you may not open", older, closed)
	case older > 0:
		r.More = fmt.Sprintf("and %d older", older)
	case closed > 0:
		r.More = fmt.Sprintf("%d you may not open", closed)
	}
	return r
}

func (k *conversations) alsoReport(c hotline.Conversation) alsoReport {
	return alsoReport{ID: c.ID, Pri: priorityView(c.Priority), About: channelWords[c.Channel] + ", " + k.clock(c.CreatedAt)}
}

// cluesIn are the clues of what the person wrote, each once, the most telling
// kinds first.
func cluesIn(texts []foundText) []sought {
	var all []sought
	add := func(kind hotline.ClueKind, words string, clues ...hotline.Clue) {
		if !slices.ContainsFunc(all, func(s sought) bool { return s.clues[0] == clues[0] }) {
			all = append(all, sought{kind, words, clues})
		}
	}
	for _, t := range texts {
		for _, told := range extract.CluesOf(t.found, t.hints) {
			add(told.Kind, told.Text, told.Clue)
		}
		if print := extract.Fingerprint(t.text); len(print) > 0 {
			add(hotline.ClueText, "", print...)
		}
	}
	slices.SortStableFunc(all, func(a, b sought) int {
		return slices.Index(hotline.ClueKinds, a.kind) - slices.Index(hotline.ClueKinds, b.kind)
	})
	return all
}
