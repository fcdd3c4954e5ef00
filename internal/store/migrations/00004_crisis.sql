-- Alerts in a crisis, what they hold back, who may raise them, and the register
-- in which every act stands.

-- +goose Up

-- crisis_since is the flag that every ordinary claim and every ordinary point of
-- no return of the commune checks: while it is set, nothing else leaves.
ALTER TABLE communes ADD COLUMN crisis_since BIGINT;
ALTER TABLE communes ADD COLUMN second_person BOOLEAN NOT NULL DEFAULT FALSE;
-- crisis_contacts is JSON: whom to call, as the emergency planner.
ALTER TABLE communes ADD COLUMN crisis_contacts TEXT NOT NULL DEFAULT '[]';
-- exercise_every is the number of days after which an exercise is due; 0: never.
ALTER TABLE communes ADD COLUMN exercise_every INTEGER NOT NULL DEFAULT 30;

-- The crisis role: beside what the user may do otherwise.
ALTER TABLE users ADD COLUMN crisis BOOLEAN NOT NULL DEFAULT FALSE;
-- When the person behind the session last proved who they are.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

-- The posts of an alert's messages name it.
ALTER TABLE posts ADD COLUMN broadcast_id TEXT NOT NULL DEFAULT '';
-- A delivery that answers another one of the same channel: a thread.
ALTER TABLE deliveries ADD COLUMN reply_to TEXT NOT NULL DEFAULT '';
-- A channel that exists for exercises in place of a real one; it has no
-- credentials but those of the simulated network.
ALTER TABLE channels ADD COLUMN exercise_of TEXT NOT NULL DEFAULT '';
CREATE INDEX channels_exercise ON channels (commune_id, exercise_of) WHERE exercise_of <> '';

-- One alert, from its first message to its end. number counts the commune's
-- alerts of a year, exercises apart. area, channels and values are JSON.
CREATE TABLE broadcasts (
    id             TEXT    NOT NULL,
    commune_id     TEXT    NOT NULL REFERENCES communes (id),
    year           INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    exercise       BOOLEAN NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('awaiting_confirmation', 'active', 'ended', 'abandoned')),
    hazard         TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    severity       TEXT    NOT NULL CHECK (severity IN ('minor', 'moderate', 'severe', 'extreme')),
    area           TEXT    NOT NULL,
    channels       TEXT    NOT NULL,
    correction     TEXT    NOT NULL,
    next_update_at BIGINT,
    held           INTEGER NOT NULL DEFAULT 0,
    opened_by      TEXT    NOT NULL,
    opened_at      BIGINT  NOT NULL,
    confirmed_by   TEXT    NOT NULL DEFAULT '',
    confirmed_at   BIGINT,
    -- Why one person alone let it leave, where two are asked for.
    break_glass    TEXT    NOT NULL DEFAULT '',
    ended_by       TEXT    NOT NULL DEFAULT '',
    ended_at       BIGINT,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, exercise, year, number)
);
CREATE INDEX broadcasts_open ON broadcasts (commune_id, opened_at) WHERE status IN ('awaiting_confirmation', 'active');
CREATE INDEX broadcasts_listed ON broadcasts (commune_id, opened_at, id);

-- Rows are only added. number counts from 1 in its alert.
CREATE TABLE broadcast_messages (
    commune_id     TEXT    NOT NULL,
    broadcast_id   TEXT    NOT NULL,
    number         INTEGER NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('alert', 'update', 'correction', 'end')),
    title          TEXT    NOT NULL,
    text           TEXT    NOT NULL,
    post_id        TEXT    NOT NULL,
    created_by     TEXT    NOT NULL,
    created_at     BIGINT  NOT NULL,
    next_update_at BIGINT,
    PRIMARY KEY (commune_id, broadcast_id, number),
    FOREIGN KEY (commune_id, broadcast_id) REFERENCES broadcasts (commune_id, id),
    FOREIGN KEY (commune_id, post_id) REFERENCES posts (commune_id, id)
);

-- What was already on its way to a network when the alert held the rest.
CREATE TABLE broadcast_in_flight (
    commune_id   TEXT NOT NULL,
    broadcast_id TEXT NOT NULL,
    delivery_id  TEXT NOT NULL REFERENCES deliveries (id),
    state        TEXT NOT NULL,
    PRIMARY KEY (commune_id, broadcast_id, delivery_id),
    FOREIGN KEY (commune_id, broadcast_id) REFERENCES broadcasts (commune_id, id)
);

-- A message that a person posted by hand where Crieur could not, and ticked.
CREATE TABLE broadcast_ticks (
    commune_id  TEXT   NOT NULL,
    delivery_id TEXT   NOT NULL REFERENCES deliveries (id),
    ticked_by   TEXT   NOT NULL,
    ticked_at   BIGINT NOT NULL,
    remote_url  TEXT   NOT NULL,
    PRIMARY KEY (commune_id, delivery_id)
);

-- The commune's own words for a hazard, in place of the built-in ones. body is
-- JSON. reviewed_at: when a person last read it again and found it right.
CREATE TABLE crisis_templates (
    commune_id  TEXT   NOT NULL REFERENCES communes (id),
    hazard      TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    reviewed_by TEXT   NOT NULL,
    reviewed_at BIGINT,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (commune_id, hazard)
);

-- Who did what. Rows are only added, and each holds the hash of the one before:
-- hash = SHA-256 over previous and the row.
CREATE TABLE register (
    commune_id TEXT   NOT NULL REFERENCES communes (id),
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor_id   TEXT   NOT NULL,
    actor_name TEXT   NOT NULL,
    -- session, token or machine.
    actor_kind TEXT   NOT NULL,
    action     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    -- detail is JSON.
    detail     TEXT   NOT NULL,
    previous   TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    PRIMARY KEY (commune_id, seq)
);
CREATE INDEX register_subject ON register (commune_id, subject, seq);

-- +goose Down
DROP TABLE register;
DROP TABLE crisis_templates;
DROP TABLE broadcast_ticks;
DROP TABLE broadcast_in_flight;
DROP TABLE broadcast_messages;
DROP TABLE broadcasts;
DROP INDEX channels_exercise;
ALTER TABLE channels DROP COLUMN exercise_of;
ALTER TABLE deliveries DROP COLUMN reply_to;
ALTER TABLE posts DROP COLUMN broadcast_id;
ALTER TABLE sessions DROP COLUMN proved_at;
ALTER TABLE users DROP COLUMN crisis;
ALTER TABLE communes DROP COLUMN exercise_every;
ALTER TABLE communes DROP COLUMN crisis_contacts;
ALTER TABLE communes DROP COLUMN second_person;
ALTER TABLE communes DROP COLUMN crisis_since;
