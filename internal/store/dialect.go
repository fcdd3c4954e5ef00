package store

import (
	"context"
	"fmt"
	"strings"
)

// openEngine chooses the engine. This file alone knows that there are two.
func openEngine(ctx context.Context, cfg Config, b *bell) (engine, error) {
	switch {
	case cfg.URL == "":
		return openSQLite(ctx, cfg)
	case strings.HasPrefix(cfg.URL, "postgres://"), strings.HasPrefix(cfg.URL, "postgresql://"):
		return openPostgres(ctx, cfg, b)
	default:
		return nil, fmt.Errorf("the database address must begin with postgres://, or be empty for SQLite")
	}
}

// sqliteWords: there is one writer, so nothing is ever locked by another, and
// events are committed in the order of their numbers.
func sqliteWords() words {
	return words{
		up: []string{`CREATE TABLE events (
			id         INTEGER PRIMARY KEY AUTOINCREMENT,
			commune_id TEXT    NOT NULL REFERENCES communes (id),
			type       TEXT    NOT NULL,
			payload    TEXT    NOT NULL,
			at         BIGINT  NOT NULL
		)`},
		eventsAfter: `SELECT id, commune_id, type, payload, at FROM events WHERE id > $1 ORDER BY id LIMIT $2`,
		lastEvent:   `SELECT COALESCE(MAX(id), 0) FROM events`,
		numberEvents: []string{
			`DELETE FROM sqlite_sequence WHERE name = 'events' AND seq < $1`,
			`INSERT INTO sqlite_sequence (name, seq) SELECT 'events', $1
				WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'events')`,
		},
	}
}

// postgresWords: transactions commit in another order than they take their
// numbers, so an event is listed only once every transaction that began before
// its own has ended, and in the order of those transactions. Otherwise a reader
// that saw number 5 would never see a number 4 that was committed later.
//
// The transactions of other databases on the server count among those, and may
// last for hours; ours last for milliseconds. So an event is held back for ten
// seconds at most.
//
// Row locks alone are not fair: who reads a row to keep it passes whoever waits
// to write it, and a stream of deliveries would keep an alert waiting for as long
// as it lasts. So both queue at an advisory lock of the commune first. The row's
// lock is what makes a reader that waited see what was written meanwhile: its
// statement is older than the lock it got.
func postgresWords() words {
	const isSettled = `(writer < pg_snapshot_xmin(pg_current_snapshot()) OR written_at < now() - INTERVAL '10 seconds')`
	return words{
		skipLocked: ` FOR UPDATE SKIP LOCKED`,
		share:      ` AND CAST(pg_advisory_xact_lock_shared(hashtextextended(m.id, 0)) AS TEXT) IS NOT NULL FOR SHARE OF m`,
		alone:      ` AND CAST(pg_advisory_xact_lock(hashtextextended(m.id, 0)) AS TEXT) IS NOT NULL`,
		up: []string{
			`CREATE TABLE events (
			id         BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
			commune_id TEXT   NOT NULL REFERENCES communes (id),
			type       TEXT   NOT NULL,
			payload    TEXT   NOT NULL,
			at         BIGINT NOT NULL,
			writer     XID8   NOT NULL DEFAULT pg_current_xact_id(),
			written_at TIMESTAMPTZ NOT NULL DEFAULT now()
		)`,
			`CREATE INDEX events_writer ON events (writer, id)`,
			// SQLite orders text by its bytes. What lists and ranges are ordered
			// by must have the same order here, in every locale.
			`ALTER TABLE posts ALTER COLUMN id TYPE TEXT COLLATE "C", ALTER COLUMN key TYPE TEXT COLLATE "C"`,
			`ALTER TABLE articles ALTER COLUMN slug TYPE TEXT COLLATE "C"`,
		},
		eventsAfter: `SELECT id, commune_id, type, payload, at FROM events
			WHERE ` + isSettled + `
			AND (writer, id) > (SELECT seen.writer, seen.id FROM (
				SELECT writer, id FROM events WHERE id = $1
				UNION ALL SELECT CAST('0' AS XID8), CAST($1 AS BIGINT)
			) seen ORDER BY seen.writer DESC LIMIT 1)
			ORDER BY writer, id LIMIT $2`,
		// The numbers of transactions begin anew in another server: events that
		// came with a dump would seem to lie in the future.
		settle: `UPDATE events SET writer = CAST('0' AS XID8) WHERE writer >= pg_snapshot_xmax(pg_current_snapshot())`,
		lastEvent: `SELECT COALESCE((SELECT id FROM events
			WHERE ` + isSettled + `
			ORDER BY writer DESC, id DESC LIMIT 1), 0)`,
		numberEvents: []string{`SELECT setval(pg_get_serial_sequence('events', 'id'), CAST($1 AS BIGINT))`},
	}
}
