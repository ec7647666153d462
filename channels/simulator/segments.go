package simulator

// Size is how a text travels as SMS.
type Size struct {
	Encoding string // "GSM-7" or "UCS-2"
	Units    int    // septets, or 16-bit units
	Segments int
}

// The GSM 03.38 basic set, and the extension set whose characters count two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "^{}\\[~]|€\f"
)

var gsmSeptets = func() map[rune]int {
	cost := make(map[rune]int, 140)
	for _, r := range gsmBasic {
		cost[r] = 1
	}
	for _, r := range gsmExtended {
		cost[r] = 2
	}
	return cost
}()

// Count returns the size of a text: 160 septets in one segment or 153 in each
// of several, 70 and 67 units when a character is outside GSM-7.
func Count(text string) Size {
	septets, wide, gsm := 0, 0, true
	for _, r := range text {
		wide++
		if r > 0xFFFF {
			wide++
		}
		cost := gsmSeptets[r]
		septets += cost
		gsm = gsm && cost > 0
	}
	if gsm {
		return Size{"GSM-7", septets, parts(septets, 160, 153)}
	}
	return Size{"UCS-2", wide, parts(wide, 70, 67)}
}

func parts(units, single, each int) int {
	if units <= single {
		return 1
	}
	return (units + each - 1) / each
}
