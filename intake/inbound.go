package intake

import (
	"slices"
	"strings"

	"github.com/hearline/hearline/hotline"
)

// Limits of one inbound message. The text's is ten times what ten joined SMS
// can hold; ids of carriers and forms have at most 64 characters.
const (
	maxText = 16 << 10 // bytes
	maxID   = 128      // bytes, of the provider's id, addresses and media types
	maxURL  = 4 << 10  // bytes
	maxPart = 32       // pieces of media, answers of a form
)

// legible puts a mark in place of each byte that not every database keeps: broken
// UTF-8, and NUL, which a badly converted "@" of an SMS becomes. One odd byte must
// not keep a person from being heard.
func legible(in hotline.Inbound) hotline.Inbound {
	in.Text = hotline.Text(marked(in.Text.Reveal()))
	in.Answers = slices.Clone(in.Answers)
	for i := range in.Answers {
		in.Answers[i].Words = hotline.Text(marked(in.Answers[i].Words.Reveal()))
	}
	if in.Location != nil {
		place := *in.Location
		place.Label = marked(place.Label)
		in.Location = &place
	}
	return in
}

func marked(text string) string {
	if hotline.Clean(text) {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// check refuses what cannot be filed. Nothing is ever cut to fit.
func check(in hotline.Inbound) error {
	switch {
	case !slices.Contains(hotline.Channels, in.Channel):
		return invalid("the channel is not known")
	case in.Channel.OneWay() != (in.Taken != nil):
		return invalid("the channel brings no such message")
	case in.ProviderID == "" || !short(in.ProviderID, maxID):
		return invalid("the message has no usable id")
	case in.From == "" || !short(in.From.Reveal(), maxID):
		return invalid("the message has no usable sender")
	case !short(in.To, maxID):
		return invalid("the message has no usable receiver")
	case !short(string(in.Language), 16):
		return invalid("the language is not known")
	case len(in.Text) > maxText:
		return invalid("the text is too long")
	case len(in.Media) > maxPart:
		return invalid("there are too many files")
	case len(in.Answers) > maxPart:
		return invalid("there are too many answers")
	case in.Location != nil && len(in.Location.Label) > maxURL:
		return invalid("the name of the place is too long")
	}
	for _, a := range in.Answers {
		if !short(a.Question, maxID) || !short(a.Value, maxID) || len(a.Words) > maxText {
			return invalid("an answer is not readable")
		}
	}
	for _, m := range in.Media {
		if !short(m.ContentType, maxID) || !short(m.URL.Reveal(), maxURL) {
			return invalid("a file is not readable")
		}
	}
	return nil
}

func invalid(message string) error { return hotline.Errorf(hotline.Invalid, "%s", message) }

func short(s string, limit int) bool { return len(s) <= limit && hotline.Clean(s) }
