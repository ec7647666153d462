package hotline

// Exchange is one contact and its open conversation while something happens to
// them: the store loads it under a lock, a rule changes the nouns and adds what
// is to be written, and the store saves all of it in one transaction or none.
//
// Conversation.ID is empty when the contact has no open conversation; the rule
// then begins one. Setting Conversation.State to Erased makes the store delete
// what was said and, once nothing is left to send, the key.
type Exchange struct {
	Contact      Contact
	Conversation Conversation
	Written      []Message    // new messages, oldest first; an Out message in state Queued is also put in the outbox
	Audit        []AuditEntry // who did what, written with the change
	Read         bool         // staff have read everything: unread falls to zero
	Campaigns    OptIn        // what the person has said about campaigns on this channel; "" for nothing

	// Others, when a rule sets it, is called once with all other conversations of
	// the contact that are not erased, oldest first, before anything is saved. It
	// may erase them, by their State, and go on changing this exchange.
	Others func([]*Conversation)
}

// Write adds a message to the conversation.
func (x *Exchange) Write(m Message) { x.Written = append(x.Written, m) }

// NewID makes a time-ordered unique id (UUIDv7 in production).
type NewID func() string
