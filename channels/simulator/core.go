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
	// Traits are what the account is like on its network, as its user name.
	Traits map[string]string `json:"traits,omitempty"`
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
	spec.Settings, spec.Credentials, spec.Traits = maps.Clone(spec.Settings), maps.Clone(spec.Credentials), maps.Clone(spec.Traits)
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
