package console

import (
	"fmt"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// How many lines of the trail are read, and how many rows a page shows of them.
const (
	trailRead = 200
	trailRows = 12
)

// trailGap joins looks of one person that lie close together: each form leads
// back to the page, and that counts as a look.
const trailGap = 10 * time.Minute

// trailRow is one line of who saw or changed what.
type trailRow struct {
	Who  person
	What string
	At   string

	action string
	by     hotline.UserID
	first  time.Time
}

// trail tells the audit, newest first.
func (s *Console) trail(v *visit, staff map[hotline.UserID]hotline.User, entries []hotline.AuditEntry) []trailRow {
	var rows []trailRow
	for _, e := range entries {
		if n := len(rows); n > 0 && rows[n-1].joins(e) {
			rows[n-1].first = e.At
			continue
		}
		if len(rows) == trailRows {
			break
		}
		rows = append(rows, trailRow{
			Who: v.person(staff, e.ActorID), What: auditText(e), At: s.clock(e.At), action: e.Action, by: e.ActorID, first: e.At,
		})
	}
	return rows
}

func (r *trailRow) joins(e hotline.AuditEntry) bool {
	looked := e.Action == "conversation.open" || e.Action == "case.open" && auditText(e) == r.What
	return looked && e.Action == r.action && e.ActorID == r.by && r.first.Sub(e.At) < trailGap
}

// auditText says what was done. Details are codes of ours.
func auditText(e hotline.AuditEntry) string {
	what, ok := auditWords[e.Action]
	if !ok {
		what = e.Action
	}
	switch {
	case e.Detail == "":
		return what
	case e.Action == "address.reveal":
		return what + ": " + lowerFirst(revealWords[e.Detail])
	case e.Action == "conversation.priority":
		return what + ": " + priorityText(e.Detail)
	}
	return what + ": " + e.Detail
}

// priorityText reads "urgent to standard: danger_over".
func priorityText(detail string) string {
	change, reason, ok := strings.Cut(detail, ": ")
	words := overrideWords[triage.OverrideReason(reason)]
	if reason == string(triage.Undone) {
		words = "Taken back"
	}
	if !ok || words == "" {
		return detail
	}
	return fmt.Sprintf("%s, %s", change, lowerFirst(words))
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
