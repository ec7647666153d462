package console

import (
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// Plain words for the codes that the rules speak in. Codes stay in the records
// and behind the words on screen; what people read is here.

// signWords names the indicators of triage that are not HTCDS codes.
var signWords = map[string]string{
	"LockedIn":     "Locked in",
	"ViolenceNow":  "Violence now",
	"Weapon":       "A weapon",
	"DeathThreat":  "Threat to kill",
	"MovedNow":     "To be moved or sold soon",
	"Injury":       "Hurt or very ill",
	"SuicideRisk":  "Speaks of ending their life",
	"TimePressure": "Little time to write",
	"Plea":         "Asks for help",
	"Habit":        "Happens again and again",
	"Past":         "In the past",
	"Free":         "Is free now",
	"Suspicion":    "Fear or suspicion",
	"Recruitment":  "An offer of work or travel",
	"Force":        "Made to do something",
	"Workplace":    "A place of work",
	"Household":    "Work in a household",
	"Danger":       "Words of danger now",
	"NoHarm":       "Says that all is well",
	"Asks":         "Asks something",
	"AsksService":  "Asks about our service",
	"AsksRights":   "Asks about rights",
	"AsksOffer":    "Asks whether an offer is real",
	"Greeting":     "A greeting",
	"Thanks":       "Says thanks",
	"Advert":       "Looks like an advert",
	"Chat":         "Small talk",
	"Joke":         "Looks like a joke",
	"News":         "About the news",
	"Test":         "A test",
	"Minor":        "Under 18",
	"ChildVictim":  "A child is harmed",
	"Self":         "Writes about themself",
	"Other":        "Writes about someone else",
	"Command":      "A keyword for the service",
}

// indicatorWords names whatever an indicator of triage is.
func indicatorWords(code string) string {
	if w, ok := meansWords[hotline.Means(code)]; ok {
		return w
	}
	if w, ok := exploitationWords[hotline.Exploitation(code)]; ok {
		return w
	}
	if w, ok := signWords[code]; ok {
		return w
	}
	return code // a sign newer than this table
}

// revealWords are the reasons for seeing a number, by intake's codes.
var revealWords = map[string]string{
	"call_person":        "To call the person, as they asked",
	"emergency_services": "To give it to emergency services",
	"referral":           "To refer the person, as they agreed",
	"same_person":        "To check whether two reports are from one person",
	"legal":              "A court or a law asks for it",
}

var overrideWords = map[triage.OverrideReason]string{
	triage.DangerNow:      "Something is about to happen",
	triage.DangerOver:     "The danger is over",
	triage.MissedSigns:    "The words say more than was read in them",
	triage.MisreadSigns:   "The words say less than was read in them",
	triage.NotAReport:     "This is not a report",
	triage.OtherKnowledge: "We know more from elsewhere",
}

// questionWords are the guided conversation's questions, in its order.
var questionWords = []struct{ key, words string }{
	{"safe", "Safe to text"},
	{"danger", "Danger now"},
	{"what", "What is going on"},
	{"where", "Town or area"},
}

// valueWords are answers in their normal form, by intake's codes.
var valueWords = map[string]string{
	"yes": "Yes", "no": "No", "unsure": "Not sure",
	"unclear": "Answer not clear", "left": "Left without an answer",
	"media": "Sent a picture", "location": "Shared a place on the map",
}

// lockWords say why nothing may be sent, and what would change that.
var lockWords = map[string]struct{ short, long string }{
	"not_safe": {"Not safe to text", "Texts to this person are locked. They open when the person writes that it is safe."},
	"opted_out": {
		"The person asked us to stop",
		"Texts to this person are locked. They open when the person writes START.",
	},
	"closed": {"This conversation is closed", "A new message from the person opens a new conversation."},
	"erased": {"This conversation was erased", "What was said is gone, and nothing can be sent."},
}

// carrierErrors are our own codes, and the carrier's that staff meet most, from
// Twilio's error dictionary.
var carrierErrors = map[int]string{
	hotline.TooOld:   "too old, so it was not sent",
	hotline.NoAnswer: "it may have arrived: the carrier gave no answer",
	hotline.Damaged:  "not sent: it could not be unsealed here",

	21211: "not a valid number",
	21610: "the person opted out at the carrier",
	21614: "not a mobile number",
	30003: "phone off or out of reach",
	30004: "blocked",
	30005: "number does not exist",
	30006: "landline, or out of the carrier's reach",
	30007: "filtered by the carrier",
	30008: "no reason given",
	30036: "too old, the carrier did not send it",
	63016: "WhatsApp: more than 24 hours since they wrote",
}
