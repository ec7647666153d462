-- Other doors: calls that nobody took, and reports that come by voice, in person
-- or from a partner.

-- +goose Up
ALTER TABLE contacts ADD COLUMN called_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE partners (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL UNIQUE,
    key_hash     TEXT   NOT NULL UNIQUE, -- SHA-256 of a key of 256 random bits; '' never stands here
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    revoked_at   BIGINT NOT NULL
);

-- SQLite cannot change a CHECK. This is its own way of doing so where the rows stay
-- as they are (lang_altertable.html, section 8): the text of the schema is changed,
-- and RESET reads it again. The statements above have told the other connections
-- that the schema is another. Making the tables anew would have to list columns that
-- are no business of this change.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
    SET sql = REPLACE(sql, '(''sms'', ''whatsapp'', ''webchat'')', '(''sms'', ''whatsapp'', ''webchat'', ''voice'', ''in_person'', ''partner'')')
    WHERE type = 'table' AND name IN ('contacts', 'conversations');
PRAGMA writable_schema = RESET;
