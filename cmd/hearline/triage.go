package main

import (
	"bufio"
	"os"

	"github.com/hearline/hearline/triage"
)

type triageCmd struct{}

// Run assesses {"id","text"} lines.
func (c *triageCmd) Run() error {
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
