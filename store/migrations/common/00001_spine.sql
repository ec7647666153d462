-- Conventions: ids are time-ordered texts made by us; times are microseconds
-- since 1970 UTC, 0 when not set; sealed values are BYTEA, empty when there is
-- nothing; no column is NULL. The hot tables have no foreign keys: everything of
-- a contact is written under the lock of its row, and a check per row would cost
-- a tenth of the throughput.

-- +goose Up
CREATE TABLE contacts (
    id            TEXT    NOT NULL PRIMARY KEY,
    channel       TEXT    NOT NULL CHECK (channel IN ('sms', 'whatsapp', 'webchat')),
    address_index TEXT    NOT NULL UNIQUE, -- keyed, and different for each channel
    language      TEXT    NOT NULL,
    opted_out     BOOLEAN NOT NULL,
    not_safe      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT  NOT NULL
);

CREATE TABLE conversations (
    id              TEXT    NOT NULL PRIMARY KEY,
    contact_id      TEXT    NOT NULL, -- '' once erased
    address_index   TEXT    NOT NULL, -- the contact's, here too so that it is found without a join; '' once erased
    channel         TEXT    NOT NULL CHECK (channel IN ('sms', 'whatsapp', 'webchat')),
    our_number      TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('open', 'closed', 'erased')),
    language        TEXT    NOT NULL,
    safety          TEXT    NOT NULL CHECK (safety IN ('not_asked', 'safe', 'unsafe')),
    safety_at       BIGINT  NOT NULL,
    step            TEXT    NOT NULL,
    asked           BIGINT  NOT NULL,
    re_asked        BOOLEAN NOT NULL,
    handed_off      BOOLEAN NOT NULL,
    erase_ask       BIGINT  NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('', 'report', 'question', 'command', 'noise')),
    priority        BIGINT  NOT NULL CHECK (priority BETWEEN 0 AND 5),
    overridden      BOOLEAN NOT NULL,
    waiting_since   BIGINT  NOT NULL, -- 9223372036854775807 when nobody waits, so that it sorts last
    owner_id        TEXT    NOT NULL,
    case_id         TEXT    NOT NULL,
    unread          BIGINT  NOT NULL,
    last_inbound_id TEXT    NOT NULL,
    last_inbound_at BIGINT  NOT NULL,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    wrapped_key     BYTEA   NOT NULL, -- empty once erased
    address_sealed  BYTEA   NOT NULL,
    answers_sealed  BYTEA   NOT NULL
);
CREATE UNIQUE INDEX conversations_one_open ON conversations (address_index) WHERE state = 'open';
CREATE INDEX conversations_of_address ON conversations (address_index, id);
CREATE INDEX conversations_queue ON conversations (priority, waiting_since, id, owner_id)
    WHERE state = 'open' AND waiting_since < 9223372036854775807;
CREATE INDEX conversations_of_owner ON conversations (owner_id, priority, waiting_since, id)
    WHERE state = 'open' AND owner_id <> '';

CREATE TABLE messages (
    conversation_id   TEXT    NOT NULL,
    id                TEXT    NOT NULL,
    direction         TEXT    NOT NULL CHECK (direction IN ('in', 'out', 'note')),
    author            TEXT    NOT NULL CHECK (author IN ('person', 'automatic', 'staff')),
    author_id         TEXT    NOT NULL,
    text_sealed       BYTEA   NOT NULL,
    extra_sealed      BYTEA   NOT NULL, -- media and place
    text_key          TEXT    NOT NULL,
    language          TEXT    NOT NULL,
    provider_id       TEXT    NOT NULL,
    delivery          TEXT    NOT NULL,
    error_code        BIGINT  NOT NULL,
    last_word         BOOLEAN NOT NULL,
    at                BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    kind              TEXT    NOT NULL,
    priority          BIGINT  NOT NULL,
    lexicon           TEXT    NOT NULL,
    assessment_sealed BYTEA   NOT NULL,
    PRIMARY KEY (conversation_id, id)
);
CREATE UNIQUE INDEX messages_provider ON messages (provider_id) WHERE provider_id <> '';

-- What of the carrier's has been erased: a keyed mark of its id, so that a
-- redelivery or a reconciliation does not bring an erased message back.
CREATE TABLE forgotten (
    mark            TEXT   NOT NULL PRIMARY KEY,
    conversation_id TEXT   NOT NULL,
    at              BIGINT NOT NULL
);
CREATE INDEX forgotten_at ON forgotten (at);

-- Only what is still to do. The key is the order of sending. due_at is also the
-- end of the lease of a claimed row.
CREATE TABLE outbox (
    kind            BIGINT  NOT NULL CHECK (kind BETWEEN 1 AND 3),
    message_id      TEXT    NOT NULL,
    conversation_id TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('pending', 'claimed', 'unknown')),
    due_at          BIGINT  NOT NULL,
    attempts        BIGINT  NOT NULL,
    last_tried_at   BIGINT  NOT NULL,
    created_at      BIGINT  NOT NULL,
    last_word       BOOLEAN NOT NULL,
    PRIMARY KEY (kind, message_id)
);
CREATE INDEX outbox_of_conversation ON outbox (conversation_id);

CREATE TABLE cases (
    id              TEXT    NOT NULL PRIMARY KEY,
    number          BIGINT  NOT NULL UNIQUE,
    status          TEXT    NOT NULL CHECK (status IN ('Active', 'FollowUp', 'Closed', 'ClosedReferred')),
    conversation_id TEXT    NOT NULL,
    owner_id        TEXT    NOT NULL,
    consent         TEXT    NOT NULL CHECK (consent IN ('not_asked', 'given', 'refused')),
    trafficking     TEXT    NOT NULL,
    exploitation    TEXT    NOT NULL, -- codes, separated by spaces
    means           TEXT    NOT NULL,
    minor           BOOLEAN NOT NULL,
    version         BIGINT  NOT NULL,
    opened_at       BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    wrapped_key     BYTEA   NOT NULL,
    summary_sealed  BYTEA   NOT NULL
);
CREATE UNIQUE INDEX cases_one_of_conversation ON cases (conversation_id) WHERE conversation_id <> '';

CREATE TABLE persons (
    case_id     TEXT   NOT NULL REFERENCES cases (id),
    id          TEXT   NOT NULL,
    role        TEXT   NOT NULL CHECK (role IN ('needs_help', 'perpetrator', 'witness')),
    name_sealed BYTEA  NOT NULL,
    gender      TEXT   NOT NULL,
    age_band    TEXT   NOT NULL,
    citizenship TEXT   NOT NULL,
    language    TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (case_id, id)
);

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    login         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('operator', 'supervisor', 'analyst', 'manager', 'administrator')),
    languages     TEXT    NOT NULL, -- separated by spaces
    password_hash TEXT    NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL
);

CREATE TABLE sessions (
    token_hash      TEXT   NOT NULL PRIMARY KEY,
    user_id         TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    address_index   TEXT   NOT NULL, -- as in contacts; '' for staff
    address_sealed  BYTEA  NOT NULL,
    created_at      BIGINT NOT NULL,
    seen_at         BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_of_conversation ON sessions (conversation_id) WHERE conversation_id <> '';
CREATE INDEX sessions_of_address ON sessions (address_index) WHERE address_index <> '';

CREATE TABLE audit (
    id        TEXT   NOT NULL PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor_id  TEXT   NOT NULL,
    action    TEXT   NOT NULL,
    object    TEXT   NOT NULL,
    object_id TEXT   NOT NULL,
    detail    TEXT   NOT NULL
);
CREATE INDEX audit_of_object ON audit (object, object_id, id);

CREATE TABLE quarantine (
    id          TEXT   NOT NULL PRIMARY KEY,
    at          BIGINT NOT NULL,
    door        TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    provider_id TEXT   NOT NULL,
    body_sealed BYTEA  NOT NULL
);

CREATE TABLE checkpoints (
    name TEXT   NOT NULL PRIMARY KEY,
    at   BIGINT NOT NULL
);

CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('case', 0);
