package triage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	entry := func(action, detail string) hotline.AuditEntry {
		return hotline.AuditEntry{Action: action, Object: LabelObject, Detail: detail}
	}
	got := Verdicts([]hotline.AuditEntry{
		entry("label.set", "Servitude yes missed_signs"), entry("label.set", "Servitude no misread_signs"),
		entry("label.set", "Threats no misread_signs"), entry("label.set", "nonsense"), entry("conversation.open", "Begging yes missed_signs"),
	})
	want := map[string]Verdict{
		"Servitude": {"Servitude", true, MissedSigns}, "Threats": {"Threats", false, MisreadSigns},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
