package hotline

import "time"

// Role is what a staff member may do; fixed and few.
type Role string

// The roles.
const (
	Operator      Role = "operator"
	Supervisor    Role = "supervisor"
	Analyst       Role = "analyst"
	Manager       Role = "manager" // campaigns
	Administrator Role = "administrator"
)

// Roles lists all roles.
var Roles = []Role{Operator, Supervisor, Analyst, Manager, Administrator}

// User is a member of staff.
type User struct {
	ID           UserID
	Login        string // lower case, unique
	Name         string
	Role         Role
	Languages    []Language
	PasswordHash string // argon2id
	Disabled     bool
	CreatedAt    time.Time
}

// HandlesConversations says whether this member of staff reads and answers
// reports: the role does, and the account is not disabled.
func (u User) HandlesConversations() bool {
	if u.Disabled {
		return false
	}
	return u.Role == Operator || u.Role == Supervisor || u.Role == Administrator
}

// Session is a signed-in browser, staff or visitor. TokenHash is the SHA-256 of
// the cookie's value: a copy of the database opens no session.
type Session struct {
	TokenHash      string
	UserID         UserID         // staff; "" for a visitor
	ConversationID ConversationID // visitor's chat; "" for staff and before the first message
	Address        Address        // visitor's receipt code; sealed in the store
	Draft          []Answer       // what a visitor has answered so far and not sent; sealed in the store
	CreatedAt      time.Time
	SeenAt         time.Time
	ExpiresAt      time.Time // absolute end
}

// AuditEntry is one line of who saw or changed what. Detail never holds
// anything a reporter said.
type AuditEntry struct {
	ID       string
	At       time.Time
	ActorID  UserID // "" for the service itself
	Action   string // such as "conversation.open", "case.create", "address.reveal"
	Object   string // "conversation", "case", "user"
	ObjectID string
	Detail   string
}

// Quarantined is foreign input we could not trust or read, kept sealed so that
// an administrator can look into it. Reason holds no part of the input.
type Quarantined struct {
	ID         string
	At         time.Time
	Door       string // the path it came to
	Reason     string // "bad_signature", …
	ProviderID string // as claimed, unverified; "" when absent
	Body       Text   // sealed in the store
}

// Event is a hint, over the hub, that something changed; receivers read the
// store for what. It names no person.
type Event struct {
	Topic          string         `json:"topic"` // "queue" or "conversation"
	Kind           string         `json:"kind"`  // "message", "status", "taken", "closed", …
	ConversationID ConversationID `json:"conversation_id,omitempty"`
	Priority       Priority       `json:"priority,omitempty"`
}
