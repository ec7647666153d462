-- Emergency numbers that staff have checked or changed, by ISO 3166 country.

-- +goose Up
CREATE TABLE emergency_numbers (
    country    TEXT   NOT NULL PRIMARY KEY,
    number     TEXT   NOT NULL, -- '' says that there is none to be shown
    note       TEXT   NOT NULL,
    checked_at BIGINT NOT NULL,
    checked_by TEXT   NOT NULL
);
