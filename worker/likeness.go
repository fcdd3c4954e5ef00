package worker

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// others gathers what other deliveries of the account may have made.
func (w *Worker) others(ctx context.Context, d *post.Delivery, probe *channels.Probe) error {
	since := probe.StartedAt.Add(-24 * time.Hour)
	// First the open ones: one that is settled in between is then seen as both,
	// and not as neither.
	rivals, err := w.Ledger.RivalAttempts(ctx, d, since)
	if err != nil {
		return err
	}
	probe.Rivals = nil
	for _, span := range rivals {
		if span.End.IsZero() {
			span.End = span.Start.Add(callTimeout)
		}
		probe.Rivals = append(probe.Rivals, channels.Span(span))
	}
	probe.KnownOwn, err = w.Ledger.OwnRemoteIDs(ctx, d.ChannelID, since)
	return err
}

// stillOurs forgets a finding that rests on what has changed while the account
// was read: another delivery with the same words was sent, or its post found.
// The next reading knows of it.
func (w *Worker) stillOurs(ctx context.Context, d *post.Delivery, probe channels.Probe, found *channels.Finding) error {
	before := probe
	if err := w.others(ctx, d, &probe); err != nil {
		*found = channels.Finding{}
		return err
	}
	if slices.Contains(probe.KnownOwn, found.Receipt.RemoteID) || !slices.Equal(probe.Rivals, before.Rivals) {
		*found = channels.Finding{}
	}
	return nil
}

// duplicateNotice tells people that the network shows a post more than once.
func (w *Worker) duplicateNotice(d *post.Delivery, r reading) post.Notice {
	title := d.Kind
	if r.driver != nil {
		title = r.driver.Info().Title
	}
	var links []string
	for _, double := range r.finding.Doubles {
		if double.URL != "" {
			links = append(links, double.URL)
		}
	}
	n := post.Notice{
		CommuneID: d.CommuneID, Kind: post.NoticeDuplicate, Subject: d.ID, Severity: post.SeverityError,
		PostID: d.PostID, DeliveryID: d.ID, ChannelID: d.ChannelID,
		Title:     title + " montre cette publication plusieurs fois",
		Message:   fmt.Sprintf("Le même texte s’y trouve %d fois. La première publication est %s.", r.finding.Matches, r.finding.Receipt.URL),
		NextStep:  "Ouvrez les autres et supprimez-les : " + strings.Join(links, " "),
		CreatedAt: w.clock.now(),
	}
	if len(links) == 0 {
		n.NextStep = "Ouvrez la page et supprimez les autres."
	}
	return n
}
