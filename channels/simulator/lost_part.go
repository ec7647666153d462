package simulator

import "github.com/hearline/hearline/hotline"

// LosePart lets the list say of an inbound message that a part of it never came, as
// a real carrier finds out after the webhook. It reports whether the message is
// there.
func (c *Carrier) LosePart(sid string) bool {
	_, ok := c.box.change(sid, func(m *Message) bool {
		m.ErrorCode, m.ErrorText = hotline.PartMissing, "Missing inbound segment"
		return m.Direction == Inbound
	})
	return ok
}
