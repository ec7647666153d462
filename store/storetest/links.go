package storetest

import (
	"slices"

	"github.com/hearline/hearline/hotline"
)

func plate(of string) hotline.Clue {
	return hotline.Clue{Kind: hotline.CluePlate, Value: hotline.Text(of)}
}

// withClues files messages as they are, with their clues.
func withClues(x *hotline.Exchange, in hotline.Inbound) {
	file(x, in)
	x.Written[len(x.Written)-1].Clues = in.Clues
}

// tellClues lets somebody tell clues and returns the conversation.
func (f *fixture) tellClues(from int, clues ...hotline.Clue) hotline.ConversationID {
	f.Helper()
	in := f.sms(from, "x")
	in.Clues = clues
	return f.receive(withClues, in)[0].ConversationID
}

// shares fails unless a conversation shares clues with count others, of which
// the newest are want.
func (f *fixture) shares(id hotline.ConversationID, clues []hotline.Clue, count int, want ...hotline.ConversationID) {
	f.Helper()
	n, some, err := f.s.Sharing(f.ctx, id, clues, 2)
	f.must(err)
	var got []hotline.ConversationID
	for _, c := range some {
		got = append(got, c.ID)
		if c.State != hotline.Open || c.Priority != hotline.Urgent || c.CreatedAt.IsZero() || c.Address != "" {
			f.Errorf("%+v", c)
		}
	}
	if n != count || !slices.Equal(got, want) {
		f.Errorf("%d, %v; want %d, %v", n, got, count, want)
	}
}

func testSharing(f *fixture) {
	a, b := plate("AB12CDE"), plate("XY99ZZZ")
	sameWords := hotline.Clue{Kind: hotline.CluePhone, Value: a.Value}
	one := f.tellClues(1, a, b, a)
	two := f.tellClues(2, a)
	three := f.tellClues(3, a, b)
	four := f.tellClues(4, b)
	f.tellClues(4, b) // again in the same conversation
	f.shares(one, nil, 0)
	f.shares(one, []hotline.Clue{a}, 2, three, two)
	f.shares(two, []hotline.Clue{a}, 2, three, one)
	f.shares(one, []hotline.Clue{b}, 2, four, three)
	f.shares(one, []hotline.Clue{a, b}, 3, four, three) // each report once, more of them than are told
	f.shares(one, []hotline.Clue{sameWords}, 0)
	f.shares("", []hotline.Clue{a}, 3, three, two)
}

func testSharingErased(f *fixture) {
	a := plate("AB12CDE")
	one, two := f.tellClues(1, a), f.tellClues(2, a)
	f.change(two, func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	f.shares(one, []hotline.Clue{a}, 0)
	three := f.tellClues(2, a) // the same person, anew
	f.shares(one, []hotline.Clue{a}, 1, three)
}

// A code that is told on a phone leads to the page that it is of, and back, until
// either is erased.
func testSamePerson(f *fixture) {
	code := func(of string) hotline.Clue { return hotline.Clue{Kind: hotline.ClueCode, Value: hotline.Text(of)} }
	page := f.tellClues(1, code("1111222233334444"))
	handset := f.tellClues(2, plate("AB12CDE"), code("1111222233334444"))
	f.tellClues(3, plate("AB12CDE"), code("5555666677778888"))
	same := func(id hotline.ConversationID, want ...hotline.ConversationID) {
		f.Helper()
		some, err := f.s.SamePerson(f.ctx, id, 5)
		f.must(err)
		var got []hotline.ConversationID
		for _, c := range some {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			f.Errorf("%v, want %v", got, want)
		}
	}
	same(page, handset)
	same(handset, page)
	f.change(page, func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	same(handset)
	if n, _, err := f.s.Sharing(f.ctx, "", []hotline.Clue{code("1111222233334444")}, 1); n != 0 || err != nil {
		f.Errorf("the code of what was erased still leads to %d, %v", n, err)
	}
}
