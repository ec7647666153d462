package locales

import "strings"

// The two encodings of a text message.
const (
	GSM7 = "GSM-7"
	UCS2 = "UCS-2"
)

// The GSM 03.38 alphabet and its extension table, whose characters take two
// places.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

// Places in one message alone, and in each part of a longer one, which loses
// some to the header that joins the parts.
const (
	gsmAlone, gsmPart   = 160, 153
	ucs2Alone, ucs2Part = 70, 67
)

// Segments says how a carrier counts a text: its encoding, its length in that
// encoding's units (septets or UTF-16 units) and the number of messages it is
// billed as. One character outside GSM-7 turns the whole text to UCS-2.
func Segments(text string) (encoding string, units, segments int) {
	if text == "" {
		return GSM7, 0, 0
	}
	encoding, width, alone, part := GSM7, gsmWidth, gsmAlone, gsmPart
	if !isGSM(text) {
		encoding, width, alone, part = UCS2, ucs2Width, ucs2Alone, ucs2Part
	}
	used := 0 // in the current part; a character never straddles two parts
	segments = 1
	for _, r := range text {
		w := width(r)
		units += w
		if used += w; used > part {
			segments++
			used = w
		}
	}
	if units <= alone {
		segments = 1
	}
	return encoding, units, segments
}

func isGSM(text string) bool {
	for _, r := range text {
		if !strings.ContainsRune(gsmBasic, r) && !strings.ContainsRune(gsmExtension, r) {
			return false
		}
	}
	return true
}

func gsmWidth(r rune) int {
	if strings.ContainsRune(gsmExtension, r) {
		return 2
	}
	return 1
}

func ucs2Width(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
