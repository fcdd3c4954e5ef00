-- Where the commune takes over what is published elsewhere, what was taken over
-- from there, and templates.

-- +goose Up

-- etag, last_modified and cursor are what the last reading left for the next
-- one; epoch grows with each claim, and what a poller writes carries it.
-- every is in milliseconds. rules and failure are JSON.
CREATE TABLE sources (
    id            TEXT    NOT NULL,
    commune_id    TEXT    NOT NULL REFERENCES communes (id),
    kind          TEXT    NOT NULL CHECK (kind IN ('feed', 'wordpress', 'ics', 'plone')),
    name          TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    public_url    TEXT    NOT NULL,
    rules         TEXT    NOT NULL,
    every         BIGINT  NOT NULL,
    backfill      INTEGER NOT NULL,
    enabled       BOOLEAN NOT NULL,
    etag          TEXT    NOT NULL DEFAULT '',
    last_modified TEXT    NOT NULL DEFAULT '',
    cursor        TEXT    NOT NULL DEFAULT '',
    primed        BOOLEAN NOT NULL DEFAULT FALSE,
    failures      INTEGER NOT NULL DEFAULT 0,
    failure       TEXT,
    polled_at     BIGINT,
    next_at       BIGINT  NOT NULL,
    epoch         BIGINT  NOT NULL DEFAULT 0,
    lease_until   BIGINT,
    created_by    TEXT,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    deleted_at    BIGINT,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, created_by) REFERENCES users (commune_id, id)
);
CREATE INDEX sources_due ON sources (next_at) WHERE enabled AND deleted_at IS NULL;

-- One row for each item, whatever its source does to it later. Rows outlive
-- their source: one that is removed and added again finds nothing new. content
-- and notes are JSON.
CREATE TABLE source_items (
    id           TEXT    NOT NULL,
    commune_id   TEXT    NOT NULL,
    source_id    TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'proposed', 'drafted', 'scheduled', 'ours', 'skipped', 'declined', 'failed')),
    hash         TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    notes        TEXT    NOT NULL,
    published_at BIGINT,
    -- The post's id is fixed before the post is made, so that a crash between
    -- the two makes one post and not two.
    post_id      TEXT    NOT NULL,
    post_version INTEGER NOT NULL DEFAULT 0,
    changed      BOOLEAN NOT NULL DEFAULT FALSE,
    tries        INTEGER NOT NULL DEFAULT 0,
    scheduled_at BIGINT,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, source_id) REFERENCES sources (commune_id, id)
);
CREATE INDEX source_items_listed ON source_items (commune_id, source_id, id);
CREATE INDEX source_items_pending ON source_items (source_id) WHERE state = 'pending';
CREATE INDEX source_items_changed ON source_items (commune_id, id) WHERE changed;

-- The signs by which an item is known. A sign leads to one item of a source, by
-- this key: two pollers at the same moment take it over once.
CREATE TABLE source_item_keys (
    commune_id TEXT NOT NULL,
    source_id  TEXT NOT NULL,
    key        TEXT NOT NULL,
    item_id    TEXT NOT NULL,
    PRIMARY KEY (commune_id, source_id, key),
    FOREIGN KEY (commune_id, item_id) REFERENCES source_items (commune_id, id)
);
CREATE INDEX source_item_keys_anywhere ON source_item_keys (commune_id, key);
CREATE INDEX source_item_keys_item ON source_item_keys (commune_id, item_id);

-- The commune's own texts with blanks; those that come with the program are not
-- here. blanks is JSON.
CREATE TABLE templates (
    id           TEXT   NOT NULL,
    commune_id   TEXT   NOT NULL REFERENCES communes (id),
    circumstance TEXT   NOT NULL CHECK (circumstance IN ('events', 'practical', 'services', 'projects', 'crises', 'light', 'participation')),
    name         TEXT   NOT NULL,
    title        TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    category     TEXT   NOT NULL,
    blanks       TEXT   NOT NULL,
    origin       TEXT   NOT NULL,
    created_by   TEXT,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, circumstance, name),
    FOREIGN KEY (commune_id, created_by) REFERENCES users (commune_id, id)
);

-- +goose Down
DROP TABLE templates;
DROP TABLE source_item_keys;
DROP TABLE source_items;
DROP TABLE sources;
