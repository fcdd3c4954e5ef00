package worker

import (
	"maps"
	"slices"
	"sync"
)

// holding are the deliveries on which this process works now. Only their claims
// are kept alive: one whose answer was lost on its way, or whose outcome could
// not be saved, must run out, or its lane would stand still for as long as the
// process lives.
type holding struct {
	mu  sync.Mutex
	ids map[string]struct{}
}

// take adds a delivery until release is called.
func (h *holding) take(id string) (release func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ids == nil {
		h.ids = map[string]struct{}{}
	}
	h.ids[id] = struct{}{}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.ids, id)
	}
}

func (h *holding) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.ids))
}
