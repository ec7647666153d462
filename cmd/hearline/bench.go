package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hearline/hearline/hotline"
)

type benchCmd struct {
	Intake   benchIntakeCmd   `cmd:"" help:"Signed webhooks against the real server in another process; prints one JSON object."`
	Campaign benchCampaignCmd `cmd:"" help:"A campaign through the simulated carrier, on the real server in another process; prints one JSON object."`
	Chats    benchChatsCmd    `cmd:"" help:"Open chats on the real server in another process, with staff who write to them; prints one JSON object."`
}

type benchIntakeCmd struct {
	Database    string        `help:"A SQLite path or a postgres:// URL. The benchmark makes a database of its own beside it and removes it afterwards." default:"./bench.db" env:"HEARLINE_BENCH_DATABASE" placeholder:"PATH|URL" password:"HEARLINE_BENCH_DATABASE"`
	Connections int           `help:"Connections that send at a time." default:"64"`
	Duration    time.Duration `help:"How long known senders write; new senders write half as long before." default:"20s"`
	Yardstick   time.Duration `help:"How long the single-row commits are measured." default:"5s"`
}

// intakeReport is what the benchmark prints. Rates are per second, latencies in
// milliseconds.
type intakeReport struct {
	Database      string  `json:"database"`
	Connections   int     `json:"connections"`
	Seconds       float64 `json:"seconds"`
	Messages      float64 `json:"messages_per_s"`
	P50           float64 `json:"p50_ms"`
	P99           float64 `json:"p99_ms"`
	Errors        int     `json:"errors"`
	PeakRSS       float64 `json:"peak_rss_mb"`
	BatchMean     float64 `json:"batch_mean"`
	RepliesMean   float64 `json:"replies_per_message"`
	SingleRow     float64 `json:"single_row_commits_per_s"`
	ToSingleRow   float64 `json:"ratio_to_single_row"`
	NewSenders    float64 `json:"new_senders_per_s"`
	NewSendersP99 float64 `json:"new_senders_p99_ms"`
	NewToKnown    float64 `json:"ratio_new_to_known"`
}

const (
	benchAccount = "AC00000000000000000000000000000000"
	benchToken   = "benchbenchbenchbenchbenchbench00"
	benchNumber  = "+15550100100"
	// yardstickClients is the number of clients that commit one row each.
	yardstickClients = 16
)

// Run measures the yardstick first, while nothing else uses the database, then
// new senders, then the same senders again.
func (c *benchIntakeCmd) Run(ctx context.Context) error {
	if c.Connections < 1 || c.Duration < time.Second {
		return hotline.Errorf(hotline.Invalid, "--connections: at least 1; --duration: at least 1s")
	}
	ground, err := newBenchGround(ctx, c.Database)
	if err != nil {
		return err
	}
	defer ground.drop()
	report := intakeReport{Connections: c.Connections, Seconds: c.Duration.Seconds()}
	if err := c.yardstick(ctx, ground, &report); err != nil {
		return err
	}
	server, err := startServer(ctx, ground)
	if err != nil {
		return err
	}
	defer server.stop()
	if err := c.measure(ctx, server, &report); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

func (c *benchIntakeCmd) yardstick(ctx context.Context, ground benchGround, r *intakeReport) error {
	db, err := ground.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	r.Database = db.Engine()
	r.SingleRow, err = db.SingleRowCommits(ctx, yardstickClients, c.Yardstick)
	return err
}

func (c *benchIntakeCmd) measure(ctx context.Context, server *benchServer, r *intakeReport) error {
	l := &load{addr: server.addr, publicURL: server.publicURL(), account: benchAccount, token: benchToken, to: benchNumber, connections: c.Connections}
	fresh := l.run(ctx, c.Duration/2, func(n int64) (string, string) { return benchSender(n), benchOpening(n) })
	senders := l.next.Load()
	before, err := server.counters(ctx)
	if err != nil {
		return err
	}
	known := l.run(ctx, c.Duration, func(n int64) (string, string) {
		visit := (n - senders - 1) / senders
		return benchSender((n-1)%senders + 1), benchAnswer(visit, n)
	})
	after, err := server.counters(ctx)
	if err != nil {
		return err
	}
	r.Messages, r.P50, r.P99 = known.perSecond(), known.percentile(.5), known.percentile(.99)
	r.Errors = known.errors + fresh.errors
	r.NewSenders, r.NewSendersP99 = fresh.perSecond(), fresh.percentile(.99)
	if r.Messages > 0 {
		r.NewToKnown = r.NewSenders / r.Messages
	}
	if r.SingleRow > 0 {
		r.ToSingleRow = r.Messages / r.SingleRow
	}
	if batches := after["hearline_intake_batches_total"] - before["hearline_intake_batches_total"]; batches > 0 {
		r.BatchMean = (after["hearline_intake_messages_total"] - before["hearline_intake_messages_total"]) / batches
	}
	if n := float64(len(known.latencies)); n > 0 {
		r.RepliesMean = (after["hearline_outbox_waiting"] - before["hearline_outbox_waiting"]) / n
	}
	r.PeakRSS, err = server.peakRSS()
	return err
}

// benchServer is the real server in a process of its own.
type benchServer struct {
	cmd           *exec.Cmd
	addr, metrics string
	ended         chan error
}

// startServer starts it; without settings of its own it sends nothing.
func startServer(ctx context.Context, ground benchGround, settings ...string) (*benchServer, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddr()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &benchServer{addr: addr, metrics: metrics, ended: make(chan error, 1)}
	if len(settings) == 0 {
		settings = []string{"--twilio-base-url", "http://127.0.0.1:9", "--no-send"}
	}
	s.cmd = exec.CommandContext(ctx, self, append([]string{
		"serve", "--keys-file", ground.keysFile, "--addr", addr, "--metrics-addr", metrics, "--public-url", s.publicURL(),
		"--twilio-account-sid", benchAccount, "--twilio-reconcile-every", "0s", "--log-level", "warn",
	}, settings...)...)
	s.cmd.Env = append(os.Environ(), "HEARLINE_TWILIO_AUTH_TOKEN="+benchToken, "HEARLINE_DATABASE="+ground.database)
	s.cmd.Stderr = os.Stderr
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	return s, s.awaitReady(ctx, 30*time.Second)
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func (s *benchServer) publicURL() string { return "http://" + s.addr }

func (s *benchServer) awaitReady(ctx context.Context, d time.Duration) error {
	deadline := time.Now().Add(d)
	for time.Now().Before(deadline) {
		if askReady(ctx, s.publicURL()) == nil {
			return nil
		}
		select {
		case err := <-s.ended:
			return fmt.Errorf("the server ended before it was ready: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	s.stop()
	return fmt.Errorf("the server was not ready within %s", d)
}

func (s *benchServer) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(20 * time.Second):
		_ = s.cmd.Process.Kill()
	}
}

// counters reads the server's metrics, leaving out those with labels.
func (s *benchServer) counters(ctx context.Context) (map[string]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.metrics+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	values := map[string]float64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			values[name] = v
		}
	}
	return values, lines.Err()
}

// peakRSS is the largest resident size of the server so far, in MB, as Linux
// counts it (VmHWM).
func (s *benchServer) peakRSS() (float64, error) { return s.memory("VmHWM:") }

// memory is one of Linux's counts of the server's memory, in MB.
func (s *benchServer) memory(name string) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory is read from /proc, which needs Linux: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no %s in /proc/%d/status", name, s.cmd.Process.Pid)
}
