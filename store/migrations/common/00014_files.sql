-- Pictures that people sent on the web page, made anew of their pixels.

-- +goose Up
CREATE TABLE files (
    conversation_id TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    body_sealed     BYTEA  NOT NULL, -- under the conversation's key
    at              BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, id)
);
