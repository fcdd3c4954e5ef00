package planning

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/ics"
	"github.com/crieur/crieur/internal/post"
)

const (
	// secretBytes is the length of the secret in a feed's address: 256 bits.
	secretBytes = 32
	// FeedPath is where feeds are served.
	FeedPath = "/plan/"
	// feedEnd is how the address of a feed ends.
	feedEnd = ".ics"
	// feedLength is how long a post takes in a calendar: calendars draw nothing
	// without a length.
	feedLength = 15 * time.Minute
)

// The feed goes back as far as people look, and reaches as far as they plan.
const feedYearsBack, feedYearsAhead = 1, 5

// Feed is a person's private feed of the plan.
type Feed struct {
	// URL is known when the feed is made, and never again.
	URL string
	// CreatedAt is zero where there is no feed.
	CreatedAt time.Time
}

// Feed says whether the actor has a feed.
func (s *Service) Feed(ctx context.Context, actor post.Actor) (Feed, error) {
	f, err := s.Store.PlanFeed(ctx, actor.CommuneID, actor.UserID)
	if errors.Is(err, post.ErrNotFound) {
		return Feed{}, nil
	}
	return Feed{CreatedAt: f.CreatedAt}, err
}

// NewFeed gives the actor a new address; the one before stops working.
func (s *Service) NewFeed(ctx context.Context, actor post.Actor) (Feed, error) {
	random := make([]byte, secretBytes)
	if _, err := rand.Read(random); err != nil {
		return Feed{}, fmt.Errorf("secret of a feed: %w", err)
	}
	secret := base64.RawURLEncoding.EncodeToString(random)
	now, err := s.Store.Now(ctx)
	if err != nil {
		return Feed{}, err
	}
	err = s.Store.PutPlanFeed(ctx, post.PlanFeed{
		CommuneID: actor.CommuneID, UserID: actor.UserID, Hash: digest(secret), CreatedAt: now,
	})
	return Feed{URL: s.PublicURL + FeedPath + secret + feedEnd, CreatedAt: now}, err
}

// StopFeed makes the actor's address stop working.
func (s *Service) StopFeed(ctx context.Context, actor post.Actor) error {
	return s.Store.DeletePlanFeed(ctx, actor.CommuneID, actor.UserID)
}

// digest is what the ledger keeps of a secret. It is found by an index, so that
// how long the search takes tells nothing of a secret that is nearly right; a
// plain SHA-256 is enough for 256 random bits.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Calendar writes the feed at the last part of an address, in iCalendar.
// post.ErrNotFound: there is none.
func (s *Service) Calendar(ctx context.Context, file string) ([]byte, error) {
	secret, found := strings.CutSuffix(file, feedEnd)
	if !found {
		return nil, post.ErrNotFound
	}
	feed, err := s.Store.PlanFeedByHash(ctx, digest(secret))
	if err != nil {
		return nil, err
	}
	commune, err := s.Store.CommuneByID(ctx, feed.CommuneID)
	if err != nil {
		return nil, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	posts, err := s.Store.PlannedPosts(ctx, feed.CommuneID, now.AddDate(-feedYearsBack, 0, 0), now.AddDate(feedYearsAhead, 0, 0))
	if err != nil {
		return nil, err
	}
	names, err := s.channelNames(ctx, feed.CommuneID)
	if err != nil {
		return nil, err
	}
	calendar := ics.Calendar{Product: "-//Crieur//Publications//FR", Name: "Publications de " + commune.Name}
	for i := range posts {
		if p := &posts[i]; p.Status != post.StatusDraft && p.Status != post.StatusCancelled {
			calendar.Events = append(calendar.Events, s.feedEvent(p, names))
		}
	}
	var b bytes.Buffer
	err = calendar.Write(&b)
	return b.Bytes(), err
}

// channelNames is how people call a commune's channels.
func (s *Service) channelNames(ctx context.Context, communeID string) (map[string]string, error) {
	all, err := s.Store.Channels(ctx, communeID)
	names := make(map[string]string, len(all))
	for i := range all {
		names[all[i].ID] = all[i].Name
	}
	return names, err
}

func (s *Service) feedEvent(p *post.PlannedPost, channelNames map[string]string) ics.Event {
	content := post.Content{Title: p.Title, Text: p.Text}
	status := ics.Confirmed
	if p.Status == post.StatusAwaitingApproval {
		status = ics.Tentative
	}
	names := make([]string, len(p.Channels))
	for i, c := range p.Channels {
		// A channel that was removed since has only its kind.
		names[i] = cmp.Or(channelNames[c.ID], s.Title(c.Kind))
	}
	return ics.Event{
		UID: p.ID + "@plan.crieur", Sequence: p.Version, Status: status, Stamp: p.UpdatedAt,
		Start: p.DueAt, End: p.DueAt.Add(feedLength), Free: true,
		Summary:     content.Headline(),
		Description: statusWord(p.Status) + "\nCanaux : " + strings.Join(names, ", "),
		URL:         s.PublicURL + "/posts/" + p.ID,
	}
}

// statusWord is the status as people read it.
func statusWord(status post.Status) string {
	switch status {
	case post.StatusAwaitingApproval:
		return "En attente de validation"
	case post.StatusScheduled:
		return "Programmée"
	case post.StatusPublishing:
		return "En cours de publication"
	case post.StatusPublished:
		return "Publiée"
	case post.StatusPartlyPublished:
		return "Publiée en partie"
	case post.StatusFailed:
		return "Échec"
	case post.StatusDraft:
		return "Brouillon"
	case post.StatusCancelled:
		return "Annulée"
	}
	return string(status)
}
