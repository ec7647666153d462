package hotline

import "time"

// PartnerKey lets one partner's program hand over reports. KeyHash is the SHA-256 of
// the key: a copy of the database opens no door.
type PartnerKey struct {
	ID         string
	Name       string // unique
	KeyHash    string
	CreatedAt  time.Time
	LastUsedAt time.Time // to about a minute; zero: never
	RevokedAt  time.Time // zero: the key is good
}
