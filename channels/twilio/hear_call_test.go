package twilio_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

const callSID = "CA000000000000000000000000000000bb"

func call(from string) url.Values {
	return url.Values{
		"AccountSid": {account}, "ApiVersion": {"2010-04-01"}, "CallSid": {callSID}, "CallStatus": {"ringing"},
		"Direction": {"inbound"}, "From": {from}, "To": {ours}, "Caller": {from}, "Called": {ours},
	}
}

func TestHearCall(t *testing.T) {
	t.Parallel()
	carrier := newCarrier(t, config())
	for from, want := range map[string]hotline.Address{
		person:                    person,
		"+266696687":              hotline.WithheldAddress(callSID),
		"+7378742833":             hotline.WithheldAddress(callSID),
		"anonymous":               hotline.WithheldAddress(callSID),
		"sip:someone@example.org": hotline.WithheldAddress(callSID),
		"":                        hotline.WithheldAddress(callSID),
	} {
		got, err := carrier.HearCall(signed(call(from)))
		if err != nil {
			t.Errorf("%q: %v", from, err)
			continue
		}
		if got.From.Reveal() != want.Reveal() {
			t.Errorf("%q is heard as %q", from, got.From.Reveal())
		}
		got.From = ""
		if diff := cmp.Diff(hotline.Inbound{Channel: hotline.SMS, To: ours, ProviderID: callSID, Call: true, At: noon}, got); diff != "" {
			t.Errorf("%q: %s", from, diff)
		}
	}
}

func TestHearCallRefuses(t *testing.T) {
	t.Parallel()
	carrier := newCarrier(t, config())
	forged := signed(call(person))
	forged.Signature = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
	if _, err := carrier.HearCall(forged); hotline.CodeOf(err) != hotline.Forbidden {
		t.Errorf("forged: %v", err)
	}
	for _, id := range []string{"", "CA not one"} {
		form := call(person)
		form.Set("CallSid", id)
		if _, err := carrier.HearCall(signed(form)); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("id %q: %v", id, err)
		}
	}
}
