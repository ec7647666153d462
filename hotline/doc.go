// Package hotline is the vocabulary of the service: who contacts us, what they
// say, how urgent it is, what we answer and what we keep. It holds nouns, their
// states and transitions, ids and errors, and nothing that acts: no storage, no
// network, no clock, no rule about who may do what.
//
// It imports the standard library only, so that every other package can stand
// on it.
package hotline
