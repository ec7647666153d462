-- Rows that change often keep room on their page, so that an update touches no
-- index (a heap-only tuple). A block range index is all that counting by time
-- needs, at next to no cost per message.

-- +goose Up
ALTER TABLE conversations SET (fillfactor = 70);
ALTER TABLE contacts SET (fillfactor = 90);
ALTER TABLE outbox SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE INDEX messages_inbound_at ON messages USING brin (at) WITH (pages_per_range = 32);
