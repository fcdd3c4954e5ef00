package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testRivals: whose post a found one may be, beside one's own.
func testRivals(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	c := w.AddChannel(t)
	rivals := func(d post.Delivery, since time.Time) []store.Span {
		t.Helper()
		spans, err := s.RivalAttempts(ctx, &d, since)
		Must(t, err)
		return spans
	}
	first := w.Unknown(t, c, time.Time{})
	same(t, rivals(first, now), []store.Span(nil))
	second := w.Unknown(t, c, now)
	span := store.Span{Start: now.Add(time.Second), End: now.Add(2 * time.Second)}
	same(t, rivals(first, now), []store.Span{span})
	same(t, rivals(second, now), []store.Span{span})
	same(t, rivals(first, now.Add(time.Minute)), []store.Span(nil))

	other := first
	other.Fingerprint = "other words"
	same(t, rivals(other, now), []store.Span(nil))
	other = first
	other.ChannelID = w.AddChannel(t).ID
	same(t, rivals(other, now), []store.Span(nil))

	// One that is at it now has no end yet; one that has not reached the network
	// made nothing.
	w.Scheduled(t, now, c)
	open, n := w.Begun(t, c, false)
	same(t, rivals(first, now), []store.Span{span})
	d := &open.Delivery
	Must(t, s.Creating(ctx, d.ID, d.Epoch, n, now.Add(time.Minute)))
	same(t, rivals(first, now), []store.Span{span, {Start: now.Add(time.Minute)}})
	Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Sent, Number: n, RemoteID: "known", SentAt: now}))
	same(t, rivals(first, now), []store.Span{span})

	// A person said that it is there, and nobody knows which post it is.
	_, err := s.ResolveByPerson(ctx, w.Commune.ID, second.ID, post.Verdict{Sent: true, At: now})
	Must(t, err)
	same(t, rivals(first, now), []store.Span{span})
}
