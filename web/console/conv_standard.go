package console

import (
	"fmt"
	"strings"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// standardView shows what the standards make of everything a conversation tells.
// It screens; it finds nothing in law.
type standardView struct {
	Danger string
	Sum    string // the elements in one line
	Rows   []standardRow
}

// standardRow is one element or dimension.
type standardRow struct {
	Name  string
	Known bool
	What  string
}

var dangerWords = map[triage.Danger]string{
	triage.InDanger:     "In danger now, by what was said",
	triage.WasInDanger:  "Was in danger; later wrote that they are safe",
	triage.DangerDenied: "Asked about danger now, answered no",
}

var dimensionWords = map[triage.Dimension]string{
	triage.DeceptiveRecruitment:           "Deceived when recruited",
	triage.CoerciveRecruitment:            "Forced when recruited",
	triage.AbuseOfVulnerabilityRecruiting: "Weakness used when recruited",
	triage.ExploitationAtWork:             "Exploited at work",
	triage.CoercionAtDestination:          "Forced at work",
	triage.AbuseOfVulnerabilityAtWork:     "Weakness used at work",
}

var classWords = map[triage.Class]string{
	triage.LabourRightsCase:     "Reads as a labour rights case",
	triage.DeceivedAndExploited: "Reads as deception and exploitation",
	triage.TraffickingForLabour: "Reads as trafficking for forced labour",
}

// standard is empty for anything but a report.
func (k *conversations) standard(conv hotline.Conversation, messages []hotline.Message) standardView {
	var told []triage.Told
	for _, m := range messages {
		if m.Direction == hotline.In && m.Assessment != nil {
			told = append(told, triage.Told{At: m.At, Assessment: *m.Assessment})
		}
	}
	if conv.Kind != hotline.Report || len(told) == 0 {
		return standardView{}
	}
	p := k.Whole(told, conv.Answers)
	v := standardView{Danger: dangerWords[p.Danger], Sum: elementsText(p)}
	for _, e := range []struct {
		name string
		triage.Element
	}{{"Act", p.Elements.Act}, {"Means", p.Elements.Means}, {"Purpose", p.Elements.Purpose}} {
		v.Rows = append(v.Rows, elementRow(e.name, e.Element))
	}
	for _, d := range p.Dimensions {
		v.Rows = append(v.Rows, dimensionRow(d))
	}
	if words := classWords[p.Class]; words != "" {
		v.Sum += ". " + words
	}
	return v
}

func elementsText(p triage.Picture) string {
	told := 0
	for _, e := range []triage.Element{p.Elements.Act, p.Elements.Means, p.Elements.Purpose} {
		if e.Finding != triage.Unknown {
			told++
		}
	}
	if p.Minor {
		return fmt.Sprintf("%d of 3 elements told; under 18 the means are not needed", told)
	}
	return fmt.Sprintf("%d of 3 elements told", told)
}

func elementRow(name string, e triage.Element) standardRow {
	r := standardRow{Name: name, Known: e.Finding != triage.Unknown, What: "Nobody told yet"}
	switch {
	case e.Finding == triage.NotNeeded:
		r.What = "Not needed under 18"
	case len(e.Signs) > 0:
		names := make([]string, len(e.Signs))
		for i, code := range e.Signs {
			names[i] = indicatorWords(code)
		}
		r.What = strings.Join(names, ", ")
	}
	return r
}

func dimensionRow(d triage.DimensionReading) standardRow {
	r := standardRow{Name: dimensionWords[d.Dimension], Known: d.Finding == triage.Indicated, What: "Nobody told yet"}
	if len(d.Indicators) > 0 {
		r.What = strings.Join(d.Indicators, ", ")
	}
	switch d.Finding {
	case triage.Indicated:
		r.What += " (" + d.Rule + ")"
	case triage.Some:
		r.What += " (not enough by the rule)"
	}
	return r
}
