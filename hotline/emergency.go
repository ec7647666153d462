package hotline

import "time"

// EmergencyNumber is what to call in a country, as staff have checked it.
type EmergencyNumber struct {
	Country   string // ISO 3166, two capital letters
	Number    string // digits; "" when none is to be shown
	Note      string // for staff: the source, or what the number reaches
	CheckedAt time.Time
	CheckedBy UserID
}

// EmergencyCheckLasts is how long a check of an emergency number is good for.
const EmergencyCheckLasts = 180 * 24 * time.Hour
