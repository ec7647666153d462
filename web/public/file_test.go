package public

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/picture"
)

// shelf keeps files in memory.
type shelf struct {
	kept map[hotline.FileID]hotline.File
}

func (s *shelf) AddFile(_ context.Context, _ hotline.ConversationID, f hotline.File) error {
	s.kept[f.ID] = f
	return nil
}

func takesFiles() (*shelf, func(*Config)) {
	s := &shelf{kept: map[hotline.FileID]hotline.File{}}
	return s, func(c *Config) { c.Files = s }
}

// photo is a JPEG with a planted place.
func photo(t *testing.T) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 60, 40))
	m.Set(5, 5, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	tag := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00GPS-52.5200N"
	out := binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(tag)+2))
	return append(append(out, tag...), b.Bytes()[2:]...)
}

func (p *phone) sendFile(fields map[string]string, file []byte) answer {
	p.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		_ = w.WriteField(name, value)
	}
	part, err := w.CreateFormFile("file", "IMG_2026_home.jpg")
	if err != nil {
		p.h.t.Fatal(err)
	}
	_, _ = part.Write(file)
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, "/c/file", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return p.do(r)
}

func (p *phone) fileToken() string {
	p.h.t.Helper()
	page := p.get("/c").body
	return answer{body: page[strings.Index(page, `id="file"`):]}.token(p.h.t)
}

func TestP53PicturesAreMadeAnew(t *testing.T) {
	t.Parallel()
	kept, on := takesFiles()
	h := newHouse(t, on)
	p := h.phone()
	p.send("hello")
	p.get("/c").want(t, http.StatusOK, `<details class="file">`, `enctype="multipart/form-data" target="log"`, "Please do not send pictures that put you at risk.")
	token := map[string]string{"token": p.fileToken()}
	p.sendFile(token, photo(t)).wantTo(t, "/c/log")
	p.sendFile(token, photo(t)).wantTo(t, "/c/log") // a second tap
	got := h.heard()
	if len(got) != 2 || len(got[1].Media) != 1 || got[1].Text != "" {
		t.Fatalf("heard %d", len(got))
	}
	id, ok := got[1].Media[0].File()
	if !ok || len(kept.kept) != 1 {
		t.Fatal("no file is kept")
	}
	body := kept.kept[id].Body
	if _, err := jpeg.Decode(bytes.NewReader(body)); err != nil || bytes.Contains(body, []byte("GPS")) {
		t.Error("the place is still in the picture")
	}
	if strings.Contains(h.log.String(), "IMG_2026") {
		t.Error("the file's name is in the log")
	}
}

func TestP53WhatIsRefused(t *testing.T) {
	t.Parallel()
	kept, on := takesFiles()
	h := newHouse(t, on)
	p := h.phone()
	p.send("hello")
	good := p.fileToken()
	for name, c := range map[string]struct {
		fields map[string]string
		file   []byte
		to     string
		words  string
	}{
		"no picture": {map[string]string{"token": good}, []byte("<script>"), "kind", "A photo in JPEG or PNG works."},
		"too big":    {map[string]string{"token": good}, append(photo(t), make([]byte, picture.MaxBytes)...), "big", "The limit is 5 MB."},
		"no token":   {nil, photo(t), "old", "open too long"},
		"a trap":     {map[string]string{"token": good, "more": "spam"}, photo(t), "old", "open too long"},
	} {
		p.sendFile(c.fields, c.file).wantTo(t, "/c/log?problem="+c.to)
		a := p.get("/c/log?problem=" + c.to)
		a.want(t, http.StatusOK, c.words)
		if got := a.header.Get("Refresh"); got != "15; url=/c/log" {
			t.Errorf("%s: Refresh %q says it again", name, got)
		}
	}
	h.phone().sendFile(map[string]string{"token": good}, photo(t)).wantTo(t, "/c/log")
	if len(kept.kept) != 0 || len(h.heard()) != 1 {
		t.Error("something was kept")
	}
	other := newHouse(t).phone()
	other.send("hello")
	other.sendFile(nil, photo(t)).want(t, http.StatusNotFound)
}

func TestBrowserP53APictureIsSent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, photo(t), 0o600); err != nil {
		t.Fatal(err)
	}
	both(t, func(t *testing.T, scripts bool) {
		_, on := takesFiles()
		b := newTab(t, scripts, on)
		b.begin("hello")
		b.typeIn("#text", "a draft")
		b.click(".file summary")
		box := call(b, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.getElementById("pick")`})
		call(b, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: box.Result.ObjectID})
		value[bool](b, `(document.querySelector("#file button").click(), true)`)
		b.await("the picture", func() bool { got := b.heard(); return len(got) == 2 && len(got[1].Media) == 1 })
		list := `document`
		if !scripts {
			list = `frames[0].document`
		}
		b.until("shown as sent", list+`.body !== null && `+list+`.body.innerText.indexOf("JPEG") > 0`)
		if draft := value[string](b, `document.getElementById("text").value`); draft != "a draft" {
			t.Errorf("the draft is %q", draft)
		}
	})
}
