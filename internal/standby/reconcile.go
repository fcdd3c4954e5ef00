package standby

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// handPatience bounds one question to a ledger that is coming back.
const handPatience = 10 * time.Second

// reconcile gives the ledger everything that was done without it. Each part has
// had its ids since it was done, so that a run which was cut off is repeated
// without saying anything twice.
func (s *Standby) reconcile(ctx context.Context) error {
	for {
		s.mu.Lock()
		var next *alert
		for _, id := range s.order {
			if a := s.alerts[id]; next == nil {
				next = a
			}
		}
		s.mu.Unlock()
		if next == nil {
			break
		}
		if err := s.hand(ctx, next); err != nil {
			return err
		}
	}
	if err := s.handRest(ctx); err != nil {
		return err
	}
	return s.forget()
}

// hand gives one alert to the ledger. No call begins meanwhile; one under way
// is told as unknown, and read back there.
func (s *Standby) hand(ctx context.Context, a *alert) error {
	s.mu.Lock()
	a.handing = true
	deeds, tries, b := slices.Clone(a.deeds), maps.Clone(a.tries), a.board()
	for id := range tries {
		tries[id] = slices.Clone(tries[id])
	}
	s.mu.Unlock()
	epochs := map[string]post.Delivery{}
	err := s.handDeeds(ctx, &alert{b: b, deeds: deeds, tries: tries, prior: a.prior, epochs: epochs})
	s.mu.Lock()
	defer s.mu.Unlock()
	a.handing = false
	if err != nil {
		return fmt.Errorf("alert %s: %w", b.ID, err)
	}
	if len(a.deeds) > len(deeds) {
		return nil // somebody did more meanwhile: it is given once more
	}
	a.handed, a.epochs = true, epochs
	delete(s.alerts, b.ID)
	s.order = without(s.order, b.ID)
	if err := s.record.add(line{At: s.Now(), Alert: b.ID, Handed: true}); err != nil {
		s.Log.WarnContext(ctx, "the record of an alert stays; the next process gives it to the ledger once more", "broadcast_id", b.ID, "error", err)
	}
	s.Log.WarnContext(ctx, "an alert that went on without the ledger is in it now", "broadcast_id", b.ID)
	return nil
}

// handDeeds plays what people did, in their order, and tells after each post
// what left of it.
func (s *Standby) handDeeds(ctx context.Context, a *alert) error {
	for i := range a.deeds {
		d := &a.deeds[i]
		var err error
		switch d.Kind {
		case actOpened:
			err = s.handOpened(ctx, a, d)
		case actSaid:
			err = s.handSaid(ctx, a, d)
		case actConfirmed:
			// What left is told first: the rest is what the ledger lets leave.
			if err = s.handCalls(ctx, a, nil); err == nil {
				_, err = ask(ctx, func(ctx context.Context) (post.Broadcast, error) {
					return s.Truth.ConfirmBroadcast(ctx, a.b.CommuneID, a.b.ID, d.UserID, d.Reason, 0, d.Entry)
				})
			}
		case actAbandoned:
			_, err = ask(ctx, func(ctx context.Context) (post.Broadcast, error) {
				return s.Truth.AbandonBroadcast(ctx, a.b.CommuneID, a.b.ID, d.UserID, d.Entry)
			})
		}
		if errors.Is(err, post.ErrConflict) && (d.Kind == actConfirmed || d.Kind == actAbandoned) {
			err = nil // an earlier run did it, or another process decided
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
	}
	return s.handCalls(ctx, a, nil)
}

func ask[T any](ctx context.Context, question func(context.Context) (T, error)) (T, error) {
	return within(ctx, handPatience, question)
}

func (s *Standby) handOpened(ctx context.Context, a *alert, d *deed) error {
	b, p := *d.Broadcast, handed(a, *d.Post, s.Now())
	_, err := ask(ctx, func(ctx context.Context) (post.Broadcast, error) {
		return s.Truth.BringBroadcast(ctx, b, p, d.Entry)
	})
	if errors.Is(err, post.ErrConflict) {
		// An earlier run opened it, or the request itself before it was cut off.
		_, err = ask(ctx, func(ctx context.Context) (post.Broadcast, error) { return s.Truth.Broadcast(ctx, b.CommuneID, b.ID) })
	}
	if err != nil {
		return err
	}
	return s.handCalls(ctx, a, d.Post)
}

// sayTries bounds how often a message is numbered again.
const sayTries = 20

func (s *Standby) handSaid(ctx context.Context, a *alert, d *deed) error {
	m, p := *d.Message, handed(a, *d.Post, s.Now())
	for try := 1; ; try++ {
		now, err := ask(ctx, func(ctx context.Context) (post.Broadcast, error) {
			return s.Truth.Broadcast(ctx, a.b.CommuneID, m.BroadcastID)
		})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(now.Messages, func(said post.BroadcastMessage) bool { return said.PostID == m.PostID }) {
			break
		}
		// Another process may have said something meanwhile: what left keeps its
		// words, and the ledger its order.
		m.Number = len(now.Messages) + 1
		_, err = ask(ctx, func(ctx context.Context) (post.Broadcast, error) {
			return s.Truth.BringMessage(ctx, a.b.CommuneID, m, p, d.Entry)
		})
		if err == nil {
			break
		}
		if !errors.Is(err, post.ErrConflict) || try == sayTries {
			return err
		}
		if !now.Status.Open() {
			s.Log.ErrorContext(ctx, "a message left for an alert that had been ended elsewhere; it stands in the record alone", "broadcast_id", m.BroadcastID, "number", m.Number)
			return nil
		}
	}
	return s.handCalls(ctx, a, d.Post)
}

// handed is a post as the ledger gets it: nothing in it leaves once more. What
// left, or may have, is at rest until its calls are told; what was proved not
// to have left is the workers'.
func handed(a *alert, p post.Post, now time.Time) post.Post {
	p.Deliveries = slices.Clone(p.Deliveries)
	for i := range p.Deliveries {
		d := &p.Deliveries[i]
		stands := a.delivery(d.ID)
		if stands == nil {
			continue
		}
		d.NextAt = time.Time{}
		switch {
		case uncertain(a.tries[d.ID]):
			d.State = post.Unknown
			d.Failure = stands.Failure
		case stands.State == post.Failed:
			d.State, d.Failure = post.Failed, stands.Failure
		case stands.State == post.Cancelled && d.State != post.AwaitingApproval:
			d.State = post.Cancelled
		case d.State == post.Scheduled:
			d.NextAt = now
		}
	}
	return p
}

// uncertain reports whether a call arrived, or may have.
func uncertain(calls []try) bool {
	return slices.ContainsFunc(calls, func(t try) bool {
		return t.Outcome == post.OutcomeAccepted || t.Outcome == post.OutcomeUnknown || t.Outcome == post.OutcomeRunning
	})
}

// handCalls tells the ledger of the calls of a post, or of the whole alert, with
// their true times.
func (s *Standby) handCalls(ctx context.Context, a *alert, only *post.Post) error {
	for i := range a.b.Messages {
		m := &a.b.Messages[i]
		if only != nil && m.PostID != only.ID {
			continue
		}
		for j := range m.Deliveries {
			if err := s.handDelivery(ctx, a, &m.Deliveries[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Standby) handDelivery(ctx context.Context, a *alert, d *post.Delivery) error {
	unclear := a.prior[d.ID]
	for _, t := range a.tries[d.ID] {
		if t.Outcome != post.OutcomeNotSent && t.Outcome != post.OutcomeRefused {
			unclear++
		}
		if unclear > 1 {
			if _, err := ask(ctx, nothing(func(ctx context.Context) error { return s.Truth.CountResend(ctx, d.ID) })); err != nil {
				return err
			}
		}
		told := store.SentAttempt{
			DeliveryID: d.ID, CreatingAt: t.At, Fingerprint: d.Fingerprint, Outcome: t.Outcome, EndedAt: t.EndedAt,
			RemoteID: t.RemoteID, RemoteURL: t.RemoteURL,
		}
		stands, err := ask(ctx, func(ctx context.Context) (post.Delivery, error) {
			return s.Truth.RecoverAttempt(ctx, told, s.Now().UTC(), s.interrupted)
		})
		if err != nil {
			return err
		}
		a.epochs[d.ID] = stands
		s.journal(ctx, d, t)
	}
	return nil
}

// journal tells the send journal, so that a ledger that is put back later knows
// of this call too. The ledger has it by now, as of every call in there.
func (s *Standby) journal(ctx context.Context, d *post.Delivery, t try) {
	if s.Journal == nil {
		return
	}
	err := s.Journal.Start(journal.Entry{
		DeliveryID: d.ID, CommuneID: d.CommuneID, PostID: d.PostID, ChannelID: d.ChannelID, Kind: d.Kind,
		Attempt: t.Number, DueAt: d.DueAt, Fingerprint: d.Fingerprint, At: t.At,
	})
	if err != nil {
		s.Log.WarnContext(ctx, "the send journal did not take a call of an alert", "delivery_id", d.ID, "error", err)
		return
	}
	if t.Outcome != post.OutcomeRunning {
		s.Journal.End(journal.Entry{
			DeliveryID: d.ID, Attempt: t.Number, StartedAt: t.At, At: t.EndedAt, Outcome: t.Outcome, RemoteID: t.RemoteID, RemoteURL: t.RemoteURL,
		})
	}
}

// interrupted is what people read while an outcome is unknown.
func (s *Standby) interrupted(kind string) post.Failure {
	message, next := channels.Sentence(channels.UnknownOutcome, s.Title(kind))
	return post.Failure{Kind: string(channels.UnknownOutcome), Code: "standby", Message: message, NextStep: next}
}

// tellLate tells the ledger of an answer that came after it had taken the
// delivery over. A worker that reads it back meanwhile was faster.
func (s *Standby) tellLate(ctx context.Context, d post.Delivery, receipt channels.Receipt, at time.Time) {
	_, err := ask(context.WithoutCancel(ctx), nothing(func(ctx context.Context) error {
		return s.Truth.Finish(ctx, d.ID, d.Epoch, store.Result{
			From: post.Unknown, To: post.Sent, At: at, Number: d.Attempts, Outcome: post.OutcomeAccepted,
			RemoteID: receipt.RemoteID, RemoteURL: receipt.URL, SentAt: at, ResetClaims: true,
		})
	}))
	if err != nil && !errors.Is(err, post.ErrStale) {
		s.Log.WarnContext(ctx, "a late answer could not be told to the ledger; it is read back", "delivery_id", d.ID, "error", err)
	}
}

// forget drops the record once the ledger has everything.
func (s *Standby) forget() error {
	s.mu.Lock()
	empty := len(s.alerts) == 0 && len(s.articles) == 0 && len(s.entries) == 0
	s.mu.Unlock()
	if !empty {
		return nil
	}
	err := s.record.clear()
	for _, f := range s.behind {
		err = errors.Join(err, os.Remove(f.Name()), f.Close())
	}
	s.behind = nil
	return err
}
