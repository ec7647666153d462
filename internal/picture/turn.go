package picture

import (
	"bytes"
	"encoding/binary"
)

// turn is how a camera was held, as EXIF counts it: 1 to 8, 1 for upright. It is
// the one thing read from a file's hidden part, because without it pictures would
// lie on their side.
type turn int

// swaps says whether width and height change places.
func (t turn) swaps() bool { return t >= 5 }

// place is where the pixel x, y of a w by h picture belongs.
func (t turn) place(x, y, w, h int) (int, int) {
	switch t {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

const orientationTag = 0x0112

// turnOf finds the turn in a JPEG's EXIF part; upright when there is none or it
// makes no sense.
func turnOf(file []byte) turn {
	for at := 2; at+4 <= len(file) && file[at] == 0xFF && file[at+1] != 0xDA; {
		size := int(binary.BigEndian.Uint16(file[at+2:]))
		end := at + 2 + size
		if size < 2 || end > len(file) {
			return 1
		}
		if file[at+1] == 0xE1 {
			if tiff, ok := bytes.CutPrefix(file[at+4:end], []byte("Exif\x00\x00")); ok {
				return turnIn(tiff)
			}
		}
		at = end
	}
	return 1
}

func turnIn(tiff []byte) turn {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	first := int64(order.Uint32(tiff[4:]))
	if first+2 > int64(len(tiff)) {
		return 1
	}
	fields := tiff[first:]
	for n := 0; n < int(order.Uint16(fields)) && 2+12*(n+1) <= len(fields); n++ {
		field := fields[2+12*n:]
		if t := turn(order.Uint16(field[8:])); order.Uint16(field) == orientationTag && t >= 1 && t <= 8 {
			return t
		}
	}
	return 1
}
