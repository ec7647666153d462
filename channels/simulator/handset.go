package simulator

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hearline/hearline/hotline"
)

// Handset is one phone on the page.
type Handset struct {
	Number   string           `json:"number"`
	Language hotline.Language `json:"language"`
}

// maxHandsets is how many phones the page holds.
const maxHandsets = 12

// handsets are the phones on the page; reloading it keeps them.
type handsets struct {
	mu   sync.RWMutex
	list []Handset
}

func newHandsets() *handsets {
	h := &handsets{}
	for _, lang := range []hotline.Language{"en", "ar", "es", "fr"} {
		_, _ = h.add(lang)
	}
	return h
}

// add puts up a phone with the lowest free number of +1 555 010-0101 to 0199,
// which are reserved for fiction.
func (h *handsets) add(lang hotline.Language) (Handset, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.list) >= maxHandsets {
		return Handset{}, hotline.Errorf(hotline.Conflict, "there are %d phones already", maxHandsets)
	}
	for n := 101; ; n++ {
		number := fmt.Sprintf("+15550100%03d", n)
		if h.index(number) < 0 {
			phone := Handset{Number: number, Language: lang}
			h.list = append(h.list, phone)
			return phone, nil
		}
	}
}

func (h *handsets) setLanguage(number string, lang hotline.Language) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.index(number)
	if at >= 0 {
		h.list[at].Language = lang
	}
	return at >= 0
}

func (h *handsets) remove(number string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.index(number)
	if at >= 0 {
		h.list = slices.Delete(h.list, at, at+1)
	}
	return at >= 0
}

// has says whether an address, on either channel, is a phone on the page.
func (h *handsets) has(address string) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.index(strings.TrimPrefix(address, whatsApp)) >= 0
}

func (h *handsets) all() []Handset {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Clone(h.list)
}

func (h *handsets) index(number string) int {
	return slices.IndexFunc(h.list, func(p Handset) bool { return p.Number == number })
}
