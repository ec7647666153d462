package triage

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hearline/hearline/hotline"
)

// maxLine is the longest input line RunJSONL takes, in bytes.
const maxLine = 1 << 20

// Output is one assessment as a JSON line; lists are empty, never null.
type Output struct {
	ID                 string                 `json:"id"`
	Language           hotline.Language       `json:"lang"`
	LanguageConfidence float64                `json:"lang_confidence"`
	Kind               hotline.Kind           `json:"kind"`
	Priority           string                 `json:"priority"`
	Exploitation       []hotline.Exploitation `json:"exploitation"`
	Means              []hotline.Means        `json:"means"`
	Minor              bool                   `json:"minor"`
	Self               bool                   `json:"self"`
	Score              float64                `json:"score"`
	Reasons            []hotline.Reason       `json:"reasons"`
}

// NewOutput puts an assessment into its JSON form.
func NewOutput(id string, a hotline.Assessment) Output {
	out := Output{
		ID: id, Language: a.Language, LanguageConfidence: float64(int(a.LanguageConfidence*1000)) / 1000, Kind: a.Kind,
		Priority: a.Priority.String(), Exploitation: a.Exploitation, Means: a.Means,
		Minor: a.Minor, Self: a.Self, Score: a.Score, Reasons: a.Reasons,
	}
	if out.Exploitation == nil {
		out.Exploitation = []hotline.Exploitation{}
	}
	if out.Means == nil {
		out.Means = []hotline.Means{}
	}
	if out.Reasons == nil {
		out.Reasons = []hotline.Reason{}
	}
	return out
}

// RunJSONL reads {"id","text"} lines (other fields are ignored, empty lines
// skipped) and writes one Output line for each. A bad line, or one above 1 MB,
// gets no output line; the rest is still processed, and the returned error has
// hotline.Invalid and names the first twenty bad lines by number and cause,
// never their text. A failing reader or writer ends the run at once.
func RunJSONL(r io.Reader, w io.Writer, e *Engine) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := eachLine(r, func(line []byte) (bad, err error) {
		var in struct {
			ID   string  `json:"id"`
			Text *string `json:"text"`
		}
		if err := json.Unmarshal(line, &in); err != nil {
			return errors.New(cause(err)), nil
		}
		if in.Text == nil {
			return errors.New(`no "text"`), nil
		}
		return nil, enc.Encode(NewOutput(in.ID, e.Assess(*in.Text, hotline.Hints{})))
	})
	if flush := out.Flush(); flush != nil && err == nil {
		return fmt.Errorf("write assessments: %w", flush)
	}
	return err
}

// cause describes a decoding error without quoting the input.
func cause(err error) string {
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return fmt.Sprintf("field %q must not be a JSON %s", typ.Field, typ.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("not JSON at byte %d", syntax.Offset)
	}
	return "not a JSON object"
}

const maxBadLines = 20

// eachLine calls do for each line that is not empty. do's first error marks the
// line as bad and goes on; its second one stops.
func eachLine(r io.Reader, do func(line []byte) (bad, err error)) error {
	var bads []error
	count := 0
	in := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, tooLong, err := readLine(in)
		if err != nil && err != io.EOF {
			return fmt.Errorf("read line %d: %w", n, err)
		}
		var bad error
		switch {
		case tooLong:
			bad = fmt.Errorf("longer than %d bytes", maxLine)
		case len(line) > 0:
			var stop error
			if bad, stop = do(line); stop != nil {
				return fmt.Errorf("line %d: %w", n, stop)
			}
		}
		if bad != nil {
			if count++; count <= maxBadLines {
				bads = append(bads, fmt.Errorf("line %d: %w", n, bad))
			}
		}
		if err == io.EOF {
			break
		}
	}
	if count > maxBadLines {
		bads = append(bads, fmt.Errorf("and %d more", count-maxBadLines))
	}
	if count > 0 {
		return hotline.Errorf(hotline.Invalid, "%w", errors.Join(bads...))
	}
	return nil
}

// readLine reads one line without its end; a line above maxLine is read past.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if !tooLong {
			line = append(line, part...)
		}
		if len(line) > maxLine+1 {
			line, tooLong = nil, true
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
			line = line[:len(line)-1]
		}
		return line, tooLong, err
	}
}
