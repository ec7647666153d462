package cases

import "github.com/hearline/hearline/hotline"

// The values a record may hold, in the order forms show them.
var (
	Statuses     = []hotline.CaseStatus{hotline.CaseActive, hotline.CaseFollowUp, hotline.CaseClosedReferred, hotline.CaseClosed}
	Consents     = []hotline.Consent{hotline.NotAskedConsent, hotline.ConsentGiven, hotline.ConsentRefused}
	Traffickings = []hotline.TraffickingStatus{hotline.PossibleVictim, hotline.ActualVictim, hotline.NotAVictim}
	Roles        = []hotline.PersonRole{hotline.NeedsHelp, hotline.Perpetrator, hotline.Witness}

	// Genders are HTCDS 2.0's prs_Gender; "" is not known.
	Genders = []string{"Feminine", "Masculine", "TransgenderFeminine", "TransgenderMasculine", "NonConforming"}

	// AgeBands are the ageBroad bands of CTDC's global dataset; "" is not known.
	AgeBands = []string{"0--8", "9--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+"}
)
