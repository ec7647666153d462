package hotline

import "time"

// StepKind is how the answer to a question is heard.
type StepKind string

// SafeStep and DangerStep begin every script. AboutStep parts the
// paths. LaterStep sets the person's Plan.
const (
	SafeStep   StepKind = "safe"
	DangerStep StepKind = "danger"
	AboutStep  StepKind = "about"  // me, or someone else
	OpenStep   StepKind = "open"   // own words
	StoryStep  StepKind = "story"  // own words: what is going on; not asked when told already
	ChoiceStep StepKind = "choice" // one of some numbered answers, or own words
	MinorStep  StepKind = "minor"  // under 18: yes, no, not sure
	LaterStep  StepKind = "later"  // may we write first, and when
)

// StepKinds lists all kinds in the order screens show them.
var StepKinds = []StepKind{
	SafeStep, DangerStep, AboutStep, StoryStep, OpenStep, ChoiceStep, MinorStep, LaterStep,
}

// Path is who a question is for.
type Path string

// A question without path is for everyone. Whoever does not say whom it is about
// is on the path of the person themselves.
const (
	EveryPath   Path = ""
	SelfPath    Path = "self"
	WitnessPath Path = "witness"
)

// Choice is one of the numbered answers of a ChoiceStep; its number is its
// place.
type Choice struct {
	Value string   `json:"value" toml:"value"`
	Raise Priority `json:"raise,omitempty" toml:"raise"` // the conversation becomes at least as urgent; 0: as it was
}

// Step is one question of the guided conversation.
type Step struct {
	Key     string              `json:"key" toml:"key"` // in Conversation.Step and Answer.Question
	Kind    StepKind            `json:"kind" toml:"kind"`
	Path    Path                `json:"path,omitempty" toml:"path"`
	Choices []Choice            `json:"choices,omitempty" toml:"choices"`
	Texts   map[Language]string `json:"texts,omitempty" toml:"texts"` // own wording; a language that is not here has the catalogue's "ask."+Key
}

// Script is the guided conversation: its steps in order.
type Script struct {
	Version     int       `json:"version" toml:"version"`
	Steps       []Step    `json:"steps" toml:"steps"`
	PublishedAt time.Time `json:"-" toml:"-"`
	PublishedBy UserID    `json:"-" toml:"-"`
}

// Step finds a step by its key.
func (s *Script) Step(key string) (Step, bool) {
	for _, q := range s.Steps {
		if q.Key == key {
			return q, true
		}
	}
	return Step{}, false
}
