package worker

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/kept"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Renewal trades credentials before they end, far enough ahead that people can
// still connect the account again when it fails (docs/adr/0009-renewal.md).
const (
	// renewWithin is how long before their end credentials are renewed.
	renewWithin = 40 * time.Minute
	// renewAtLast is how long before their end a publication renews them
	// itself, because nothing else did.
	renewAtLast = time.Minute
	// renewLease is how long one renewal may take, its commit included. Refresh
	// tokens are single use: two renewals at once would kill the whole family.
	renewLease = 25 * time.Second
	// renewCall bounds the question to the network; what is left of the lease
	// is for the commit.
	renewCall = 12 * time.Second
	// renewEvery is the shortest time between two looks for credentials that
	// end; up to as much again is added, so that workers do not look together.
	// A renewal that was cut off is found within a lease and two of these; then
	// the watch tells people.
	renewEvery = 5 * time.Second
	// renewAgain is how soon credentials that the ledger could not take are
	// offered to it again.
	renewAgain = time.Second
	// renewPoll is how often somebody waits for a renewal that another does.
	renewPoll = 500 * time.Millisecond
	// refusedAgain is the time between two refusals that leave no doubt.
	refusedAgain = time.Minute
	// renewTogether bounds the renewals that one process does at a time.
	renewTogether = 4
)

// RenewalLedger is what renewing needs of the store.
type RenewalLedger interface {
	ChannelByID(ctx context.Context, id string) (post.Channel, error)
	RenewalsDue(ctx context.Context, now time.Time, within, lease time.Duration) ([]store.RenewalDue, error)
	LeaseRenewal(ctx context.Context, channelID, instance string, epochSeen int64, now time.Time, lease time.Duration) (int64, bool, error)
	SaveRenewal(ctx context.Context, channelID string, epoch int64, sealed []byte, expires time.Time) error
	ReleaseRenewal(ctx context.Context, channelID string, epoch int64) error
	RefuseRenewal(ctx context.Context, channelID string, epoch int64, now time.Time, failure post.Failure, lost bool) error
}

// Kept holds renewed credentials until the ledger has them.
type Kept interface {
	Put(c kept.Credentials) error
	All() ([]kept.Credentials, error)
	Drop(channelID string, epoch int64) error
}

// RenewalDeps are the parts of Renewals.
type RenewalDeps struct {
	Ledger RenewalLedger
	Opener Opener
	Kept   Kept
	// Instance names this process in the ledger.
	Instance string
	Now      func() time.Time
	// Paused: the time is not to be trusted, so nothing is renewed by it; nil:
	// never.
	Paused func() bool
	Log    *slog.Logger
}

// Renewals renews the credentials of all channels. Any number of processes may
// do so over one ledger: each end of credentials is met by one renewal.
type Renewals struct {
	RenewalDeps
	mu sync.Mutex
	// fixed are channels that cannot be renewed, with the epoch of the
	// credentials of which that is true.
	fixed map[string]int64
}

// NewRenewals makes the service.
func NewRenewals(deps RenewalDeps) *Renewals {
	return &Renewals{RenewalDeps: deps, fixed: map[string]int64{}}
}

// Run renews what ends soon until ctx ends.
func (r *Renewals) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		wait := renewEvery + rand.N(renewEvery) // #nosec G404 -- spreads load, guards nothing
		if r.Sweep(ctx) > 0 {
			wait = renewAgain
		}
		timer.Reset(wait)
	}
}

// Sweep hands the ledger what an earlier process kept for it, and renews the
// credentials that end soon. It returns how many credentials still wait for the
// ledger.
func (r *Renewals) Sweep(ctx context.Context) int {
	waiting := r.adopt(ctx)
	if r.Paused != nil && r.Paused() {
		return waiting
	}
	due, err := r.Ledger.RenewalsDue(ctx, r.Now(), renewWithin, renewLease)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.WarnContext(ctx, "credentials that end soon cannot be listed", "error", err)
		}
		return waiting
	}
	// Several processes see the same list: each begins elsewhere.
	rand.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] }) // #nosec G404 -- spreads load, guards nothing
	var group errgroup.Group
	group.SetLimit(renewTogether)
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		if r.isFixed(d.Channel) || r.justRefused(d.Channel) {
			continue
		}
		group.Go(func() error {
			r.once(ctx, d.Channel, d.Interrupted)
			return nil
		})
	}
	_ = group.Wait() // the calls report for themselves
	return waiting
}

// adopt saves what was kept when the ledger was away or the process died. The
// epoch decides: credentials that came later, by another worker or by hand,
// stay.
func (r *Renewals) adopt(ctx context.Context) (waiting int) {
	all, err := r.Kept.All()
	if err != nil {
		r.Log.ErrorContext(ctx, "some kept credentials cannot be read", "error", err)
	}
	for _, c := range all {
		switch err := r.save(ctx, c); {
		case err == nil:
			r.Log.InfoContext(ctx, "renewed credentials that were kept are in the ledger", "channel_id", c.ChannelID, "expires_at", c.Expires)
		case errors.Is(err, post.ErrStale):
			r.Log.WarnContext(ctx, "renewed credentials came too late: the channel has others", "channel_id", c.ChannelID)
		default:
			waiting++
		}
	}
	return waiting
}

// save puts renewed credentials into the ledger, and forgets the kept ones
// once it has answered. post.ErrStale: the channel has others.
func (r *Renewals) save(ctx context.Context, c kept.Credentials) error {
	err := r.Ledger.SaveRenewal(ctx, c.ChannelID, c.Epoch, c.Sealed, c.Expires)
	if errors.Is(err, post.ErrStale) {
		// Perhaps they are these: the answer to a commit may be lost.
		if ch, readErr := r.Ledger.ChannelByID(ctx, c.ChannelID); readErr == nil && bytes.Equal(ch.Sealed, c.Sealed) {
			err = nil
		} else if readErr != nil && !errors.Is(readErr, post.ErrNotFound) {
			return readErr
		}
	}
	if err == nil || errors.Is(err, post.ErrStale) {
		if dropErr := r.Kept.Drop(c.ChannelID, c.Epoch); dropErr != nil {
			r.Log.WarnContext(ctx, "kept credentials not removed", "channel_id", c.ChannelID, "error", dropErr)
		}
	}
	return err
}

func (r *Renewals) isFixed(ch post.Channel) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	epoch, ok := r.fixed[ch.ID]
	return ok && epoch == ch.RenewalEpoch
}

func (r *Renewals) setFixed(ch post.Channel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fixed[ch.ID] = ch.RenewalEpoch
}

// codeRefused marks a first refusal, which may have been the network's mistake.
const codeRefused = "renewal_refused"

func (r *Renewals) justRefused(ch post.Channel) bool {
	return ch.Failure != nil && ch.Failure.Code == codeRefused && r.Now().Before(ch.CheckedAt.Add(refusedAgain))
}

// Fresh returns the channel with credentials that are other than the given
// ones: renewed here, or by somebody else who is waited for. false: there are
// none.
func (r *Renewals) Fresh(ctx context.Context, ch post.Channel) (post.Channel, bool) {
	old := ch.Sealed
	for deadline := r.Now().Add(renewLease + renewEvery); ; {
		current, err := r.Ledger.ChannelByID(ctx, ch.ID)
		if err != nil {
			return ch, false
		}
		if !bytes.Equal(current.Sealed, old) {
			return current, true
		}
		switch r.once(ctx, current, false) {
		case renewalDone:
			continue
		case renewalFailed:
			return current, false
		case renewalElsewhere:
		}
		if !r.Now().Before(deadline) || !pause(ctx, renewPoll) {
			return current, false
		}
	}
}

// renewed says what came of one try.
type renewed int

const (
	renewalFailed renewed = iota
	renewalDone
	// renewalElsewhere: somebody else is at it.
	renewalElsewhere
)

// once trades the credentials of a channel under a lease in the ledger. They
// are saved twice, in a file and in the ledger, before anybody uses them.
func (r *Renewals) once(ctx context.Context, ch post.Channel, interrupted bool) renewed {
	log := r.Log.With("channel_id", ch.ID, "channel", ch.Kind)
	driver, opened, err := r.Opener.Open(ctx, ch)
	if err != nil {
		log.WarnContext(ctx, "credentials not renewed", "error", err)
		return renewalFailed
	}
	renewer, ok := opened.(channels.Renewer)
	if !ok {
		r.setFixed(ch)
		return renewalFailed
	}
	failpoint.Hit(failpoint.RenewBeforeLease)
	epoch, ok, err := r.Ledger.LeaseRenewal(ctx, ch.ID, r.Instance, ch.RenewalEpoch, r.Now(), renewLease)
	if err != nil {
		log.WarnContext(ctx, "credentials not renewed", "error", err)
		return renewalFailed
	}
	if !ok {
		return renewalElsewhere
	}
	failpoint.Hit(failpoint.RenewLeased)
	// The old credentials may be dead from here on: nothing interrupts this.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewLease)
	defer cancel()
	fresh, err := ask(ctx, renewer)
	if err != nil {
		log.WarnContext(ctx, "credentials not renewed", "error", err)
		r.failed(ctx, ch, driver.Info().Title, epoch, interrupted, err)
		return renewalFailed
	}
	failpoint.Hit(failpoint.RenewAnswered)
	sealed, err := r.Opener.Seal(ch, fresh.credentials)
	if err != nil {
		log.ErrorContext(ctx, "renewed credentials could not be sealed", "error", err)
		return renewalFailed
	}
	c := kept.Credentials{ChannelID: ch.ID, Epoch: epoch, Sealed: sealed, Expires: fresh.expires}
	if err := r.Kept.Put(c); err != nil {
		// The ledger alone must do then.
		log.ErrorContext(ctx, "renewed credentials have no copy outside the ledger", "error", err)
	}
	failpoint.Hit(failpoint.RenewBeforeSave)
	if err := r.commit(ctx, c); err != nil {
		log.ErrorContext(ctx, "renewed credentials could not be saved; they are offered to the ledger again", "error", err)
		return renewalFailed
	}
	failpoint.Hit(failpoint.RenewSaved)
	log.InfoContext(ctx, "credentials renewed", "expires_at", fresh.expires)
	return renewalDone
}

type freshCredentials struct {
	credentials channels.Credentials
	expires     time.Time
}

func ask(ctx context.Context, renewer channels.Renewer) (freshCredentials, error) {
	return guarded(ctx, "renew", renewCall, func(ctx context.Context) (f freshCredentials, err error) {
		f.credentials, f.expires, err = renewer.Renew(ctx)
		return f, err
	})
}

// commit gives a database that is away the rest of the lease to come back.
func (r *Renewals) commit(ctx context.Context, c kept.Credentials) error {
	for wait := finishFirstWait; ; wait = min(2*wait, time.Second) {
		err := r.save(ctx, c)
		if err == nil || errors.Is(err, post.ErrStale) || !pause(ctx, wait) {
			return err
		}
	}
}

// failed writes down what a renewal without fresh credentials means. A refusal
// after one that was cut off is explained by it; otherwise a second one, a
// minute later, is asked for before people are called.
func (r *Renewals) failed(ctx context.Context, ch post.Channel, title string, epoch int64, interrupted bool, cause error) {
	e, ok := channels.AsError(cause)
	switch {
	case ok && e.Kind == channels.RateLimited:
		if err := r.Ledger.ReleaseRenewal(ctx, ch.ID, epoch); err != nil && !errors.Is(err, post.ErrStale) {
			r.Log.WarnContext(ctx, "the right to renew was not given back; it ends by itself", "channel_id", ch.ID, "error", err)
		}
	case ok && e.Kind == channels.Auth:
		failure := e.Failure(title)
		lost := interrupted || (ch.Failure != nil && ch.Failure.Code == codeRefused)
		if !lost {
			failure.Code = codeRefused
		}
		err := r.Ledger.RefuseRenewal(ctx, ch.ID, epoch, r.Now(), failure, lost)
		if err != nil && !errors.Is(err, post.ErrStale) {
			r.Log.ErrorContext(ctx, "that an account must be connected again could not be saved; it is found again", "channel_id", ch.ID, "error", err)
		}
	default:
		// No clear answer: the credentials may be used up. The lease runs out,
		// and whoever takes the next one knows that this one never ended.
	}
}

// pause waits; false: ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// renewAtLast renews credentials that are at their end, as when no worker ran
// for a while. Without success the old ones are used: the network decides. An
// alert uses the old ones for as long as they are good, and then waits for new
// ones for seconds only.
func (w *Worker) renewAtLast(ctx context.Context, ch post.Channel, lane post.Lane) post.Channel {
	if lane == post.LaneCrisis {
		return w.renewInTime(ctx, ch)
	}
	if ch.CredentialsExpireAt.IsZero() || ch.CredentialsExpireAt.After(w.clock.now().Add(renewAtLast)) {
		return ch
	}
	fresh, _ := w.renewals.Fresh(ctx, ch)
	return fresh
}

// renewAfterRefusal looks for other credentials than those which the network
// just refused. True: there are some, and another try makes sense. Two tries in
// a row that are refused mean that the account has lost its right, and not that
// a token was old.
func (w *Worker) renewAfterRefusal(ctx context.Context, ch post.Channel, claim *store.Claim) bool {
	if n := len(claim.Attempts); n > 0 {
		if last := claim.Attempts[n-1].Failure; last != nil && last.Kind == string(channels.Auth) {
			return false
		}
	}
	_, ok := w.renewals.Fresh(ctx, ch)
	return ok
}
