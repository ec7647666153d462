package extract

import "strings"

// streetWords is how many words the name of a street may have.
const streetWords = 4

// findAddresses finds streets with a number: "12 Baker Street", "Calle Mayor 5",
// "Lange Gasse 3".
func (s *scan) findAddresses() {
	for i := range s.tokens {
		switch {
		case s.is(i, isStreetWord) && s.numberedBefore(i):
		case s.is(i, isStreetFirst) && s.numberedAfter(i):
		case s.is(i, isStreetEnd):
			s.nameThenNumber(i)
		}
	}
}

// numberedBefore reads back from the word for a street to the number.
func (s *scan) numberedBefore(street int) bool {
	for i := street - 1; i >= 0 && i >= street-streetWords && s.free(i) && tight(s.gap(i+1)); i-- {
		if !s.tokens[i].number {
			continue
		}
		if i == street-1 || s.size(i) > 5 || i > 0 && s.gap(i) == "" {
			return false
		}
		s.take(Address, i, street, s.address(i+1, street, i), 0.8)
		return true
	}
	return false
}

// numberedAfter reads on from the word for a street to the number.
func (s *scan) numberedAfter(street int) bool {
	last := 0
	for i := street + 1; i < len(s.tokens) && i <= street+streetWords+1 && s.free(i) && (tight(s.gap(i)) || strings.Trim(s.gap(i), " ,#№.") == ""); i++ {
		if s.tokens[i].number {
			if last = i; i > street+1 || s.size(i) <= 3 {
				if name := i > street+1; name || s.numberFollows(i) {
					break
				}
			}
		}
	}
	if last <= street+1 && (last == 0 || !s.numberFollows(last)) || s.size(last) > 5 {
		return false
	}
	s.take(Address, street, last, s.address(street, last, last), 0.8)
	return true
}

// numberFollows says that another number comes close: "Calle 45 # 12".
func (s *scan) numberFollows(i int) bool {
	return i+1 < len(s.tokens) && s.tokens[i+1].number && len(s.gap(i+1)) <= 3
}

func (s *scan) nameThenNumber(street int) {
	n := street + 1
	if street == 0 || !s.free(n) || !s.tokens[n].number || s.size(n) > 4 || !tight(s.gap(n)) || !s.free(street-1) || s.tokens[street-1].number || !tight(s.gap(street)) {
		return
	}
	s.take(Address, street-1, n, s.address(street-1, n, n), 0.75)
}

// tight says that two words belong together.
func tight(gap string) bool { return gap == " " || gap == ". " || gap == "" || gap == "-" }

// address is the normal form: the number, then the words but for the number.
func (s *scan) address(from, to, number int) string {
	var b strings.Builder
	b.Write(s.word(number))
	for i := from; i <= to; i++ {
		if i == number {
			continue
		}
		word := string(s.word(i))
		if short, ok := streetShort[word]; ok {
			word = short
		}
		b.WriteByte(' ')
		b.WriteString(word)
	}
	return b.String()
}

// streetShort joins the long and the short form of words for streets.
var streetShort = map[string]string{
	"street": "st", "road": "rd", "avenue": "ave", "lane": "ln", "boulevard": "blvd", "bd": "blvd", "highway": "hwy", "court": "ct",
	"avenida": "av", "avda": "av", "carrera": "cra", "улица": "ул", "вулиця": "вул", "проспект": "пр", "переулок": "пер",
	"strase": "str", "strasse": "str", "caddesi": "cad", "sokak": "sk", "jalan": "jl",
}
