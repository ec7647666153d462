package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

var (
	red  = color.RGBA{200, 0, 0, 255}
	blue = color.RGBA{0, 0, 200, 255}
)

// halves is red on the left and blue on the right.
func halves(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, red)
			if x >= w/2 {
				m.Set(x, y, blue)
			}
		}
	}
	return m
}

func encoded(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// planted is a JPEG with an EXIF part that holds a turn and a place, and words
// after its end.
func planted(t testing.TB, m image.Image, held uint16) []byte {
	t.Helper()
	tiff := []byte("II*\x00\x08\x00\x00\x00")
	tiff = binary.LittleEndian.AppendUint16(tiff, 2)
	field := func(tag, kind uint16, count uint32, value uint32) {
		tiff = binary.LittleEndian.AppendUint16(tiff, tag)
		tiff = binary.LittleEndian.AppendUint16(tiff, kind)
		tiff = binary.LittleEndian.AppendUint32(tiff, count)
		tiff = binary.LittleEndian.AppendUint32(tiff, value)
	}
	field(orientationTag, 3, 1, uint32(held))
	field(0x8825, 4, 1, 38) // the GPS part
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, "GPS-52.5200N-13.4050E"...)
	part := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(part)+2))
	file := encoded(t, m)
	out := append([]byte{0xFF, 0xD8}, head...)
	out = append(append(out, part...), file[2:]...)
	return append(out, "GPS-appended"...)
}

func read(t *testing.T, file []byte) image.Image {
	t.Helper()
	m, kind, err := image.Decode(bytes.NewReader(file))
	if err != nil || kind != "jpeg" {
		t.Fatalf("%s, %v", kind, err)
	}
	return m
}

func near(c color.Color, want color.RGBA) bool {
	r, g, b, _ := c.RGBA()
	off := func(a uint32, b uint8) bool { d := int(a>>8) - int(b); return d > -40 && d < 40 }
	return off(r, want.R) && off(g, want.G) && off(b, want.B)
}

func TestNothingButThePixelsSurvives(t *testing.T) {
	t.Parallel()
	dirty := planted(t, halves(40, 20), 1)
	clean, err := Clean(dirty)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(dirty, []byte("GPS-52")) || bytes.Contains(clean, []byte("GPS")) || bytes.Contains(clean, []byte("Exif")) {
		t.Error("the place is still there")
	}
	if m := read(t, clean); m.Bounds().Dx() != 40 || !near(m.At(5, 10), red) || !near(m.At(35, 10), blue) {
		t.Error("another picture")
	}
}

func TestPicturesStandUpright(t *testing.T) {
	t.Parallel()
	for held, want := range map[uint16]struct {
		w, h     int
		at, then image.Point // where red and blue are seen
	}{
		1: {40, 20, image.Pt(5, 10), image.Pt(35, 10)}, 2: {40, 20, image.Pt(35, 10), image.Pt(5, 10)},
		3: {40, 20, image.Pt(35, 10), image.Pt(5, 10)}, 4: {40, 20, image.Pt(5, 10), image.Pt(35, 10)},
		5: {20, 40, image.Pt(10, 5), image.Pt(10, 35)}, 6: {20, 40, image.Pt(10, 5), image.Pt(10, 35)},
		7: {20, 40, image.Pt(10, 35), image.Pt(10, 5)}, 8: {20, 40, image.Pt(10, 35), image.Pt(10, 5)},
		9: {40, 20, image.Pt(5, 10), image.Pt(35, 10)},
	} {
		clean, err := Clean(planted(t, halves(40, 20), held))
		if err != nil {
			t.Fatal(err)
		}
		m := read(t, clean)
		if m.Bounds().Dx() != want.w || m.Bounds().Dy() != want.h || !near(m.At(want.at.X, want.at.Y), red) || !near(m.At(want.then.X, want.then.Y), blue) {
			t.Errorf("held %d: %v", held, m.Bounds())
		}
	}
}

func TestLargePicturesShrinkAndClearOnesGetWhite(t *testing.T) {
	t.Parallel()
	clear := image.NewNRGBA(image.Rect(0, 0, 3000, 10))
	var b bytes.Buffer
	if err := png.Encode(&b, clear); err != nil {
		t.Fatal(err)
	}
	clean, err := Clean(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if m := read(t, clean); m.Bounds().Dx() != 1500 || !near(m.At(700, 2), color.RGBA{255, 255, 255, 255}) {
		t.Errorf("%v", m.Bounds())
	}
}

// bomb is a PNG of few bytes that says that it is huge.
func bomb(side uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), side)
	head = append(binary.BigEndian.AppendUint32(head, side), 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, head...), crc32.ChecksumIEEE(head))
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	whole := encoded(t, halves(40, 20))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":       {nil, ErrKind},
		"a page":        {[]byte("<!doctype html><script>alert(1)</script>"), ErrKind},
		"a GIF":         {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), ErrKind},
		"half a file":   {whole[:len(whole)/2], ErrKind},
		"a false start": {append([]byte("\xFF\xD8\xFF"), "no more"...), ErrKind},
		"a bomb":        {bomb(60_000), ErrBig},
		"a whole world": {bomb(1<<31 - 1), ErrKind},
		"too many":      {append(whole, make([]byte, MaxBytes)...), ErrBig},
	} {
		if _, err := Clean(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add(planted(f, halves(8, 8), 6))
	f.Add(bomb(9))
	f.Fuzz(func(t *testing.T, file []byte) {
		if clean, err := Clean(file); err == nil {
			_ = read(t, clean)
		}
	})
}
