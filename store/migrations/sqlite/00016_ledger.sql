-- Postgres has something to set here.

-- +goose Up
SELECT 1;
