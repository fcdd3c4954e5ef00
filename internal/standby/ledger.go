package standby

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/post"
)

// Ledger is the ledger of the use cases on alerts: the true one, or the copy
// while that is away. What it does not name needs the true one.
type Ledger struct {
	crisis.Store
	standby *Standby
}

var _ crisis.Store = Ledger{}

// Ledger returns the ledger of the use cases.
func (s *Standby) Ledger() Ledger { return Ledger{s.Truth, s} }

// Now implements crisis.Store.
func (l Ledger) Now(ctx context.Context) (time.Time, error) {
	return either(ctx, l.standby, l.Store.Now, func() (time.Time, error) { return l.standby.Now().UTC(), nil })
}

// CommuneByID implements crisis.Store.
func (l Ledger) CommuneByID(ctx context.Context, id string) (post.Commune, error) {
	return either(ctx, l.standby, func(ctx context.Context) (post.Commune, error) { return l.Store.CommuneByID(ctx, id) },
		func() (post.Commune, error) { return l.standby.commune(id) })
}

// Channels implements crisis.Store.
func (l Ledger) Channels(ctx context.Context, communeID string) ([]post.Channel, error) {
	return either(ctx, l.standby, func(ctx context.Context) ([]post.Channel, error) { return l.Store.Channels(ctx, communeID) },
		func() ([]post.Channel, error) { return slices.Clone(l.standby.copied().channels[communeID]), nil })
}

// Users implements crisis.Store. The copy has only those who may alert.
func (l Ledger) Users(ctx context.Context, communeID string) ([]post.User, error) {
	return either(ctx, l.standby, func(ctx context.Context) ([]post.User, error) { return l.Store.Users(ctx, communeID) },
		func() ([]post.User, error) {
			var all []post.User
			for _, u := range l.standby.copied().users {
				if u.CommuneID == communeID {
					all = append(all, u)
				}
			}
			return all, nil
		})
}

// CrisisSettings implements crisis.Store.
func (l Ledger) CrisisSettings(ctx context.Context, communeID string) (post.CrisisSettings, error) {
	return either(ctx, l.standby, func(ctx context.Context) (post.CrisisSettings, error) { return l.Store.CrisisSettings(ctx, communeID) },
		func() (post.CrisisSettings, error) {
			// A choice that is not known must not let anybody skip a second person.
			chosen, ok := l.standby.copied().settings[communeID]
			if !ok {
				return none[post.CrisisSettings]()
			}
			return chosen, nil
		})
}

// CrisisTemplates implements crisis.Store.
func (l Ledger) CrisisTemplates(ctx context.Context, communeID string) ([]post.CrisisTemplate, error) {
	return either(ctx, l.standby, func(ctx context.Context) ([]post.CrisisTemplate, error) {
		return l.Store.CrisisTemplates(ctx, communeID)
	},
		func() ([]post.CrisisTemplate, error) { return l.standby.copied().templates[communeID], nil })
}

// CountForHold implements crisis.Store. Nobody can count while nothing moves.
func (l Ledger) CountForHold(ctx context.Context, communeID string) (waiting, inFlight int, err error) {
	counts, err := either(ctx, l.standby, func(ctx context.Context) (counts [2]int, err error) {
		counts[0], counts[1], err = l.Store.CountForHold(ctx, communeID)
		return counts, err
	}, func() ([2]int, error) { return [2]int{}, nil })
	return counts[0], counts[1], err
}

// CountHeld implements crisis.Store.
func (l Ledger) CountHeld(ctx context.Context, communeID string) (int, error) {
	return either(ctx, l.standby, func(ctx context.Context) (int, error) { return l.Store.CountHeld(ctx, communeID) },
		func() (int, error) { return 0, nil })
}

// Broadcast implements crisis.Store.
func (l Ledger) Broadcast(ctx context.Context, communeID, id string) (post.Broadcast, error) {
	return either(ctx, l.standby, func(ctx context.Context) (post.Broadcast, error) { return l.Store.Broadcast(ctx, communeID, id) },
		func() (post.Broadcast, error) { return l.standby.broadcast(communeID, id) })
}

// OpenBroadcasts implements crisis.Store.
func (l Ledger) OpenBroadcasts(ctx context.Context, communeID string) ([]post.Broadcast, error) {
	return either(ctx, l.standby, func(ctx context.Context) ([]post.Broadcast, error) { return l.Store.OpenBroadcasts(ctx, communeID) },
		func() ([]post.Broadcast, error) {
			return slices.DeleteFunc(l.standby.broadcasts(communeID), func(b post.Broadcast) bool { return !b.Status.Open() }), nil
		})
}

// Broadcasts implements crisis.Store. The copy has those that were open.
func (l Ledger) Broadcasts(ctx context.Context, communeID string, limit int) ([]post.Broadcast, error) {
	return either(ctx, l.standby, func(ctx context.Context) ([]post.Broadcast, error) { return l.Store.Broadcasts(ctx, communeID, limit) },
		func() ([]post.Broadcast, error) {
			all := l.standby.broadcasts(communeID)
			return all[:min(len(all), limit)], nil
		})
}

// OpenBroadcast implements crisis.Store.
func (l Ledger) OpenBroadcast(ctx context.Context, b post.Broadcast, p post.Post, alongside bool, entry post.RegisterEntry) (post.Broadcast, error) {
	return l.told(ctx, func(ctx context.Context) (post.Broadcast, error) {
		return l.Store.OpenBroadcast(ctx, b, p, alongside, entry)
	}, func() (post.Broadcast, error) { return l.standby.open(ctx, b, p, alongside, entry) })
}

// ConfirmBroadcast implements crisis.Store.
func (l Ledger) ConfirmBroadcast(ctx context.Context, communeID, id, userID, reason string, alone time.Duration, entry post.RegisterEntry) (post.Broadcast, error) {
	return l.told(ctx, func(ctx context.Context) (post.Broadcast, error) {
		return l.Store.ConfirmBroadcast(ctx, communeID, id, userID, reason, alone, entry)
	}, func() (post.Broadcast, error) {
		return l.standby.decide(ctx, communeID, id, deed{Kind: actConfirmed, Entry: entry, UserID: userID, Reason: reason}, func(b *post.Broadcast) error {
			switch {
			case b.Status != post.BroadcastAwaiting:
			case reason == "" && userID != b.OpenedBy, reason != "" && l.standby.Now().Sub(b.OpenedAt) >= alone:
				return nil
			}
			return fmt.Errorf("%w: the alert is %s, opened by %s", post.ErrConflict, b.Status, b.OpenedBy)
		})
	})
}

// AbandonBroadcast implements crisis.Store.
func (l Ledger) AbandonBroadcast(ctx context.Context, communeID, id, userID string, entry post.RegisterEntry) (post.Broadcast, error) {
	return l.told(ctx, func(ctx context.Context) (post.Broadcast, error) {
		return l.Store.AbandonBroadcast(ctx, communeID, id, userID, entry)
	}, func() (post.Broadcast, error) {
		return l.standby.decide(ctx, communeID, id, deed{Kind: actAbandoned, Entry: entry, UserID: userID}, func(b *post.Broadcast) error {
			if b.Status != post.BroadcastAwaiting {
				return fmt.Errorf("%w: the alert is %s", post.ErrConflict, b.Status)
			}
			return nil
		})
	})
}

// AddMessage implements crisis.Store.
func (l Ledger) AddMessage(ctx context.Context, communeID string, m post.BroadcastMessage, p post.Post, entry post.RegisterEntry) (post.Broadcast, error) {
	return l.told(ctx, func(ctx context.Context) (post.Broadcast, error) {
		return l.Store.AddMessage(ctx, communeID, m, p, entry)
	}, func() (post.Broadcast, error) {
		return l.standby.decide(ctx, communeID, m.BroadcastID, deed{Kind: actSaid, Entry: entry, Message: &m, Post: &p}, func(b *post.Broadcast) error {
			if b.Status != post.BroadcastActive || m.Number != len(b.Messages)+1 {
				return fmt.Errorf("%w: the alert is %s and has %d messages", post.ErrConflict, b.Status, len(b.Messages))
			}
			return nil
		})
	})
}

// told is act for what changes an alert, which is kept as it is then.
func (l Ledger) told(ctx context.Context, ledger func(context.Context) (post.Broadcast, error), memory func() (post.Broadcast, error)) (post.Broadcast, error) {
	return act(ctx, l.standby, func(ctx context.Context) (post.Broadcast, error) {
		b, err := ledger(ctx)
		if err == nil {
			l.standby.remember(b)
			l.standby.Changed()
		}
		return b, err
	}, memory)
}

// Note implements crisis.Store.
func (l Ledger) Note(ctx context.Context, entry post.RegisterEntry) error {
	_, err := act(ctx, l.standby, nothing(func(ctx context.Context) error { return l.Store.Note(ctx, entry) }), func() (struct{}, error) {
		l.standby.mu.Lock()
		defer l.standby.mu.Unlock()
		l.standby.entries = append(l.standby.entries, entry)
		return struct{}{}, nil
	})
	return err
}

// notHere: the copy does not know of it; the ledger may.
func notHere() error { return errors.Join(post.ErrNotFound, away(nil)) }

func (s *Standby) copied() known {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

func (s *Standby) commune(id string) (post.Commune, error) {
	if c, ok := s.copied().communes[id]; ok {
		return c, nil
	}
	return none[post.Commune]()
}
