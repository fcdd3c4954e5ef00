package standby

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// broadcast is an alert as the process knows it.
func (s *Standby) broadcast(communeID, id string) (post.Broadcast, error) {
	for _, b := range s.broadcasts(communeID) {
		if b.ID == id {
			return b, nil
		}
	}
	return post.Broadcast{}, notHere()
}

// broadcasts are the alerts of a commune as the process knows them, newest
// first: what was done here goes before the copy.
func (s *Standby) broadcasts(communeID string) []post.Broadcast {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []post.Broadcast
	for _, id := range s.order {
		if a := s.alerts[id]; a.b.CommuneID == communeID {
			all = append(all, a.board())
		}
	}
	for _, b := range s.known.open[communeID] {
		if s.alerts[b.ID] == nil {
			all = append(all, b)
		}
	}
	slices.SortStableFunc(all, func(a, b post.Broadcast) int { return b.OpenedAt.Compare(a.OpenedAt) })
	return all
}

// open opens an alert without the ledger.
func (s *Standby) open(ctx context.Context, b post.Broadcast, p post.Post, alongside bool, entry post.RegisterEntry) (post.Broadcast, error) {
	if b.Exercise {
		return post.Broadcast{}, &post.Problem{
			Kind: post.Unavailable, Code: "ledger_away",
			Detail: "Les données de Crieur ne répondent pas : l’exercice attend. Une vraie alerte partirait quand même.",
		}
	}
	for _, other := range s.broadcasts(b.CommuneID) {
		if other.ID == b.ID || !alongside && !other.Exercise && other.Status.Open() {
			return post.Broadcast{}, fmt.Errorf("%w: another alert is open", post.ErrConflict)
		}
	}
	if len(b.Messages) != 1 {
		return post.Broadcast{}, fmt.Errorf("standby: an alert opens with one message, not %d", len(b.Messages))
	}
	s.number(&b)
	d := deed{Kind: actOpened, Entry: entry, Broadcast: &b, Message: &b.Messages[0], Post: &p}
	s.mu.Lock()
	a := newAlert(post.Broadcast{})
	a.do(d)
	s.alerts[b.ID] = a
	s.order = append(s.order, b.ID)
	s.mu.Unlock()
	return s.settle(ctx, b.ID, d), nil
}

func newAlert(b post.Broadcast) *alert {
	return &alert{b: b, tries: map[string][]try{}, prior: map[string]int{}, running: map[string]bool{}, epochs: map[string]post.Delivery{}}
}

// number gives an alert the number that the ledger would give it; the ledger
// has the last word.
func (s *Standby) number(b *post.Broadcast) {
	s.mu.Lock()
	defer s.mu.Unlock()
	zone, err := time.LoadLocation(s.known.communes[b.CommuneID].Zone)
	if err != nil {
		zone = time.UTC
	}
	b.Year = b.OpenedAt.In(zone).Year()
	b.Number = s.known.numbers[b.CommuneID][b.Year] + 1
	for _, a := range s.alerts {
		if a.b.CommuneID == b.CommuneID && a.b.Year == b.Year && a.b.Number >= b.Number {
			b.Number = a.b.Number + 1
		}
	}
}

// decide does something about an alert that is known, if may does not object.
func (s *Standby) decide(ctx context.Context, communeID, id string, d deed, may func(*post.Broadcast) error) (post.Broadcast, error) {
	s.mu.Lock()
	a, err := s.pending(communeID, id)
	if err == nil {
		if err = may(&a.b); err == nil && a.handed {
			err = away(nil) // it has just gone back to the ledger
		}
	}
	if err != nil {
		s.mu.Unlock()
		return post.Broadcast{}, err
	}
	if s.alerts[id] == nil {
		s.alerts[id] = a
		s.order = append(s.order, id)
	}
	a.do(d)
	s.mu.Unlock()
	return s.settle(ctx, id, d), nil
}

// pending finds an alert, or takes one up from the copy. It is called locked.
func (s *Standby) pending(communeID, id string) (*alert, error) {
	if a := s.alerts[id]; a != nil && a.b.CommuneID == communeID {
		return a, nil
	}
	for _, b := range s.known.open[communeID] {
		if b.ID == id && !b.Exercise {
			return newAlert((&alert{b: b}).board()), nil
		}
	}
	return nil, notHere()
}

// settle records what was done, and lets leave what may.
func (s *Standby) settle(ctx context.Context, id string, d deed) post.Broadcast {
	s.mu.Lock()
	b := s.alerts[id].board()
	runs := s.runsOf(b.CommuneID)
	l := line{At: d.Entry.At, Alert: id, Deed: &d, Keys: runs}
	if d.Broadcast == nil {
		// Whoever takes the record up needs the board on which it was done.
		l.Board = &b
	}
	leaving := s.alerts[id].leaving()
	s.mu.Unlock()
	s.write(ctx, l, true)
	s.Log.WarnContext(ctx, "an alert goes on without the ledger", "broadcast_id", id, "act", d.Kind, "deliveries", len(leaving))
	s.send(ctx, id, leaving)
	s.ring()
	return b
}
