// Package picture makes a picture from a stranger safe to keep and to look at: it
// reads the pixels and writes a new file of them, so that nothing else survives
// (place, time, phone, thumbnail, anything appended). It knows nothing of who
// sent it or where it goes.
package picture

import (
	"bytes"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// Limits: 5 MB is what the page promises; a phone's camera has 12 to 50 million
// pixels, and 25 million take 100 MB while they are read. MaxSide bounds what is
// kept: enough to read a number plate in the background.
const (
	MaxBytes  = 5 << 20
	MaxPixels = 25_000_000
	MaxSide   = 2560
)

// What Clean refuses.
var (
	ErrKind = errors.New("picture: neither JPEG nor PNG, or broken")
	ErrBig  = errors.New("picture: too many bytes or pixels")
)

// quality of what is written; above it files grow and nothing more is seen.
const quality = 85

// Clean reads a JPEG or PNG and writes it anew as JPEG, upright, on white where
// it was clear. What it says of its size is looked at before the pixels are read.
// The errors are ErrKind and ErrBig.
func Clean(file []byte) ([]byte, error) {
	if len(file) > MaxBytes {
		return nil, ErrBig
	}
	decode := decoderOf(file)
	if decode == nil {
		return nil, ErrKind
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(file))
	switch {
	case err != nil || head.Width < 1 || head.Height < 1:
		return nil, ErrKind
	case head.Width > MaxPixels/head.Height:
		return nil, ErrBig
	}
	pixels, err := decode(file)
	if err != nil {
		return nil, ErrKind
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, fit(pixels, turnOf(file)), &jpeg.Options{Quality: quality}); err != nil {
		return nil, ErrKind
	}
	return out.Bytes(), nil
}

func decoderOf(file []byte) func([]byte) (image.Image, error) {
	switch {
	case bytes.HasPrefix(file, []byte("\xFF\xD8\xFF")):
		return func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }
	}
	return nil
}

// fit brings the pixels upright and within MaxSide, by the mean of the pixels
// that each new one stands for.
func fit(from image.Image, t turn) image.Image {
	flat := image.NewRGBA(image.Rect(0, 0, from.Bounds().Dx(), from.Bounds().Dy()))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), from, from.Bounds().Min, draw.Over)
	w, h := flat.Bounds().Dx(), flat.Bounds().Dy()
	by := max(1, (max(w, h)+MaxSide-1)/MaxSide)
	w, h = max(1, w/by), max(1, h/by)
	size := image.Rect(0, 0, w, h)
	if t.swaps() {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := t.place(x, y, w, h)
			copy(to.Pix[to.PixOffset(tx, ty):][:4], mean(flat, x*by, y*by, by))
		}
	}
	return to
}

// mean is the colour of a square of by pixels a side.
func mean(from *image.RGBA, x0, y0, by int) []byte {
	var sum [3]int
	count := 0
	for y := y0; y < min(y0+by, from.Rect.Max.Y); y++ {
		for x := x0; x < min(x0+by, from.Rect.Max.X); x++ {
			at := from.PixOffset(x, y)
			for c := range sum {
				sum[c] += int(from.Pix[at+c])
			}
			count++
		}
	}
	return []byte{byte(sum[0] / count), byte(sum[1] / count), byte(sum[2] / count), 255}
}
