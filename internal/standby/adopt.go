package standby

import (
	"context"
	"errors"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// probe asks the ledger to take a write; on a full disk, while an alert is
// open, the ballast is given up for it.
func (s *Standby) probe(ctx context.Context) error {
	_, err := within(ctx, patience, nothing(s.Truth.ProbeWrite))
	if errors.Is(err, post.ErrFull) && s.anyOpen() && s.Ballast.Free() {
		s.Log.WarnContext(ctx, "the disk is full: the ballast was given up for an alert")
		_, err = within(ctx, patience, nothing(s.Truth.ProbeWrite))
	}
	return err
}

// anyOpen reports whether an alert is open.
func (s *Standby) anyOpen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, open := range s.known.open {
		if len(open) > 0 {
			return true
		}
	}
	return len(s.alerts) > 0
}

// remember keeps an alert as the ledger has it now: the copy may be older when
// the ledger goes away.
func (s *Standby) remember(b post.Broadcast) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known.open == nil || b.Exercise {
		return
	}
	var open []post.Broadcast
	for _, other := range s.known.open[b.CommuneID] {
		if other.ID != b.ID {
			open = append(open, other)
		}
	}
	if b.Status.Open() {
		open = append(open, b)
	}
	s.known.open[b.CommuneID] = open
}

// adopt brings the newest messages to their end that the ledger took before it
// went away. Where it can still be read, what waits there is proved not to have
// left: without a write no call leaves. Where it cannot, the accounts are read
// first, as after an unclear answer.
func (s *Standby) adopt(ctx context.Context) {
	s.mu.Lock()
	early := s.Now().Sub(s.goneAt) < adoptAfter
	communes := make([]string, 0, len(s.known.open))
	for id := range s.known.open {
		communes = append(communes, id)
	}
	s.mu.Unlock()
	if early {
		return
	}
	for _, communeID := range communes {
		open, err := within(ctx, patience, func(ctx context.Context) ([]post.Broadcast, error) { return s.Truth.OpenBroadcasts(ctx, communeID) })
		readable := err == nil
		if !readable {
			s.mu.Lock()
			open = s.known.open[communeID]
			s.mu.Unlock()
		}
		for i := range open {
			if !open[i].Exercise && open[i].Status == post.BroadcastActive {
				s.adoptOne(ctx, &open[i], readable)
			}
		}
	}
}

func (s *Standby) adoptOne(ctx context.Context, b *post.Broadcast, readable bool) {
	s.mu.Lock()
	if s.alerts[b.ID] != nil {
		s.mu.Unlock()
		return
	}
	a := newAlert((&alert{b: *b}).board())
	now := s.Now()
	if len(a.b.Messages) > 0 {
		said := a.b.Messages[len(a.b.Messages)-1].Deliveries
		for i := range said {
			a.adopt(&said[i], readable, now)
		}
	}
	leaving := a.leaving()
	if len(leaving) == 0 {
		s.mu.Unlock()
		return
	}
	s.alerts[b.ID] = a
	s.order = append(s.order, b.ID)
	board := a.board()
	s.mu.Unlock()
	s.Log.WarnContext(ctx, "messages that the ledger had taken leave without it", "broadcast_id", b.ID, "deliveries", len(leaving), "read", readable)
	s.write(ctx, line{At: now, Alert: b.ID, Board: &board, Prior: a.prior}, true)
	s.send(ctx, b.ID, leaving)
}

// adopt takes a delivery over as far as is known of it.
func (a *alert) adopt(d *post.Delivery, readable bool, now time.Time) {
	switch d.State {
	case post.Scheduled, post.Retrying:
		if readable {
			return
		}
	case post.Sending, post.Unknown, post.Reconciling:
	default:
		return
	}
	a.prior[d.ID] = 1 + d.Resends
	d.State, d.UpdatedAt = post.Unknown, now
}
