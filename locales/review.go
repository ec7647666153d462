package locales

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

// ReviewFile names which wordings a native speaker has checked.
const ReviewFile = "review.toml"

// Review is what has been checked of one language. It holds marks of wordings, so
// that a text that changes is unchecked again.
type Review struct {
	By      string   `toml:"by"` // an organisation or a role, not a person's name
	On      string   `toml:"on"` // date, ISO 8601
	Checked []string `toml:"checked"`
}

func readReviews(dir fs.FS) (map[hotline.Language]Review, error) {
	src, err := fs.ReadFile(dir, ReviewFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out map[hotline.Language]Review
	if err := toml.Unmarshal(src, &out); err != nil {
		return nil, fmt.Errorf("read %s: %w", ReviewFile, err)
	}
	return out, nil
}

func (r Review) holds(e Entry) bool { return slices.Contains(r.Checked, markOf(e)) }

// markOf stands for one wording of one text.
func markOf(e Entry) string {
	sum := sha256.Sum256([]byte(e.Key + "\x00" + e.Form + "\x00" + e.Text))
	return hex.EncodeToString(sum[:6])
}

// WriteReviews gives the review file in which the checked entries of lang are those
// of this sheet; other languages stay as they are in dir.
func WriteReviews(dir fs.FS, lang hotline.Language, by, on string, sheet []Entry) ([]byte, error) {
	all, err := readReviews(dir)
	if err != nil {
		return nil, err
	}
	if all == nil {
		all = map[hotline.Language]Review{}
	}
	r := Review{By: by, On: on}
	for _, e := range sheet {
		if e.Checked && e.Text != "" {
			r.Checked = append(r.Checked, markOf(e))
		}
	}
	if all[lang] = r; len(r.Checked) == 0 {
		delete(all, lang)
	}
	var b strings.Builder
	b.WriteString("# Wordings that a native speaker has checked, by marks of the wording: a text that\n# changes is unchecked again. Written by 'hearline locales import'.\n")
	for _, l := range Known() {
		if r, ok := all[l]; ok {
			fmt.Fprintf(&b, "\n[%s]\nby = %s\non = %s\nchecked = [\n", l, quoted(r.By), quoted(r.On))
			for _, mark := range r.Checked {
				fmt.Fprintf(&b, "    %q,\n", mark)
			}
			b.WriteString("]\n")
		}
	}
	return []byte(b.String()), nil
}
