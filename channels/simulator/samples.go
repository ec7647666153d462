package simulator

import (
	"encoding/json"
	"sync"

	"github.com/hearline/hearline/hotline"
)

// language is what a phone of one language offers: its own words, and invented
// texts to send with one tap.
type language struct {
	Tag     hotline.Language `json:"tag"`
	Name    string           `json:"name"`
	Native  string           `json:"native"`
	Dir     string           `json:"dir"`
	Write   string           `json:"write"`
	Send    string           `json:"send"`
	Yes     string           `json:"yes"`
	No      string           `json:"no"`
	Place   string           `json:"place"`
	Samples []sample         `json:"samples"`
}

type sample struct {
	Gloss string `json:"gloss"` // English, for who cannot read the text
	Text  string `json:"text"`
}

// languages reads the embedded texts, the same that the page gets. A test reads
// them with unknown fields refused, so that they cannot be broken here.
var languages = sync.OnceValue(func() []language {
	var file struct {
		Languages []language `json:"languages"`
	}
	data, _ := assets.ReadFile("assets/samples.json")
	_ = json.Unmarshal(data, &file)
	return file.Languages
})

func samplesOf(tag hotline.Language) (language, bool) {
	for _, l := range languages() {
		if l.Tag == tag {
			return l, true
		}
	}
	return language{}, false
}
