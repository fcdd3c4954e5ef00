package standby

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

// known is the last good copy of what an alert needs, of every commune. It is
// replaced as a whole and never changed, except for sessions.
type known struct {
	at       time.Time
	communes map[string]post.Commune
	bySlug   map[string]string
	users    map[string]post.User
	sessions map[string]auth.Session
	tokens   map[string]auth.Token
	channels map[string][]post.Channel
	// ways is how many channels there are.
	ways int
	// numbers are the highest of each commune and year.
	numbers map[string]map[int]int
	// open are the alerts that hold the rest.
	open      map[string][]post.Broadcast
	settings  map[string]post.CrisisSettings
	templates map[string][]post.CrisisTemplate
}

// copyPatience bounds one reading of the copy.
const copyPatience = 10 * time.Second

// refresh reads the copy again; a ledger that does not give it leaves the old
// one.
func (s *Standby) refresh(ctx context.Context, settings bool) {
	s.mu.Lock()
	before := s.known
	s.mu.Unlock()
	fresh, err := within(ctx, copyPatience, func(ctx context.Context) (known, error) { return s.read(ctx, before, settings) })
	if err != nil {
		if ctx.Err() == nil {
			s.Log.WarnContext(ctx, "the copy for alerts could not be read; an older one is kept", "of", before.at, "error", err)
		}
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone && !before.at.IsZero() {
		return // it may be of a ledger that was put back meanwhile
	}
	s.known = fresh
	if len(fresh.channels) != len(before.channels) || fresh.ways != before.ways {
		s.Log.InfoContext(ctx, "alerts can leave without the ledger", "channels", fresh.ways, "people", len(fresh.users))
	}
}

func (s *Standby) read(ctx context.Context, before known, settings bool) (known, error) {
	now := s.Now()
	c, err := s.Truth.StandbyCopy(ctx, now)
	if err != nil {
		return known{}, err
	}
	k := known{
		at: now, communes: map[string]post.Commune{}, bySlug: map[string]string{}, users: map[string]post.User{},
		sessions: map[string]auth.Session{}, tokens: map[string]auth.Token{}, channels: map[string][]post.Channel{},
		numbers: c.Numbers, open: map[string][]post.Broadcast{},
		settings: map[string]post.CrisisSettings{}, templates: map[string][]post.CrisisTemplate{},
	}
	for i := range c.Users {
		k.users[c.Users[i].ID] = c.Users[i]
	}
	for _, session := range c.Sessions {
		k.sessions[session.Hash] = auth.Session(session)
	}
	for _, token := range c.Tokens {
		k.tokens[token.Hash] = auth.Token(token)
	}
	for i := range c.Channels {
		ch := c.Channels[i]
		k.channels[ch.CommuneID] = append(k.channels[ch.CommuneID], ch)
		k.ways++
	}
	for _, commune := range c.Communes {
		k.communes[commune.ID], k.bySlug[commune.Slug] = commune, commune.ID
		if err := s.readCrisis(ctx, &k, &before, commune, settings); err != nil {
			return known{}, err
		}
	}
	return k, nil
}

// readCrisis reads what a commune says and chose for crises.
func (s *Standby) readCrisis(ctx context.Context, k, before *known, commune post.Commune, settings bool) (err error) {
	if !commune.CrisisSince.IsZero() {
		if k.open[commune.ID], err = s.Truth.OpenBroadcasts(ctx, commune.ID); err != nil {
			return err
		}
	}
	if chosen, ok := before.settings[commune.ID]; ok && !settings {
		k.settings[commune.ID], k.templates[commune.ID] = chosen, before.templates[commune.ID]
		return nil
	}
	if k.settings[commune.ID], err = s.Truth.CrisisSettings(ctx, commune.ID); err != nil {
		return err
	}
	k.templates[commune.ID], err = s.Truth.CrisisTemplates(ctx, commune.ID)
	return err
}
