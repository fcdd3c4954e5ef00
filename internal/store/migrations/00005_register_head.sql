-- Where the register of a commune ends, and what finds crises at once.

-- +goose Up

-- The newest entry's number and hash: a chain alone does not show that its end
-- was cut off.
ALTER TABLE communes ADD COLUMN register_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE communes ADD COLUMN register_hash TEXT NOT NULL DEFAULT '';

-- Crises are looked for first, however much else is due.
CREATE INDEX deliveries_due_crisis ON deliveries (ring_at) WHERE state IN ('scheduled', 'retrying', 'unknown') AND lane = 'crisis';

-- +goose Down
DROP INDEX deliveries_due_crisis;
ALTER TABLE communes DROP COLUMN register_hash;
ALTER TABLE communes DROP COLUMN register_seq;
