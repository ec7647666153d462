package hub

import (
	"encoding/json"
	"errors"

	"github.com/hearline/hearline/hotline"
)

// parcel is what travels between nodes.
type parcel struct {
	Node   string          `json:"node"` // who sent it: it has served its own subscribers
	Events []hotline.Event `json:"events"`
}

// maxParcel is above what pumpBuffer events can take.
const maxParcel = 2 << 20

var errParcel = errors.New("not a parcel of events")

func encode(node string, events []hotline.Event) ([]byte, error) {
	return json.Marshal(parcel{Node: node, Events: events})
}

// decode reads a parcel. Whoever can write to Redis can send one, so an event
// that could not come from us spoils it: topics and kinds end up in the names
// of server-sent events, ids in addresses.
func decode(data []byte) (parcel, error) {
	var p parcel
	if len(data) > maxParcel || json.Unmarshal(data, &p) != nil || len(p.Events) > pumpBuffer+1 {
		return parcel{}, errParcel
	}
	for _, e := range p.Events {
		if !word(e.Topic) || !word(e.Kind) || !word(string(e.ConversationID)) || e.Priority < 0 || e.Priority > hotline.NoisePriority {
			return parcel{}, errParcel
		}
	}
	return p, nil
}

// word says whether s is short and made of letters, digits, "_", "-" and ".".
func word(s string) bool {
	for _, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && r != '_' && r != '-' && r != '.' {
			return false
		}
	}
	return len(s) <= 64
}
