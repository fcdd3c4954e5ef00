package simulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Operations of the networks, as faults and records name them.
const (
	opPost   = "post"
	opMedia  = "media"
	opAlt    = "alt"
	opRead   = "read"
	opCheck  = "check"
	opDelete = "delete"
	opUpdate = "update"
	opToken  = "token"
)

// maxRequest bounds the body of a request, in bytes.
const maxRequest = 32 << 20

// Options of a Server.
type Options struct {
	// JournalPath is the file that keeps the state over a restart; pictures lie
	// beside it. "" keeps everything in memory.
	JournalPath string
	// Fsync brings every accepted record to the disk before it is answered.
	Fsync bool
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// PublicURL is how browsers and API clients reach the server, without a
	// trailing slash. "" takes the host of each request.
	PublicURL string
	// WithoutControl leaves /_control/ out, for a server that strangers reach.
	WithoutControl bool
}

// AccountSpec is one account on a simulated network.
type AccountSpec struct {
	Network string `json:"network"`
	// ID is the account's id on the network: a page, a user, a site.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Settings and Credentials are those with which the account is connected,
	// by the names that its channel uses.
	Settings    map[string]string `json:"settings,omitempty"`
	Credentials map[string]string `json:"credentials,omitempty"`
}

// Server is a set of simulated networks. It is safe for concurrent use.
type Server struct {
	opts     Options
	now      func() time.Time
	mux      *http.ServeMux
	networks []network
	done     chan struct{}
	close    func() error

	journal *journalFile
	media   mediaStore
	// number is the last one that nextNumber gave.
	number atomic.Int64

	mu       sync.RWMutex
	accounts map[accountKey]*account
	records  []Record
	faults   []Fault
}

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

// New makes a server. With a journal that exists, its state is that of the
// journal; a line torn by a crash at its end is dropped, any other damage is an
// error.
func New(opts Options) (*Server, error) {
	opts.PublicURL = strings.TrimRight(opts.PublicURL, "/")
	s := &Server{
		opts:     opts,
		now:      opts.Now,
		done:     make(chan struct{}),
		accounts: map[accountKey]*account{},
	}
	if s.now == nil {
		s.now = time.Now //nolint:forbidigo // the documented default of a program that is itself a fixture
	}
	s.media = newMediaStore(opts.JournalPath)
	s.networks = s.allNetworks()
	for _, n := range s.networks {
		s.remember(n.practice)
	}
	s.journal = &journalFile{}
	if opts.JournalPath != "" {
		journal, err := openJournal(opts.JournalPath, opts.Fsync, s.replay)
		if err != nil {
			return nil, err
		}
		s.journal = journal
	}
	s.close = sync.OnceValue(func() error {
		close(s.done)
		return s.journal.Close()
	})
	s.mux = s.routes()
	return s, nil
}

// Close ends hanging calls and closes the journal. The HTTP server in front is
// the caller's.
func (s *Server) Close() error { return s.close() }

// ServeHTTP answers for all networks.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	s.mux.ServeHTTP(w, r)
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, n := range s.networks {
		mux.Handle("/"+n.name+"/", http.StripPrefix("/"+n.name, n.handler))
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
	})
	if !s.opts.WithoutControl {
		s.routeControl(mux)
	}
	s.routePages(mux)
	return mux
}

// AddAccount adds an account, or replaces one with the same network and id and
// keeps its posts.
func (s *Server) AddAccount(spec AccountSpec) error {
	spec.Settings, spec.Credentials = maps.Clone(spec.Settings), maps.Clone(spec.Credentials)
	if spec.Network == "" || spec.ID == "" {
		return fmt.Errorf("simulator: an account needs a network and an id")
	}
	if !slices.ContainsFunc(s.networks, func(n network) bool { return n.name == spec.Network }) {
		return fmt.Errorf("simulator: no network %q", spec.Network)
	}
	return s.journal.commit(func(write func(journalLine) error) error {
		if err := write(journalLine{Account: &spec}); err != nil {
			return err
		}
		s.remember(spec)
		return nil
	})
}

// PracticeAccounts are the accounts that are always there: one a network, named
// for a commune that does not exist.
func (s *Server) PracticeAccounts() []AccountSpec {
	var specs []AccountSpec
	for _, n := range s.networks {
		if spec, ok := s.accountSpec(n.practice.Network, n.practice.ID); ok {
			specs = append(specs, spec)
		}
	}
	return specs
}

// Records returns everything that was accepted, in order.
func (s *Server) Records() []Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.records)
}

// Posts returns the posts of an account that stand now, oldest first, each with
// its latest update and without drafts. Posts that EffectHide keeps out of the
// network's lists are there: they are public.
func (s *Server) Posts(network, account string) []Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[accountKey{network, account}]
	if !ok {
		return nil
	}
	var posts []Record
	for _, id := range a.order {
		if p, ok := a.posts[id]; ok && !p.Draft {
			posts = append(posts, p)
		}
	}
	return posts
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

// accountSpec returns an account that somebody added, or a practice account.
func (s *Server) accountSpec(network, id string) (AccountSpec, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[accountKey{network, id}]
	if !ok || !a.known {
		return AccountSpec{}, false
	}
	return a.spec, true
}

// findAccount returns the first account of a network, by id, that matches.
func (s *Server) findAccount(network string, match func(AccountSpec) bool) (AccountSpec, bool) {
	for _, spec := range s.accountsOf(network) {
		if match(spec) {
			return spec, true
		}
	}
	return AccountSpec{}, false
}

// accountsOf returns the accounts of a network ("" for all), by network and id.
func (s *Server) accountsOf(network string) []AccountSpec {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var specs []AccountSpec
	for key, a := range s.accounts {
		if a.known && (network == "" || key.network == network) {
			specs = append(specs, a.spec)
		}
	}
	slices.SortFunc(specs, func(a, b AccountSpec) int {
		return strings.Compare(a.Network+"\x00"+a.ID, b.Network+"\x00"+b.ID)
	})
	return specs
}

// nextNumber gives a number that was never given before, also over a restart.
// Networks make their ids of it.
func (s *Server) nextNumber() int64 { return s.number.Add(1) }

// url is the absolute address of a path of this server, as the maker of r
// reaches it.
func (s *Server) url(r *http.Request, path string) string {
	if s.opts.PublicURL != "" {
		return s.opts.PublicURL + path
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host + path
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
