package app

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
	"github.com/crieur/crieur/internal/standby"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/worker"
)

// ledgerHeader tells the browser that the ledger is away.
const ledgerHeader = "X-Crieur-Ledger"

// openStandby prepares the last line of a process that people reach, and the
// room that an alert finds on a full disk.
func (a *App) openStandby(cfg config.Config) (err error) {
	dir := filepath.Join(cfg.DataDir, "standby")
	if a.ballast, err = standby.OpenBallast(dir, int64(cfg.BallastMB)<<20); err != nil {
		return err
	}
	if cfg.Role == config.RoleWorker {
		return nil
	}
	a.standby, err = standby.New(standby.Deps{
		Truth: a.store, Journal: a.journal, Dir: dir, Ballast: a.ballast, Title: a.title,
		NewID: store.NewID, Now: a.opts.Now, Log: a.opts.Log,
	})
	return err
}

// articles are those of the built-in pages.
func (a *App) articles() site.Library {
	if a.standby == nil {
		return sitePages{a.store}
	}
	return a.standby.Library(sitePages{a.store})
}

// publicAlerts are what communes say in a crisis.
func (a *App) publicAlerts() site.Alerts {
	if a.standby == nil {
		return siteAlerts{a.store}
	}
	return a.standby.Alerts(siteAlerts{a.store})
}

// people are the accounts by which people are known.
func (a *App) people() auth.Store {
	if a.standby == nil {
		return accounts{a.store}
	}
	return a.standby.Accounts(accounts{a.store})
}

// connected is where the channels are kept.
func (a *App) connected() connecting.Store {
	if a.standby == nil {
		return a.store
	}
	return standbyChannels{a.store, a.standby.Ledger(), a.standby}
}

// posts is where posts are kept.
func (a *App) posts() publishing.Store {
	if a.standby == nil {
		return a.store
	}
	return standbyPosts{a.store, a.standby.Ledger()}
}

// alerts is where alerts are kept.
func (a *App) alerts() crisis.Store {
	if a.standby == nil {
		return a.store
	}
	return a.standby.Ledger()
}

// tellers is where what people are told of alerts is kept.
func (a *App) tellers() crisis.Notices {
	if a.standby == nil {
		return a.store
	}
	return standbyNotices{a.store, a.standby}
}

// requests keeps the answers to requests that carry a key.
func (a *App) requests() api.Idempotency {
	if a.standby == nil {
		return a.store
	}
	return a.standby.Keys(a.store)
}

// sendings is the send journal of a worker.
func (a *App) sendings() worker.SendJournal { return roomyJournal{a.journal, a.store, a.ballast} }

// tellAway says in every answer that the ledger is away.
func (a *App) tellAway(next http.Handler) http.Handler {
	if a.standby == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&tellingWriter{ResponseWriter: w, away: a.standby.Away}, r)
	})
}

// tellingWriter adds the header when the answer begins: the request itself may
// have found the ledger away.
type tellingWriter struct {
	http.ResponseWriter
	away  func() bool
	begun bool
}

func (w *tellingWriter) begin() {
	if !w.begun && w.away() {
		w.Header().Set(ledgerHeader, "away")
	}
	w.begun = true
}

// WriteHeader implements http.ResponseWriter.
func (w *tellingWriter) WriteHeader(status int) {
	w.begin()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *tellingWriter) Write(b []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(b)
}

// Flush implements http.Flusher: live events are sent at once.
func (w *tellingWriter) Flush() {
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Unwrap is for http.ResponseController.
func (w *tellingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// standbyChannels are the channels, of which the copy knows what an alert needs.
type standbyChannels struct {
	*store.Store
	ledger  standby.Ledger
	standby *standby.Standby
}

// CommuneByID implements connecting.Store.
func (s standbyChannels) CommuneByID(ctx context.Context, id string) (post.Commune, error) {
	return s.ledger.CommuneByID(ctx, id)
}

// Channels implements connecting.Store.
func (s standbyChannels) Channels(ctx context.Context, communeID string) ([]post.Channel, error) {
	return s.ledger.Channels(ctx, communeID)
}

// CreateChannel implements connecting.Store.
func (s standbyChannels) CreateChannel(ctx context.Context, ch post.Channel) error {
	defer s.standby.Changed()
	return s.Store.CreateChannel(ctx, ch)
}

// UpdateChannel implements connecting.Store.
func (s standbyChannels) UpdateChannel(ctx context.Context, ch post.Channel) error {
	defer s.standby.Changed()
	return s.Store.UpdateChannel(ctx, ch)
}

// DeleteChannel implements connecting.Store.
func (s standbyChannels) DeleteChannel(ctx context.Context, communeID, id string) error {
	defer s.standby.Changed()
	return s.Store.DeleteChannel(ctx, communeID, id)
}

// SaveBudgets implements connecting.Store. A network's answer does not wait for
// a ledger that is away.
func (s standbyChannels) SaveBudgets(ctx context.Context, channelID string, budgets []post.Budget) error {
	if s.standby.Away() {
		return nil
	}
	return s.Store.SaveBudgets(ctx, channelID, budgets)
}

// standbyPosts are the posts; what composing an alert needs, the copy has.
type standbyPosts struct {
	*store.Store
	ledger standby.Ledger
}

// Now implements publishing.Store.
func (s standbyPosts) Now(ctx context.Context) (time.Time, error) { return s.ledger.Now(ctx) }

// CommuneByID implements publishing.Store.
func (s standbyPosts) CommuneByID(ctx context.Context, id string) (post.Commune, error) {
	return s.ledger.CommuneByID(ctx, id)
}

// Channels implements publishing.Store.
func (s standbyPosts) Channels(ctx context.Context, communeID string) ([]post.Channel, error) {
	return s.ledger.Channels(ctx, communeID)
}

// standbyNotices tell people, where the ledger can.
type standbyNotices struct {
	*store.Store
	standby *standby.Standby
}

// OpenNoticeFor implements crisis.Notices.
func (n standbyNotices) OpenNoticeFor(ctx context.Context, notice post.Notice, userIDs ...string) (bool, error) {
	if n.standby.Away() {
		return false, standby.ErrAway
	}
	return n.Store.OpenNoticeFor(ctx, notice, userIDs...)
}

// SettleNotice implements crisis.Notices.
func (n standbyNotices) SettleNotice(ctx context.Context, communeID string, kind post.NoticeKind, subject string, at time.Time) error {
	if n.standby.Away() {
		return standby.ErrAway
	}
	return n.Store.SettleNotice(ctx, communeID, kind, subject, at)
}

// roomyJournal gives the ballast up for an alert whose line finds no room.
type roomyJournal struct {
	*journal.Journal
	store   *store.Store
	ballast *standby.Ballast
}

// Start implements worker.SendJournal.
func (j roomyJournal) Start(e journal.Entry) error {
	err := j.Journal.Start(e)
	if !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), ballastPatience)
	defer cancel()
	commune, asked := j.store.CommuneByID(ctx, e.CommuneID)
	if asked != nil || commune.CrisisSince.IsZero() || !j.ballast.Free() {
		return err
	}
	return j.Journal.Start(e)
}

// ballastPatience bounds the question whether there is an alert.
const ballastPatience = 2 * time.Second
