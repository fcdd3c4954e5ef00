package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const registerColumns = `commune_id, seq, at, actor_id, actor_name, actor_kind, action, subject, detail, previous, hash`

func scanRegister(r row) (e post.RegisterEntry, err error) {
	err = r.Scan(&e.CommuneID, &e.Seq, instant{&e.At}, &e.ActorID, &e.ActorName, &e.ActorKind, &e.Action, &e.Subject,
		text{&e.Detail}, &e.Previous, &e.Hash)
	return e, err
}

// note adds an entry in the transaction of the act. Its first statement takes
// the commune's row until the transaction ends: numbers have no gap, and acts of
// one commune come one after the other. at is for an entry without a moment.
func (s *Store) note(ctx context.Context, q querier, communeID string, e post.RegisterEntry, at time.Time) error {
	type head struct {
		seq  int64
		hash string
	}
	h, err := one(ctx, q, func(r row) (h head, err error) {
		err = r.Scan(&h.seq, &h.hash)
		return h, err
	}, `UPDATE communes AS m SET register_seq = register_seq + 1 WHERE m.id = $1`+s.engine.words().alone+` RETURNING register_seq, register_hash`, communeID)
	if err != nil {
		return err
	}
	e.CommuneID, e.Seq, e.Previous = communeID, h.seq, h.hash
	if e.At.IsZero() {
		e.At = at
	}
	if len(e.Detail) == 0 {
		e.Detail = []byte("{}")
	}
	if e.Hash, err = chained(&e); err != nil {
		return err
	}
	add := insert("register", registerColumns, []any{
		e.CommuneID, e.Seq, millis(e.At), e.ActorID, e.ActorName, e.ActorKind, e.Action, e.Subject, string(e.Detail), e.Previous, e.Hash,
	})
	if _, err := exec(ctx, q, add.query, add.args...); err != nil {
		return err
	}
	_, err = exec(ctx, q, `UPDATE communes SET register_hash = $2 WHERE id = $1`, communeID, e.Hash)
	return err
}

// chained is the hash of an entry: over the one before, and all that the row
// says. A JSON array keeps neighbours apart whatever they hold.
func chained(e *post.RegisterEntry) (string, error) {
	b, err := json.Marshal([]any{
		e.Previous, e.CommuneID, e.Seq, e.At.UnixMilli(), e.ActorID, e.ActorName, e.ActorKind, e.Action, e.Subject, string(e.Detail),
	})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// Note adds an entry to the register.
func (s *Store) Note(ctx context.Context, entry post.RegisterEntry) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, "note", func(ctx context.Context, q querier) error {
		return s.note(ctx, q, entry.CommuneID, entry, now)
	})
}

// Register lists the entries of a commune before a number (0: from the newest),
// newest first.
func (s *Store) Register(ctx context.Context, communeID string, before int64, limit int) ([]post.RegisterEntry, error) {
	all, err := many(ctx, s.engine.reader(), scanRegister, `SELECT `+registerColumns+` FROM register
		WHERE commune_id = $1 AND ($2 = 0 OR seq < $2) ORDER BY seq DESC LIMIT $3`, communeID, before, limit)
	return all, s.wrap("register", err)
}

// RegisterOf lists the entries about a subject, oldest first.
func (s *Store) RegisterOf(ctx context.Context, communeID, subject string) ([]post.RegisterEntry, error) {
	all, err := many(ctx, s.engine.reader(), scanRegister, `SELECT `+registerColumns+` FROM register
		WHERE commune_id = $1 AND subject = $2 ORDER BY seq`, communeID, subject)
	return all, s.wrap("register of", err)
}

// registerPage is how many entries are verified at once.
const registerPage = 1000

// VerifyRegister reads the whole register of a commune and reports whether each
// entry is as it was written and none is missing, also at the end. A register
// without an entry is whole.
func (s *Store) VerifyRegister(ctx context.Context, communeID string) (bool, error) {
	var whole bool
	err := s.engine.snapshot(ctx, func(ctx context.Context, q querier) error {
		type head struct {
			seq  int64
			hash string
		}
		end, err := one(ctx, q, func(r row) (h head, err error) {
			err = r.Scan(&h.seq, &h.hash)
			return h, err
		}, `SELECT register_seq, register_hash FROM communes WHERE id = $1`, communeID)
		if err != nil {
			return err
		}
		// From the lowest number there is: an entry that was put in before the first
		// is an alteration too.
		var last head
		next := int64(math.MinInt64)
		for {
			page, err := many(ctx, q, scanRegister, `SELECT `+registerColumns+` FROM register
				WHERE commune_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3`, communeID, next, registerPage)
			if err != nil {
				return err
			}
			for i := range page {
				e := &page[i]
				hash, err := chained(e)
				if err != nil {
					return err
				}
				if e.Seq != last.seq+1 || e.Previous != last.hash || e.Hash != hash {
					return nil
				}
				last = head{e.Seq, e.Hash}
			}
			next = last.seq + 1
			if len(page) < registerPage {
				break
			}
		}
		whole = last == end
		return nil
	})
	return whole && err == nil, s.wrap("verify register", err)
}
