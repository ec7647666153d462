package webchat

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
)

func newCode(t interface{ Fatalf(string, ...any) }) hotline.Address {
	code, err := NewCode(rand.Reader)
	if err != nil {
		t.Fatalf("NewCode: %v", err)
	}
	return code
}

func TestNewCodeIsSixteenDigitsThatParse(t *testing.T) {
	t.Parallel()
	seen := map[hotline.Address]bool{}
	for range 1000 {
		code := newCode(t)
		if len(code.Reveal()) != codeLength {
			t.Fatalf("length %d", len(code.Reveal()))
		}
		if again, ok := ParseCode(code.Reveal()); !ok || again != code {
			t.Fatalf("a fresh code does not parse")
		}
		seen[code] = true
	}
	if len(seen) != 1000 {
		t.Fatalf("only %d distinct codes of 1000", len(seen))
	}
}

func TestNewCodeKeepsLeadingZerosAndRefusesUnfairValues(t *testing.T) {
	t.Parallel()
	unfair := bytes.Repeat([]byte{0xff}, 8)
	code, err := NewCode(bytes.NewReader(append(unfair, make([]byte, 8)...)))
	if err != nil || code.Reveal() != "0000000000000000" {
		t.Fatalf("got %q, %v", code.Reveal(), err)
	}
}

func TestNewCodeReportsBrokenChance(t *testing.T) {
	t.Parallel()
	_, err := NewCode(iotest.ErrReader(errors.New("dry")))
	if hotline.CodeOf(err) != hotline.Internal {
		t.Fatalf("got %v", err)
	}
}

func TestParseCode(t *testing.T) {
	t.Parallel()
	const plain = "4071882613590644"
	base := plain[:15]
	code := base + string('0'+rune(check(base)))
	spread := strings.Join(Groups(hotline.Address(code)), " ")
	for name, typed := range map[string]string{
		"plain":            code,
		"groups":           spread,
		"hyphens":          strings.ReplaceAll(spread, " ", "-"),
		"dashes":           strings.ReplaceAll(spread, " ", " – "),
		"no-break space":   strings.ReplaceAll(spread, " ", "\u00a0"),
		"two lines":        strings.ReplaceAll(spread, " ", "\r\n"),
		"direction marks":  "\u2066" + spread + "\u2069\u200f",
		"Arabic-Indic":     inScript(spread, '٠'),
		"Persian":          inScript(spread, '۰'),
		"Devanagari":       inScript(spread, '०'),
		"Bengali":          inScript(spread, '০'),
		"full width":       inScript(spread, '０'),
		"Khmer":            inScript(spread, '០'),
		"Burmese":          inScript(spread, '၀'),
		"surrounding room": "  " + code + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, ok := ParseCode(typed); !ok || got.Reveal() != code {
				t.Errorf("ok %v", ok)
			}
		})
	}
	for name, typed := range map[string]string{
		"empty":     "",
		"short":     code[:15],
		"long":      code + "0",
		"letters":   "my code " + code,
		"long room": code + strings.Repeat(" ", maxTyped),
		"bad UTF-8": code[:8] + "\xff" + code[8:],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, ok := ParseCode(typed); ok {
				t.Error("accepted")
			}
		})
	}
}

func TestEverySlipOfOneDigitOrSwapIsSeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := []byte(newCode(t).Reveal())
		at := rapid.IntRange(0, codeLength-1).Draw(t, "at")
		wrong := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		if digits[at] != wrong {
			slip := bytes.Clone(digits)
			slip[at] = wrong
			if _, ok := ParseCode(string(slip)); ok {
				t.Fatalf("slip at %d accepted", at)
			}
		}
		if at > 0 && digits[at] != digits[at-1] {
			digits[at], digits[at-1] = digits[at-1], digits[at]
			if _, ok := ParseCode(string(digits)); ok {
				t.Fatalf("swap at %d accepted", at)
			}
		}
	})
}

func TestContains(t *testing.T) {
	t.Parallel()
	code := newCode(t)
	spread := strings.Join(Groups(code), " ")
	for text, want := range map[string]bool{
		"my code is " + spread + " ok":           true,
		"رمزي " + inScript(spread, '٠'):          true,
		code.Reveal():                            true,
		"call 555 0100 and 555 0101":             false,
		spread[:10] + " and then " + spread[10:]: false,
		"":                                       false,
	} {
		if got := Contains(text, code); got != want {
			t.Errorf("%d characters: got %v, want %v", len(text), got, want)
		}
	}
	if Contains("anything", "") {
		t.Error("no code is contained in nothing")
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		direction hotline.Direction
		delivery  hotline.Delivery
		want      bool
	}{
		{hotline.In, hotline.Received, true},
		{hotline.Out, hotline.Queued, false},
		{hotline.Out, hotline.Sent, true},
		{hotline.Out, hotline.Delivered, true},
		{hotline.Out, hotline.Failed, false},
		{hotline.Out, hotline.Canceled, false},
		{hotline.Note, hotline.Sent, false},
	} {
		if got := Shown(hotline.Message{Direction: c.direction, Delivery: c.delivery}); got != c.want {
			t.Errorf("%s %s: got %v", c.direction, c.delivery, got)
		}
	}
}

func TestSenderIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	got := Sender{}.Send(t.Context(), hotline.Outgoing{MessageID: "m1"})
	if got.MessageID != "m1" || got.State != hotline.Done || got.Delivery != hotline.Sent {
		t.Errorf("got %+v", got)
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("4071 8826 1359 0644")
	f.Fuzz(func(t *testing.T, typed string) {
		if code, ok := ParseCode(typed); ok {
			if again, ok := ParseCode(code.Reveal()); !ok || again != code {
				t.Fatal("a parsed code does not parse again")
			}
		}
	})
}

func inScript(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}
