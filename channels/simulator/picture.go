package simulator

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"sync"
)

// samplePicture is what a phone sends as a photograph: a drawn house by the
// road, so that nobody needs to upload a real one.
var samplePicture = sync.OnceValue(func() []byte {
	const width, height = 320, 200
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{
		color.RGBA{0xD9, 0xE8, 0xE8, 0xFF},
		color.RGBA{0x6F, 0xA9, 0xAD, 0xFF},
		color.RGBA{0x43, 0x54, 0x5B, 0xFF},
		color.RGBA{0xF7, 0xF6, 0xF2, 0xFF},
		color.RGBA{0x0F, 0x5E, 0x66, 0xFF},
	})
	fill := func(r image.Rectangle, c uint8) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				img.SetColorIndex(x, y, c)
			}
		}
	}
	fill(image.Rect(0, 140, width, 200), 1)
	fill(image.Rect(0, 165, width, 185), 2)
	fill(image.Rect(90, 80, 230, 150), 3)
	for y := range 50 { // the roof
		fill(image.Rect(160-y*8/5, 30+y, 160+y*8/5, 31+y), 4)
	}
	fill(image.Rect(148, 110, 172, 150), 2)
	fill(image.Rect(105, 95, 130, 118), 1)
	fill(image.Rect(190, 95, 215, 118), 1)
	var out bytes.Buffer
	_ = png.Encode(&out, img) // fails only when the writer does
	return out.Bytes()
})

func showPicture(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(samplePicture())
}
