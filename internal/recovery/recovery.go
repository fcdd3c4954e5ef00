// Package recovery mends a ledger that was put back to an earlier moment: what
// the send journal shows to have left is settled or read back, and what cannot
// be known waits for a person. It runs before a worker claims anything.
package recovery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
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
	ExpiredLeases(ctx context.Context, now time.Time, limit int, unknown func(kind string) post.Failure) ([]store.Settled, error)
	OpenNotice(ctx context.Context, n post.Notice) (opened bool, err error)
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
	NewID func() string
	Log   *slog.Logger
}

// Run compares the ledger with the journals of this machine and mends it. It
// returns nil when there was nothing to mend.
func Run(ctx context.Context, deps Deps) (*post.Recovery, error) {
	r := run{deps}
	found, err := r.do(ctx)
	if err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	return found, nil
}

type run struct{ Deps }

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

// builtIn is the kind of the built-in pages.
const builtIn = "site"

func sent(s journal.Sending) store.SentAttempt {
	a := store.SentAttempt{DeliveryID: s.Start.DeliveryID, CreatingAt: s.Start.At, Fingerprint: s.Start.Fingerprint}
	// The articles of the built-in pages are in the ledger itself and went back
	// with it: they are read back, and made again where they are gone.
	if s.End != nil && s.Start.Kind != builtIn {
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
	found := post.Recovery{StartedAt: now, Absent: len(deliveriesOf(absent))}
	if found.Settled, err = r.settle(ctx, forgotten, now); err != nil {
		return nil, err
	}
	// A claim that ended before its point of no return is no proof here: the
	// call may have left after the backup. It waits with the others.
	if err := r.endClaims(ctx, now); err != nil {
		return nil, err
	}
	held, err := r.Ledger.HoldForRecovery(ctx, now)
	if err != nil {
		return nil, err
	}
	found.Held = len(held)
	if err := r.tell(ctx, id, absent); err != nil {
		return nil, err
	}
	if found.EndedAt, err = r.Ledger.Now(ctx); err != nil {
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
		}
	}
	return len(settled), nil
}

// claimBatch is how many claims end in one transaction.
const claimBatch = 100

// endClaims ends the claims of workers that are gone.
func (r *run) endClaims(ctx context.Context, now time.Time) error {
	for {
		settled, err := r.Ledger.ExpiredLeases(ctx, now, claimBatch, r.interrupted)
		if err != nil || len(settled) < claimBatch {
			return err
		}
	}
}

// deliveriesOf lists the commune of each delivery that the ledger has not, by
// the delivery's id.
func deliveriesOf(absent []journal.Sending) map[string]string {
	communes := map[string]string{}
	for _, s := range absent {
		communes[s.Start.DeliveryID] = s.Start.CommuneID
	}
	return communes
}

// tell tells the people of each commune what left and is not in the ledger any
// more. What is held or unknown tells of itself.
func (r *run) tell(ctx context.Context, id string, absent []journal.Sending) error {
	counts := map[string]int{}
	for _, communeID := range deliveriesOf(absent) {
		counts[communeID]++
	}
	for communeID, n := range counts {
		title, where := strconv.Itoa(n)+" publications parties depuis la sauvegarde ne sont plus dans Crieur", "Elles sont"
		if n == 1 {
			title, where = "Une publication partie depuis la sauvegarde n’est plus dans Crieur", "Elle est"
		}
		if _, err := r.Ledger.OpenNotice(ctx, post.Notice{
			CommuneID: communeID, Kind: post.NoticeRecovery, Subject: id, Severity: post.SeverityWarning,
			Title:    title,
			Message:  "Les données ont été restaurées d’une sauvegarde plus ancienne. " + where + " sur les pages de la commune, mais Crieur ne sait plus rien d’autre.",
			NextStep: "Regardez vos pages avant de recréer une publication : elle y est peut-être déjà.",
		}); err != nil {
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
