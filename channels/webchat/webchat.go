// Package webchat is the channel of our own web pages: the receipt codes by
// which a visitor without a name or a number comes back, and the sender that
// puts answers on the page.
//
// It knows nothing of pages, sessions or the database. It does no input or
// output: chance is given to it.
package webchat

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// Sender delivers answers to visitors. A message is on the page as soon as its
// state is hotline.Sent: the page reads the database, so there is nothing to
// carry anywhere and nothing that can fail.
type Sender struct{}

// Send marks the message as sent.
func (Sender) Send(_ context.Context, out hotline.Outgoing) hotline.SendResult {
	return hotline.SendResult{MessageID: out.MessageID, State: hotline.Done, Delivery: hotline.Sent}
}

// Shown says whether a visitor may see m: their own words, and answers that
// have been sent. A queued answer may still be taken back, or be held because
// the visitor said that it is not safe.
func Shown(m hotline.Message) bool {
	switch m.Direction {
	case hotline.In:
		return true
	case hotline.Out:
		return m.Delivery.Rank() >= hotline.Sent.Rank() &&
			m.Delivery != hotline.Failed && m.Delivery != hotline.Undelivered && m.Delivery != hotline.Canceled
	}
	return false
}
