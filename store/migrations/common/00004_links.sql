-- What may lead from one report to another: a keyed mark of a phone number, a
-- plate, an address and the like, or of a part of a text's fingerprint. Which of
-- these a mark stands for is not told.

-- +goose Up
CREATE TABLE links (
    mark            TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    PRIMARY KEY (mark, conversation_id)
);
CREATE INDEX links_of_conversation ON links (conversation_id);
