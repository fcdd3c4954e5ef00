package api

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Events is the ledger's record of what changed.
type Events interface {
	// EventsAfter lists the events of every commune that follow one, in an
	// order that never changes.
	EventsAfter(ctx context.Context, afterID int64, limit int) ([]store.Event, error)
	LastEventID(ctx context.Context) (int64, error)
	// Subscribe tells when there may be new ones. A ring may be lost.
	Subscribe() (wake <-chan struct{}, leave func())
}

const (
	// lookEvery finds events whose ring was lost.
	lookEvery = time.Second
	// eventPage is how many events are read at once.
	eventPage = 500
	// clientBuffer is how far a client may fall behind before it is dropped. It
	// comes back by itself and reads on from its last event.
	clientBuffer = 256
	// maxClients bounds the open streams of a process.
	maxClients = 5000
)

// hub reads the ledger's events once for the whole process and hands each to
// the open streams of its commune.
type hub struct {
	events Events
	log    *slog.Logger

	mu      sync.Mutex
	clients map[*client]struct{}
	// place is the last event that was handed out.
	place  int64
	closed bool
}

// client is one open stream.
type client struct {
	communeID string
	// from is the event after which everything comes through the channel.
	from int64
	// events is closed when the hub lets the client go.
	events chan store.Event
}

func newHub(events Events, log *slog.Logger) *hub {
	return &hub{events: events, log: log, clients: map[*client]struct{}{}}
}

// run hands events out until ctx ends, then closes the streams.
func (h *hub) run(ctx context.Context) error {
	defer h.close()
	wake, leave := h.events.Subscribe()
	defer leave()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	started := false
	for {
		err := h.look(ctx, &started)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			h.log.WarnContext(ctx, "the live events cannot be read", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-ticker.C:
		}
	}
}

// look reads what is new. The first time there is nothing new: streams begin
// now.
func (h *hub) look(ctx context.Context, started *bool) error {
	if !*started {
		place, err := h.events.LastEventID(ctx)
		if err != nil {
			return err
		}
		h.begin(place)
		*started = true
	}
	for {
		h.mu.Lock()
		place := h.place
		h.mu.Unlock()
		page, err := h.events.EventsAfter(ctx, place, eventPage)
		if err != nil {
			return err
		}
		h.handOut(page)
		if len(page) < eventPage {
			return nil
		}
	}
}

// begin sets the place. A stream that opened before has missed what is between
// and is let go: it comes back at once.
func (h *hub) begin(place int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.place = place
	for c := range h.clients {
		h.drop(c)
	}
}

func (h *hub) handOut(page []store.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range page {
		h.place = e.ID
		for c := range h.clients {
			if c.communeID != e.CommuneID {
				continue
			}
			select {
			case c.events <- e:
			default:
				h.drop(c)
			}
		}
	}
}

// join opens a stream: every event of the commune after c.from comes through
// c.events.
func (h *hub) join(communeID string) (*client, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.clients) >= maxClients {
		return nil, &post.Problem{
			Kind: post.Unavailable, Code: "stream_unavailable",
			Detail: "Le suivi en direct n’est pas disponible pour le moment.",
		}
	}
	c := &client{communeID: communeID, from: h.place, events: make(chan store.Event, clientBuffer)}
	h.clients[c] = struct{}{}
	return c, nil
}

// leave closes a stream from its own side.
func (h *hub) leave(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(c)
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for c := range h.clients {
		h.drop(c)
	}
}

// drop lets a client go, once. The caller holds mu.
func (h *hub) drop(c *client) {
	if _, ok := h.clients[c]; !ok {
		return
	}
	delete(h.clients, c)
	close(c.events)
}
