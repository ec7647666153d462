-- Room on each page for the versions that a row goes through, so that they stay on
-- it and no index grows.

-- +goose Up
ALTER TABLE recipients SET (fillfactor = 70);
ALTER TABLE lane_counts SET (fillfactor = 50);
ALTER TABLE subscribers SET (fillfactor = 85);
ALTER TABLE lanes SET (fillfactor = 50);
