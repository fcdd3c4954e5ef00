-- Events with their series of announcements, the recipes of series, and
-- practical information that comes again and again.

-- +goose Up

-- An event of the commune. body, dates, previous, channels and steps are JSON;
-- dates are wall times in zone, and starts_at and ends_at are the first and
-- the last instant of them. sequence is the SEQUENCE of RFC 5545: it grows
-- with each change that a reader of the agenda must hear of.
CREATE TABLE agenda_events (
    id         TEXT    NOT NULL,
    commune_id TEXT    NOT NULL REFERENCES communes (id),
    author_id  TEXT,
    version    INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('scheduled', 'rescheduled', 'postponed', 'cancelled')),
    -- Shown in the public agenda.
    listed     BOOLEAN NOT NULL,
    category   TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    all_day    BOOLEAN NOT NULL,
    starts_at  BIGINT  NOT NULL,
    ends_at    BIGINT  NOT NULL,
    body       TEXT    NOT NULL,
    dates      TEXT    NOT NULL,
    -- The dates that it had before it was postponed, oldest first.
    previous   TEXT    NOT NULL,
    channels   TEXT    NOT NULL,
    steps      TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, id)
);
CREATE INDEX agenda_events_starting ON agenda_events (commune_id, starts_at, id);
CREATE INDEX agenda_events_ending ON agenda_events (commune_id, ends_at, id);

-- What an event's series wants of a post: the post's id is fixed before the
-- post is made, so that a crash between the two makes one post and not two.
-- pending: the post is not yet as wanted.
CREATE TABLE announcements (
    commune_id TEXT    NOT NULL,
    event_id   TEXT    NOT NULL,
    step       TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    post_id    TEXT    NOT NULL,
    -- now: it leaves as soon as it is made.
    at_once    BOOLEAN NOT NULL,
    due_at     BIGINT  NOT NULL,
    -- title, text and the texts of single channels, as JSON.
    body       TEXT    NOT NULL,
    wanted     BOOLEAN NOT NULL,
    pending    BOOLEAN NOT NULL,
    -- Grows with each change of what is wanted.
    revision   INTEGER NOT NULL,
    -- Why the post cannot be made as wanted, in words for people.
    problem    TEXT    NOT NULL DEFAULT '',
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, event_id, step),
    FOREIGN KEY (commune_id, event_id) REFERENCES agenda_events (commune_id, id)
);
CREATE UNIQUE INDEX announcements_post ON announcements (commune_id, post_id);
CREATE INDEX announcements_due ON announcements (commune_id, due_at);
CREATE INDEX announcements_pending ON announcements (updated_at) WHERE pending;

-- The series that a commune plans for the events of a category; '' is for all
-- others. body is JSON.
CREATE TABLE recipes (
    commune_id TEXT   NOT NULL REFERENCES communes (id),
    category   TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (commune_id, category)
);

-- Practical information that comes again: by a rule of RFC 5545, or on the
-- dates of a file. body is JSON.
CREATE TABLE recurrences (
    id            TEXT    NOT NULL,
    commune_id    TEXT    NOT NULL REFERENCES communes (id),
    author_id     TEXT,
    version       INTEGER NOT NULL,
    status        TEXT    NOT NULL CHECK (status IN ('active', 'paused', 'ended')),
    name          TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    zone          TEXT    NOT NULL,
    -- '' for the dates of a file.
    rule          TEXT    NOT NULL,
    -- The first date.
    first         TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    -- The checksum of the file that it came from, so that the same file is not
    -- taken twice; '' for a form.
    source        TEXT    NOT NULL DEFAULT '',
    -- Up to this date, included, the rule's occurrences stand as rows.
    planned_until TEXT    NOT NULL DEFAULT '',
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, id)
);
CREATE UNIQUE INDEX recurrences_source ON recurrences (commune_id, source) WHERE source <> '' AND status <> 'ended';

-- One date of a recurrence. date is the one that the rule or the file gives and
-- names the occurrence for ever; moved_to is where a person put it.
CREATE TABLE recurrence_occurrences (
    commune_id    TEXT    NOT NULL,
    recurrence_id TEXT    NOT NULL,
    date          TEXT    NOT NULL,
    moved_to      TEXT    NOT NULL DEFAULT '',
    label         TEXT    NOT NULL DEFAULT '',
    -- Counts the occurrences; the wording turns with it.
    ordinal       INTEGER NOT NULL,
    -- skipped: by a person; dropped: no longer in the rule or the file; past:
    -- its hour had passed before it was known.
    state         TEXT    NOT NULL CHECK (state IN ('planned', 'made', 'skipped', 'dropped', 'past')),
    post_id       TEXT    NOT NULL,
    due_at        BIGINT  NOT NULL,
    -- The post is not yet as wanted.
    pending       BOOLEAN NOT NULL,
    revision      INTEGER NOT NULL,
    problem       TEXT    NOT NULL DEFAULT '',
    updated_at    BIGINT  NOT NULL,
    PRIMARY KEY (commune_id, recurrence_id, date),
    FOREIGN KEY (commune_id, recurrence_id) REFERENCES recurrences (commune_id, id)
);
CREATE UNIQUE INDEX recurrence_occurrences_post ON recurrence_occurrences (commune_id, post_id);
CREATE INDEX recurrence_occurrences_due ON recurrence_occurrences (commune_id, due_at);
CREATE INDEX recurrence_occurrences_pending ON recurrence_occurrences (due_at) WHERE pending;

-- +goose Down
DROP TABLE recurrence_occurrences;
DROP TABLE recurrences;
DROP TABLE recipes;
DROP TABLE announcements;
DROP TABLE agenda_events;
