package public

import (
	"strings"

	"github.com/hearline/hearline/hotline"
)

// reportStep is one page for someone who has seen something (P-51).
type reportStep struct {
	Name  string      // the last part of its address; "" for the first
	Key   string      // of the answer, as in the guided conversation
	Say   string      // key of the question
	Taps  []reportTap // answers of one tap
	Limit int         // characters of own words; 0 for none
}

type reportTap struct{ Value, Say string }

// reportSteps begin with danger. Their limits together are those of one message.
var reportSteps = []reportStep{
	{Key: "danger", Say: "web.report.danger", Taps: []reportTap{{"yes", "web.report.yes"}, {"no", "web.report.no"}, {"unsure", "web.report.unsure"}}},
	{Name: "what", Key: "saw", Say: "web.report.what", Limit: maxLetter - 1500},
	{Name: "where", Key: "where", Say: "web.report.where", Limit: 500},
	{Name: "when", Key: "when", Say: "web.report.when", Limit: 500, Taps: []reportTap{{"now", "web.report.now"}, {"today", "web.report.today"}, {"earlier", "web.report.earlier"}}},
	{Name: "sign", Key: "sign", Say: "web.report.sign", Limit: 500},
}

func reportPath(n int) string {
	if n >= len(reportSteps) {
		return "/report/done"
	}
	return strings.TrimSuffix("/report/"+reportSteps[n].Name, "/")
}

// reportPage is what the page of a step shows.
type reportPage struct {
	reportStep
	Number, Count int
	Chosen        string // value of the tap that was chosen before
}

func (p reportPage) Path() string { return reportPath(p.Number - 1) }

// Before is the page before this one; "" on the first.
func (p reportPage) Before() string {
	if p.Number == 1 {
		return ""
	}
	return reportPath(p.Number - 2)
}

func (p reportPage) Last() bool { return p.Number == p.Count }

func answerTo(draft []hotline.Answer, key string) hotline.Answer {
	for _, a := range draft {
		if a.Question == key {
			return a
		}
	}
	return hotline.Answer{}
}

// reportText is the message that the answers make: the visitor's own words. Only
// where there are none do the questions stand beside the taps, for a question
// about danger must not be read as danger.
func (v *view) reportText(draft []hotline.Answer) string {
	var words, taps []string
	for _, s := range reportSteps {
		a := answerTo(draft, s.Key)
		if a.Words != "" {
			words = append(words, a.Words.Reveal())
		}
		for _, tap := range s.Taps {
			if tap.Value == a.Value {
				taps = append(taps, v.Say(s.Say)+" "+v.Say(tap.Say))
			}
		}
	}
	if len(words) == 0 {
		words = taps
	}
	return strings.Join(words, "\n")
}
