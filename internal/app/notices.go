package app

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/notifying"
)

// noticesKept is how long settled notices can be read.
const noticesKept = 90 * 24 * time.Hour

// noticesPurged is how many are forgotten in one go.
const noticesPurged = 1000

// mailAfter is how long notices wait for others; 0: they go by no mail.
func mailAfter(cfg config.Config) time.Duration {
	if cfg.SMTPURL == "" {
		return 0
	}
	return notifying.MailAfter
}

// notify makes what tells people: in every process, so that no other process
// need live for it.
func (a *App) notify(cfg config.Config, metrics prometheus.Registerer) error {
	a.watch = notifying.NewWatch(notifying.WatchDeps{
		Ledger: a.store, Title: a.title, Metrics: notifying.NewMetrics(metrics), Log: a.opts.Log,
	})
	if cfg.SMTPURL == "" {
		return nil
	}
	sender, err := mailServer(cfg)
	if err != nil {
		return err
	}
	a.mailer = notifying.NewMailer(notifying.MailerDeps{Ledger: a.store, Sender: sender, PublicURL: cfg.PublicURL, Log: a.opts.Log})
	return nil
}

// mailServer reaches the configured server, by the same rules as every call
// that leaves.
func mailServer(cfg config.Config) (*notifying.SMTP, error) {
	sender, err := notifying.NewSMTP(cfg.SMTPURL, cfg.MailFrom, egress.Dial(egress.NewPolicy(cfg.EgressAllow...)), nil)
	if err != nil {
		return nil, fmt.Errorf("CRIEUR_SMTP_URL: %w", err)
	}
	return sender, nil
}
