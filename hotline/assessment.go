package hotline

import "slices"

// Kind says what sort of message a text is.
type Kind string

// The kinds; see the label conventions in docs/triage.md.
const (
	Report   Kind = "report"
	Question Kind = "question"
	Command  Kind = "command"
	Noise    Kind = "noise"
)

// Priority orders the queue; 1 is answered first. Zero means not assessed.
type Priority int

// The five priorities.
const (
	Emergency     Priority = 1 // imminent danger now
	Urgent        Priority = 2 // exploitation going on, no imminent event
	Standard      Priority = 3 // weak signs, past events, suspicious recruitment
	Info          Priority = 4 // questions and commands
	NoisePriority Priority = 5
)

var priorityNames = [...]string{"", "emergency", "urgent", "standard", "info", "noise"}

// String returns the label used in data files and the API.
func (p Priority) String() string {
	if p < 0 || int(p) >= len(priorityNames) {
		return ""
	}
	return priorityNames[p]
}

// ParsePriority is the inverse of String. ok is false for an unknown label.
func ParsePriority(label string) (p Priority, ok bool) {
	for i, name := range priorityNames {
		if name == label && i > 0 {
			return Priority(i), true
		}
	}
	return 0, false
}

// Exploitation is a type of exploitation, in HTCDS 2.0's vic_TypeOfExploitation
// codes plus ForcedCriminality, which HTCDS lacks (its issue 28).
type Exploitation string

// The exploitation types.
const (
	ForcedLabour       Exploitation = "ForcedLabour"
	SexualExploitation Exploitation = "SexualExploitation"
	ChildLabour        Exploitation = "ChildLabour"
	ForcedMarriage     Exploitation = "ForcedMarriage"
	Servitude          Exploitation = "Servitude"
	ForcedMilitary     Exploitation = "ForcedMilitary"
	OrganRemoval       Exploitation = "OrganRemoval"
	ForcedBegging      Exploitation = "ForcedBegging"
	ForcedAdoption     Exploitation = "ForcedAdoption"
	Surrogacy          Exploitation = "Surrogacy"
	ForcedCriminality  Exploitation = "ForcedCriminality"
)

// Exploitations lists all types in HTCDS order.
var Exploitations = []Exploitation{
	ForcedLabour, SexualExploitation, ChildLabour, ForcedMarriage, Servitude, ForcedMilitary,
	OrganRemoval, ForcedBegging, ForcedAdoption, Surrogacy, ForcedCriminality,
}

// Means is a method of control, in HTCDS 2.0's MethodsOfControl codes.
type Means string

// The means.
const (
	DebtBondage              Means = "DebtBondage"
	TakesEarnings            Means = "TakesEarnings"
	RestrictsFinancialAccess Means = "RestrictsFinancialAccess"
	Threats                  Means = "Threats"
	PsychologicalAbuse       Means = "PsychologicalAbuse"
	PhysicalAbuse            Means = "PhysicalAbuse"
	SexualAbuse              Means = "SexualAbuse"
	FalsePromises            Means = "FalsePromises"
	PsychoactiveSubstances   Means = "PsychoactiveSubstances"
	RestrictsMovement        Means = "RestrictsMovement"
	RestrictsMedicalCare     Means = "RestrictsMedicalCare"
	ExcessiveWorkingHours    Means = "ExcessiveWorkingHours"
	UsesChildren             Means = "UsesChildren"
	ThreatOfLawEnforcement   Means = "ThreatOfLawEnforcement"
	WithholdsNecessities     Means = "WithholdsNecessities"
	WithholdsDocuments       Means = "WithholdsDocuments"
)

// AllMeans lists all means in HTCDS order.
var AllMeans = []Means{
	DebtBondage, TakesEarnings, RestrictsFinancialAccess, Threats, PsychologicalAbuse, PhysicalAbuse,
	SexualAbuse, FalsePromises, PsychoactiveSubstances, RestrictsMovement, RestrictsMedicalCare,
	ExcessiveWorkingHours, UsesChildren, ThreatOfLawEnforcement, WithholdsNecessities, WithholdsDocuments,
}

// Reason ties a conclusion to the words that led to it. Start and End are byte
// offsets into the original text: text[Start:End] == Text.
type Reason struct {
	Indicator string  `json:"indicator"` // a means, an exploitation type, or a sign such as "LockedIn"
	Text      string  `json:"text"`
	Start     int     `json:"start"`
	End       int     `json:"end"`
	Weight    float64 `json:"weight"` // 3 strong, 2 medium, 1 weak; negative speaks against
}

// Assessment is what triage makes of one message, with its reasons. It orders
// the queue; it is never a finding and never a reason to close.
type Assessment struct {
	Language           Language
	LanguageConfidence float64 // 0 to 1
	Kind               Kind
	Priority           Priority
	Exploitation       []Exploitation
	Means              []Means
	Minor              bool // a person under 18 is a victim
	Self               bool // the writer is the victim
	Score              float64
	Reasons            []Reason
	Lexicon            string // version of the word data
}

// signFree is the sign of being free or safe now, and dangerSigns are those of
// danger now, by the names that reasons carry.
const signFree = "Free"

var dangerSigns = []string{"ViolenceNow", "MovedNow", "SuicideRisk", "Injury", "TimePressure"}

// SaysSafe reports that a message tells of being free or safe now, and of no
// danger besides.
func (a Assessment) SaysSafe() bool {
	free := slices.ContainsFunc(a.Reasons, func(r Reason) bool { return r.Indicator == signFree && r.Weight >= 3 })
	return free && a.Priority > Urgent && !slices.ContainsFunc(a.Reasons, func(r Reason) bool { return slices.Contains(dangerSigns, r.Indicator) })
}

// Hints are what is known before a text is read. They never override clear
// evidence in the text.
type Hints struct {
	Language Language // the conversation's language so far
}
