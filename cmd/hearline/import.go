package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/sheet"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/triage"
)

type importCmd struct {
	storage
	File     string `arg:"" help:"CSV or XLSX file. The first row names the columns: id, text, language, place, about, contact.channel, contact.address, occurred_at. Only text must be there."`
	Commit   bool   `help:"File the reports. Without it nothing is changed."`
	RejectTo string `help:"Leave out rows that cannot be taken, and write them to this CSV file." placeholder:"FILE"`
	Source   string `help:"Who the reports are from. Ids need to be unique within it." default:"table"`
	Quiet    bool   `help:"Print rows that cannot be taken, and the sum." short:"q"`
}

// importAtOnce is how many reports share a commit, and so how many may be under way
// when the command is told to stop.
const importAtOnce = 128

// Run says what would become of each row, and with --commit files them.
func (c *importCmd) Run(ctx context.Context) error {
	rows, encoding, err := readImport(c.File, c.Source, time.Now())
	if err != nil {
		return err
	}
	if encoding != sheet.UTF8 {
		fmt.Printf("The file is read as %s. If letters look wrong, save it as UTF-8.\n", encoding)
	}
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	engine, err := triage.New()
	if err != nil {
		return err
	}
	fresh, err := c.preview(ctx, db, engine, rows)
	if err != nil || !c.Commit {
		return err
	}
	if err := c.reject(rows); err != nil {
		return err
	}
	return c.file(ctx, db, engine, fresh)
}

// preview prints what becomes of each row and returns the new reports.
func (c *importCmd) preview(ctx context.Context, db *store.Store, engine *triage.Engine, rows []importRow) (fresh []hotline.Inbound, err error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.report.Inbound().ProviderID
	}
	missing, err := db.Missing(ctx, ids)
	if err != nil {
		return nil, err
	}
	isNew := make(map[string]bool, len(missing))
	for _, id := range missing {
		isNew[id] = true
	}
	wrong, known := 0, 0
	for i, r := range rows {
		state := ""
		switch {
		case len(r.faults) > 0:
			wrong++
			fmt.Printf("line %-6d cannot be taken: %s\n", r.line, r.problem())
			continue
		case !isNew[ids[i]]:
			known++
			state = "here already"
		default:
			fresh = append(fresh, r.report.Inbound())
			a := engine.Assess(r.report.Text.Reveal(), hotline.Hints{Language: r.report.Language})
			state = fmt.Sprintf("new, %s, %s", a.Priority, a.Kind)
		}
		if !c.Quiet {
			fmt.Printf("line %-6d %s\n", r.line, state)
		}
	}
	fmt.Printf("%d rows: %d new, %d here already, %d cannot be taken.\n", len(rows), len(fresh), known, wrong)
	if !c.Commit {
		fmt.Println("Nothing was changed. --commit files the new ones.")
	}
	return fresh, nil
}

// reject writes the rows that cannot be taken to a file of their own, or refuses to
// file anything while there are some.
func (c *importCmd) reject(rows []importRow) error {
	var wrong []importRow
	for _, r := range rows {
		if len(r.faults) > 0 {
			wrong = append(wrong, r)
		}
	}
	switch {
	case len(wrong) == 0:
		return nil
	case c.RejectTo == "":
		return hotline.Errorf(hotline.Invalid, "nothing was filed: correct these rows, or give --reject-to FILE to leave them out")
	}
	out, err := os.OpenFile(c.RejectTo, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "--reject-to: %w", err)
	}
	table := sheet.NewWriter(out, sheet.FormatOf(c.RejectTo))
	_ = table.Row(append(append([]string{}, importColumns...), rejectColumns...)...) // Close tells
	for _, r := range wrong {
		cells := make([]string, 0, len(importColumns)+len(rejectColumns))
		for _, name := range importColumns {
			cells = append(cells, r.cells[name])
		}
		_ = table.Row(append(append(cells, strconv.Itoa(r.line), r.problem()), r.extra...)...)
	}
	return errors.Join(table.Close(), out.Close())
}

// file sends the reports down the same pipe as every message. Each is filed whole or
// not at all; when told to stop, it waits for those under way.
func (c *importCmd) file(ctx context.Context, db *store.Store, engine *triage.Engine, fresh []hotline.Inbound) error {
	pipe, err := importPipe(db, engine)
	if err != nil {
		return err
	}
	defer pipe.Close()
	for done := 0; done < len(fresh); {
		if ctx.Err() != nil {
			return hotline.Errorf(hotline.Unavailable, "stopped: %d of %d reports are filed; the same command files the rest", done, len(fresh))
		}
		part := fresh[done:min(done+importAtOnce, len(fresh))]
		filed, err := fileTogether(context.WithoutCancel(ctx), pipe, part)
		if done += filed; err != nil {
			return hotline.Errorf(hotline.CodeOf(err), "%d of %d reports are filed; the same command files the rest: %w", done, len(fresh), err)
		}
		if len(fresh) > importAtOnce {
			fmt.Fprintf(os.Stderr, "%d of %d filed\n", done, len(fresh))
		}
	}
	fmt.Printf("%d reports filed. They are in the queue.\n", len(fresh))
	return nil
}

// importPipe is intake as in the service. Nobody is told: a server that runs beside
// it shows the reports when its screens are next loaded.
func importPipe(db *store.Store, engine *triage.Engine) (*intake.Intake, error) {
	speaker, err := locales.New()
	if err != nil {
		return nil, err
	}
	return intake.New(intake.Config{
		Store: db, Triage: engine, Clues: cluesOf, Mark: func(hotline.ContactID, string) string { return "" },
		Voice: intake.NewVoice(speaker, intake.Settings{}), Announce: func(hotline.Event) {}, Now: time.Now, NewID: newID,
		Commit: intake.Commit{Workers: 1},
	})
}

// fileTogether lets reports share a commit, and returns how many are filed.
func fileTogether(ctx context.Context, pipe *intake.Intake, part []hotline.Inbound) (filed int, err error) {
	errs := make([]error, len(part))
	var all sync.WaitGroup
	for i, in := range part {
		all.Go(func() { _, errs[i] = pipe.Receive(ctx, in) })
	}
	all.Wait()
	for _, e := range errs {
		if e == nil {
			filed++
		} else {
			err = e // one of them is enough to say why
		}
	}
	return filed, err
}
