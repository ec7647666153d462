-- Messages arrive in the order of their time, so this index is only appended to.

-- +goose Up
CREATE INDEX messages_inbound_at ON messages (at) WHERE direction = 'in';
