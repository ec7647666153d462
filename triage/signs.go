package triage

import "github.com/hearline/hearline/hotline"

// Concepts that the Go code itself looks at. All others live only in the data.
const (
	cNeg concept = iota
	cNegAfter
	cNoNeg
	cConj
	cSubject
	cSelf
	cMy
	cHarmless
	cChat
	cSpam
	cGreeting
	cThanks
	cService
	cRights
	cQuestion
	cOffer
	cNow
	cJoke
	cUnpaid
	cPolite
	cCmdStop
	cCmdHelp
	cCmdStart
	cCmdErase
	cYearOld
	cYear
	cAgeMark
	cDuration
	cAgo
	cUnit
	cChild
	cKin
	cPerDay
	cHour
	cWork
)

// wellKnown names the concepts above, in their order.
var wellKnown = [...]string{
	"neg", "neg_after", "no_neg", "conj", "subject", "self", "my", "harmless", "chat", "spam", "greeting", "thanks", "service",
	"rights", "question", "offer", "now", "joke", "unpaid", "polite", "cmd_stop", "cmd_help", "cmd_start", "cmd_erase",
	"year_old", "year", "age_mark", "duration", "ago", "unit", "child", "kin", "per_day", "hour", "work",
}

// signID numbers the indicators that rules can give.
type signID uint8

// Where the kinds of sign begin: the means come first, in HTCDS order.
const (
	firstExploitation = signForcedLabour
	firstOther        = signCriminality + 1
)

// Signs after the means and the types of exploitation.
const (
	signLockedIn signID = signID(iota) + firstOther
	signViolenceNow
	signWeapon
	signDeathThreat
	signMovedNow
	signInjury
	signSuicide
	signTimePressure
	signPlea
	signHabit
	signPast
	signFree
	signSuspicion
	signRecruitment
	signForce
	signWorkplace
	signHousehold
	signDanger // words that speak for danger now, where no pattern says so
	signNoHarm
	signAsk
	signService
	signRights
	signOffer
	signGreeting
	signThanks
	signSpam
	signChat
	signJoke
	signNews
	signTest
	signMinor
	signChildVictim
	signSelf
	signOther
	signCommand
	signCount
)

var signNames = func() [signCount]string {
	var names [signCount]string
	n := 0
	for _, m := range hotline.AllMeans {
		names[n] = string(m)
		n++
	}
	for _, x := range hotline.Exploitations {
		names[n] = string(x)
		n++
	}
	copy(names[n:], []string{
		"LockedIn", "ViolenceNow", "Weapon", "DeathThreat", "MovedNow", "Injury", "SuicideRisk", "TimePressure", "Plea",
		"Habit", "Past", "Free", "Suspicion", "Recruitment", "Force", "Workplace", "Household", "Danger", "NoHarm",
		"Asks", "AsksService", "AsksRights", "AsksOffer", "Greeting", "Thanks", "Advert", "Chat", "Joke", "News", "Test",
		"Minor", "ChildVictim", "Self", "Other", "Command",
	})
	return names
}()

// Means in HTCDS order, as sign numbers.
const (
	signDebtBondage = signID(iota)
	signTakesEarnings
	signFinancialAccess
	signThreats
	signPsychological
	signPhysical
	signSexualAbuse
	signFalsePromises
	signSubstances
	signMovement
	signMedicalCare
	signHours
	signUsesChildren
	signLawEnforcement
	signNecessities
	signDocuments
	signForcedLabour
	signSexual
	signChildLabour
	signMarriage
	signServitude
	signMilitary
	signOrgan
	signBegging
	signAdoption
	signSurrogacy
	signCriminality
)
