package notifying

import (
	"context"
	"log/slog"
	"time"

	"github.com/crieur/crieur/internal/store"
)

const (
	// MailAfter is how long a notice waits for others of the same reader: what
	// comes within it makes one mail.
	MailAfter = time.Minute
	// mailEvery is the time between two looks for mails to send.
	mailEvery = 5 * time.Second
	// sendTimeout bounds the sending of one mail; claimFor is longer, so that
	// nobody takes over a mail that is being sent.
	sendTimeout = 45 * time.Second
	claimFor    = 2 * time.Minute
	// firstMailPause doubles with each try up to longestMailPause; giveUpAfter
	// the notice's beginning its mail has failed.
	firstMailPause   = time.Minute
	longestMailPause = time.Hour
	giveUpAfter      = 24 * time.Hour
)

// MailLedger is what a Mailer reads and writes.
type MailLedger interface {
	Now(ctx context.Context) (time.Time, error)
	ClaimMailing(ctx context.Context, now, until time.Time) (*store.Mailing, error)
	MailingSent(ctx context.Context, m *store.Mailing, at time.Time) error
	MailingPostponed(ctx context.Context, m *store.Mailing, next, giveUpBefore time.Time) error
}

// Sender hands a mail to a server. It returns nil only when the server took it.
type Sender interface {
	Send(ctx context.Context, mail Mail) error
}

// MailerDeps are the parts of a Mailer.
type MailerDeps struct {
	Ledger MailLedger
	Sender Sender
	// PublicURL is where people read on, without a slash at the end.
	PublicURL string
	Log       *slog.Logger
}

// Mailer sends notices by mail. Any number may run beside each other: a mail is
// sent twice only when its sender ends between the server's answer and the
// ledger.
type Mailer struct{ MailerDeps }

// NewMailer makes a mailer.
func NewMailer(deps MailerDeps) *Mailer { return &Mailer{deps} }

// Run sends what waits until ctx ends.
func (m *Mailer) Run(ctx context.Context) {
	ticker := time.NewTicker(mailEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := m.SendAll(ctx); err != nil && ctx.Err() == nil {
			m.Log.ErrorContext(ctx, "mails could not be read from the ledger", "error", err)
		}
	}
}

// SendAll sends what waits now. A server that refuses is a reason to try again
// later, and no error; the notices are in the product whatever happens here.
func (m *Mailer) SendAll(ctx context.Context) error {
	for ctx.Err() == nil {
		now, err := m.Ledger.Now(ctx)
		if err != nil {
			return err
		}
		mailing, err := m.Ledger.ClaimMailing(ctx, now, now.Add(claimFor))
		if err != nil || mailing == nil {
			return err
		}
		if err := m.send(ctx, mailing, now); err != nil {
			return err
		}
	}
	return nil
}

func (m *Mailer) send(ctx context.Context, mailing *store.Mailing, now time.Time) error {
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	err := m.Sender.Send(sending, compose(mailing, m.PublicURL))
	cancel()
	// What became of it is written down even when the process is about to end.
	ctx = context.WithoutCancel(ctx)
	if err == nil {
		return m.Ledger.MailingSent(ctx, mailing, now)
	}
	// Addresses of people are not for the log.
	m.Log.WarnContext(ctx, "a mail was not sent", "user_id", mailing.User.ID, "notices", len(mailing.Notices), "try", mailing.Tries, "error", err)
	return m.Ledger.MailingPostponed(ctx, mailing, now.Add(mailPause(mailing.Tries)), now.Add(-giveUpAfter))
}

// mailPause is the time after the n-th try, from 1.
func mailPause(n int) time.Duration {
	pause := firstMailPause
	for ; n > 1 && pause < longestMailPause; n-- {
		pause *= 2
	}
	return min(pause, longestMailPause)
}
