package simulator

import (
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
)

// typeOf guesses the type of a file that an outbound message names; this
// carrier never fetches it.
func typeOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		if t, _, err := mime.ParseMediaType(mime.TypeByExtension(path.Ext(u.Path))); err == nil {
			return t
		}
	}
	return "application/octet-stream"
}

func (c *Carrier) listMedia(w http.ResponseWriter, r *http.Request) {
	m, ok := c.box.get(r.PathValue("sid"))
	if !ok {
		refuse(w, errNotFound)
		return
	}
	at, ok := readPlace(r.URL.Query())
	if !ok || at.before > uint64(len(m.Media)) {
		refuse(w, errParameter)
		return
	}
	files := m.Media[at.before:]
	var last uint64
	if len(files) > at.size {
		files, last = files[:at.size], at.before+uint64(at.size)
	}
	out := struct {
		List []mediaResource `json:"media_list"`
		paging
	}{List: []mediaResource{}}
	for _, f := range files {
		out.List = append(out.List, c.mediaResource(m.SID, f))
	}
	out.paging = at.paging(c.messagePath(m.SID)+"/Media.json", r.URL.Query(), len(files), last)
	answer(w, http.StatusOK, out)
}

// fetchMedia describes a file, or gives its content when ".json" is not asked
// for. The content of an outbound file lies where the sender said.
func (c *Carrier) fetchMedia(w http.ResponseWriter, r *http.Request) {
	m, at := c.findMedia(r)
	switch {
	case at < 0:
		refuse(w, errNotFound)
	case askedForJSON(r):
		answer(w, http.StatusOK, c.mediaResource(m.SID, m.Media[at]))
	case m.Media[at].URL != "":
		http.Redirect(w, r, m.Media[at].URL, http.StatusTemporaryRedirect)
	default:
		w.Header().Set("Content-Type", m.Media[at].ContentType)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(m.Media[at].Content)
	}
}

func (c *Carrier) deleteMedia(w http.ResponseWriter, r *http.Request) {
	sid := r.PathValue("media")
	_, ok := c.box.change(r.PathValue("sid"), func(m *Message) bool {
		at := mediaIndex(m, sid)
		if at < 0 {
			return false
		}
		// A copy: readers may hold the old slice.
		m.Media = slices.Concat(m.Media[:at], m.Media[at+1:])
		return true
	})
	if !ok {
		refuse(w, errNotFound)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *Carrier) findMedia(r *http.Request) (m Message, at int) {
	m, ok := c.box.get(r.PathValue("sid"))
	if !ok {
		return m, -1
	}
	return m, mediaIndex(&m, r.PathValue("media"))
}

func mediaIndex(m *Message, sid string) int {
	return slices.IndexFunc(m.Media, func(f Media) bool { return f.SID == sid })
}
