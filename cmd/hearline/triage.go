package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

type triageCmd struct {
	Lines    triageLinesCmd    `cmd:"" default:"1" help:"Assess messages from standard input, one JSON line each (the default)."`
	Eval     triageEvalCmd     `cmd:"" help:"Compare the engine with labelled messages: recall, precision, tables per language, misses."`
	Report   triageReportCmd   `cmd:"" help:"Show how often staff agreed with triage, by month, language and label, and words it may lack."`
	Reassess triageReassessCmd `cmd:"" help:"Read stored messages again with this version's lexicon and show what would change; changes nothing."`
	Explain  triageExplainCmd  `cmd:"" help:"Show which words of a text led to which conclusion."`
}

type triageLinesCmd struct{}

// Run assesses {"id","text"} lines.
func (c *triageLinesCmd) Run() error {
	engine, err := triage.New()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	if err := triage.RunJSONL(os.Stdin, out, engine); err != nil {
		_ = out.Flush()
		return err
	}
	return out.Flush()
}

type triageEvalCmd struct {
	Files  []string         `arg:"" name:"file" type:"existingfile" help:"Labelled messages, one JSON object a line; the fields are in docs/triage.md."`
	Lang   hotline.Language `help:"Only messages in this language." placeholder:"LANG"`
	Misses bool             `help:"Print each disagreement with its text and reasons. Do not keep that output of real messages."`
	Part   string           `enum:"all,seen,held" default:"all" help:"Which messages: all, those the word data may be tuned on (seen), or those held back (held)."`
}

// Run prints the evaluation of all files as one set.
func (c *triageEvalCmd) Run() error {
	engine, err := triage.New()
	if err != nil {
		return err
	}
	var set []triage.Labelled
	for _, name := range c.Files {
		part, err := readLabelled(name)
		if err != nil {
			return err
		}
		for _, l := range part {
			if (c.Lang == "" || l.Language == c.Lang) && (c.Part == "all" || l.Held == (c.Part == "held")) {
				set = append(set, l)
			}
		}
	}
	if len(set) == 0 {
		return hotline.Errorf(hotline.Invalid, "no message is left to evaluate; check --lang and --part")
	}
	ev := engine.Evaluate(set)
	return ev.Print(os.Stdout, c.Misses)
}

func readLabelled(name string) ([]triage.Labelled, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open labelled messages: %w", err)
	}
	defer f.Close()
	set, err := triage.ReadLabelled(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return set, nil
}

type triageExplainCmd struct {
	Text []string `arg:"" optional:"" help:"The text; standard input when left out."`
}

// Run explains one text.
func (c *triageExplainCmd) Run() error {
	text := strings.Join(c.Text, " ")
	if text == "" {
		data, err := io.ReadAll(io.LimitReader(os.Stdin, 1<<20))
		if err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
		text = strings.TrimSpace(string(data))
	}
	engine, err := triage.New()
	if err != nil {
		return err
	}
	info, err := os.Stdout.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	return triage.Explain(os.Stdout, text, engine.Assess(text, hotline.Hints{}), terminal)
}
