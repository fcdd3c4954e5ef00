// Package recovery mends a ledger that was put back to an earlier moment: what
// the send journal shows to have left is settled or read back, and what cannot
// be known waits for a person. It runs before a worker claims anything.
package recovery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Ledger is what a recovery needs of the store.
type Ledger interface {
	Now(ctx context.Context) (time.Time, error)
	Identity(ctx context.Context) (store.Identity, error)
	EndedRecoveries(ctx context.Context) ([]string, error)
	Knows(ctx context.Context, attempts []store.SentAttempt) ([]store.Knowledge, error)
	RecoverAttempt(ctx context.Context, a store.SentAttempt, now time.Time, interrupted func(kind string) post.Failure) (post.Delivery, error)
	HoldForRecovery(ctx context.Context, now time.Time) ([]post.Delivery, error)
	BeginRecovery(ctx context.Context, id string, reason store.RecoveryReason, now time.Time) error
	EndRecovery(ctx context.Context, id string, r post.Recovery) error
}

// Journal is where a recovery notes that it has looked.
type Journal interface {
	Recovered(recovery string, at time.Time) error
}

// Deps are the parts of a recovery.
type Deps struct {
	Ledger  Ledger
	Journal Journal
	// Dir is the folder of this machine's journals.
	Dir string
	// Title is what people call a kind of channel.
	Title func(kind string) string
	// Tell tells the people of a commune what was found there; nil: nobody.
	Tell  func(ctx context.Context, communeID string, found post.Recovery) error
	NewID func() string
	Log   *slog.Logger
}

// Run compares the ledger with the journals of this machine and mends it. It
// returns nil when there was nothing to mend.
func Run(ctx context.Context, deps Deps) (*post.Recovery, error) {
	r := run{Deps: deps, communes: map[string]*post.Recovery{}}
	found, err := r.do(ctx)
	if err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	return found, nil
}

type run struct {
	Deps
	communes map[string]*post.Recovery
}

func (r *run) do(ctx context.Context) (*post.Recovery, error) {
	identity, err := r.Ledger.Identity(ctx)
	if err != nil {
		return nil, err
	}
	// The journal is read before the ledger: what it has, a ledger that was not
	// put back has too, even while other processes work.
	contents, err := journal.Read(r.Dir, identity.ID)
	if err != nil {
		return nil, err
	}
	if contents.Damaged > 0 {
		r.Log.WarnContext(ctx, "lines of the send journal are damaged and cannot be read", "lines", contents.Damaged, "folder", r.Dir)
	}
	forgotten, absent, err := r.compare(ctx, contents)
	if err != nil {
		return nil, err
	}
	if identity.RestoredAt.IsZero() && len(forgotten) == 0 && len(absent) == 0 {
		return nil, nil //nolint:nilnil // nothing to mend is the ordinary answer
	}
	reason := store.RecoveryJournal
	if !identity.RestoredAt.IsZero() {
		reason = store.RecoveryRestore
	}
	return r.mend(ctx, reason, forgotten, absent)
}

// compare finds the attempts that the ledger forgot, and those whose
// deliveries it has not even, except where an earlier recovery told of them.
func (r *run) compare(ctx context.Context, contents journal.Contents) (forgotten []store.SentAttempt, absent []journal.Sending, err error) {
	ended, err := r.Ledger.EndedRecoveries(ctx)
	if err != nil {
		return nil, nil, err
	}
	var told time.Time
	for _, id := range ended {
		if at := contents.Recoveries[id]; at.After(told) {
			told = at
		}
	}
	attempts := make([]store.SentAttempt, len(contents.Sendings))
	for i, s := range contents.Sendings {
		attempts[i] = sent(s)
	}
	known, err := r.Ledger.Knows(ctx, attempts)
	if err != nil {
		return nil, nil, err
	}
	for i, k := range known {
		switch k {
		case store.Known:
		case store.Forgotten:
			forgotten = append(forgotten, attempts[i])
		case store.Absent:
			if contents.Sendings[i].Start.At.After(told) {
				absent = append(absent, contents.Sendings[i])
			}
		}
	}
	return forgotten, absent, nil
}

func sent(s journal.Sending) store.SentAttempt {
	a := store.SentAttempt{DeliveryID: s.Start.DeliveryID, CreatingAt: s.Start.At, Fingerprint: s.Start.Fingerprint}
	if s.End != nil {
		a.Outcome, a.EndedAt, a.RemoteID, a.RemoteURL = s.End.Outcome, s.End.At, s.End.RemoteID, s.End.RemoteURL
	}
	return a
}

func (r *run) mend(ctx context.Context, reason store.RecoveryReason, forgotten []store.SentAttempt, absent []journal.Sending) (*post.Recovery, error) {
	now, err := r.Ledger.Now(ctx)
	if err != nil {
		return nil, err
	}
	id := r.NewID()
	if err := r.Ledger.BeginRecovery(ctx, id, reason, now); err != nil {
		return nil, err
	}
	found := post.Recovery{StartedAt: now}
	settled, err := r.settle(ctx, forgotten, now)
	if err != nil {
		return nil, err
	}
	held, err := r.Ledger.HoldForRecovery(ctx, now)
	if err != nil {
		return nil, err
	}
	for i := range held {
		r.of(held[i].CommuneID, now).Held++
	}
	for _, communeID := range communesOf(absent) {
		r.of(communeID, now).Absent++
	}
	found.Settled, found.Held, found.Absent = settled, len(held), len(communesOf(absent))
	if found.EndedAt, err = r.Ledger.Now(ctx); err != nil {
		return nil, err
	}
	if err := r.tell(ctx, found.EndedAt); err != nil {
		return nil, err
	}
	if err := r.Ledger.EndRecovery(ctx, id, found); err != nil {
		return nil, err
	}
	if err := r.Journal.Recovered(id, found.EndedAt); err != nil {
		return nil, err
	}
	r.Log.WarnContext(ctx, "the ledger is older than what was sent; nothing of it is published again",
		"because", reason, "settled", found.Settled, "held", found.Held, "absent", found.Absent)
	return &found, nil
}

// settle gives the ledger back what it forgot, oldest first, and counts the
// deliveries that are sent or read back now.
func (r *run) settle(ctx context.Context, forgotten []store.SentAttempt, now time.Time) (int, error) {
	settled := map[string]bool{}
	for _, a := range forgotten {
		d, err := r.Ledger.RecoverAttempt(ctx, a, now, r.interrupted)
		if errors.Is(err, post.ErrNotFound) {
			continue // removed by a person since it was looked up
		}
		if err != nil {
			return 0, err
		}
		if (d.State == post.Sent || d.State == post.Unknown) && !settled[d.ID] {
			settled[d.ID] = true
			r.of(d.CommuneID, now).Settled++
		}
	}
	return len(settled), nil
}

// communesOf lists the commune of each delivery that the ledger has not, once a
// delivery.
func communesOf(absent []journal.Sending) []string {
	seen := map[string]bool{}
	var communes []string
	for _, s := range absent {
		if !seen[s.Start.DeliveryID] {
			seen[s.Start.DeliveryID] = true
			communes = append(communes, s.Start.CommuneID)
		}
	}
	return communes
}

func (r *run) of(communeID string, now time.Time) *post.Recovery {
	if r.communes[communeID] == nil {
		r.communes[communeID] = &post.Recovery{StartedAt: now}
	}
	return r.communes[communeID]
}

func (r *run) tell(ctx context.Context, ended time.Time) error {
	if r.Tell == nil {
		return nil
	}
	for communeID, found := range r.communes {
		found.EndedAt = ended
		if err := r.Tell(ctx, communeID, *found); err != nil {
			return err
		}
	}
	return nil
}

// interrupted is what people read while the outcome is unknown.
func (r *run) interrupted(kind string) post.Failure {
	title := kind
	if r.Title != nil {
		title = r.Title(kind)
	}
	return post.Failure{
		Kind: "unknown", Code: "recovery",
		Message:  "Cette publication est partie vers " + title + " avant que la sauvegarde soit remise en place. Crieur ne sait pas encore si elle y est.",
		NextStep: "Crieur relit la page de lui-même. S’il ne trouve rien, il vous demandera de regarder.",
	}
}
