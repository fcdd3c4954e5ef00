-- What the people at the desk keep: the media library, slots and signature, the
-- private feeds of the plan, accounts on their way to be connected, and what was
-- done to a post after it was published.

-- +goose Up

-- alt is what a person wrote last; expires_on is a day of the commune, as
-- 2026-12-31. deleted_at hides it from the library, the file stays for what is
-- published with it.
ALTER TABLE media ADD COLUMN alt          TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN credit       TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN licence      TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN consent      TEXT NOT NULL DEFAULT 'unknown' CHECK (consent IN ('unknown', 'not_needed', 'given', 'refused'));
ALTER TABLE media ADD COLUMN consent_note TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN expires_on   TEXT NOT NULL DEFAULT '';
-- What is found by, folded: alt_search is of alt, which changes with the posts;
-- search is of the name, the credit and the licence.
ALTER TABLE media ADD COLUMN alt_search   TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN search       TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN deleted_at   BIGINT;
CREATE INDEX media_listed ON media (commune_id, created_at, id);
UPDATE media SET search = lower(name);

-- Which posts, by their current version, and which events use a picture: one of
-- post_id and event_id is ''. media_id is not held to exist: a post that names a
-- picture which is gone must still be saved.
CREATE TABLE media_uses (
    commune_id TEXT NOT NULL REFERENCES communes (id),
    media_id   TEXT NOT NULL,
    post_id    TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    PRIMARY KEY (commune_id, media_id, post_id, event_id)
);
CREATE INDEX media_uses_post ON media_uses (commune_id, post_id);
CREATE INDEX media_uses_event ON media_uses (commune_id, event_id);
INSERT INTO media_uses (commune_id, media_id, post_id, event_id)
    SELECT p.commune_id, m.id, p.id, ''
    FROM posts p JOIN post_versions v ON v.commune_id = p.commune_id AND v.post_id = p.id AND v.version = p.version
        JOIN media m ON m.commune_id = p.commune_id
    WHERE v.content LIKE '%"media_id":%' AND v.content LIKE '%"media_id":"' || m.id || '"%';
INSERT INTO media_uses (commune_id, media_id, post_id, event_id)
    SELECT e.commune_id, m.id, '', e.id
    FROM agenda_events e JOIN media m ON m.commune_id = e.commune_id
    WHERE e.body LIKE '%"media_id":"' || m.id || '"%';

-- The drafts without an hour, which stand beside every week of the plan.
CREATE INDEX posts_undated ON posts (commune_id) WHERE due_at IS NULL;

ALTER TABLE posts ADD COLUMN updated_by TEXT NOT NULL DEFAULT '';

-- Acts of a person on what stands on a network; removing and correcting may be
-- repeated, so the row only says that the network confirmed it.
ALTER TABLE deliveries ADD COLUMN removed_at   BIGINT;
ALTER TABLE deliveries ADD COLUMN removed_by   TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN corrected_at BIGINT;
ALTER TABLE deliveries ADD COLUMN corrected_by TEXT NOT NULL DEFAULT '';

-- slots and hashtag_groups are JSON.
CREATE TABLE publishing_settings (
    commune_id     TEXT    NOT NULL PRIMARY KEY REFERENCES communes (id),
    version        INTEGER NOT NULL,
    slots          TEXT    NOT NULL,
    signature      TEXT    NOT NULL,
    hashtag_groups TEXT    NOT NULL,
    updated_at     BIGINT  NOT NULL
);

-- One for each person; hash is of the secret in its address.
CREATE TABLE plan_feeds (
    commune_id TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    hash       TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (commune_id, user_id),
    FOREIGN KEY (commune_id, user_id) REFERENCES users (commune_id, id)
);

-- An account on its way to be connected, for some minutes. sealed is what the
-- flow must remember and what the network gave, encrypted. state is "" once it
-- came back: it comes back once.
CREATE TABLE oauth_flows (
    commune_id TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    channel_id TEXT   NOT NULL DEFAULT '',
    state_hash TEXT   NOT NULL,
    sealed     TEXT   NOT NULL,
    accounts   TEXT   NOT NULL DEFAULT '[]',
    failure    TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, user_id) REFERENCES users (commune_id, id)
);
CREATE UNIQUE INDEX oauth_flows_state ON oauth_flows (state_hash) WHERE state_hash <> '';
CREATE INDEX oauth_flows_over ON oauth_flows (expires_at);

-- +goose Down
DROP TABLE oauth_flows;
DROP TABLE plan_feeds;
DROP TABLE publishing_settings;
ALTER TABLE deliveries DROP COLUMN corrected_by;
ALTER TABLE deliveries DROP COLUMN corrected_at;
ALTER TABLE deliveries DROP COLUMN removed_by;
ALTER TABLE deliveries DROP COLUMN removed_at;
ALTER TABLE posts DROP COLUMN updated_by;
DROP INDEX posts_undated;
DROP TABLE media_uses;
DROP INDEX media_listed;
ALTER TABLE media DROP COLUMN deleted_at;
ALTER TABLE media DROP COLUMN search;
ALTER TABLE media DROP COLUMN alt_search;
ALTER TABLE media DROP COLUMN expires_on;
ALTER TABLE media DROP COLUMN consent_note;
ALTER TABLE media DROP COLUMN consent;
ALTER TABLE media DROP COLUMN licence;
ALTER TABLE media DROP COLUMN credit;
ALTER TABLE media DROP COLUMN alt;
