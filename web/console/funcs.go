package console

import "html/template"

// funcs are what templates may call.
func (s *Console) funcs() template.FuncMap {
	return template.FuncMap{"asset": s.Assets.URL, "pri": priorityView, "pair": pair}
}

// pair hands a template two values.
func pair(a, b any) struct{ A, B any } { return struct{ A, B any }{a, b} }
