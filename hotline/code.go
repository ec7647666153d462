package hotline

// CodeOutcome is what came of a receipt code that somebody texted from a phone.
type CodeOutcome string

// The outcomes; "" when the message was no code.
const (
	CodeKnown    CodeOutcome = "known"
	CodeUnknown  CodeOutcome = "unknown"   // mistyped, nobody's, or erased
	CodeTooOften CodeOutcome = "too_often" // too many tries from this phone: not even looked up
)

// CodeTry is a try of a receipt code. The code itself is not kept.
type CodeTry struct {
	Outcome CodeOutcome
	Owner   ConversationID // whose code it is, when known
}
