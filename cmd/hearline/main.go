// Command hearline is the whole service in one binary: the server, the demo
// and the tools that tend them. It wires the packages together and holds no
// rule of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/hearline/hearline/hotline"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "dev"

// exitBadSetting is the exit code of a setting or argument that must be changed.
const exitBadSetting = 2

type commands struct {
	Config kong.ConfigFlag `help:"Read settings from this TOML file; flags and environment win." placeholder:"FILE" env:"HEARLINE_CONFIG"`

	Serve    serveCmd    `cmd:"" help:"Run the service."`
	Demo     demoCmd     `cmd:"" help:"Try the service on this machine, with invented reports and a simulated phone."`
	Init     initCmd     `cmd:"" help:"Make the keys, the database and the first administrator."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database to this version's schema."`
	User     userCmd     `cmd:"" help:"Add and change staff accounts."`
	Partner  partnerCmd  `cmd:"" help:"Keys for partners whose programs hand over reports."`
	Import   importCmd   `cmd:"" help:"File reports from a CSV or XLSX file; without --commit, say what would become of each row."`
	Campaign campaignCmd `cmd:"" help:"Tend the people who agreed to be written to."`
	Keys     keysCmd     `cmd:"" help:"Rotate the master key."`
	Triage   triageCmd   `cmd:"" help:"Assess, evaluate and explain messages."`
	Locales  localesCmd  `cmd:"" help:"Check the texts of all languages, and pass them to reviewers and back."`
	Carrier  carrierCmd  `cmd:"" help:"Run a simulated SMS carrier with a phone in the browser."`
	Doctor   doctorCmd   `cmd:"" help:"Check settings, database, carrier and keys, and say what to do."`
	Backup   backupCmd   `cmd:"" help:"Write a consistent copy of a SQLite database."`
	Health   healthCmd   `cmd:"" help:"Ask a running server whether it is ready (for container health checks)."`
	Bench    benchCmd    `cmd:"" help:"Measure this machine with the real server."`

	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run parses the arguments and runs one command. A wrong setting gives one
// line that says what to change and exit code 2; any other failure gives 1.
func run(ctx context.Context, args []string) int {
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("hearline"),
		kong.Description("Anti-trafficking awareness and hotline service."),
		kong.Configuration(tomlFile),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Vars{"version": version},
		kong.UsageOnError(),
	)
	if err != nil {
		return fail(err)
	}
	cmd, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "hearline: %v\n", err)
		return exitBadSetting
	}
	if err := refuseSecrets(cmd.Path); err != nil {
		return fail(err)
	}
	if err := cmd.Run(); err != nil {
		return fail(err)
	}
	return 0
}

// refuseSecrets refuses a secret on the command line, which everybody on the
// machine can read. The tag says what to use instead: "secret" stands at what is
// always one, "password" at an address that may hold one.
func refuseSecrets(given []*kong.Path) error {
	for _, p := range given {
		if p.Flag == nil || p.Resolved {
			continue
		}
		instead := p.Flag.Tag.Get("secret")
		if instead == "" && holdsPassword(p.Flag.Target.String()) {
			instead = p.Flag.Tag.Get("password")
		}
		if instead != "" {
			return hotline.Errorf(hotline.Invalid, "--%s: anybody on this machine can read a command line; use %s, and take this one for known",
				p.Flag.Name, instead)
		}
	}
	return nil
}

// holdsPassword says whether an address such as postgres://user:password@host/db
// holds a password, also when the rest of it cannot be read.
func holdsPassword(address string) bool {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return false
	}
	rest, query, _ := strings.Cut(rest, "?")
	user := rest[:max(0, strings.LastIndexByte(rest, '@'))]
	_, password, _ := strings.Cut(user, ":")
	return password != "" || strings.Contains("&"+strings.ToLower(query), "password=")
}

func fail(err error) int {
	fmt.Fprintf(os.Stderr, "hearline: %v\n", err)
	var e *hotline.Error
	if errors.As(err, &e) && e.Code == hotline.Invalid {
		return exitBadSetting
	}
	return 1
}
