package simulator

import (
	"context"
	"net/http"

	"github.com/hearline/hearline/hotline"
)

// settled says that nothing more happens to a message's content.
func settled(m *Message) bool { return m.Status.Final() || m.Status == hotline.Received }

// updateMessage blanks a text (Body=”) or cancels a scheduled message
// (Status=canceled), never both.
func (c *Carrier) updateMessage(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, errParameter)
		return
	}
	f := r.PostForm
	var refused *problem
	alter := func(m *Message) bool {
		switch {
		case m.note:
			return false
		case f.Has("Body") == f.Has("Status"), f.Has("Body") && f.Get("Body") != "",
			f.Has("Status") && f.Get("Status") != string(hotline.Canceled):
			refused = errUpdate
		case f.Has("Status") && m.Status != hotline.Scheduled:
			refused = errNotCanceled
		case f.Has("Body") && !settled(m):
			refused = errUnfinished
		}
		if refused != nil {
			return false
		}
		if f.Has("Status") {
			m.Status = hotline.Canceled
		} else {
			m.Body = ""
		}
		m.DateUpdated = c.cfg.Now().UTC()
		return true
	}
	m, ok := c.box.change(r.PathValue("sid"), alter)
	switch {
	case refused != nil:
		refuse(w, refused)
	case !ok:
		refuse(w, errNotFound)
	default:
		c.showStatus(m)
		if m.Status == hotline.Canceled {
			c.later(0, func(ctx context.Context) { c.callBack(ctx, m) })
		}
		answer(w, http.StatusOK, c.resource(m))
	}
}

// deleteMessage removes a message and its media for good.
func (c *Carrier) deleteMessage(w http.ResponseWriter, r *http.Request) {
	m, ok := c.box.get(r.PathValue("sid"))
	switch {
	case !ok:
		refuse(w, errNotFound)
	case !settled(&m):
		refuse(w, errUnfinished)
	default:
		c.box.remove(m.SID)
		w.WriteHeader(http.StatusNoContent)
	}
}
