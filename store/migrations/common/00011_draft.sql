-- What somebody has answered on the pages about someone else before they send it.

-- +goose Up
ALTER TABLE sessions ADD COLUMN draft_sealed BYTEA; -- JSON; NULL for none
