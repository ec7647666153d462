package store

import (
	"context"

	"github.com/pressly/goose/v3"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store/migrations"
)

// Migrate brings the schema up to what the program knows. Several processes may
// call it at once. A newer schema is hotline.Invalid.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.refuseFuture(ctx); err != nil {
		return err
	}
	var err error
	// SQLite has no lock around a whole migration: a process that comes second
	// fails on a table the first has just made, and finds nothing left to do
	// when it looks again.
	for range maxTries {
		if err = s.migrateOnce(ctx); err == nil {
			return nil
		}
	}
	return err
}

func (s *Store) migrateOnce(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return s.d.explain("migrate", err)
	}
	return nil
}

// SchemaVersion returns the version of the database, 0 when it is empty, and
// the one the program wants. A migration that came in with a later release than
// one of a higher number counts as missing until it is applied.
func (s *Store) SchemaVersion(ctx context.Context) (have, want int64, err error) {
	provider, err := s.provider()
	if err != nil {
		return 0, 0, err
	}
	sources := provider.ListSources()
	want = sources[len(sources)-1].Version
	// Looked up here, because goose would make its table.
	applied := map[int64]bool{}
	var newest int64
	err = s.read(ctx, query(func(r row) error {
		err := r.Scan(&newest)
		applied[newest] = true
		return err
	}, "SELECT version_id FROM goose_db_version WHERE is_applied ORDER BY version_id"))
	if err != nil {
		if pingErr := s.Ping(ctx); pingErr != nil {
			return 0, 0, pingErr
		}
		return 0, want, nil // no table yet
	}
	if newest > want {
		return newest, want, nil
	}
	for _, source := range sources {
		if !applied[source.Version] {
			break
		}
		have = source.Version
	}
	return have, want, nil
}

func (s *Store) refuseFuture(ctx context.Context) error {
	have, want, err := s.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return hotline.Errorf(hotline.Invalid,
			"the database has schema version %d and this program knows up to %d: start the newer program, or restore an older backup", have, want)
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	options, gooseDialect, err := s.d.goose()
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "make the migration lock: %w", err)
	}
	// Numbers are given out before the work is done, which may end in another order.
	options = append(options, goose.WithAllowOutofOrder(true))
	provider, err := goose.NewProvider(gooseDialect, s.pool, migrations.For(s.d.name), options...)
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "read the migrations: %w", err)
	}
	return provider, nil
}
