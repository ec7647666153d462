package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// interviewView is what the automatic questions brought, so that nobody asks
// twice.
type interviewView struct {
	Sum  string
	Rows []answerRow
}

type answerRow struct {
	Question string
	Answer   string
	Words    string // in the person's own
	Lang     hotline.Language
	None     bool // nothing to read here
}

// lastAnswer is the answer that stands: a question can be asked twice.
func lastAnswer(answers []hotline.Answer, question string) (hotline.Answer, bool) {
	for i := len(answers) - 1; i >= 0; i-- {
		if answers[i].Question == question {
			return answers[i], true
		}
	}
	return hotline.Answer{}, false
}

func (k *conversations) interview(conv hotline.Conversation) interviewView {
	var v interviewView
	asked, skipped := 0, 0
	for _, q := range questionsOf(conv) {
		a, ok := lastAnswer(conv.Answers, q.key)
		r := answerRow{Question: q.words, Lang: conv.Language}
		if q.key == "safe" && conv.Channel.OneWay() {
			r.Question = "Safe to call"
		}
		switch {
		case conv.Step == q.key:
			asked++
			r.Answer, r.None = "Asked, no answer yet", true
		case !ok && !q.always:
			continue
		case !ok:
			r.Answer, r.None = "Not asked", true
		default:
			asked++
			if a.Skipped {
				skipped++
			}
			r.Answer, r.Words, r.None = k.answerText(a)
		}
		v.Rows = append(v.Rows, r)
	}
	parts := []string{fmt.Sprintf("%d asked", asked)}
	if skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", skipped))
	}
	if conv.HandedOff {
		parts = append(parts, "ended")
	}
	v.Sum = strings.Join(parts, ", ")
	return v
}

// askedQuestion is one question as the card lists it.
type askedQuestion struct {
	key, words string
	always     bool
}

// questionsOf lists the questions that we know, then those of an administrator's
// own script, by their key.
func questionsOf(conv hotline.Conversation) []askedQuestion {
	var out []askedQuestion
	for _, q := range questionWords {
		out = append(out, askedQuestion(q))
	}
	for _, a := range conv.Answers {
		known := slices.Contains(unasked, a.Question) || slices.ContainsFunc(out, func(q askedQuestion) bool { return q.key == a.Question })
		if !known {
			out = append(out, askedQuestion{key: a.Question, words: sentence(strings.ReplaceAll(a.Question, "_", " "))})
		}
	}
	return out
}

// wordsShown is how much of an answer in own words the card repeats, in
// characters; the whole stands in the thread.
const wordsShown = 120

func (k *conversations) answerText(a hotline.Answer) (answer, words string, none bool) {
	at := ", " + k.clock(a.At)
	switch {
	case a.Skipped:
		return "Skipped, do not ask again", "", true
	case a.Value == "" && a.Words == "":
		return "No words", "", true
	case a.Value == "":
		return "Own words" + at, cut(a.Words.Reveal(), wordsShown), false
	}
	answer = valueWords[a.Value]
	if answer == "" {
		answer = a.Value // newer than this table
	}
	return answer + at, cut(a.Words.Reveal(), wordsShown), a.Value == "left"
}

// overrideReasons are the reasons the form offers, in triage's order.
func overrideReasons() []filterOption {
	out := make([]filterOption, len(triage.OverrideReasons))
	for i, code := range triage.OverrideReasons {
		out[i] = filterOption{Value: string(code), Label: strconv.Itoa(i+1) + " " + overrideWords[code]} // the number is its key
	}
	return out
}
