package worker

import (
	"context"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
)

// renewBefore is how long before their end credentials are renewed; a call
// under way must not outlive them.
const renewBefore = 10 * time.Minute

// renewLease is how long one renewal may take. Refresh tokens are single use:
// two renewals at once would kill the whole family.
const renewLease = 30 * time.Second

// renewAhead renews credentials that are about to end. Without success the old
// ones are used: the network decides.
func (w *Worker) renewAhead(ctx context.Context, ch post.Channel) post.Channel {
	if ch.CredentialsExpireAt.IsZero() || ch.CredentialsExpireAt.After(w.clock.now().Add(renewBefore)) {
		return ch
	}
	_, opened, err := w.Opener.Open(ctx, ch)
	if err != nil {
		return ch
	}
	if !w.renew(ctx, ch, opened) {
		// Somebody else may have done it.
		if fresh, err := w.Ledger.ChannelByID(ctx, ch.ID); err == nil {
			return fresh
		}
		return ch
	}
	fresh, err := w.Ledger.ChannelByID(ctx, ch.ID)
	if err != nil {
		return ch
	}
	return fresh
}

// renewAfterRefusal renews credentials that the network just refused. True:
// there are other credentials now, and another try makes sense.
func (w *Worker) renewAfterRefusal(ctx context.Context, ch post.Channel, opened channels.Channel) bool {
	fresh, err := w.Ledger.ChannelByID(ctx, ch.ID)
	if err == nil && fresh.RenewalEpoch != ch.RenewalEpoch {
		return true
	}
	return w.renew(ctx, ch, opened)
}

// renew trades the credentials under a lease in the ledger, and saves the new
// ones before anybody uses them.
func (w *Worker) renew(ctx context.Context, ch post.Channel, opened channels.Channel) bool {
	renewer, ok := opened.(channels.Renewer)
	if !ok {
		return false
	}
	log := w.Log.With("channel_id", ch.ID, "channel", ch.Kind)
	failpoint.Hit(failpoint.RenewBeforeLease)
	epoch, ok, err := w.Ledger.LeaseRenewal(ctx, ch.ID, w.Instance, ch.RenewalEpoch, w.clock.now(), renewLease)
	if err != nil {
		log.WarnContext(ctx, "credentials not renewed", "error", err)
		return false
	}
	if !ok {
		return false
	}
	// The old credentials may be dead from here on: nothing interrupts this.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewLease)
	defer cancel()
	failpoint.Hit(failpoint.RenewLeased)
	credentials, expires, err := renewer.Renew(ctx)
	if err != nil {
		log.WarnContext(ctx, "credentials not renewed", "error", err)
		return false
	}
	failpoint.Hit(failpoint.RenewAnswered)
	sealed, err := w.Opener.Seal(ch, credentials)
	if err == nil {
		failpoint.Hit(failpoint.RenewBeforeSave)
		err = w.Ledger.SaveRenewal(ctx, ch.ID, epoch, sealed, expires)
	}
	if err != nil {
		log.ErrorContext(ctx, "renewed credentials could not be saved", "error", err)
		return false
	}
	failpoint.Hit(failpoint.RenewSaved)
	log.InfoContext(ctx, "credentials renewed", "expires_at", expires)
	return true
}
