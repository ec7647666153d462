package console

import (
	"strconv"
	"strings"

	"github.com/hearline/hearline/hotline"
)

// railView is one saved view beside the list.
type railView struct {
	Head  string // heading above this one, when it begins a section
	Name  string
	URL   string
	Count string // empty when not known
	On    bool
}

// views are the ways to look at the queue, with what is in each.
func (s *Console) views(v *visit, f frame, ask queueAsk, all []hotline.Conversation) []railView {
	exact := all != nil || f.Waiting == 0
	count := func(want func(hotline.Conversation) bool) string {
		if !exact {
			return ""
		}
		n := 0
		for _, c := range all {
			if want(c) {
				n++
			}
		}
		return strconv.Itoa(n)
	}
	view := func(name, n string, filter hotline.QueueFilter) railView {
		target := queueAsk{path: "/o/queue", filter: filter}
		return railView{Name: name, Count: n, URL: target.url(), On: ask.path == target.path && ask.filter == filter}
	}
	out := []railView{
		view("All waiting", strconv.Itoa(f.Waiting), hotline.QueueFilter{}),
		view("No owner", strconv.Itoa(f.NoOwner), hotline.QueueFilter{NoOwner: true}),
		view("Not safe to text", count(func(c hotline.Conversation) bool { return c.Safety == hotline.Unsafe }),
			hotline.QueueFilter{Safety: hotline.Unsafe}),
	}
	out[0].Head = "Views"
	for i, p := range priorities {
		out = append(out, view(priorityWords[p], strconv.Itoa(f.Counts[p].Waiting), hotline.QueueFilter{Priority: p}))
		if i == 0 {
			out[len(out)-1].Head = "By priority"
		}
	}
	for i, l := range v.user.Languages {
		n := count(func(c hotline.Conversation) bool { return c.Language == l })
		out = append(out, view(s.EnglishName(l), n, hotline.QueueFilter{Language: l}))
		if i == 0 {
			out[len(out)-1].Head = "My languages"
		}
	}
	return out
}

func (s *Console) speaks(v *visit) string {
	names := make([]string, len(v.user.Languages))
	for i, l := range v.user.Languages {
		names[i] = s.EnglishName(l)
	}
	return strings.Join(names, ", ")
}

// filterField is one choice in the filter form.
type filterField struct {
	Name, Label string
	Options     []filterOption
	On          bool // something other than "any" is chosen
}

type filterOption struct {
	Value, Label string
	On           bool
}

func (s *Console) filterFields(ask queueAsk) []filterField {
	q := ask.values()
	field := func(name, label string) filterField {
		return filterField{Name: name, Label: label, Options: []filterOption{{Label: "any", On: q.Get(name) == ""}}, On: q.Get(name) != ""}
	}
	add := func(f *filterField, value, label string) {
		f.Options = append(f.Options, filterOption{Value: value, Label: label, On: q.Get(f.Name) == value})
	}
	pri, lang, channel, safety, owner := field("pri", "Priority"), field("lang", "Language"), field("channel", "Channel"), field("safety", "Safe to text"), field("owner", "Owner")
	for _, p := range priorities {
		add(&pri, strconv.Itoa(int(p)), priorityWords[p])
	}
	for _, l := range s.Languages {
		add(&lang, string(l), s.EnglishName(l))
	}
	for _, ch := range hotline.Channels {
		add(&channel, string(ch), channelWords[ch])
	}
	for _, x := range safeties {
		add(&safety, string(x), safetyWords[x])
	}
	add(&owner, noOwner, "no owner")
	return []filterField{pri, lang, channel, safety, owner}
}
