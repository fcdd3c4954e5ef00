package sitetest

import (
	"context"
	"slices"
	"sync"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/post"
)

// MemoryAlerts is a site.Alerts in memory.
type MemoryAlerts struct {
	mu       sync.Mutex
	communes []post.Commune
	alerts   []post.Broadcast
	err      error
}

var _ site.Alerts = (*MemoryAlerts)(nil)

// NewMemoryAlerts knows these communes, which say nothing.
func NewMemoryAlerts(communes ...post.Commune) *MemoryAlerts {
	return &MemoryAlerts{communes: slices.Clone(communes)}
}

// Put adds an alert, or replaces the one of the same id. It is told as it is.
func (m *MemoryAlerts) Put(b post.Broadcast) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.alerts = slices.DeleteFunc(m.alerts, func(other post.Broadcast) bool { return other.ID == b.ID })
	m.alerts = append([]post.Broadcast{b}, m.alerts...)
}

// Break makes every answer fail; nil mends it.
func (m *MemoryAlerts) Break(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

// Board implements site.Alerts.
func (m *MemoryAlerts) Board(_ context.Context, slug string) (site.Board, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	board, err := m.board(slug)
	ended := 0
	for _, b := range m.alerts {
		if b.CommuneID != board.Commune.ID {
			continue
		}
		if b.Status == post.BroadcastEnded {
			if ended++; ended > site.BoardLength {
				continue
			}
		}
		board.Alerts = append(board.Alerts, b)
	}
	return board, err
}

// Alert implements site.Alerts.
func (m *MemoryAlerts) Alert(_ context.Context, slug, id string) (site.Board, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	board, err := m.board(slug)
	if err != nil {
		return site.Board{}, err
	}
	for _, b := range m.alerts {
		if b.CommuneID == board.Commune.ID && b.ID == id {
			board.Alerts = []post.Broadcast{b}
			return board, nil
		}
	}
	return site.Board{}, site.ErrNotFound
}

func (m *MemoryAlerts) board(slug string) (site.Board, error) {
	if m.err != nil {
		return site.Board{}, m.err
	}
	for _, c := range m.communes {
		if c.Slug == slug {
			return site.Board{Commune: c}, nil
		}
	}
	return site.Board{}, site.ErrNotFound
}
