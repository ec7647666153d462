package storetest

import (
	"bytes"

	"github.com/hearline/hearline/hotline"
)

func testFiles(f *fixture) {
	mine := f.receive(reply, f.sms(1, "x"))[0].ConversationID
	other := f.receive(reply, f.sms(2, "x"))[0].ConversationID
	body := bytes.Repeat([]byte{0, 0xFF, 'x'}, 1<<19)
	f.must(f.s.AddFile(f.ctx, mine, hotline.File{ID: "f1", Body: body}))
	f.must(f.s.AddFile(f.ctx, mine, hotline.File{ID: "f1", Body: []byte("another")}))
	got, err := f.s.File(f.ctx, mine, "f1")
	f.must(err)
	if got.ID != "f1" || !bytes.Equal(got.Body, body) {
		f.Errorf("got %d bytes", len(got.Body))
	}
	_, err = f.s.File(f.ctx, other, "f1")
	f.code(err, hotline.NotFound)
	f.code(f.s.AddFile(f.ctx, "nobody", hotline.File{ID: "f1", Body: body}), hotline.NotFound)
	f.change(mine, func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	_, err = f.s.File(f.ctx, mine, "f1")
	f.code(err, hotline.NotFound)
	f.code(f.s.AddFile(f.ctx, mine, hotline.File{ID: "f2", Body: body}), hotline.NotFound)
}
