-- Campaigns: who agreed to be written to, what is planned, and the ledger of who
-- was sent what.

-- +goose Up

-- What counts and filters an audience stands alone in a narrow table, so that a
-- million of them are read in a blink; numbers stand in the next one.
CREATE TABLE subscribers (
    id           TEXT    NOT NULL PRIMARY KEY,
    language     TEXT    NOT NULL,
    country      TEXT    NOT NULL,
    region       TEXT    NOT NULL,
    zones        TEXT    NOT NULL, -- parted by spaces
    population   TEXT    NOT NULL,
    tags         TEXT    NOT NULL, -- ' a b c ', '' for none
    source       TEXT    NOT NULL,
    sms          TEXT    NOT NULL CHECK (sms IN ('', 'asked', 'given', 'withdrawn')),
    whatsapp     TEXT    NOT NULL CHECK (whatsapp IN ('', 'asked', 'given', 'withdrawn')),
    invalid      BOOLEAN NOT NULL,
    twin_of      TEXT    NOT NULL,
    joined_at    BIGINT  NOT NULL,
    seen_at      BIGINT  NOT NULL,
    contacted_at BIGINT  NOT NULL
);

-- The indexes are those of contacts.address_index, so that what somebody told the
-- hotline holds for campaigns, too. One key seals the numbers of one import.
CREATE TABLE subscriber_addresses (
    id             TEXT  NOT NULL PRIMARY KEY,
    key_id         TEXT  NOT NULL,
    sms_index      TEXT  NOT NULL UNIQUE,
    whatsapp_index TEXT  NOT NULL UNIQUE,
    person_index   TEXT  NOT NULL, -- keyed; '' for none
    address_sealed BYTEA NOT NULL
);
CREATE INDEX subscriber_addresses_person ON subscriber_addresses (person_index) WHERE person_index <> '';

CREATE TABLE subscriber_keys (
    id          TEXT   NOT NULL PRIMARY KEY,
    wrapped_key BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL
);

-- Append only: the proof of every consent.
CREATE TABLE consents (
    subscriber_id TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    channel       TEXT   NOT NULL CHECK (channel IN ('sms', 'whatsapp')),
    state         TEXT   NOT NULL CHECK (state IN ('asked', 'given', 'withdrawn')),
    wording       TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    source        TEXT   NOT NULL,
    proof         TEXT   NOT NULL,
    actor_id      TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    PRIMARY KEY (subscriber_id, id)
);

CREATE TABLE campaigns (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'sending', 'paused', 'finished', 'stopped', 'canceled')),
    version      BIGINT NOT NULL,
    plan         TEXT   NOT NULL, -- JSON
    author_id    TEXT   NOT NULL,
    submitted_by TEXT   NOT NULL,
    approval     TEXT   NOT NULL, -- JSON; '' for none
    approved     TEXT   NOT NULL, -- JSON, the plan as last approved; '' for none
    hold_until   BIGINT NOT NULL,
    next_at      BIGINT NOT NULL,
    stop_reason  TEXT   NOT NULL,
    started_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);

CREATE TABLE campaign_runs (
    id          BIGINT NOT NULL PRIMARY KEY,
    campaign_id TEXT   NOT NULL,
    step        BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    held_out    BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,
    UNIQUE (campaign_id, step, due_at) -- however many nodes start it, it starts once
);

-- When the people of each place are due, while a ledger is written.
CREATE TABLE run_places (
    run_id  BIGINT NOT NULL,
    country TEXT   NOT NULL,
    region  TEXT   NOT NULL,
    zones   TEXT   NOT NULL,
    due_at  BIGINT NOT NULL, -- 0: no allowed hour is left
    PRIMARY KEY (run_id, country, region, zones)
);

CREATE TABLE lanes (
    id          BIGINT NOT NULL PRIMARY KEY,
    run_id      BIGINT NOT NULL,
    campaign_id TEXT   NOT NULL,
    step        BIGINT NOT NULL,
    channel     TEXT   NOT NULL,
    sender      TEXT   NOT NULL,
    size        BIGINT NOT NULL,
    next_n      BIGINT NOT NULL, -- the first that nobody has taken
    done        BOOLEAN NOT NULL
);
CREATE INDEX lanes_of_campaign ON lanes (campaign_id, id);

-- A part of a lane that one process is sending. When the lease ends before the part
-- is done, its process died on the way, and what of it is still waiting may have
-- been sent.
CREATE TABLE lane_blocks (
    lane        BIGINT  NOT NULL,
    first_n     BIGINT  NOT NULL,
    last_n      BIGINT  NOT NULL,
    lease_until BIGINT  NOT NULL,
    PRIMARY KEY (lane, first_n)
);

-- The ledger. No column that changes while a campaign is sent is in an index of all
-- rows, so that Postgres changes a row in place (HOT).
CREATE TABLE recipients (
    lane          BIGINT NOT NULL,
    n             BIGINT NOT NULL,
    subscriber_id TEXT   NOT NULL, -- '' once erased
    language      TEXT   NOT NULL,
    variant       TEXT   NOT NULL,
    state         TEXT   NOT NULL CHECK (state IN ('waiting', 'retry', 'unknown', 'sent', 'failed', 'skipped')),
    reason        TEXT   NOT NULL,
    due_at        BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    tried_at      BIGINT NOT NULL,
    provider_id   TEXT   NOT NULL,
    delivery      TEXT   NOT NULL,
    error_code    BIGINT NOT NULL,
    segments      BIGINT NOT NULL,
    sent_at       BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    replied_at    BIGINT NOT NULL,
    opted_out_at  BIGINT NOT NULL,
    PRIMARY KEY (lane, n)
);
CREATE INDEX recipients_of_subscriber ON recipients (subscriber_id) WHERE subscriber_id <> '';
CREATE INDEX recipients_again ON recipients (lane, due_at, n) WHERE state IN ('retry', 'unknown');

-- How many, kept while they are counted so that nobody counts a million rows each
-- second. Each process writes rows of its own (shard); readers add them up.
CREATE TABLE lane_counts (
    lane     BIGINT NOT NULL,
    language TEXT   NOT NULL,
    variant  TEXT   NOT NULL,
    what     TEXT   NOT NULL, -- 'sent', 'delivered', 'failed', 'skipped', 'opted_out', 'replied', 'segments'
    shard    TEXT   NOT NULL,
    value    BIGINT NOT NULL,
    PRIMARY KEY (lane, language, variant, what, shard)
);

-- Those who get nothing, to compare with.
CREATE TABLE held_out (
    campaign_id   TEXT NOT NULL,
    subscriber_id TEXT NOT NULL,
    language      TEXT NOT NULL,
    PRIMARY KEY (campaign_id, subscriber_id)
);

ALTER TABLE conversations ADD COLUMN campaign_id TEXT NOT NULL DEFAULT '';
CREATE INDEX conversations_of_campaign ON conversations (campaign_id) WHERE campaign_id <> '';

INSERT INTO counters (name, value) VALUES ('run', 0), ('lane', 0);
