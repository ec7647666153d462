package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// scratch is the schema of the yardstick: the three rows of one message, as a
// plain implementation would keep them.
var scratch = []string{
	`CREATE TABLE bench_contacts (id TEXT NOT NULL PRIMARY KEY, address TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL)`,
	`CREATE TABLE bench_messages (id TEXT NOT NULL PRIMARY KEY, contact_id TEXT NOT NULL, provider_id TEXT NOT NULL UNIQUE,
		body BYTEA NOT NULL, at BIGINT NOT NULL)`,
	`CREATE TABLE bench_outbox (message_id TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, due_at BIGINT NOT NULL)`,
}

var scratchDrops = []string{"DROP TABLE IF EXISTS bench_contacts", "DROP TABLE IF EXISTS bench_messages", "DROP TABLE IF EXISTS bench_outbox"}

// SingleRowCommits measures the yardstick for Receive: clients that each commit
// one message (a contact, a message and an outbox row) per transaction, for the
// duration d, into scratch tables of the same database, which it makes and
// drops. It returns the commits per second.
func (s *Store) SingleRowCommits(ctx context.Context, clients int, d time.Duration) (perSecond float64, err error) {
	for _, text := range append(scratchDrops, scratch...) {
		if _, err := s.exec(ctx, text); err != nil {
			return 0, err
		}
	}
	defer func() {
		for _, text := range scratchDrops {
			if _, dropErr := s.exec(context.WithoutCancel(ctx), text); dropErr != nil && err == nil {
				err = dropErr
			}
		}
	}()
	timed, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var commits atomic.Int64
	failures := make(chan error, clients)
	var group sync.WaitGroup
	start := time.Now()
	for range clients {
		group.Go(func() {
			for timed.Err() == nil {
				if err := s.commitOne(ctx); err != nil {
					failures <- err
					return
				}
				commits.Add(1)
			}
		})
	}
	group.Wait()
	elapsed := time.Since(start).Seconds()
	select {
	case err := <-failures:
		return 0, err
	default:
		return float64(commits.Load()) / elapsed, nil
	}
}

// benchBody is as large as a sealed text.
var benchBody = make([]byte, 190)

func (s *Store) commitOne(ctx context.Context) error {
	id, at := s.newID(), micros(time.Now())
	return s.update(ctx, func(t *tx) error {
		for _, one := range []stmt{
			do("INSERT INTO bench_contacts (id, address, created_at) VALUES ($1, $2, $3)", id, "a"+id, at),
			do("INSERT INTO bench_messages (id, contact_id, provider_id, body, at) VALUES ($1, $2, $3, $4, $5)", id, id, "p"+id, benchBody, at),
			do("INSERT INTO bench_outbox (message_id, state, due_at) VALUES ($1, $2, $3)", id, "pending", at),
		} {
			if err := t.run(ctx, one); err != nil {
				return err
			}
		}
		return nil
	})
}
