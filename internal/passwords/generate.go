package passwords

import (
	"crypto/rand"
	"strings"
)

// alphabet leaves out what is mistaken for something else on paper: 0 o, 1 l i.
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789"

// Generate makes a password of 20 characters in groups of five, about 99 bits,
// to be written down once.
func Generate() string {
	const groups, size = 4, 5
	var b strings.Builder
	var random [1]byte
	for b.Len() < groups*(size+1)-1 {
		if b.Len()%(size+1) == size {
			b.WriteByte('-')
			continue
		}
		_, _ = rand.Read(random[:]) // never fails
		// Values that would favour the front of the alphabet are drawn again.
		if int(random[0]) < 256/len(alphabet)*len(alphabet) {
			b.WriteByte(alphabet[int(random[0])%len(alphabet)])
		}
	}
	return b.String()
}
