package standby

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/post"
)

// maxLists bounds the communes whose newest articles are kept for readers.
const maxLists = 500

type fromHere struct{}

// sendingFromHere marks a call of the standby: on the commune's own pages, an
// article that the copy does not have is not there.
func sendingFromHere(ctx context.Context) context.Context {
	return context.WithValue(ctx, fromHere{}, true)
}

// Library are the articles of the commune's own pages: those of the ledger, and
// those that were put here while it was away.
type Library struct {
	site.Library
	standby *Standby
}

var _ site.Library = Library{}

// Library returns the articles, which outlive the ledger's absence.
func (s *Standby) Library(ledger site.Library) Library {
	s.library = ledger
	return Library{ledger, s}
}

// read is either for readers: a page that takes long is no reason to say that
// the ledger is away.
func read[T any](ctx context.Context, s *Standby, ledger func(context.Context) (T, error), memory func() (T, error)) (T, error) {
	if s.Away() {
		return memory()
	}
	value, err := within(ctx, handPatience, ledger)
	if err == nil || answered(err) || errors.Is(err, site.ErrNotFound) || ctx.Err() != nil {
		return value, err
	}
	if kept, other := memory(); other == nil {
		return kept, nil
	}
	return value, err
}

// Commune implements site.Library.
func (l Library) Commune(ctx context.Context, slug string) (post.Commune, error) {
	return read(ctx, l.standby, func(ctx context.Context) (post.Commune, error) { return l.Library.Commune(ctx, slug) },
		func() (post.Commune, error) { return l.standby.communeBySlug(slug) })
}

func (s *Standby) communeBySlug(slug string) (post.Commune, error) {
	k := s.copied()
	if id, ok := k.bySlug[slug]; ok {
		return k.communes[id], nil
	}
	return none[post.Commune]()
}

// Put implements site.Library.
func (l Library) Put(ctx context.Context, a site.Article) error {
	s := l.standby
	if ctx.Value(fromHere{}) == nil {
		return l.Library.Put(ctx, a)
	}
	s.mu.Lock()
	s.articles = append(slices.DeleteFunc(s.articles, func(old site.Article) bool {
		return old.CommuneID == a.CommuneID && old.Slug == a.Slug
	}), a)
	s.mu.Unlock()
	s.write(ctx, line{At: a.UpdatedAt, Article: &a}, true)
	return nil
}

// Article implements site.Library.
func (l Library) Article(ctx context.Context, communeID, slug string) (site.Article, error) {
	s := l.standby
	for _, a := range s.put(communeID) {
		if a.Slug == slug {
			return a, nil
		}
	}
	return read(ctx, s, func(ctx context.Context) (site.Article, error) { return l.Library.Article(ctx, communeID, slug) },
		func() (site.Article, error) {
			s.mu.Lock()
			kept := s.lists[communeID]
			s.mu.Unlock()
			for _, a := range kept {
				if a.Slug == slug {
					return a, nil
				}
			}
			if ctx.Value(fromHere{}) != nil {
				return site.Article{}, site.ErrNotFound
			}
			return none[site.Article]()
		})
}

// put are the articles of a commune that were put here.
func (s *Standby) put(communeID string) []site.Article {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.articles), func(a site.Article) bool { return a.CommuneID != communeID })
}

// List implements site.Library.
func (l Library) List(ctx context.Context, communeID string, after site.Cursor, limit int) ([]site.Article, error) {
	s := l.standby
	all, err := read(ctx, s, func(ctx context.Context) ([]site.Article, error) {
		all, err := l.Library.List(ctx, communeID, after, limit)
		if err == nil && after.IsZero() {
			s.keepList(communeID, all)
		}
		return all, err
	}, func() ([]site.Article, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return slices.Clone(s.lists[communeID]), nil
	})
	if err != nil {
		return all, err
	}
	for _, a := range s.put(communeID) {
		all = append(slices.DeleteFunc(all, func(old site.Article) bool { return old.Slug == a.Slug }), a)
	}
	all = slices.DeleteFunc(all, func(a site.Article) bool { return !after.Covers(a) })
	slices.SortFunc(all, func(a, b site.Article) int {
		return cmp.Or(b.PublishedAt.Compare(a.PublishedAt), cmp.Compare(b.Slug, a.Slug))
	})
	return all[:min(len(all), limit)], nil
}

func (s *Standby) keepList(communeID string, all []site.Article) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lists) >= maxLists && s.lists[communeID] == nil {
		clear(s.lists)
	}
	if len(all) >= len(s.lists[communeID]) || len(all) > 0 {
		s.lists[communeID] = slices.Clone(all)
	}
}

// Alerts are what communes say in a crisis: as the ledger has it, or while it is
// away as this process last knew it, with what was said since.
type Alerts struct {
	ledger  site.Alerts
	standby *Standby
}

var _ site.Alerts = Alerts{}

// Alerts returns the alerts, which outlive the ledger's absence.
func (s *Standby) Alerts(ledger site.Alerts) Alerts { return Alerts{ledger, s} }

// Board implements site.Alerts.
func (a Alerts) Board(ctx context.Context, slug string) (site.Board, error) {
	s := a.standby
	return read(ctx, s, func(ctx context.Context) (site.Board, error) {
		board, err := a.ledger.Board(ctx, slug)
		if err == nil {
			s.mu.Lock()
			s.boards[slug] = board
			s.mu.Unlock()
		}
		return board, err
	}, func() (site.Board, error) { return s.board(slug) })
}

// Alert implements site.Alerts.
func (a Alerts) Alert(ctx context.Context, slug, id string) (site.Board, error) {
	return read(ctx, a.standby, func(ctx context.Context) (site.Board, error) { return a.ledger.Alert(ctx, slug, id) },
		func() (site.Board, error) {
			board, err := a.standby.board(slug)
			if err != nil {
				return board, err
			}
			board.Alerts = slices.DeleteFunc(board.Alerts, func(b post.Broadcast) bool { return b.ID != id })
			if len(board.Alerts) == 0 {
				return none[site.Board]()
			}
			return board, nil
		})
}

// board is what a commune says, as this process knows it.
func (s *Standby) board(slug string) (site.Board, error) {
	commune, err := s.communeBySlug(slug)
	if err != nil {
		return site.Board{}, err
	}
	s.mu.Lock()
	before := s.boards[slug].Alerts
	s.mu.Unlock()
	board := site.Board{Commune: commune}
	for _, b := range s.broadcasts(commune.ID) {
		if b.Status == post.BroadcastActive || b.Status == post.BroadcastEnded {
			board.Alerts = append(board.Alerts, public(b))
		}
	}
	now := slices.Clone(board.Alerts)
	for _, b := range before {
		if !slices.ContainsFunc(now, func(newer post.Broadcast) bool { return newer.ID == b.ID }) {
			board.Alerts = append(board.Alerts, b)
		}
	}
	slices.SortStableFunc(board.Alerts, func(a, b post.Broadcast) int { return b.OpenedAt.Compare(a.OpenedAt) })
	return board, nil
}

// public is what everybody may see of an alert.
func public(b post.Broadcast) post.Broadcast {
	said := make([]post.BroadcastMessage, 0, len(b.Messages))
	for i := range b.Messages {
		m := &b.Messages[i]
		said = append(said, post.BroadcastMessage{
			BroadcastID: m.BroadcastID, Number: m.Number, Kind: m.Kind, Title: m.Title, Text: m.Text,
			CreatedAt: m.CreatedAt, NextUpdateAt: m.NextUpdateAt,
		})
	}
	return post.Broadcast{
		ID: b.ID, CommuneID: b.CommuneID, Year: b.Year, Number: b.Number, Exercise: b.Exercise, Status: b.Status,
		Hazard: b.Hazard, Title: b.Title, Severity: b.Severity, Area: b.Area, NextUpdateAt: b.NextUpdateAt,
		OpenedAt: b.OpenedAt, EndedAt: b.EndedAt, Messages: said,
	}
}

// handArticles puts the articles into the ledger.
func (s *Standby) handArticles(ctx context.Context) error {
	s.mu.Lock()
	all := slices.Clone(s.articles)
	s.mu.Unlock()
	for _, a := range all {
		if s.library == nil {
			return nil
		}
		_, err := ask(ctx, nothing(func(ctx context.Context) error {
			// An alert is one article: what it said before the ledger went away stays.
			before, err := s.library.Article(ctx, a.CommuneID, a.Slug)
			if err != nil && !errors.Is(err, site.ErrNotFound) {
				return err
			}
			return s.library.Put(ctx, site.WithEarlier(a, before))
		}))
		if err != nil && !errors.Is(err, site.ErrSlugTaken) {
			return err
		}
		s.mu.Lock()
		s.articles = slices.DeleteFunc(s.articles, func(now site.Article) bool {
			return now.CommuneID == a.CommuneID && now.Slug == a.Slug && now.UpdatedAt.Equal(a.UpdatedAt)
		})
		s.mu.Unlock()
	}
	return nil
}

// handRest gives the ledger what belongs to no alert.
func (s *Standby) handRest(ctx context.Context) error {
	if err := s.handArticles(ctx); err != nil {
		return err
	}
	if err := s.handKeys(ctx); err != nil {
		return err
	}
	if err := s.handSessions(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	entries := slices.Clone(s.entries)
	s.mu.Unlock()
	for _, e := range entries {
		if _, err := ask(ctx, nothing(func(ctx context.Context) error { return s.Truth.Note(ctx, e) })); err != nil {
			return err
		}
		s.mu.Lock()
		s.entries = s.entries[1:]
		s.mu.Unlock()
	}
	return nil
}
