package intake

import (
	"slices"

	"github.com/hearline/hearline/hotline"
)

// Limits of one inbound message. The text's is ten times what ten joined SMS
// can hold; ids of carriers and forms have at most 64 characters.
const (
	maxText = 16 << 10 // bytes
	maxID   = 128      // bytes, of the provider's id, addresses and media types
	maxURL  = 4 << 10  // bytes
	maxPart = 32       // pieces of media
)

// check refuses what cannot be filed. Nothing is ever cut to fit.
func check(in hotline.Inbound) error {
	switch {
	case !slices.Contains(hotline.Channels, in.Channel):
		return invalid("the channel is not known")
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
	case !hotline.Clean(in.Text.Reveal()):
		return invalid("the text is not readable")
	case len(in.Media) > maxPart:
		return invalid("there are too many files")
	case in.Location != nil && !short(in.Location.Label, maxURL):
		return invalid("the place is not readable")
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
