package worker

import (
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// SendJournal keeps what leaves outside the ledger and its backups, so that a
// ledger that was put back publishes nothing again.
type SendJournal interface {
	// Start returns once the entry is on disk; after an error nothing leaves.
	Start(e journal.Entry) error
	// End waits for nothing.
	End(e journal.Entry)
}

// note writes the start of the creating call, after the ledger's commit: what
// the journal has, the ledger had too, unless it was put back.
func (a *attempt) note(now time.Time) error {
	if a.worker.Journal == nil {
		return nil
	}
	d := &a.claim.Delivery
	err := a.worker.Journal.Start(journal.Entry{
		DeliveryID: d.ID, CommuneID: d.CommuneID, PostID: d.PostID, ChannelID: d.ChannelID, Kind: d.Kind,
		Attempt: a.number, DueAt: d.DueAt, Key: a.rendered.Key, Fingerprint: d.Fingerprint, At: now.Truncate(time.Millisecond),
	})
	if err != nil {
		return &channels.Error{
			Kind: channels.Temporary, Op: "creating", Code: "journal", Err: err,
			Message:  "Crieur n’a pas pu noter cet envoi avant de le faire : le disque du serveur est plein ou ne répond pas. Rien n’a été publié.",
			NextStep: "Prévenez la personne qui s’occupe du serveur. Crieur réessaie de lui-même.",
		}
	}
	a.noted = now
	return nil
}

// noteEnd writes how a call that was noted ended.
func (w *Worker) noteEnd(d *post.Delivery, out trial, result store.Result) {
	if out.noted.IsZero() {
		return
	}
	w.Journal.End(journal.Entry{
		DeliveryID: d.ID, Attempt: out.number, StartedAt: out.noted.Truncate(time.Millisecond), At: result.At,
		Outcome: result.Outcome, RemoteID: result.RemoteID, RemoteURL: result.RemoteURL,
	})
}
