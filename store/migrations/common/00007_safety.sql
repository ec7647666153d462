-- What a person agreed with us about being written to, when silence began, and the
-- versions of the guided conversation.

-- +goose Up
ALTER TABLE contacts ADD COLUMN plan TEXT NOT NULL DEFAULT ''; -- JSON; the words in it are keyed marks; '' for none
ALTER TABLE conversations ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN lifted_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE scripts (
    version      BIGINT NOT NULL PRIMARY KEY,
    body         TEXT   NOT NULL, -- JSON
    published_at BIGINT NOT NULL,
    published_by TEXT   NOT NULL
);
