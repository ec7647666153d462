-- Messages that a visitor of the web page wants to see no more. They stay for
-- staff; an erasure deletes both.

-- +goose Up
CREATE TABLE hidden (
    conversation_id TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    PRIMARY KEY (conversation_id, message_id)
);
