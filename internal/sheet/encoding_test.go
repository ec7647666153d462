package sheet_test

import (
	"testing"

	"github.com/hearline/hearline/internal/sheet"
)

func TestToUTF8(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want string
		encoding sheet.Encoding
	}{
		"plain":          {"id,text\n1,señor", "id,text\n1,señor", sheet.UTF8},
		"mark":           {"\ufeffid", "\ufeffid", sheet.UTF8},
		"little endian":  {"\xff\xfeh\x00\xe9\x00", "hé", sheet.UTF16},
		"big endian":     {"\xfe\xff\x06\x33", "س", sheet.UTF16},
		"half a unit":    {"\xff\xfeh\x00\xe9", "h\uFFFD", sheet.UTF16},
		"western":        {"se\xf1or \x80 \x93ok\x94", "señor € “ok”", sheet.Windows1252},
		"an XLSX file":   {"PK\x03\x04\xf1", "PK\x03\x04\xf1", sheet.UTF8},
		"nothing at all": {"", "", sheet.UTF8},
	} {
		if got, encoding := sheet.ToUTF8([]byte(c.in)); string(got) != c.want || encoding != c.encoding {
			t.Errorf("%s: %q, %s", name, got, encoding)
		}
	}
}
