// Package simulator is a carrier of our own: Twilio's Message resources, signed
// webhooks and status callbacks, faults on demand, and phones in the browser.
// The demo, the tests and the benchmarks text through it; nothing ever leaves
// the machine.
//
// It knows the carrier's side of the wire only: nothing of intake, of the
// database or of what a message means. Everything is held in memory and
// bounded; it writes no log, because what a visitor types into a phone may be
// true.
package simulator
