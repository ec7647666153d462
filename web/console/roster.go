package console

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

// rosterAge is how old the list of staff may get; a new colleague shows without
// a name for at most this long.
const rosterAge = 30 * time.Second

// roster names members of staff without asking the store for each row.
type roster struct {
	staff Staff
	now   func() time.Time

	mu     sync.Mutex
	readAt time.Time
	byID   map[hotline.UserID]hotline.User
}

func (r *roster) all(ctx context.Context) (map[hotline.UserID]hotline.User, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID != nil && r.now().Sub(r.readAt) < rosterAge {
		return r.byID, nil
	}
	users, err := r.staff.Users(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[hotline.UserID]hotline.User, len(users))
	for _, u := range users {
		byID[u.ID] = u
	}
	r.byID, r.readAt = byID, r.now()
	return byID, nil
}

// person is a member of staff as screens show one.
type person struct {
	Name, Short, Initials, Face string
	Role                        string
	Me                          bool
}

var faces = [...]string{"", "face--b", "face--c"}

// person names the one with this id, as seen by me.
func (v *visit) person(staff map[hotline.UserID]hotline.User, id hotline.UserID) person {
	u, ok := staff[id]
	if id == "" {
		return person{Name: "The service", Short: "The service", Initials: "··"}
	}
	if id == v.user.ID {
		u, ok = v.user, true
	}
	if !ok {
		return person{Name: "Someone", Short: "Someone", Initials: "?"}
	}
	p := person{Name: u.Name, Short: u.Name, Role: string(u.Role), Initials: initials(u.Name), Face: faceOf(id)}
	if first, last, ok := strings.Cut(u.Name, " "); ok {
		initial, _ := utf8.DecodeRuneInString(last)
		p.Short = first + " " + string(initial) + "."
	}
	if id == v.user.ID {
		p.Short, p.Face, p.Me = "You", "face--me", true
	}
	return p
}

// faceOf gives each person the same one of a few colours everywhere.
func faceOf(id hotline.UserID) string {
	sum := 0
	for i := range len(id) {
		sum += int(id[i])
	}
	return faces[sum%len(faces)]
}

func initials(name string) string {
	var b strings.Builder
	for i, word := range strings.Fields(name) {
		if i < 2 {
			r, _ := utf8.DecodeRuneInString(word)
			b.WriteRune(r)
		}
	}
	return strings.ToUpper(b.String())
}
