package worker

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/media"
)

// What is scheduled is checked a day, an hour and a quarter of an hour before
// it leaves, so that people hear of what would fail while they can still mend
// it. One question to the network serves all deliveries of a channel.
const (
	// preflightEvery is the middle of the times between two looks, which differ
	// by up to half of it.
	preflightEvery = time.Minute
	// preflightChannels and preflightDeliveries bound one look.
	preflightChannels   = 500
	preflightDeliveries = 1000
	// preflightTogether spreads the questions to the networks over time.
	preflightTogether = 4
	// preflightLease is how long one worker has a channel for itself.
	preflightLease = time.Minute
	// checkTimeout bounds the question to the network.
	checkTimeout = 20 * time.Second
)

// checkFresh is how old an answer of the network may be, by stage, to serve
// again: posts that follow each other closely must not burn the account's
// allowance.
func checkFresh(stage int) time.Duration {
	return [...]time.Duration{2 * time.Hour, 20 * time.Minute, 5 * time.Minute}[stage-1]
}

// PreflightLedger is what the checks before the hour need of the store.
type PreflightLedger interface {
	PreflightChannels(ctx context.Context, now time.Time, limit int) ([]string, error)
	PreflightDeliveries(ctx context.Context, channelID string, now time.Time, limit int) ([]post.Delivery, error)
	LeaseCheck(ctx context.Context, channelID string, now time.Time, lease time.Duration) (bool, error)
	SaveCheck(ctx context.Context, channelID string, epoch int64, c store.ChannelCheck) error
	MarkPreflight(ctx context.Context, checked []post.Delivery) error
	FailBefore(ctx context.Context, d post.Delivery, now time.Time, failure post.Failure) error
	OpenPreflight(ctx context.Context, channelID string) (map[string]string, error)
	SettlePreflight(ctx context.Context, now time.Time) error
	OpenNotice(ctx context.Context, n post.Notice) (bool, error)
	SettleNotices(ctx context.Context, ids []string, at time.Time) error
}

// lookAhead checks what is scheduled until ctx ends.
func (w *Worker) lookAhead(ctx context.Context) {
	timer := time.NewTimer(rand.N(preflightEvery / 2)) // #nosec G404 -- spreads load, guards nothing
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		w.preflight(ctx)
		timer.Reset(preflightEvery/2 + rand.N(preflightEvery)) // #nosec G404 -- spreads load, guards nothing
	}
}

// preflight does every check that is due.
func (w *Worker) preflight(ctx context.Context) {
	if err := w.Ledger.SettlePreflight(ctx, w.clock.now()); err != nil && ctx.Err() == nil {
		w.Log.WarnContext(ctx, "notices of checks were not settled", "error", err)
	}
	ids, err := w.Ledger.PreflightChannels(ctx, w.clock.now(), preflightChannels)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.WarnContext(ctx, "what is scheduled was not checked ahead", "error", err)
		}
		return
	}
	files := &verified{pictures: w.Pictures, known: map[string]error{}}
	var group errgroup.Group
	group.SetLimit(preflightTogether)
	for _, id := range ids {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if err := w.preflightChannel(ctx, id, files); err != nil && ctx.Err() == nil {
				w.Log.WarnContext(ctx, "a channel was not checked ahead; it is tried again", "channel_id", id, "error", err)
			}
			return nil
		})
	}
	_ = group.Wait() // each reports for itself
}

// ahead is one check of a channel and of what is scheduled on it.
type ahead struct {
	channel    post.Channel
	deliveries []post.Delivery
	// stage is the latest that any of the deliveries has reached.
	stage int
	// found are the notices to open, by their subjects, and checked the subjects
	// that were looked at.
	found   map[string]post.Notice
	checked []string
	// undone are deliveries that could not be judged: they are checked again.
	undone map[string]bool
}

func (w *Worker) preflightChannel(ctx context.Context, id string, files *verified) error {
	ok, err := w.Ledger.LeaseCheck(ctx, id, w.clock.now(), preflightLease)
	if err != nil || !ok {
		return err
	}
	ch, err := w.Ledger.ChannelByID(ctx, id)
	if err != nil {
		return err
	}
	a := &ahead{channel: ch, found: map[string]post.Notice{}, undone: map[string]bool{}}
	if a.deliveries, err = w.Ledger.PreflightDeliveries(ctx, id, w.clock.now(), preflightDeliveries); err != nil || len(a.deliveries) == 0 {
		return err
	}
	for i := range a.deliveries {
		a.stage = max(a.stage, a.deliveries[i].Preflight)
	}
	// Our own side first: it costs the network nothing.
	driver, opened, openErr := w.Opener.Open(ctx, ch)
	if openErr == nil {
		for i := range a.deliveries {
			w.checkOwn(ctx, driver, a, &a.deliveries[i], files)
		}
	}
	if err := w.checkAccount(ctx, a, opened, openErr); err != nil {
		return err
	}
	return w.conclude(ctx, a)
}

// checkOwn judges one delivery without the network: its rendering by today's
// limits, and its pictures.
func (w *Worker) checkOwn(ctx context.Context, driver channels.Driver, a *ahead, d *post.Delivery, files *verified) {
	a.checked = append(a.checked, d.ID)
	var rendered channels.Rendered
	if err := json.Unmarshal(d.Rendered, &rendered); err != nil {
		failure := (&channels.Error{Kind: channels.Internal, Op: "preflight", Code: "rendering_unreadable", Err: err}).Failure(a.channel.Name)
		a.find(d, d.ID, post.SeverityError, failure)
		return
	}
	for _, issue := range driver.Validate(rendered, a.channel.Settings) {
		if issue.Severity == channels.SeverityError {
			failure := (&channels.Error{Kind: channels.Rejected, Op: "preflight", Code: issue.Code, Message: issue.Message}).Failure(driver.Info().Title)
			a.find(d, d.ID, post.SeverityError, failure)
			break
		}
	}
	for _, image := range rendered.Images {
		m, err := w.mediaOf(ctx, d.CommuneID, image)
		if err == nil {
			err = files.verify(ctx, m.SHA256)
		}
		switch {
		case err == nil:
			w.checkRights(ctx, a, d, &m)
			continue
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, media.ErrAltered):
			w.pictureLost(ctx, a, d, err)
		default:
			// The place of the pictures may be away for a moment.
			a.undone[d.ID] = true
			w.Log.WarnContext(ctx, "a picture could not be read ahead of its hour", "delivery_id", d.ID, "media_id", image.MediaID, "error", err)
			if d.Preflight > 1 {
				a.find(d, d.ID, post.SeverityWarning, post.Failure{
					Message:  "Crieur n’arrive pas à relire une image de cette publication.",
					NextStep: "Prévenez la personne qui gère l’installation. Crieur vérifie de nouveau dans une minute.",
				})
			}
		}
		return
	}
}

// pictureLost tells people as long as there is time to bring the picture back,
// and ends the delivery at the last check: nothing leaves without its picture.
func (w *Worker) pictureLost(ctx context.Context, a *ahead, d *post.Delivery, cause error) {
	e, _ := channels.AsError(mediaLost(cause))
	failure := e.Failure(a.channel.Name)
	log := w.Log.With("post_id", d.PostID, "delivery_id", d.ID)
	if d.Preflight < store.LastPreflight {
		log.WarnContext(ctx, "a picture is missing or altered", "error", cause)
		failure.Message = "Le fichier d’une image manque ou a été abîmé : cette publication ne partira pas."
		failure.NextStep = "Modifiez la publication et envoyez l’image de nouveau."
		a.find(d, d.ID, post.SeverityError, failure)
		return
	}
	failure.Message = "Le fichier d’une image manque ou a été abîmé. Crieur s’en est aperçu avant l’heure ; rien n’a été publié."
	switch err := w.Ledger.FailBefore(ctx, *d, w.clock.now(), failure); {
	case errors.Is(err, post.ErrConflict):
		log.InfoContext(ctx, "changed meanwhile; checked again")
	case err != nil:
		a.undone[d.ID] = true
		log.ErrorContext(ctx, "a delivery whose picture is lost was not ended; tried again", "error", err)
	default:
		log.WarnContext(ctx, "ended before its hour: a picture is missing or altered", "error", cause)
	}
}

// checkAccount asks the network once whether the channel may publish, unless it
// was asked a short while ago.
func (w *Worker) checkAccount(ctx context.Context, a *ahead, opened channels.Channel, openErr error) error {
	ch, now := a.channel, w.clock.now()
	a.checked = append(a.checked, ch.ID)
	var health channels.Health
	err := openErr
	if err == nil {
		if ch.Status == post.ChannelConnected && ch.Failure == nil && now.Sub(ch.CheckedAt) < checkFresh(a.stage) {
			w.checkEnd(a, opened, ch.CredentialsExpireAt)
			return nil
		}
		if health, err = askHealth(ctx, opened); isRefusal(err) {
			// A token may have been renewed, or have ended, a moment ago.
			if fresh, ok := w.renewals.Fresh(ctx, ch); ok {
				a.channel, ch = fresh, fresh
				if _, opened, err = w.Opener.Open(ctx, fresh); err == nil {
					health, err = askHealth(ctx, opened)
				}
			}
		}
	}
	if err == nil {
		if err := w.Ledger.SaveCheck(ctx, ch.ID, ch.RenewalEpoch, store.ChannelCheck{
			Status: post.ChannelConnected, ExpiresAt: health.ExpiresAt, At: now,
		}); err != nil {
			return err
		}
		if health.ExpiresAt.IsZero() {
			health.ExpiresAt = ch.CredentialsExpireAt
		}
		w.checkEnd(a, opened, health.ExpiresAt)
		return nil
	}
	e, ok := channels.AsError(err)
	if !ok {
		return err
	}
	failure := e.Failure(w.Title(ch.Kind))
	w.Log.WarnContext(ctx, "a check before the hour failed", "channel_id", ch.ID, "channel", ch.Kind, "stage", a.stage, "error", err)
	switch e.Kind {
	case channels.Auth, channels.Permission:
		// The notice of a channel to connect again follows from its status.
		return w.Ledger.SaveCheck(ctx, ch.ID, ch.RenewalEpoch, store.ChannelCheck{Status: post.ChannelNeedsReauth, Failure: &failure, At: now})
	case channels.Temporary, channels.RateLimited, channels.UnknownOutcome, channels.Internal:
		if a.stage == store.LastPreflight {
			failure.Message = w.Title(ch.Kind) + " ne répond pas en ce moment, et une publication part bientôt."
			failure.NextStep = "Crieur essaiera à l’heure dite, puis encore. Rien à faire, sinon attendre."
			a.find(&a.deliveries[0], ch.ID, post.SeverityWarning, failure)
		}
	default:
		a.find(&a.deliveries[0], ch.ID, post.SeverityError, failure)
	}
	return nil
}

func askHealth(ctx context.Context, opened channels.Channel) (channels.Health, error) {
	return guarded(ctx, "check", checkTimeout, opened.Check)
}

func isRefusal(err error) bool {
	e, ok := channels.AsError(err)
	return ok && e.Kind == channels.Auth
}

// checkEnd looks whether credentials that nobody can renew end before a
// delivery leaves.
func (w *Worker) checkEnd(a *ahead, opened channels.Channel, end time.Time) {
	if _, ok := opened.(channels.Renewer); ok || end.IsZero() {
		return
	}
	for i := range a.deliveries {
		if d := &a.deliveries[i]; !d.DueAt.Before(end) {
			a.find(d, a.channel.ID, post.SeverityError, post.Failure{
				Message:  "L’autorisation de " + w.Title(a.channel.Kind) + " prend fin avant l’heure d’une publication prévue.",
				NextStep: "Reconnectez le canal « " + a.channel.Name + " » d’ici là.",
			})
			return
		}
	}
}

// find keeps a finding; of one subject the first counts.
func (a *ahead) find(d *post.Delivery, subject string, severity post.Severity, failure post.Failure) {
	if _, ok := a.found[subject]; ok {
		return
	}
	a.found[subject] = post.Notice{
		CommuneID: d.CommuneID, Kind: post.NoticePreflight, Subject: subject, Severity: severity,
		PostID: d.PostID, DeliveryID: d.ID, ChannelID: a.channel.ID,
		Title:   "À corriger avant l’heure : " + a.channel.Name,
		Message: failure.Message, NextStep: failure.NextStep,
	}
}

// conclude tells people what was found, closes what is in order again, and
// marks the stage as done.
func (w *Worker) conclude(ctx context.Context, a *ahead) error {
	open, err := w.Ledger.OpenPreflight(ctx, a.channel.ID)
	if err != nil {
		return err
	}
	var clean []string
	for _, subject := range a.checked {
		if _, bad := a.found[subject]; !bad && open[subject] != "" && !a.undone[subject] {
			clean = append(clean, open[subject])
		}
	}
	if len(clean) > 0 {
		if err := w.Ledger.SettleNotices(ctx, clean, w.clock.now()); err != nil {
			return err
		}
	}
	for _, notice := range a.found {
		if _, err := w.Ledger.OpenNotice(ctx, notice); err != nil {
			return err
		}
	}
	done := make([]post.Delivery, 0, len(a.deliveries))
	for _, d := range a.deliveries {
		if !a.undone[d.ID] {
			done = append(done, d)
		}
	}
	return w.Ledger.MarkPreflight(ctx, done)
}

// verified remembers for one look which stored pictures are unaltered: many
// deliveries share them.
type verified struct {
	pictures Pictures
	mu       sync.Mutex
	known    map[string]error
}

func (v *verified) verify(ctx context.Context, sha string) error {
	v.mu.Lock()
	err, ok := v.known[sha]
	v.mu.Unlock()
	if ok {
		return err
	}
	err = v.pictures.Verify(ctx, sha)
	v.mu.Lock()
	v.known[sha] = err
	v.mu.Unlock()
	return err
}
