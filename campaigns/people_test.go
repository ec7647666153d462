package campaigns

import (
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

func TestMapColumns(t *testing.T) {
	t.Parallel()
	cases := []struct {
		header  []string
		given   map[string]string
		want    []string
		problem string
	}{
		{[]string{"phone", "language"}, nil, []string{"phone", "language"}, ""},
		{[]string{"Name", "Mobile Number", "State", "LANG"}, nil, []string{"", "phone", "region", "language"}, ""},
		{[]string{"Teléfono", "País"}, nil, []string{"phone", "country"}, ""},
		{[]string{"Contact", "phone_number"}, map[string]string{"contact": "person"}, []string{"person", "phone"}, ""},
		{[]string{"phone", "mobile"}, nil, []string{"phone", ""}, ""},
		{[]string{"name"}, nil, nil, "telephone number"},
		{[]string{"a"}, map[string]string{"A": "fone"}, nil, "no column"},
	}
	for _, c := range cases {
		got, err := MapColumns(c.header, c.given)
		if c.problem == "" && (err != nil || !slices.Equal(got, c.want)) || c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)) {
			t.Errorf("%v: %v, %v", c.header, got, err)
		}
	}
}

func TestNewcomers(t *testing.T) {
	t.Parallel()
	n := &Newcomers{
		Country: "US", Language: "es", Tags: []string{"spring"}, Source: "import:a", SMS: hotline.OptInGiven,
		Normalize: func(typed, country string) (string, bool) { return "+1" + typed, country != "" && typed != "x" },
		CountryOf: func(string) string { return "US" }, ZonesOf: func(string) []string { return []string{"America/Chicago"} },
		Knows: func(l hotline.Language) bool { return l == "es" || l == "km" },
	}
	columns := []string{"phone", "language", "tags", "region", "", "person"}
	u, problem := n.Read(columns, []string{"5550100177", "KM", "Farm Workers, summer", "US-TX", "left out", "p-7"})
	if problem != "" || u.Address != "+15550100177" || u.Language != "km" || !slices.Equal(u.Tags, []string{"spring", "farm-workers", "summer"}) || u.Region != "US-TX" || u.Person != "p-7" || u.SMS != hotline.OptInGiven {
		t.Errorf("%+v, %q", u, problem)
	}
	for cell, want := range map[string]string{"": "no number", "x": "no number of US", strings.Repeat("5", 90): "longer than"} {
		if _, problem := n.Read(columns, []string{cell}); !strings.Contains(problem, want) {
			t.Errorf("%q: %q, want %q", cell, problem, want)
		}
	}
	if _, problem := n.Read(columns, []string{"5550100177", "xx"}); !strings.Contains(problem, "language") {
		t.Errorf("%q", problem)
	}
}
