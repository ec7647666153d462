package console

import (
	"strconv"

	"github.com/hearline/hearline/hotline"
)

// priorityLook is a priority as screens show it: number, word and shape say the
// same, colour only adds to them.
type priorityLook struct {
	Number string
	Word   string
	Shape  string // octagon "1", diamond "2", disc "3", square "4", dashed square "5"
}

var priorityWords = map[hotline.Priority]string{
	hotline.Emergency:     "Emergency",
	hotline.Urgent:        "Urgent",
	hotline.Standard:      "Standard",
	hotline.Info:          "Info",
	hotline.NoisePriority: "Noise",
}

// priorities lists all priorities in the order screens show them.
var priorities = []hotline.Priority{hotline.Emergency, hotline.Urgent, hotline.Standard, hotline.Info, hotline.NoisePriority}

func priorityView(p hotline.Priority) priorityLook {
	word, ok := priorityWords[p]
	if !ok {
		return priorityLook{Number: "?", Word: "Not sorted", Shape: "5"}
	}
	n := strconv.Itoa(int(p))
	return priorityLook{Number: n, Word: word, Shape: n}
}
