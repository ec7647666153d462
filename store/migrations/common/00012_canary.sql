-- Whether messages still arrive: texts that we sent to ourselves through the
-- carrier, and by hour how many messages the carrier took and we stored.

-- +goose Up
CREATE TABLE canaries (
    slot     BIGINT NOT NULL PRIMARY KEY, -- beginning of the time it was sent for: one each, whichever node sends
    sent_at  BIGINT NOT NULL,
    heard_at BIGINT NOT NULL, -- 0: not yet
    fault    BIGINT NOT NULL
);

CREATE TABLE tallies (
    hour    BIGINT NOT NULL PRIMARY KEY,
    carrier BIGINT NOT NULL,
    stored  BIGINT NOT NULL,
    filed   BIGINT NOT NULL
);
