package agenda

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Shown is an event with its dates in words and as instants.
type Shown struct {
	Event post.Event
	// When is all dates in words; Former the date that it had last, "" where it
	// was never postponed.
	When, Former string
	Dates        []ShownDate
	// Article is the address of the newest article that announces it on the
	// commune's own pages; "" where there is none, or nobody asked.
	Article string
}

// ShownDate is one date. Of whole days, Start and End are midnights in UTC of
// which only the date counts, and End is the day after the last.
type ShownDate struct {
	Start, End time.Time
	HasEnd     bool
	When       string
}

// Show puts an event into words for who reads at a moment.
func Show(e *post.Event, now time.Time) Shown {
	zone, err := location(e.Zone)
	if err != nil {
		zone = time.UTC
	}
	year := now.In(zone).Year()
	all := spans(e)
	shown := Shown{Event: *e, When: frenchDates(all, e.AllDay, year)}
	for _, s := range all {
		d := ShownDate{HasEnd: s.hasEnd, When: frenchSpan(s, e.AllDay, year)}
		if d.Start, d.End = s.bounds(zone, e.AllDay); e.AllDay {
			d.Start, d.End = midnight(s.start), midnight(s.end).AddDate(0, 0, 1)
		}
		shown.Dates = append(shown.Dates, d)
	}
	former := e.Previous
	if e.Status == post.EventPostponed {
		// Its dates are still those that no longer hold.
		former = e.Dates[:1]
	}
	if len(former) > 0 {
		was := post.Event{Dates: former[len(former)-1:], AllDay: len(former[len(former)-1].Start) == len(dayLayout)}
		shown.Former = frenchDates(spans(&was), was.AllDay, year)
	}
	return shown
}

// feedBack is how far back the public agenda remembers.
const feedBack = -365 * 24 * time.Hour

// Public lists the events of a commune's public agenda: those to come, or for a
// feed also those of the last year.
func (s *Service) Public(ctx context.Context, communeID string, feed bool) ([]Shown, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	from := now
	if feed {
		from = now.Add(feedBack)
	}
	all, err := s.Store.AgendaEvents(ctx, communeID, from, time.Time{}, true, listLength)
	shown := make([]Shown, len(all))
	for i := range all {
		shown[i] = Show(&all[i], now)
	}
	return shown, err
}

// PublicEvent is one event of the public agenda. One that is not listed there
// is not found.
func (s *Service) PublicEvent(ctx context.Context, communeID, id string) (Shown, error) {
	e, err := s.Store.AgendaEvent(ctx, communeID, id)
	if err == nil && !e.Listed {
		err = post.ErrNotFound
	}
	shown, err := s.shown(ctx, e, err)
	if err == nil && len(e.Content.Images) > 0 {
		shown.Article, err = s.article(ctx, &e)
	}
	return shown, err
}

// siteKind is the kind of the commune's own pages among channels.
const siteKind = "site"

// article finds where the commune's own pages announce an event. Its pictures
// are public there, and only there.
func (s *Service) article(ctx context.Context, e *post.Event) (string, error) {
	all, err := s.Store.Announcements(ctx, e.CommuneID, e.ID)
	if err != nil {
		return "", err
	}
	for _, a := range slices.Backward(all) {
		p, err := s.Posts.Post(ctx, author(e.CommuneID, e.AuthorID), a.PostID)
		if errors.Is(err, post.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		for i := range p.Deliveries {
			if d := &p.Deliveries[i]; d.Kind == siteKind && d.State == post.Sent && d.RemoteURL != "" {
				return d.RemoteURL, nil
			}
		}
	}
	return "", nil
}

// ArticleEvent is the event that an article announces; key is that of its post.
func (s *Service) ArticleEvent(ctx context.Context, communeID, key string) (Shown, error) {
	e, err := s.Store.EventOfArticle(ctx, communeID, key)
	return s.shown(ctx, e, err)
}

func (s *Service) shown(ctx context.Context, e post.Event, err error) (Shown, error) {
	if err != nil {
		return Shown{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Shown{}, err
	}
	return Show(&e, now), nil
}
