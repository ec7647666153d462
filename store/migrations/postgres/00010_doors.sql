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

ALTER TABLE contacts DROP CONSTRAINT contacts_channel_check;
ALTER TABLE contacts ADD CONSTRAINT contacts_channel_check
    CHECK (channel IN ('sms', 'whatsapp', 'webchat', 'voice', 'in_person', 'partner'));
ALTER TABLE conversations DROP CONSTRAINT conversations_channel_check;
ALTER TABLE conversations ADD CONSTRAINT conversations_channel_check
    CHECK (channel IN ('sms', 'whatsapp', 'webchat', 'voice', 'in_person', 'partner'));
