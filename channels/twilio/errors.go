package twilio

import "time"

// action says what to do about an error code.
type action int

const (
	giveUp  action = iota // the same message will not arrive
	retry                 // later, a few times
	optOut                // the person unsubscribed: never again on this channel
	unknown               // it may have arrived: look it up first
)

// advice is what one error code asks for. after is the least time before the
// next try, 0 for the usual backoff.
type advice struct {
	action action
	after  time.Duration
}

// adviceOf holds the codes that ask for something else than giving up; the
// table is §6.5 of our transport notes, after Twilio's error dictionary. Codes
// about the number, the sender, the text or the account (21211, 21408, 21606,
// 21608, 21612, 21614, 21617, 21635, 21703, 21704, 30002, 30004 to 30007, 30032,
// 30034, 30036, 63003, 63013, 63016, …) stay what they are however often we try:
// staff see the code beside the message and decide.
var adviceOf = map[int]advice{
	20429: {action: retry}, // too many requests
	20500: {action: unknown},
	20503: {action: unknown},
	20504: {action: unknown},
	21610: {action: optOut},                         // unsubscribed
	21611: {action: retry, after: time.Minute},      // this sender's queue is full
	30001: {action: retry, after: time.Minute},      // queue overflow
	30003: {action: retry, after: 15 * time.Minute}, // handset off or out of reach
	30008: {action: unknown},                        // nobody knows
	30017: {action: retry, after: time.Minute},      // congestion
	30022: {action: retry, after: time.Minute},      // 10DLC rate
	30023: {action: retry, after: time.Hour},        // 10DLC daily cap
	30024: {action: retry, after: 15 * time.Minute}, // sender not yet provisioned
	30027: {action: retry, after: time.Hour},        // T-Mobile daily cap
	30410: {action: unknown},                        // provider time-out
	63014: {action: optOut},                         // blocked by the person
	63017: {action: retry, after: time.Minute},      // WhatsApp rate
	63018: {action: retry, after: time.Minute},      // WhatsApp rate
	63033: {action: optOut},                         // the person blocked us
	63038: {action: retry, after: time.Hour},        // WhatsApp daily limit
}

// adviseOn maps what the API answered to what to do. A 5xx, or a code that says
// nobody knows, may have sent the message.
func adviseOn(status, code int) advice {
	if a, ok := adviceOf[code]; ok {
		return a
	}
	switch {
	case status == 429:
		return advice{action: retry}
	case status >= 500 || status < 400:
		return advice{action: unknown}
	case status == 408 || status == 409 || status == 425:
		return advice{action: retry}
	case status == 401 || status == 403:
		// A token being rotated, or an account on hold: a fault of our set-up
		// that an administrator mends; the reply should still go out then.
		return advice{action: retry, after: 5 * time.Minute}
	}
	return advice{action: giveUp}
}
