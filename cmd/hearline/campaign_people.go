package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/dialling"
	"github.com/hearline/hearline/internal/sheet"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/store"
)

type campaignCmd struct {
	People campaignPeopleCmd `cmd:"" help:"Bring in, count, show and erase the people who agreed to be written to."`
}

type campaignPeopleCmd struct {
	Import peopleImportCmd `cmd:"" help:"Bring in people from a CSV or XLSX file; without --commit, say what would become of each row."`
	Export peopleExportCmd `cmd:"" help:"Write everybody, with what they agreed to, to a CSV or XLSX file."`
	Show   peopleShowCmd   `cmd:"" help:"Show what is kept about one number."`
	Erase  peopleEraseCmd  `cmd:"" help:"Forget one number. What its owner told the hotline is not touched."`
	Count  peopleCountCmd  `cmd:"" help:"Count an audience, and say who is excluded and why."`
}

type peopleImportCmd struct {
	storage
	File       string            `arg:"" help:"CSV or XLSX file. The first row names the columns: phone, and any of language, country, region, population, tags, person."`
	Map        map[string]string `help:"What a column is called here and what it is, such as --map 'Mobile no=phone'." placeholder:"THEIRS=OURS"`
	Country    string            `help:"Country (ISO 3166) of numbers without one." placeholder:"CODE"`
	Language   string            `help:"Language of people of whom the table does not say it." placeholder:"CODE"`
	Population string            `help:"Such as 'farm workers'."`
	Tags       string            `help:"Tags for all of them, parted by commas."`
	Source     string            `help:"Where the table comes from; the file's name when empty."`
	Consent    []string          `help:"What the people agreed to: sms, whatsapp, or both. Without it nobody of them is written to." enum:"sms,whatsapp"`
	Wording    string            `help:"What they agreed to, word for word. Needed with --consent."`
	Proof      string            `help:"Where the proof is, such as 'forms 2026-03, cabinet 4'. Needed with --consent."`
	Agreed     string            `help:"When they agreed (2026-05-12)." placeholder:"DATE"`
	Commit     bool              `help:"Bring them in. Without it nothing is changed."`
	RejectTo   string            `help:"Leave out rows that cannot be taken, and write them to this CSV file." placeholder:"FILE"`
	Quiet      bool              `help:"Print rows that cannot be taken, and the sum." short:"q"`
}

const (
	maxPeopleFile  = 512 << 20 // bytes
	peopleTogether = 5000      // rows in one transaction
	problemsShown  = 50
)

// Run reads the whole table first, and brings in nobody when something is wrong with
// it. The same table again changes nothing, so that one that was interrupted is
// brought in by the same command.
func (c *peopleImportCmd) Run(ctx context.Context) error {
	proof, err := c.proof()
	if err != nil {
		return err
	}
	table, err := c.read()
	if err != nil {
		return err
	}
	table.print(c.Quiet)
	if !c.Commit {
		fmt.Println("Nothing was changed. --commit brings them in.")
		return nil
	}
	if err := c.reject(table); err != nil {
		return err
	}
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	return table.bringIn(ctx, db, proof)
}

// proof is what is written down of each opt-in.
func (c *peopleImportCmd) proof() (hotline.OptInEvent, error) {
	e := hotline.OptInEvent{Wording: strings.TrimSpace(c.Wording), Language: hotline.Language(c.Language), Source: "import", Proof: strings.TrimSpace(c.Proof), At: time.Now()}
	if len(c.Consent) > 0 && (e.Wording == "" || e.Proof == "") {
		return e, hotline.Errorf(hotline.Invalid, "--consent needs --wording, what people agreed to, and --proof, where that can be seen")
	}
	if c.Agreed != "" {
		at, err := time.Parse(time.DateOnly, c.Agreed)
		if err != nil || at.After(time.Now()) {
			return e, hotline.Errorf(hotline.Invalid, "--agreed: write the day as 2026-05-12, not later than today")
		}
		e.At = at
	}
	return e, nil
}

// peopleTable is a table as it was read.
type peopleTable struct {
	people   []hotline.Subscriber
	rows     []int // of people
	rejected [][]string
	problems []string // with the row's number
	twice    int
	header   []string
}

func (c *peopleImportCmd) newcomers() (*campaigns.Newcomers, error) {
	country := strings.ToUpper(c.Country)
	if country != "" && !slices.Contains(dialling.Countries(), country) {
		return nil, hotline.Errorf(hotline.Invalid, "--country: %q is no country's code; write such as MX", c.Country)
	}
	known := func(l hotline.Language) bool { return slices.Contains(locales.Known(), l) }
	if c.Language != "" && !known(hotline.Language(c.Language)) {
		return nil, hotline.Errorf(hotline.Invalid, "--language: %q is none of ours; write such as es", c.Language)
	}
	n := &campaigns.Newcomers{
		Country: country, Population: strings.ToLower(c.Population), Language: hotline.Language(c.Language), Tags: campaigns.ReadTags(c.Tags),
		Source: c.Source, Normalize: dialling.Normalize, CountryOf: dialling.Country, ZonesOf: dialling.Zones, Knows: known,
	}
	if n.Source == "" {
		n.Source = "import:" + filepath.Base(c.File)
	}
	if slices.Contains(c.Consent, "sms") {
		n.SMS = hotline.OptInGiven
	}
	if slices.Contains(c.Consent, "whatsapp") {
		n.WhatsApp = hotline.OptInGiven
	}
	return n, nil
}

func (c *peopleImportCmd) read() (*peopleTable, error) {
	n, err := c.newcomers()
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "read the table: %w", err)
	}
	if info.Size() > maxPeopleFile {
		return nil, hotline.Errorf(hotline.Invalid, "%s is larger than %d MB: split it", c.File, maxPeopleFile>>20)
	}
	all, err := os.ReadFile(c.File)
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "read the table: %w", err)
	}
	all, _ = sheet.ToUTF8(all)
	t := &peopleTable{}
	var columns []string
	first := map[hotline.Address]int{}
	err = sheet.Read(bytes.NewReader(all), func(r sheet.Row) error {
		if columns == nil {
			t.header = slices.Clone(r.Cells)
			columns, err = campaigns.MapColumns(r.Cells, c.Map)
			return err
		}
		u, problem := n.Read(columns, r.Cells)
		if problem != "" {
			t.problems = append(t.problems, fmt.Sprintf("row %d: %s", r.Number, problem))
			t.rejected = append(t.rejected, append(slices.Clone(r.Cells), strconv.Itoa(r.Number), problem))
			return nil
		}
		if _, is := first[u.Address]; is {
			t.twice++
		}
		first[u.Address] = r.Number
		t.people, t.rows = append(t.people, u), append(t.rows, r.Number)
		return nil
	})
	switch {
	case err != nil:
		return nil, hotline.Errorf(hotline.Invalid, "%s: %w", c.File, err)
	case columns == nil:
		return nil, hotline.Errorf(hotline.Invalid, "%s is empty", c.File)
	}
	return t, nil
}

func (t *peopleTable) print(quiet bool) {
	for i, problem := range t.problems {
		if i == problemsShown {
			fmt.Printf("… and %d more\n", len(t.problems)-problemsShown)
			break
		}
		fmt.Println(problem)
	}
	if !quiet {
		for i, u := range t.people {
			if i == 3 {
				break
			}
			fmt.Printf("row %-6d %s, %s, %s %s\n", t.rows[i], u.Address.Masked(), orUnknown(string(u.Language)), orUnknown(u.Country), u.Region)
		}
	}
	fmt.Printf("%d rows: %d can be taken (%d of them the same number again), %d cannot.\n", len(t.people)+len(t.problems), len(t.people), t.twice, len(t.problems))
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

// reject writes the rows that cannot be taken to a file, or refuses to go on.
func (c *peopleImportCmd) reject(t *peopleTable) error {
	if len(t.rejected) == 0 {
		return nil
	}
	if c.RejectTo == "" {
		return hotline.Errorf(hotline.Invalid, "nothing was brought in: correct these rows, or give --reject-to FILE to leave them out")
	}
	out, err := os.OpenFile(c.RejectTo, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "--reject-to: %w", err)
	}
	table := sheet.NewWriter(out, sheet.FormatOf(c.RejectTo))
	_ = table.Row(append(slices.Clone(t.header), "row", "problem")...) // Close tells
	for _, r := range t.rejected {
		_ = table.Row(r...)
	}
	return errors.Join(table.Close(), out.Close())
}

// bringIn writes the people part by part, each whole or not at all.
func (t *peopleTable) bringIn(ctx context.Context, db *store.Store, proof hotline.OptInEvent) error {
	count := map[hotline.SubscriberChange]int{}
	twins := 0
	for done := 0; done < len(t.people); {
		if ctx.Err() != nil {
			return hotline.Errorf(hotline.Unavailable, "stopped: %d of %d rows are in; the same command brings in the rest", done, len(t.people))
		}
		part := t.people[done:min(done+peopleTogether, len(t.people))]
		added, err := db.AddSubscribers(context.WithoutCancel(ctx), part, proof)
		if err != nil {
			return hotline.Errorf(hotline.CodeOf(err), "%d of %d rows are in; the same command brings in the rest: %w", done, len(t.people), err)
		}
		for _, a := range added {
			count[a.Change]++
			if a.TwinOf != "" {
				twins++
			}
		}
		done += len(part)
		if len(t.people) > peopleTogether {
			fmt.Fprintf(os.Stderr, "\r%d of %d rows (%d %%)", done, len(t.people), done*100/len(t.people))
		}
	}
	if len(t.people) > peopleTogether {
		fmt.Fprintln(os.Stderr)
	}
	fmt.Printf("%d new, %d changed, %d as they were.\n", count[hotline.SubscriberNew], count[hotline.SubscriberUpdated], count[hotline.SubscriberSame])
	if twins > 0 {
		fmt.Printf("%d are there under another number, and get messages there only.\n", twins)
	}
	return nil
}

type peopleExportCmd struct {
	storage
	To string `required:"" help:"CSV or XLSX file to write. It holds readable numbers: keep it safe." placeholder:"FILE"`
}

// Run writes everybody.
func (c *peopleExportCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	out, err := os.OpenFile(c.To, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "--to: %w", err)
	}
	table := sheet.NewWriter(out, sheet.FormatOf(c.To))
	_ = table.Row("phone", "language", "country", "region", "population", "tags", "source", "sms", "whatsapp", "joined")
	n := 0
	err = db.EachSubscriber(ctx, func(part []hotline.Subscriber) error {
		for _, u := range part {
			n++
			_ = table.Row(u.Address.Reveal(), string(u.Language), u.Country, u.Region, u.Population, strings.Join(u.Tags, ", "), u.Source, string(u.SMS), string(u.WhatsApp), u.JoinedAt.Format(time.RFC3339))
		}
		return nil
	})
	if err = errors.Join(err, table.Close(), out.Close()); err != nil {
		return err
	}
	fmt.Printf("%d people are in %s.\n", n, c.To)
	return db.AddAudit(ctx, hotline.AuditEntry{ID: newID(), At: time.Now(), Action: "people.export", Object: "people", Detail: strconv.Itoa(n)})
}

// personOf finds somebody by the number that is typed.
func personOf(ctx context.Context, db *store.Store, typed string) (hotline.Subscriber, error) {
	number, ok := dialling.Normalize(typed, "")
	if !ok {
		return hotline.Subscriber{}, hotline.Errorf(hotline.Invalid, "write the number with + and the country, such as +15550100177")
	}
	return db.SubscriberOf(ctx, hotline.Address(number))
}

type peopleShowCmd struct {
	storage
	Number string `arg:"" help:"The number, such as +15550100177."`
}

// Run shows what is kept, and the history of what the person agreed to.
func (c *peopleShowCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	u, err := personOf(ctx, db, c.Number)
	if err != nil {
		return err
	}
	events, err := db.OptIns(ctx, u.ID)
	if err != nil {
		return err
	}
	fmt.Printf("number      %s\nlanguage    %s\ncountry     %s %s\nzones       %s\npopulation  %s\ntags        %s\nsource      %s\njoined      %s\nlast seen   %s\n",
		u.Address.Masked(), orUnknown(string(u.Language)), orUnknown(u.Country), u.Region, orUnknown(strings.Join(u.Zones, ", ")), orUnknown(u.Population), strings.Join(u.Tags, ", "), u.Source,
		u.JoinedAt.Format(time.DateOnly), u.SeenAt.Format(time.DateOnly))
	fmt.Printf("sms         %s\nwhatsapp    %s\n", orUnknown(string(u.SMS)), orUnknown(string(u.WhatsApp)))
	for _, e := range events {
		fmt.Printf("%s  %-8s %-9s by %s %s  %q\n", e.At.Format("2006-01-02 15:04"), e.Channel, e.State, e.Source, e.Proof, e.Wording)
	}
	return nil
}

type peopleEraseCmd struct {
	storage
	Number string `arg:"" help:"The number, such as +15550100177."`
	Yes    bool   `help:"Erase without asking."`
}

// Run erases, once it was said twice.
func (c *peopleEraseCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	u, err := personOf(ctx, db, c.Number)
	if err != nil {
		return err
	}
	if !c.Yes {
		return hotline.Errorf(hotline.Invalid, "this cannot be undone: give --yes to erase %s", u.Address.Masked())
	}
	entry := hotline.AuditEntry{ID: newID(), At: time.Now(), Action: "people.erase", Object: "people", ObjectID: string(u.ID)}
	if err := db.EraseSubscriber(ctx, u.ID, entry); err != nil {
		return err
	}
	fmt.Println("Erased: the number, what they agreed to, and who they are in past campaigns.")
	return nil
}

type peopleCountCmd struct {
	storage
	Channel    string   `help:"sms or whatsapp." default:"sms" enum:"sms,whatsapp"`
	Languages  []string `help:"Such as es,km."`
	Countries  []string `help:"Such as MX,US."`
	Population []string `help:"Such as 'farm workers'."`
	Tags       []string `help:"One of these tags is enough."`
	SeenWithin int      `help:"Days since they were last seen; 0 for any."`
	Rest       int      `help:"Days without a message before this one; 0 for any."`
}

// exclusionWords say why somebody gets nothing.
var exclusionWords = map[hotline.Exclusion]string{
	hotline.OptedOutOf: "opted out", hotline.NotSafe: "marked not safe to text", hotline.InConversation: "in an open conversation",
	hotline.NoConsent: "no consent to campaigns", hotline.InvalidNumber: "number not valid", hotline.SamePerson: "same person twice",
	hotline.NotSeen: "not seen lately", hotline.ContactedLately: "got a message lately",
}

// Run prints the sum.
func (c *peopleCountCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	a := hotline.Audience{Countries: c.Countries, Populations: c.Population, Tags: c.Tags, SeenWithin: c.SeenWithin, Rest: c.Rest}
	for _, l := range c.Languages {
		a.Languages = append(a.Languages, hotline.Language(l))
	}
	census, err := db.Census(ctx, hotline.Channel(c.Channel), a)
	if err != nil {
		return err
	}
	fmt.Printf("%8d  match\n", census.Matching)
	for _, why := range hotline.Exclusions {
		if n := census.Excluded[why]; n > 0 {
			fmt.Printf("%8d  %s\n", -n, exclusionWords[why])
		}
	}
	fmt.Printf("%8d  would get it\n", census.Reached)
	return nil
}
