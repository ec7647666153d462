package main

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/store"
)

// codesOfSender bounds what one phone can guess.
var codesOfSender = ratelimit.Limit{Events: 5, Per: time.Hour}

// codes is what intake asks of receipt codes.
type codes struct {
	db      *store.Store
	limiter ratelimit.Limiter
}

// Read implements intake.Codes.
func (*codes) Read(text string) (digits string, is bool) { return webchat.Digits(text) }

// Owner implements intake.Codes: the conversation on the web page, or else the one
// that was given the code by text.
func (c *codes) Owner(ctx context.Context, digits string) (hotline.ConversationID, error) {
	code, ok := webchat.ParseCode(digits)
	if !ok {
		return "", hotline.Errorf(hotline.NotFound, "nobody has this code")
	}
	id, err := c.db.ConversationOf(ctx, hotline.WebChat, code)
	if hotline.CodeOf(err) != hotline.NotFound {
		return id, err
	}
	if given, found := c.byText(ctx, code); found != nil || given != "" {
		return given, found
	}
	return "", err
}

// byText is the newest conversation on a phone in which the code was given or
// texted; "" for none.
func (c *codes) byText(ctx context.Context, code hotline.Address) (hotline.ConversationID, error) {
	clue := hotline.Clue{Kind: hotline.ClueCode, Value: hotline.Text(code.Reveal())}
	_, some, err := c.db.Sharing(ctx, "", []hotline.Clue{clue}, 1)
	if err != nil || len(some) == 0 {
		return "", err
	}
	return some[0].ID, nil
}

// given says whether a code was given by text.
func (c *codes) given(ctx context.Context, code hotline.Address) (bool, error) {
	id, err := c.byText(ctx, code)
	return id != "", err
}

// MayTry implements intake.Codes.
func (c *codes) MayTry(ctx context.Context, ch hotline.Channel, from hotline.Address) bool {
	ok, _ := c.limiter.Allow(ctx, "code.texted:"+string(ch)+":"+from.Reveal(), codesOfSender)
	return ok
}

// New implements intake.Codes.
func (*codes) New() hotline.Address {
	code, _ := webchat.NewCode(rand.Reader) // never fails: see crypto/rand
	return code
}
