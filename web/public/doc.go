// Package public is the door for people who need help: a start page, a chat
// that works without scripts, a way back by receipt code, a way to erase it
// all, and a way to leave at once.
//
// It reads forms, calls the rules through small ports and renders pages. It
// knows nothing of triage, of the guided conversation, of staff or of the
// database. What a visitor types is in their page and in our store, never in a
// log, an address, a cookie or the browser's storage.
package public
