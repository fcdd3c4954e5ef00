-- One text for SQLite and PostgreSQL. Instants are BIGINT milliseconds since
-- 1970 UTC; durations are BIGINT milliseconds; JSON is TEXT; booleans are
-- BOOLEAN; bytes are BYTEA, which SQLite takes as any name. The events table
-- numbers its rows and differs between the engines: see dialect.go.

-- +goose Up
CREATE TABLE communes (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    slug       TEXT   NOT NULL UNIQUE,
    zone       TEXT   NOT NULL,
    language   TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id                 TEXT    NOT NULL PRIMARY KEY,
    commune_id         TEXT    NOT NULL REFERENCES communes (id),
    email              TEXT    NOT NULL UNIQUE,
    name               TEXT    NOT NULL,
    role               TEXT    NOT NULL CHECK (role IN ('administrator', 'author')),
    password_hash      TEXT    NOT NULL,
    credential_version INTEGER NOT NULL,
    created_at         BIGINT  NOT NULL,
    disabled_at        BIGINT,
    UNIQUE (commune_id, id)
);

-- Sessions and tokens are found by the SHA-256 of their secret; the secret
-- itself is nowhere.
CREATE TABLE sessions (
    hash               TEXT    NOT NULL PRIMARY KEY,
    commune_id         TEXT    NOT NULL,
    user_id            TEXT    NOT NULL,
    credential_version INTEGER NOT NULL,
    created_at         BIGINT  NOT NULL,
    seen_at            BIGINT  NOT NULL,
    expires_at         BIGINT  NOT NULL,
    FOREIGN KEY (commune_id, user_id) REFERENCES users (commune_id, id)
);
CREATE INDEX sessions_user ON sessions (commune_id, user_id);

CREATE TABLE api_tokens (
    id                 TEXT    NOT NULL PRIMARY KEY,
    commune_id         TEXT    NOT NULL,
    user_id            TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    hash               TEXT    NOT NULL UNIQUE,
    credential_version INTEGER NOT NULL,
    created_at         BIGINT  NOT NULL,
    last_used_at       BIGINT,
    FOREIGN KEY (commune_id, user_id) REFERENCES users (commune_id, id)
);
CREATE INDEX api_tokens_user ON api_tokens (commune_id, user_id);

-- One row, made with the first account: of any number of first accounts at the
-- same moment, one is made.
CREATE TABLE installation (
    slot          INTEGER NOT NULL PRIMARY KEY CHECK (slot = 1),
    first_user_at BIGINT  NOT NULL
);

-- A deleted channel stays, without its credentials, because the history of
-- deliveries points at it.
CREATE TABLE channels (
    id                    TEXT    NOT NULL PRIMARY KEY,
    commune_id            TEXT    NOT NULL REFERENCES communes (id),
    kind                  TEXT    NOT NULL,
    name                  TEXT    NOT NULL,
    status                TEXT    NOT NULL CHECK (status IN ('connected', 'needs_reauth', 'disconnected')),
    practice              BOOLEAN NOT NULL,
    settings              TEXT    NOT NULL,
    sealed                BYTEA,
    credentials_expire_at BIGINT,
    account_id            TEXT    NOT NULL,
    account_name          TEXT    NOT NULL,
    account_url           TEXT    NOT NULL,
    failure               TEXT,
    checked_at            BIGINT,
    renewal_epoch         BIGINT  NOT NULL DEFAULT 0,
    renewal_started_at    BIGINT,
    renewal_by            TEXT    NOT NULL DEFAULT '',
    created_at            BIGINT  NOT NULL,
    deleted_at            BIGINT,
    UNIQUE (commune_id, id)
);

CREATE TABLE media (
    id           TEXT    NOT NULL PRIMARY KEY,
    commune_id   TEXT    NOT NULL REFERENCES communes (id),
    sha256       TEXT    NOT NULL,
    content_type TEXT    NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    bytes        BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    UNIQUE (commune_id, sha256)
);

-- listed_at orders the lists and the calendar: the hour of the post, or for a
-- draft the moment it was made. search is the folded title and text.
CREATE TABLE posts (
    commune_id   TEXT    NOT NULL REFERENCES communes (id),
    id           TEXT    NOT NULL,
    author_id    TEXT,
    key          TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    mode         TEXT    NOT NULL CHECK (mode IN ('now', 'at', 'draft')),
    wall         TEXT    NOT NULL,
    zone         TEXT    NOT NULL,
    due_at       BIGINT,
    max_lateness BIGINT  NOT NULL,
    listed_at    BIGINT  NOT NULL,
    search       TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, author_id) REFERENCES users (commune_id, id)
);
CREATE INDEX posts_listed ON posts (commune_id, listed_at, id);

-- Rows are only added: what a delivery sent can always be read again.
CREATE TABLE post_versions (
    commune_id TEXT    NOT NULL,
    post_id    TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    content    TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    variants   TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, post_id, version),
    FOREIGN KEY (commune_id, post_id) REFERENCES posts (commune_id, id)
);

-- The ledger. Every change of state goes through the table of transitions in
-- internal/post; every change by a worker carries the epoch of its claim.
-- claimed_from is the state that the last claim found. ring_at is when the
-- dispatcher is to ring for the row: next_at, and later once it has rung.
CREATE TABLE deliveries (
    id                  TEXT    NOT NULL PRIMARY KEY,
    commune_id          TEXT    NOT NULL,
    post_id             TEXT    NOT NULL,
    channel_id          TEXT    NOT NULL,
    kind                TEXT    NOT NULL,
    occurrence          INTEGER NOT NULL,
    post_version        INTEGER NOT NULL,
    state               TEXT    NOT NULL CHECK (state IN ('draft', 'awaiting_approval', 'scheduled', 'held', 'sending', 'retrying', 'unknown', 'reconciling', 'sent', 'failed', 'missed', 'cancelled')),
    lane                TEXT    NOT NULL CHECK (lane IN ('ordinary', 'crisis')),
    due_at              BIGINT,
    max_lateness        BIGINT  NOT NULL,
    next_at             BIGINT,
    ring_at             BIGINT,
    epoch               BIGINT  NOT NULL DEFAULT 0,
    claimed_by          TEXT    NOT NULL DEFAULT '',
    claimed_from        TEXT    NOT NULL DEFAULT '',
    lease_until         BIGINT,
    claims              INTEGER NOT NULL DEFAULT 0,
    attempts            INTEGER NOT NULL DEFAULT 0,
    resends             INTEGER NOT NULL DEFAULT 0,
    clean_reads         INTEGER NOT NULL DEFAULT 0,
    first_clean_read_at BIGINT,
    rendered            TEXT    NOT NULL,
    fingerprint         TEXT    NOT NULL,
    sent_at             BIGINT,
    remote_id           TEXT    NOT NULL DEFAULT '',
    remote_url          TEXT    NOT NULL DEFAULT '',
    failure             TEXT,
    created_at          BIGINT  NOT NULL,
    updated_at          BIGINT  NOT NULL,
    UNIQUE (post_id, channel_id, occurrence),
    FOREIGN KEY (commune_id, post_id) REFERENCES posts (commune_id, id),
    FOREIGN KEY (commune_id, channel_id) REFERENCES channels (commune_id, id),
    -- A worker holds a row if and only if it has a lease on it.
    CHECK ((state IN ('sending', 'reconciling')) = (lease_until IS NOT NULL))
);
CREATE INDEX deliveries_due ON deliveries (ring_at) WHERE state IN ('scheduled', 'retrying', 'unknown');
CREATE INDEX deliveries_lane ON deliveries (channel_id, lane, due_at, id) WHERE state IN ('scheduled', 'retrying');
CREATE INDEX deliveries_sent ON deliveries (channel_id, sent_at) WHERE state = 'sent';
CREATE INDEX deliveries_unknown ON deliveries (channel_id, lane, next_at, id) WHERE state = 'unknown';
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE state IN ('sending', 'reconciling');
CREATE INDEX deliveries_open ON deliveries (state) WHERE state NOT IN ('sent', 'cancelled');
-- One publish in flight per lane of an account, whatever the code does.
CREATE UNIQUE INDEX deliveries_one_in_flight ON deliveries (channel_id, lane) WHERE state = 'sending';

CREATE TABLE attempts (
    delivery_id TEXT    NOT NULL REFERENCES deliveries (id),
    number      INTEGER NOT NULL,
    epoch       BIGINT  NOT NULL,
    fingerprint TEXT    NOT NULL,
    started_at  BIGINT  NOT NULL,
    creating_at BIGINT,
    ended_at    BIGINT,
    outcome     TEXT    NOT NULL DEFAULT '' CHECK (outcome IN ('', 'accepted', 'not_sent', 'refused', 'unknown', 'resolved')),
    failure     TEXT,
    http_status INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (delivery_id, number)
);
-- Rule A: at most one attempt of a delivery may have reached the network
-- without a known outcome, whatever the code does.
CREATE UNIQUE INDEX attempts_one_unresolved ON attempts (delivery_id) WHERE creating_at IS NOT NULL AND outcome IN ('', 'unknown');

CREATE TABLE steps (
    delivery_id TEXT    NOT NULL REFERENCES deliveries (id),
    kind        TEXT    NOT NULL CHECK (kind IN ('upload', 'container', 'publish', 'permalink', 'comment')),
    position    INTEGER NOT NULL,
    remote_id   TEXT    NOT NULL,
    expires_at  BIGINT,
    at          BIGINT  NOT NULL,
    PRIMARY KEY (delivery_id, kind, position)
);

-- resource_id is given when the row is made and stays when a cut-off request
-- is taken over, so that the second run cannot make a second thing.
CREATE TABLE idempotency_keys (
    commune_id   TEXT    NOT NULL REFERENCES communes (id),
    key          TEXT    NOT NULL,
    request_hash TEXT    NOT NULL,
    resource_id  TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('running', 'done')),
    owner        TEXT    NOT NULL,
    status       INTEGER NOT NULL DEFAULT 0,
    response     BYTEA,
    started_at   BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE articles (
    commune_id   TEXT   NOT NULL REFERENCES communes (id),
    key          TEXT   NOT NULL,
    slug         TEXT   NOT NULL,
    title        TEXT   NOT NULL,
    excerpt      TEXT   NOT NULL,
    html         TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    language     TEXT   NOT NULL,
    category     TEXT   NOT NULL,
    published_at BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (commune_id, key),
    UNIQUE (commune_id, slug)
);
CREATE INDEX articles_published ON articles (commune_id, published_at, slug);

CREATE TABLE article_images (
    commune_id   TEXT    NOT NULL,
    article_key  TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    sha256       TEXT    NOT NULL,
    content_type TEXT    NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    bytes        BIGINT  NOT NULL,
    alt          TEXT    NOT NULL,
    PRIMARY KEY (commune_id, article_key, position),
    FOREIGN KEY (commune_id, article_key) REFERENCES articles (commune_id, key)
);
CREATE INDEX article_images_sha256 ON article_images (commune_id, sha256);

CREATE TABLE instances (
    id           TEXT   NOT NULL PRIMARY KEY,
    started_at   BIGINT NOT NULL,
    heartbeat_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE instances;
DROP TABLE article_images;
DROP TABLE articles;
DROP TABLE idempotency_keys;
DROP TABLE steps;
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE post_versions;
DROP TABLE posts;
DROP TABLE media;
DROP TABLE channels;
DROP TABLE installation;
DROP TABLE api_tokens;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE communes;
