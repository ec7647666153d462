package store

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

// answer is how an answer is kept inside the seal; hotline.Text would mask
// itself.
type answer struct {
	Question string `json:"q"`
	Value    string `json:"v,omitempty"`
	Words    string `json:"w,omitempty"`
	Skipped  bool   `json:"s,omitempty"`
	At       int64  `json:"at"`
}

func sealAnswers(key *seal.Key, answers []hotline.Answer, id hotline.ConversationID) ([]byte, error) {
	if len(answers) == 0 {
		return []byte{}, nil
	}
	plain, err := answersJSON(answers)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, answersPlace(id))
}

func answersJSON(answers []hotline.Answer) ([]byte, error) {
	kept := make([]answer, len(answers))
	for i, a := range answers {
		kept[i] = answer{a.Question, a.Value, a.Words.Reveal(), a.Skipped, micros(a.At)}
	}
	plain, err := json.Marshal(kept)
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "write answers: %w", err)
	}
	return plain, nil
}

func openAnswers(key *seal.Key, sealed []byte, id hotline.ConversationID) ([]hotline.Answer, error) {
	plain, err := key.Open(sealed, answersPlace(id))
	if err != nil {
		return nil, err
	}
	answers, err := answersOf(plain)
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "conversation %s: %w", id, err)
	}
	return answers, nil
}

func answersOf(plain []byte) ([]hotline.Answer, error) {
	kept, ok := plainAnswers(string(plain))
	if !ok {
		if err := json.Unmarshal(plain, &kept); err != nil {
			return nil, hotline.Errorf(hotline.Internal, "the answers are not readable") // the parser's words quote them
		}
	}
	answers := make([]hotline.Answer, len(kept))
	for i, a := range kept {
		answers[i] = hotline.Answer{Question: a.Question, Value: a.Value, Words: hotline.Text(a.Words), Skipped: a.Skipped, At: timeOf(a.At)}
	}
	return answers, nil
}

// plainAnswers reads answers as sealAnswers writes them, when none of their texts
// has an escape: they are read with each message of a person, and encoding/json
// takes ten times as long. ok is false for anything else.
func plainAnswers(text string) (answers []answer, ok bool) {
	r := answerReader{rest: text}
	if !r.take("[") {
		return nil, false
	}
	for {
		answers = append(answers, r.answer())
		if r.broken || !r.take(",") {
			return answers, !r.broken && r.rest == "]"
		}
	}
}

// answerReader takes tokens off the front of rest; broken says that one of them
// was not what was to come.
type answerReader struct {
	rest   string
	broken bool
}

func (r *answerReader) answer() (a answer) {
	r.must(`{"q":`)
	a.Question = r.text()
	if r.take(`,"v":`) {
		a.Value = r.text()
	}
	if r.take(`,"w":`) {
		a.Words = r.text()
	}
	a.Skipped = r.take(`,"s":true`)
	r.must(`,"at":`)
	a.At = r.number()
	r.must("}")
	return a
}

func (r *answerReader) take(token string) (found bool) {
	r.rest, found = strings.CutPrefix(r.rest, token)
	return found
}

func (r *answerReader) must(token string) { r.broken = !r.take(token) || r.broken }

func (r *answerReader) text() string {
	r.must(`"`)
	text, rest, closed := strings.Cut(r.rest, `"`)
	r.broken = r.broken || !closed || strings.Contains(text, `\`)
	r.rest = rest
	return text
}

func (r *answerReader) number() int64 {
	digits := r.rest[:max(0, strings.IndexByte(r.rest, '}'))]
	r.rest = r.rest[len(digits):]
	n, err := strconv.ParseInt(digits, 10, 64)
	r.broken = r.broken || err != nil
	return n
}

func sameAnswers(a, b []hotline.Answer) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		if !x.At.Equal(y.At) {
			return false
		}
		x.At, y.At = time.Time{}, time.Time{}
		if x != y {
			return false
		}
	}
	return true
}
