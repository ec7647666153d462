package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A wrong setting ends the program with code 2 and one line that names it.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	taken := e.serve(t)
	readable := filepath.Join(t.TempDir(), "keys")
	write(t, readable, "anything")
	if err := os.Chmod(readable, 0o644); err != nil {
		t.Fatal(err)
	}
	garbled := filepath.Join(t.TempDir(), "keys")
	write(t, garbled, "no keys at all")
	empty := filepath.Join(t.TempDir(), "empty.db")
	write(t, empty, "")
	for name, c := range map[string]struct {
		args, env []string
		names     string
	}{
		"flag":             {args: []string{"--adr", "x"}, names: "--adr"},
		"log level":        {args: []string{"--log-level", "loud"}, names: "--log-level"},
		"log level in env": {env: []string{"HEARLINE_LOG_LEVEL=loud"}, names: "log-level"},
		"duration":         {args: []string{"--twilio-validity-period", "soon"}, names: "--twilio-validity-period"},
		"validity":         {args: []string{"--twilio-validity-period", "11h"}, names: "--twilio-validity-period"},
		"reconcile":        {args: []string{"--twilio-reconcile-every", "-1s"}, names: "--twilio-reconcile-every"},
		"public address":   {args: []string{"--public-url", "help.example.org"}, names: "--public-url"},
		"no public address": {
			args: []string{"--twilio-account-sid", benchAccount}, env: []string{"HEARLINE_TWILIO_AUTH_TOKEN=x"}, names: "--public-url",
		},
		"carrier address":     {args: []string{"--twilio-account-sid", benchAccount, "--public-url", "http://a", "--twilio-base-url", "api"}, names: "--twilio-base-url"},
		"time zone":           {args: []string{"--time-zone", "Lisboa"}, names: "--time-zone"},
		"hours":               {args: []string{"--hours", "8 to 5"}, names: "--hours"},
		"canary too often":    {args: []string{"--twilio-account-sid", benchAccount, "--public-url", "http://a", "--canary-every", "1m"}, names: "--canary-every"},
		"canary, no carrier":  {args: []string{"--canary-every", "1h"}, names: "--canary-every"},
		"canary from nowhere": {args: []string{"--twilio-account-sid", benchAccount, "--public-url", "http://a", "--canary-every", "1h"}, names: "--canary-from"},
		"canary to itself": {
			args:  []string{"--twilio-account-sid", benchAccount, "--public-url", "http://a", "--canary-every", "1h", "--canary-from", "+15550100101", "--canary-to", "+15550100101"},
			names: "--canary-to",
		},
		"proxy":               {args: []string{"--trusted-proxies", "127.0.0.1,proxy.example"}, names: "--trusted-proxies"},
		"everybody a proxy":   {args: []string{"--trusted-proxies", "0.0.0.0/0"}, names: "--trusted-proxies"},
		"no token":            {args: []string{"--twilio-account-sid", benchAccount, "--public-url", "http://a"}, names: "HEARLINE_TWILIO_AUTH_TOKEN"},
		"no token file":       {args: []string{"--twilio-account-sid", benchAccount, "--public-url", "http://a", "--twilio-auth-token-file", "/none"}, names: "--twilio-auth-token-file"},
		"onion address":       {args: []string{"--onion-url", "http://example.onion/"}, names: "--onion-url"},
		"a framing path":      {args: []string{"--widget-origins", "https://partner.example/help"}, names: "--widget-origins"},
		"anybody may frame":   {args: []string{"--widget-origins", "https://*"}, names: "--widget-origins"},
		"no onion address":    {args: []string{"--onion-url", "https://help.example"}, names: "--onion-url"},
		"exit address":        {args: []string{"--exit-url", "weather"}, names: "--exit-url"},
		"long name":           {args: []string{"--name", "A much too long name"}, names: "--name"},
		"long number":         {args: []string{"--emergency", "112112"}, names: "--emergency"},
		"long info":           {args: []string{"--info-url", strings.Repeat("x", 23)}, names: "--info-url"},
		"no keys":             {args: []string{"--keys-file", "/none/keys"}, names: "HEARLINE_KEYS_FILE"},
		"readable keys":       {args: []string{"--keys-file", readable}, names: "chmod 600"},
		"garbled keys":        {args: []string{"--keys-file", garbled}, names: "--keys-file"},
		"garbled keys in env": {env: []string{"HEARLINE_KEYS=nonsense"}, names: "HEARLINE_KEYS"},
		"redis":               {args: []string{"--redis-url", "localhost"}, names: "redis://"},
		"address":             {args: []string{"--addr", "nowhere"}, names: "--addr"},
		"taken address":       {args: []string{"--addr", taken.addr}, names: "--addr"},
		"taken metrics":       {args: []string{"--metrics-addr", taken.metrics}, names: "--metrics-addr"},
		"no schema":           {args: []string{"--database", empty}, names: "hearline migrate"},
		"no database":         {args: []string{"--database", "/none/hearline.db"}, names: "hearline init"},
		"no old token file": {
			args: []string{"--twilio-account-sid", benchAccount, "--public-url", "http://a", "--twilio-previous-auth-token-file", "/none"},
			env:  []string{"HEARLINE_TWILIO_AUTH_TOKEN=x"}, names: "--twilio-previous-auth-token-file",
		},
		"postgres url": {args: []string{"--database", "postgres://%zz"}, names: "--database"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"serve", "--database", e.database, "--keys-file", e.keysFile, "--addr", free(t), "--metrics-addr", "off"}, c.args...)
			out, code := invoke(t, c.env, args...)
			if code != exitBadSetting {
				t.Errorf("exit code %d: %s", code, out)
			}
			oneLineAbout(t, out, c.names)
		})
	}
}

// invoke runs the program to its end and returns all that it printed.
func invoke(t *testing.T, env []string, args ...string) (out string, code int) {
	t.Helper()
	path := binary(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), env...)
	printed, _ := cmd.CombinedOutput()
	return string(printed), cmd.ProcessState.ExitCode()
}

func oneLineAbout(t *testing.T, out, names string) {
	t.Helper()
	if strings.Count(out, "\n") != 1 || !strings.Contains(out, names) {
		t.Errorf("want one line that names %q, got %q", names, out)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSettingsFile(t *testing.T) {
	t.Parallel()
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	file := filepath.Join(t.TempDir(), "hearline.toml")

	write(t, file, "name = \"A much too long name\"\nlog-level = \"error\"\n")
	base := []string{"serve", "--config", file, "--database", e.database, "--keys-file", e.keysFile, "--metrics-addr", "off", "--addr"}
	out, code := invoke(t, nil, append(base, "nowhere")...)
	if code != exitBadSetting {
		t.Errorf("exit code %d", code)
	}
	oneLineAbout(t, out, "--name") // the file is read

	out, _ = invoke(t, []string{"HEARLINE_NAME=Fine"}, append(base, "nowhere")...)
	oneLineAbout(t, out, "--addr") // the environment wins over it
	out, _ = invoke(t, []string{"HEARLINE_NAME=Fine"}, append(base, "nowhere", "--emergency", "1121121")...)
	oneLineAbout(t, out, "--emergency")
	out, _ = invoke(t, []string{"HEARLINE_NAME=Also a much too long name"}, append(base, "nowhere", "--name", "Fine")...)
	oneLineAbout(t, out, "--addr") // a flag wins over both

	write(t, file, "trusted-proxies = [\"127.0.0.1\", \"10.0.0.0/8\", \"::1\"]\n")
	out, _ = invoke(t, nil, append(base, "nowhere")...)
	oneLineAbout(t, out, "--addr") // a list is read
	write(t, file, "trusted-proxies = [\"127.0.0.1\", \"nonsense\"]\n")
	out, _ = invoke(t, nil, append(base, "nowhere")...)
	oneLineAbout(t, out, "nonsense") // to its end

	for _, text := range []string{"nmae = \"Fine\"\n", "[serve]\nname = \"Fine\"\n", "name = \"Fine\n"} {
		write(t, file, text)
		out, code = invoke(t, nil, append(base, "nowhere")...)
		if code != exitBadSetting {
			t.Errorf("%q: exit code %d", text, code)
		}
		oneLineAbout(t, out, "configuration file")
	}
}

// A mistyped path makes no database: an empty one would look like a service that
// nobody ever wrote to.
func TestNoDatabaseIsMadeByMistake(t *testing.T) {
	t.Parallel()
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	for name, args := range map[string][]string{
		"serve":       {"serve", "--metrics-addr", "off", "--addr", "127.0.0.1:0"},
		"user add":    {"user", "add", "dina"},
		"user list":   {"user", "list"},
		"user set":    {"user", "set", "dina", "--disable"},
		"migrate":     {"migrate"},
		"doctor":      {"doctor"},
		"backup":      {"backup", filepath.Join(t.TempDir(), "copy.db")},
		"keys rotate": {"keys", "rotate"},
		"keys retire": {"keys", "retire"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "mistyped")
			out, code := invoke(t, nil, append(args, "--database", filepath.Join(folder, "hearline.db"), "--keys-file", e.keysFile)...)
			if code == 0 || !strings.Contains(out, "hearline init") {
				t.Errorf("exit code %d: %s", code, out)
			}
			if _, err := os.Stat(folder); err == nil {
				t.Error("something was made there")
			}
		})
	}
}

// What holds people's words, or the keys to them, is its owner's alone.
func TestFilesAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	database, keys, copied := filepath.Join(folder, "data", "hearline.db"), filepath.Join(folder, "data", "hearline.keys"), filepath.Join(folder, "copy.db")
	at := []string{"--database", database, "--keys-file", keys}
	for _, args := range [][]string{{"init"}, {"backup", copied}, {"keys", "rotate"}} {
		if out, code := invoke(t, nil, append(args, at...)...); code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, out)
		}
	}
	for _, file := range []string{database, keys, copied} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", filepath.Base(file), info.Mode(), err)
		}
	}
	if err := os.Chmod(database, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, code := invoke(t, nil, append([]string{"doctor"}, at...)...); code == 0 || !strings.Contains(out, "chmod 600") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// A secret on the command line is refused: anybody on the machine can read it
// there.
func TestSecretsOnTheCommandLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ command, flag, value, instead string }{
		{"serve", "--keys", "hunter2", "--keys-file"},
		{"serve", "--twilio-auth-token", "hunter2", "--twilio-auth-token-file"},
		{"doctor", "--twilio-previous-auth-token", "hunter2", "--twilio-previous-auth-token-file"},
		{"carrier", "--auth-token", "hunter2", "--auth-token-file"},
		{"serve", "--database", "postgres://hearline:hunter2@127.0.0.1:1/hearline", "HEARLINE_DATABASE"},
		{"init", "--database", "postgres://hearline:hunter2@:garbled/%zz", "HEARLINE_DATABASE"},
		{"doctor", "--database", "postgres://hearline@127.0.0.1:1/hearline?sslmode=disable&password=hunter2", "HEARLINE_DATABASE"},
		{"serve", "--redis-url", "redis://:hunter2@127.0.0.1:1/0", "HEARLINE_REDIS_URL"},
	} {
		t.Run(c.command+" "+c.flag, func(t *testing.T) {
			t.Parallel()
			out, code := invoke(t, nil, c.command, c.flag, c.value)
			if code != exitBadSetting || strings.Contains(out, "hunter2") {
				t.Errorf("exit code %d: %s", code, out)
			}
			oneLineAbout(t, out, c.instead)
		})
	}
}
