package console

import (
	"context"
	"net/http"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// oneFile is a store that has one picture.
type oneFile struct{}

func (oneFile) File(_ context.Context, _ hotline.ConversationID, file hotline.FileID) (hotline.File, error) {
	if file != "f1" {
		return hotline.File{}, hotline.Errorf(hotline.NotFound, "no such file")
	}
	return hotline.File{ID: file, Body: []byte("\xFF\xD8 pixels")}, nil
}

func TestPicturesAreBlurredUntilChosen(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	h.messages[h.conv(path).Conversation.ID][0].Media = []hotline.Media{hotline.MediaOf("f1"), {ContentType: "image/png", URL: "https://carrier.example/1"}}
	a := h.get(t, path)
	wants(t, a.body, `src="`+path+`/file/f1" loading="lazy"`, `class="pic__see" type="checkbox"`, "1 picture, at the carrier")

	a = h.get(t, path+"/file/f1")
	if a.StatusCode != http.StatusOK || a.body != "\xFF\xD8 pixels" || a.Header.Get("Content-Type") != "image/jpeg" ||
		a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	if a := h.get(t, path+"/file/f2"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", a.StatusCode)
	}
	h.console.MayOpen = func(hotline.User, hotline.Conversation) bool { return false }
	if a := h.get(t, path+"/file/f1"); a.StatusCode != http.StatusForbidden {
		t.Errorf("who may not open it: %d", a.StatusCode)
	}
}
