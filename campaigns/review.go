package campaigns

import "github.com/hearline/hearline/hotline"

// Review is what there is to say about a plan before it goes out.
type Review struct {
	Languages []LanguageReview // those with people or a text, most people first
	Issues    []Issue
	People    int
	Segments  int
	Cost      hotline.Money
	CostKnown bool // false: no price is known for some country, and Cost is of the others
}

// LanguageReview is what the people of one language get.
type LanguageReview struct {
	Language   hotline.Language
	People     int
	Text       bool             // there is a text of its own
	FallsTo    hotline.Language // whose text they get; "" when their own
	Checked    bool             // by a second speaker
	Encoding   string
	Characters int // of the longest text, gaps filled with the longest values
	Segments   int
	Left       int // characters left in the last segment
	Cost       hotline.Money
}

// Issue is something to look at. A blocker must be mended before a campaign is
// submitted.
type Issue struct {
	Blocker  bool
	Code     string           // such as "no_text", "not_checked", "telling_word"
	Language hotline.Language // "" of the whole plan
	Step     string           // the page on which it is mended: "audience", "message", "schedule"
	Says     string           // one sentence for the manager, with what to do
}

// Blockers says whether something must be mended first.
func (r Review) Blockers() bool {
	for _, i := range r.Issues {
		if i.Blocker {
			return true
		}
	}
	return false
}
