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

// questionWords are the questions of the guided conversation as shipped, in its
// order. The first ones are listed although nobody was asked.
var questionWords = []struct {
	key, words string
	always     bool
}{
	{"safe", "Safe to text", true},
	{"danger", "Danger now", true},
	{"about", "About", true},
	{"what", "What is going on", true},
	{"saw", "What they saw", false},
	{"need", "What would help most", false},
	{"when", "When they saw it", false},
	{"where", "Town or area", true},
	{"sign", "Name, sign, plate or page", false},
	{"age", "Under 18", false},
	{"later", "May we write first", false},
	{"contact", "How they gave to be reached", false},
}

// stepWords and pathWords name the parts of a script.
var (
	stepWords = map[hotline.StepKind]string{
		hotline.SafeStep: "Is it safe to write", hotline.DangerStep: "Is there danger now", hotline.AboutStep: "About whom",
		hotline.OpenStep: "Own words", hotline.StoryStep: "Own words: what is going on", hotline.ChoiceStep: "One of some answers",
		hotline.MinorStep: "Under 18", hotline.LaterStep: "May we write first, and when",
	}
	pathWords = map[hotline.Path]string{
		hotline.EveryPath: "Everyone", hotline.SelfPath: "Who writes about themselves", hotline.WitnessPath: "Who writes about someone else",
	}
)

// unasked are what intake keeps among the answers although it is none.
var unasked = []string{"language", "person"}

// valueWords are answers in their normal form, by intake's codes.
var valueWords = map[string]string{
	"yes": "Yes", "no": "No", "unsure": "Not sure",
	"unclear": "Answer not clear", "left": "Left without an answer",
	"me": "The person themselves", "other": "Someone else",
	"safe_place": "A safe place", "food_or_doctor": "Food or a doctor", "talk": "To talk to someone", "legal_or_papers": "Legal help or papers",
	"phone": "By phone", "whatsapp": "By WhatsApp", "email": "By email",
	"media": "Sent a picture", "location": "Shared a place on the map",
}

// liftWords, calmWords name intake's reasons.
var (
	liftWords = map[string]string{
		"danger_now": "There is danger now", "agreed_by_voice": "Agreed with the person by voice",
		"asked_through_helper": "Asked through somebody they trust", "supervisor": "A supervisor decided",
	}
	calmWords = map[string]string{
		"spoke_by_voice": "Spoke with the person by voice", "met_in_person": "Met the person",
		"safe_with_helper": "They are with somebody they trust", "mistake": "It was a mistake, and the person is safe",
	}
)

// closedLock is shown for a conversation that has ended.
const closedLock hotline.Lock = "closed"

// lockWords say why nothing may be sent, and what would change that.
var lockWords = map[hotline.Lock]struct{ short, long string }{
	hotline.UnsafeLock: {"Not safe to text", "Texts to this person are locked. They open when the person writes that it is safe."},
	hotline.OptedOutLock: {
		"The person asked us to stop",
		"Texts to this person are locked. They open when the person writes START.",
	},
	closedLock:         {"This conversation is closed", "A new message from the person opens a new conversation."},
	hotline.ErasedLock: {"This conversation was erased", "What was said is gone, and nothing can be sent."},
	hotline.PausedLock: {
		"Paused by the person's safe word",
		"Texts to this person are locked. They open when the person sends the word they chose for it.",
	},
	hotline.NoWayLock: {
		"There is no way to write to this person",
		"Nothing can be sent from here. Where they gave a number, you see above whether it is safe to call.",
	},
	hotline.SilentLock: {
		"The person is silent",
		"The exchange ended after 15 minutes of silence. Nothing is sent until the person writes.",
	},
	hotline.HoursLock: {"Outside the person's safe hours", "The person lets us write at other hours only."},
	hotline.AskLock: {
		"Ask first whether it is still safe",
		"The person's last message is more than 30 minutes old. Someone else may hold the phone now.",
	},
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
