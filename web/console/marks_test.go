package console

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSegments(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		spans      []markSpan
		want       []segment
	}{
		{"nothing marked", "abc", nil, []segment{{Text: "abc"}}},
		{"empty text", "", []markSpan{{0, 1, 1}}, nil},
		{"one word", "my pay is kept", []markSpan{{3, 6, 1}}, []segment{{Text: "my "}, {"pay", []int{1}}, {Text: " is kept"}}},
		{"out of order", "ab cd", []markSpan{{3, 5, 2}, {0, 2, 1}}, []segment{{"ab", []int{1}}, {Text: " "}, {"cd", []int{2}}}},
		{"overlap", "abcdef", []markSpan{{0, 4, 2}, {2, 6, 1}}, []segment{{"abcdef", []int{1, 2}}}},
		{"one within another", "abcdef", []markSpan{{0, 6, 1}, {2, 3, 2}, {4, 5, 3}}, []segment{{"abcdef", []int{1, 2, 3}}}},
		{"same words, same reason", "abc", []markSpan{{0, 3, 1}, {0, 3, 1}}, []segment{{"abc", []int{1}}}},
		{"side by side", "abcd", []markSpan{{0, 2, 1}, {2, 4, 2}}, []segment{{"ab", []int{1}}, {"cd", []int{2}}}},
		{"outside the text", "ab", []markSpan{{-5, 1, 1}, {7, 9, 2}, {1, 0, 3}}, []segment{{"a", []int{1}}, {Text: "b"}}},
		{"inside a character", "جواز", []markSpan{{1, 3, 1}}, []segment{{"جو", []int{1}}, {Text: "از"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, segments(c.text, c.spans)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever offsets come, the words of the person are shown whole and in order.
func TestSegmentsLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) markSpan {
			at := rapid.IntRange(-3, len(text)+3)
			return markSpan{at.Draw(t, "from"), at.Draw(t, "to"), rapid.IntRange(1, 9).Draw(t, "number")}
		}), 0, 8).Draw(t, "spans")
		var all strings.Builder
		for _, s := range segments(text, spans) {
			if s.Text == "" {
				t.Fatal("an empty piece")
			}
			all.WriteString(s.Text)
		}
		if all.String() != text {
			t.Fatalf("%q became %q", text, all.String())
		}
	})
}
