package simulator

import (
	"fmt"
	"slices"
	"sync"
)

type accountKey struct{ network, id string }

// account is the state of one account. calls orders the account's API calls;
// the rest is guarded by Server.mu.
type account struct {
	calls sync.Mutex
	spec  AccountSpec
	// known: somebody added it; otherwise it only holds the lock of calls for
	// an account that does not exist.
	known bool
	// posts and pictures as they stand now, by remote id; order is that of
	// acceptance, and shownIn the last post that took a picture.
	posts    map[string]Record
	order    []string
	pictures map[string]RecordImage
	shownIn  map[string]string
}

// listed is Posts as the network's own lists show them: without those that are
// hidden for now.
func (s *Server) listed(network, account string) []Record {
	now := s.now()
	return slices.DeleteFunc(s.Posts(network, account), func(p Record) bool {
		return p.VisibleFrom.After(now)
	})
}

// current returns a post of an account as it stands, drafts included; false
// when it was deleted or never was.
func (s *Server) current(network, account, remoteID string) (Record, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[accountKey{network, account}]
	if !ok {
		return Record{}, false
	}
	p, ok := a.posts[remoteID]
	return p, ok
}

// allPosts returns the posts of an account as they stand, drafts included.
func (s *Server) allPosts(network, account string) []Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[accountKey{network, account}]
	if !ok {
		return nil
	}
	var posts []Record
	for _, id := range a.order {
		if p, ok := a.posts[id]; ok {
			posts = append(posts, p)
		}
	}
	return posts
}

// picture returns an uploaded picture of an account as it stands.
func (s *Server) picture(network, account, remoteID string) (RecordImage, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[accountKey{network, account}]
	if !ok {
		return RecordImage{}, false
	}
	image, ok := a.pictures[remoteID]
	return image, ok
}

// shownIn returns the post that shows a picture; false while none does.
func (s *Server) shownIn(network, account, pictureID string) (Record, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[accountKey{network, account}]
	if !ok {
		return Record{}, false
	}
	p, ok := a.posts[a.shownIn[pictureID]]
	return p, ok
}

// lastPost returns the newest post of an account that stands, drafts left out.
func (s *Server) lastPost(network, account string) (Record, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[accountKey{network, account}]
	if !ok {
		return Record{}, false
	}
	for _, id := range slices.Backward(a.order) {
		if p, ok := a.posts[id]; ok && !p.Draft {
			return p, true
		}
	}
	return Record{}, false
}

// accountState returns the state of an account, making it at need.
func (s *Server) accountState(key accountKey) *account {
	s.mu.RLock()
	a, ok := s.accounts[key]
	s.mu.RUnlock()
	if ok {
		return a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accountLocked(key)
}

func (s *Server) accountLocked(key accountKey) *account {
	a, ok := s.accounts[key]
	if !ok {
		a = &account{posts: map[string]Record{}, pictures: map[string]RecordImage{}, shownIn: map[string]string{}}
		s.accounts[key] = a
	}
	return a
}

func (s *Server) remember(spec AccountSpec) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accountLocked(accountKey{spec.Network, spec.ID})
	a.spec, a.known = spec, true
}

// accept makes records part of the state and of the journal. It fills Seq, and
// At where it is zero.
func (s *Server) accept(records []Record) error {
	if len(records) == 0 {
		return nil
	}
	return s.journal.commit(func(write func(journalLine) error) error {
		s.mu.RLock()
		seq := int64(len(s.records))
		s.mu.RUnlock()
		for i := range records {
			records[i].Seq = seq + int64(i) + 1
			if records[i].At.IsZero() {
				records[i].At = s.now()
			}
			if err := write(journalLine{Record: &records[i], Number: s.number.Load()}); err != nil {
				return err
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, r := range records {
			s.applyLocked(r)
		}
		return nil
	})
}

func (s *Server) applyLocked(r Record) {
	s.records = append(s.records, r)
	a := s.accountLocked(accountKey{r.Network, r.Account})
	switch r.Operation {
	case opPost:
		a.posts[r.RemoteID] = r
		a.order = append(a.order, r.RemoteID)
		for _, image := range r.Images {
			a.shownIn[image.RemoteID] = r.RemoteID
		}
	case opUpdate:
		if before, ok := a.posts[r.RemoteID]; ok {
			r.At, r.VisibleFrom = before.At, before.VisibleFrom
			a.posts[r.RemoteID] = r
			for _, image := range r.Images {
				a.shownIn[image.RemoteID] = r.RemoteID
			}
		}
	case opMedia, opAlt:
		for _, image := range r.Images {
			a.pictures[image.RemoteID] = image
		}
	case opDelete:
		delete(a.posts, r.RemoteID)
		delete(a.pictures, r.RemoteID)
	}
}

// replay puts a line of the journal back into the state.
func (s *Server) replay(line journalLine) error {
	switch {
	case line.Account != nil:
		s.remember(*line.Account)
	case line.Record != nil:
		s.number.Store(max(s.number.Load(), line.Number))
		s.mu.Lock()
		defer s.mu.Unlock()
		if want := int64(len(s.records)) + 1; line.Record.Seq != want {
			return fmt.Errorf("record %d where %d was expected", line.Record.Seq, want)
		}
		s.applyLocked(*line.Record)
	}
	return nil
}

// reset forgets everything but the practice accounts; numbers go on.
func (s *Server) reset() error {
	return s.journal.truncate(func() {
		s.mu.Lock()
		s.accounts, s.records, s.faults = map[accountKey]*account{}, nil, nil
		s.mu.Unlock()
		for _, n := range s.networks {
			s.remember(n.practice)
		}
	})
}
