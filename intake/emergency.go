package intake

import (
	"context"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/hotline"
)

// EmergencyStore keeps the numbers that staff have checked.
type EmergencyStore interface {
	EmergencyNumbers(ctx context.Context) ([]hotline.EmergencyNumber, error)
	SetEmergencyNumber(ctx context.Context, n hotline.EmergencyNumber, entry hotline.AuditEntry) error
}

// EmergencyConfig is what NewEmergencies needs.
type EmergencyConfig struct {
	Store    EmergencyStore
	Library  func(country string) []string  // numbers that nobody of ours has checked, the one to show first
	Country  func(hotline.Address) string   // that issued a phone number; "" when it cannot be told
	Zones    func(hotline.Address) []string // in which a phone may be
	Usual    string                         // the number of this deployment; "" when it has none
	Zone     string                         // of this deployment, where a number tells none
	Announce func(hotline.Event)            // must not block
	Now      func() time.Time
	NewID    hotline.NewID
}

// Emergencies knows the number to call where a person is: what staff have checked,
// else what the library says of the country, else nothing. It never guesses.
type Emergencies struct {
	EmergencyConfig
	own atomic.Pointer[map[string]hotline.EmergencyNumber]
}

// NewEmergencies makes an Emergencies, which knows nothing of staff's before Load.
func NewEmergencies(cfg EmergencyConfig) *Emergencies { return &Emergencies{EmergencyConfig: cfg} }

// Load reads what staff have checked.
func (e *Emergencies) Load(ctx context.Context) error {
	all, err := e.Store.EmergencyNumbers(ctx)
	if err != nil {
		return err
	}
	own := make(map[string]hotline.EmergencyNumber, len(all))
	for _, n := range all {
		own[n.Country] = n
	}
	e.own.Store(&own)
	return nil
}

// Number is what to call in a country; checked is set when staff have said so. A
// Number of "" means that it is not known, or that none is to be shown.
func (e *Emergencies) Number(country string) (n hotline.EmergencyNumber, checked bool) {
	if own := e.own.Load(); own != nil {
		if n, ok := (*own)[country]; ok {
			return n, true
		}
	}
	n = hotline.EmergencyNumber{Country: country}
	if all := e.Library(country); len(all) > 0 {
		n.Number = all[0]
	}
	return n, false
}

// Where is the number to call where the owner of an address is. The web page, and a
// phone whose country cannot be told, have this deployment's.
func (e *Emergencies) Where(ch hotline.Channel, address hotline.Address) string {
	if ch != hotline.WebChat {
		if country := e.Country(address); country != "" {
			n, _ := e.Number(country)
			return n.Number
		}
	}
	return e.Usual
}

// ZonesOf are the time zones in which the owner of an address may be.
func (e *Emergencies) ZonesOf(ch hotline.Channel, address hotline.Address) []string {
	if ch == hotline.WebChat || e.Country(address) == "" {
		return []string{e.Zone}
	}
	return e.Zones(address)
}

var emergencyDigits = regexp.MustCompile(`^[0-9]{0,5}$`)

// longestEmergencyNote bounds a note, in bytes.
const longestEmergencyNote = 200

// Set keeps what an administrator says of a country, as checked now. The errors are
// hotline.Forbidden, and hotline.Invalid for what cannot be a country or a number.
func (e *Emergencies) Set(ctx context.Context, by hotline.User, n hotline.EmergencyNumber) error {
	switch {
	case by.Disabled || by.Role != hotline.Administrator:
		return hotline.Errorf(hotline.Forbidden, "Only administrators change emergency numbers.")
	case !emergencyDigits.MatchString(n.Number):
		return hotline.Errorf(hotline.Invalid, "An emergency number has at most 5 digits and nothing else.")
	case len(n.Country) != 2 || len(n.Note) > longestEmergencyNote || !hotline.Clean(n.Note):
		return hotline.Errorf(hotline.Invalid, "Choose a country, and write at most %d characters.", longestEmergencyNote)
	}
	n.CheckedAt, n.CheckedBy = e.Now(), by.ID
	err := e.Store.SetEmergencyNumber(ctx, n, hotline.AuditEntry{
		ID: e.NewID(), At: n.CheckedAt, ActorID: by.ID, Action: "emergency.set", Object: "emergency", ObjectID: n.Country,
	})
	if err != nil {
		return err
	}
	e.Announce(hotline.Event{Topic: "settings", Kind: "emergency"})
	return e.Load(ctx)
}
