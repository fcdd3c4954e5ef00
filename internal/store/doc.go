// Package store is the ledger: communes, people, channels, posts and above all
// deliveries, in SQLite or in PostgreSQL with one SQL text.
//
// Read in this order: store.go (what a Store is), migrations/ (the tables),
// deliveries.go and ledger.go (how a delivery moves), finish.go, leases.go and
// person.go (how it ends), posts.go, then the rest. engine.go says what the
// two databases do differently and dialect.go is the only file that chooses;
// writer.go is the one writer of SQLite.
//
// What always holds:
//
//   - A delivery changes its state only along the table in internal/post.
//   - Every write of a worker carries the epoch of its claim; a worker that
//     lost its claim writes nothing and gets post.ErrStale.
//   - One publish is in flight per lane of a channel, and at most one attempt
//     of a delivery may have reached a network without a known outcome. Unique
//     indexes hold both, whatever the code does.
//   - The event of a change is written in the transaction of the change.
//   - Every query carries the commune, except those of the worker and of
//     signing in, which return it.
//   - Errors are post.ErrNotFound, post.ErrConflict or post.ErrStale where a
//     caller can act on them.
package store
