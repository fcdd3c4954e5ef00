-- What keeps the promise when something around the ledger fails: holds and
-- their reasons, checks before the hour, what people must hear of, the networks'
-- budgets and breakers, and the ledger's own identity.

-- +goose Up

-- hold_reason says why a held delivery is held. preflight counts the
-- checks before the hour that are done: a day, an hour, ten minutes.
ALTER TABLE deliveries ADD COLUMN hold_reason TEXT NOT NULL DEFAULT '' CHECK (hold_reason IN ('', 'crisis', 'review', 'recovery'));
ALTER TABLE deliveries ADD COLUMN preflight INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_held ON deliveries (commune_id, due_at, id) WHERE state = 'held';
CREATE INDEX deliveries_preflight ON deliveries (due_at) WHERE state = 'scheduled' AND preflight < 3;

-- checked_from is when a worker last began to ask the network about a channel
-- ahead of its deliveries: one asks, the others see it.
ALTER TABLE channels ADD COLUMN checked_from BIGINT;
CREATE INDEX channels_expiring ON channels (credentials_expire_at) WHERE status = 'connected' AND deleted_at IS NULL;

-- Asks a person also where absence is proved and the machine could send again.
ALTER TABLE communes ADD COLUMN ask_before_resend BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN mail_notices BOOLEAN NOT NULL DEFAULT TRUE;

-- Who this ledger is, so that a send journal knows whether it belongs to it.
-- restored_at is set by a restore and cleared once recovery has settled what
-- the backup could not know; backed_up_at is the moment of that backup.
CREATE TABLE ledger_identity (
    slot         INTEGER NOT NULL PRIMARY KEY CHECK (slot = 1),
    id           TEXT    NOT NULL,
    restored_at  BIGINT,
    backed_up_at BIGINT
);

CREATE TABLE recoveries (
    id         TEXT    NOT NULL PRIMARY KEY,
    reason     TEXT    NOT NULL CHECK (reason IN ('journal', 'restore')),
    started_at BIGINT  NOT NULL,
    ended_at   BIGINT,
    -- settled: shown as sent or read back because the journal says so;
    -- held: waiting for a person; absent: sent by what the journal says, and
    -- not in the ledger any more.
    settled    INTEGER NOT NULL DEFAULT 0,
    held       INTEGER NOT NULL DEFAULT 0,
    absent     INTEGER NOT NULL DEFAULT 0
);

-- What people must hear of. subject names what it is about; of one kind and
-- subject at most one is open.
CREATE TABLE notices (
    id          TEXT   NOT NULL PRIMARY KEY,
    commune_id  TEXT   NOT NULL REFERENCES communes (id),
    kind        TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    severity    TEXT   NOT NULL CHECK (severity IN ('warning', 'error')),
    post_id     TEXT   NOT NULL DEFAULT '',
    delivery_id TEXT   NOT NULL DEFAULT '',
    channel_id  TEXT   NOT NULL DEFAULT '',
    title       TEXT   NOT NULL,
    message     TEXT   NOT NULL,
    next_step   TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    settled_at  BIGINT
);
CREATE UNIQUE INDEX notices_open ON notices (commune_id, kind, subject) WHERE settled_at IS NULL;
CREATE INDEX notices_listed ON notices (commune_id, created_at, id);
CREATE INDEX notices_subject ON notices (subject, kind, created_at);
CREATE INDEX notices_settled ON notices (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE notice_recipients (
    notice_id     TEXT    NOT NULL REFERENCES notices (id),
    commune_id    TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    read_at       BIGINT,
    mail          TEXT    NOT NULL CHECK (mail IN ('none', 'waiting', 'sent', 'failed')),
    mail_attempts INTEGER NOT NULL DEFAULT 0,
    mail_next_at  BIGINT,
    mailed_at     BIGINT,
    PRIMARY KEY (notice_id, user_id),
    FOREIGN KEY (commune_id, user_id) REFERENCES users (commune_id, id)
);
CREATE INDEX notice_recipients_user ON notice_recipients (user_id, notice_id);
CREATE INDEX notice_recipients_unread ON notice_recipients (user_id, notice_id) WHERE read_at IS NULL;
CREATE INDEX notice_recipients_mail ON notice_recipients (mail_next_at) WHERE mail = 'waiting';

-- What a network said is left of an account's allowance. read_only: only
-- readings spend it.
CREATE TABLE budgets (
    channel_id TEXT   NOT NULL REFERENCES channels (id),
    bucket     TEXT   NOT NULL,
    total      BIGINT NOT NULL,
    remaining  BIGINT NOT NULL,
    resets_at  BIGINT,
    seen_at    BIGINT NOT NULL,
    read_only  BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (channel_id, bucket)
);

-- Answers that left an outcome unknown or showed the network broken, kept for
-- as long as they count towards a breaker.
CREATE TABLE troubles (
    id         TEXT   NOT NULL PRIMARY KEY,
    channel_id TEXT   NOT NULL REFERENCES channels (id),
    kind       TEXT   NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX troubles_channel ON troubles (channel_id, at);
CREATE INDEX troubles_kind ON troubles (kind, at);

-- An open breaker: nothing ordinary is published in its scope until a reading
-- succeeds. scope is 'channel:ID' or 'network:KIND'; channel_id is the account
-- that is read, and of a practice account kind is 'practice:KIND'.
CREATE TABLE breakers (
    scope      TEXT   NOT NULL PRIMARY KEY,
    channel_id TEXT   NOT NULL DEFAULT '',
    kind       TEXT   NOT NULL,
    opened_at  BIGINT NOT NULL,
    probe_at   BIGINT NOT NULL,
    probes     INTEGER NOT NULL DEFAULT 0
);

-- What the dispatchers know of time, in one row. alive_at is the last sign of
-- life of any of them by the database's clock, while that was trusted: what
-- came due long after it came due during an outage. paused_at says since when
-- the clock is not trusted, and jump how far it moved, in milliseconds.
CREATE TABLE dispatching (
    slot      INTEGER NOT NULL PRIMARY KEY CHECK (slot = 1),
    alive_at  BIGINT,
    paused_at BIGINT,
    jump      BIGINT  NOT NULL DEFAULT 0
);
INSERT INTO dispatching (slot, alive_at) SELECT 1, MAX(heartbeat_at) FROM instances;

-- +goose Down
DROP TABLE dispatching;
DROP TABLE breakers;
DROP TABLE troubles;
DROP TABLE budgets;
DROP TABLE notice_recipients;
DROP TABLE notices;
DROP TABLE recoveries;
DROP TABLE ledger_identity;
ALTER TABLE users DROP COLUMN mail_notices;
ALTER TABLE communes DROP COLUMN ask_before_resend;
DROP INDEX channels_expiring;
ALTER TABLE channels DROP COLUMN checked_from;
DROP INDEX deliveries_preflight;
DROP INDEX deliveries_held;
ALTER TABLE deliveries DROP COLUMN preflight;
ALTER TABLE deliveries DROP COLUMN hold_reason;
