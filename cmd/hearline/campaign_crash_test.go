package main

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/testenv"
	"github.com/hearline/hearline/store"
)

// TestProveCampaignOnce: two nodes send one campaign through a carrier that is busy
// (5 % 429), fails (2 % 500), takes messages without an answer (1 %) and calls back
// twice; one of them is killed ten times. Everybody gets one message, nobody is
// skipped, and the ledger knows. It waits for what the carrier has to be asked about,
// which takes minutes, so that only make prove runs it.
func TestProveCampaignOnce(t *testing.T) {
	if os.Getenv("HEARLINE_PROVE") == "" {
		t.Skip("make prove runs it")
	}
	t.Parallel()
	const people, kills = 3000, 10
	r := newRedis(t)
	r.start(t)
	e := newEstate(t, testenv.Postgres(t))
	db := e.open(t)
	carrier, carrierURL := startCarrier(t, simulator.Config{
		Second: benchCampaignNumber, Keep: 4 * people, AtOnce: 32, Faults: simulator.Faults{TooMany: 5, ServerError: 2, Hang: 1, Duplicate: 30},
	})
	flags := []string{
		"--send", "--twilio-base-url", carrierURL, "--redis-url", r.url(), "--campaign-senders", benchCampaignNumber + "=60", "--campaign-lease", "20s", "--campaign-at-once", "16",
	}
	steady := e.serve(t, flags...)
	shaky := func() *server { return e.serve(t, append([]string{"--public-url", steady.url()}, flags...)...) }
	id := startBenchCampaign(t, db, people)
	for range kills {
		s := shaky()
		before := outboundAt(carrier)
		enough := before + 40 + rand.IntN(60)
		within(t, 3*time.Minute, "more is sent", func() bool { return outboundAt(carrier) >= enough || outboundAt(carrier) >= people })
		s.kill()
	}
	shaky()
	within(t, 6*time.Minute, "all is sent", func() bool { left, err := db.LanesLeft(context.Background(), id); return err == nil && left == 0 })
	to := map[string]int{}
	for _, m := range carrier.Messages() {
		if m.From == benchCampaignNumber {
			to[m.To]++
		}
	}
	for number, n := range to {
		if n != 1 {
			t.Errorf("%s has got %d messages", hotline.Address(number).Masked(), n)
		}
	}
	if len(to) != people {
		t.Errorf("%d of %d people have got a message", len(to), people)
	}
	var sum hotline.Progress
	within(t, time.Minute, "the carrier has called back", func() bool {
		sum = hotline.Progress{}
		parts, err := db.Progress(context.Background(), id)
		for _, p := range parts {
			sum.Sent += p.Sent
			sum.Delivered += p.Delivered
			sum.Failed += p.Failed
			sum.Skipped += p.Skipped
		}
		return err == nil && sum.Delivered == people
	})
	if sum.Sent != people || sum.Failed != 0 || sum.Skipped != 0 {
		t.Errorf("%+v", sum)
	}
	t.Logf("%d kills, %d people, %+v", kills, people, sum)
}

// startBenchCampaign adds people and lets a campaign to them go.
func startBenchCampaign(t *testing.T, db *store.Store, people int) hotline.CampaignID {
	t.Helper()
	b := campaignBench{benchCampaignCmd: &benchCampaignCmd{Recipients: people}, db: db, staff: &chatSeed{}}
	if err := b.seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := db.ChangeCampaign(t.Context(), b.campaign, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		c.State = hotline.CampaignSending
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.campaign
}
