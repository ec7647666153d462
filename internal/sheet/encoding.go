package sheet

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Encoding is how the text of a table is written down.
type Encoding string

// The encodings that spreadsheets save in.
const (
	UTF8        Encoding = "UTF-8"
	UTF16       Encoding = "UTF-16"
	Windows1252 Encoding = "Windows-1252"
)

// ToUTF8 turns the content of a file into UTF-8 and says what it was. A byte order
// mark tells UTF-16; text that is no UTF-8 is taken for what Western spreadsheets
// save without being asked. An XLSX file stays as it is.
func ToUTF8(all []byte) ([]byte, Encoding) {
	switch {
	case bytes.HasPrefix(all, []byte("PK\x03\x04")):
		return all, UTF8
	case bytes.HasPrefix(all, []byte("\xff\xfe")), bytes.HasPrefix(all, []byte("\xfe\xff")):
		return decoded(all, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)), UTF16
	case utf8.Valid(all):
		return all, UTF8
	}
	return decoded(all, charmap.Windows1252), Windows1252
}

// decoded puts U+FFFD where a byte means nothing; these decoders have no other error.
func decoded(all []byte, from encoding.Encoding) []byte {
	out, _ := from.NewDecoder().Bytes(all)
	return out
}
