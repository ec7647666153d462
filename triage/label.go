package triage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hearline/hearline/hotline"
)

// Verdict is what staff say of one label of a report: a type of exploitation or a
// means of control. It stands beside what triage read and changes nothing of it.
type Verdict struct {
	Label  string
	Is     bool
	Reason OverrideReason
}

// LabelObject is the object of the audit entries that keep verdicts, under the
// conversation's id. They go with the conversation when it is erased.
const LabelObject = "label"

// Labels lists what staff can say of a report, types before means.
func Labels() []string {
	var out []string
	for _, e := range hotline.Exploitations {
		out = append(out, string(e))
	}
	for _, m := range hotline.AllMeans {
		out = append(out, string(m))
	}
	return out
}

// SetLabel keeps what a member of staff says of a label. Codes: Invalid for an
// unknown label or reason, Forbidden, Conflict for an erased conversation, NotFound.
func (q *Queue) SetLabel(ctx context.Context, by hotline.User, id hotline.ConversationID, v Verdict) error {
	switch {
	case handles(by) != nil:
		return handles(by)
	case !slices.Contains(Labels(), v.Label):
		return hotline.Errorf(hotline.Invalid, "unknown label")
	case !v.Reason.valid():
		return hotline.Errorf(hotline.Invalid, "unknown reason")
	}
	err := q.store.Change(ctx, id, func(x *hotline.Exchange) error {
		if x.Conversation.State == hotline.Erased {
			return hotline.Errorf(hotline.Conflict, "the conversation was erased")
		}
		q.record(x, by, "conversation.label", "")
		x.Audit = append(x.Audit, hotline.AuditEntry{
			ID: q.newID(), At: q.now(), ActorID: by.ID, Action: "label.set", Object: LabelObject, ObjectID: string(id), Detail: v.detail(),
		})
		return nil
	})
	if err != nil {
		return fmt.Errorf("set a label: %w", err)
	}
	q.tell("label", id, 0)
	return nil
}

func (v Verdict) detail() string {
	answer := "no"
	if v.Is {
		answer = "yes"
	}
	return v.Label + " " + answer + " " + string(v.Reason)
}

// Verdicts reads the audit entries of labels, the newest first as stores give
// them: the last word on each label counts.
func Verdicts(entries []hotline.AuditEntry) map[string]Verdict {
	out := map[string]Verdict{}
	for _, e := range entries {
		fields := strings.Fields(e.Detail)
		if e.Action != "label.set" || len(fields) != 3 {
			continue
		}
		if _, newer := out[fields[0]]; !newer {
			out[fields[0]] = Verdict{Label: fields[0], Is: fields[1] == "yes", Reason: OverrideReason(fields[2])}
		}
	}
	return out
}
