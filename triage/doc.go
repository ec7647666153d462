// Package triage reads one text and says how urgent it is and why: language,
// kind, priority, types of exploitation, means of control, whether a minor is a
// victim and whether the writer is. Every conclusion carries the words that led
// to it. The rules are universal and stand in rules.toml; only the vocabulary is
// per language and stands in lexicon/<lang>.toml, so that a language is a file.
// What kind a message is, how urgent and about whom is weighed by weights.tsv.
//
// Assess is pure: no clock, no storage, no network, no log. The package also
// holds the queue law (who may take, release and re-order conversations) over a
// small port. It knows nothing of channels, screens or databases.
package triage

//go:generate go test -run ^TestWeights$ -update .
