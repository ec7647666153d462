package console

import "github.com/hearline/hearline/hotline"

// exploitationWords names HTCDS's types of exploitation.
var exploitationWords = map[hotline.Exploitation]string{
	hotline.ForcedLabour:       "Forced work",
	hotline.SexualExploitation: "Sexual exploitation",
	hotline.ChildLabour:        "Child labour",
	hotline.ForcedMarriage:     "Forced marriage",
	hotline.Servitude:          "Household servitude",
	hotline.ForcedMilitary:     "Made to fight or serve an armed group",
	hotline.OrganRemoval:       "Organ removal",
	hotline.ForcedBegging:      "Forced begging",
	hotline.ForcedAdoption:     "Forced or illegal adoption",
	hotline.Surrogacy:          "Forced surrogacy",
	hotline.ForcedCriminality:  "Made to commit crimes",
}

// meansWords names HTCDS's methods of control.
var meansWords = map[hotline.Means]string{
	hotline.DebtBondage:              "Held by a debt",
	hotline.TakesEarnings:            "Pay kept back or taken",
	hotline.RestrictsFinancialAccess: "No access to own money",
	hotline.Threats:                  "Threats",
	hotline.PsychologicalAbuse:       "Insults, fear, isolation",
	hotline.PhysicalAbuse:            "Beaten or hurt",
	hotline.SexualAbuse:              "Sexual abuse",
	hotline.FalsePromises:            "False promises",
	hotline.PsychoactiveSubstances:   "Given drugs or alcohol",
	hotline.RestrictsMovement:        "Not free to go out",
	hotline.RestrictsMedicalCare:     "Kept from a doctor",
	hotline.ExcessiveWorkingHours:    "Very long hours",
	hotline.UsesChildren:             "Their children used as a threat",
	hotline.ThreatOfLawEnforcement:   "Threatened with police or deportation",
	hotline.WithholdsNecessities:     "Kept from food, water or sleep",
	hotline.WithholdsDocuments:       "Papers held by someone else",
}

var caseStatusWords = map[hotline.CaseStatus]string{
	hotline.CaseActive:         "Active",
	hotline.CaseFollowUp:       "Follow-up",
	hotline.CaseClosedReferred: "Closed, referred",
	hotline.CaseClosed:         "Closed",
}

var consentWords = map[hotline.Consent]string{
	hotline.NotAskedConsent: "Not asked yet",
	hotline.ConsentGiven:    "Given",
	hotline.ConsentRefused:  "Refused",
}

var traffickingWords = map[hotline.TraffickingStatus]string{
	hotline.PossibleVictim: "Possible",
	hotline.ActualVictim:   "Confirmed",
	hotline.NotAVictim:     "Not trafficking",
}

var roleWords = map[hotline.PersonRole]string{
	hotline.NeedsHelp:   "Needs help",
	hotline.Perpetrator: "Said to do harm",
	hotline.Witness:     "Saw or heard it",
}

var genderWords = map[string]string{
	"Feminine":             "Feminine",
	"Masculine":            "Masculine",
	"TransgenderFeminine":  "Transgender, feminine",
	"TransgenderMasculine": "Transgender, masculine",
	"NonConforming":        "Not conforming",
}

var ageWords = map[string]string{
	"0--8": "0 to 8", "9--17": "9 to 17", "18--20": "18 to 20", "21--23": "21 to 23", "24--26": "24 to 26",
	"27--29": "27 to 29", "30--38": "30 to 38", "39--47": "39 to 47", "48+": "48 or older",
}

// auditWords are the actions of the audit as the trail tells them.
var auditWords = map[string]string{
	"conversation.open":     "Opened it",
	"conversation.enter":    "Took down a report",
	"conversation.reply":    "Wrote to the person",
	"conversation.note":     "Wrote a note",
	"conversation.close":    "Closed it",
	"conversation.take":     "Took it",
	"conversation.release":  "Gave it back",
	"conversation.priority": "Changed the priority",
	"conversation.label":    "Said what triage got wrong",
	"conversation.erase":    "Erased what was said",
	"conversation.by_code":  "Found it by a code read aloud",

	"conversation.same_person": "Joined by code to another conversation",
	"address.reveal":           "Saw the number",
	"case.create":              "Opened the case",
	"case.open":                "Looked at it",
	"case.save":                "Changed it",
}
