package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// testPublicAlerts: everybody reads what was said, and nothing else of it.
func testPublicAlerts(t *testing.T, w *World) {
	ctx, s, now, slug := t.Context(), w.Store, w.Now, w.Commune.Slug
	read := func(ended int) []post.Broadcast {
		t.Helper()
		commune, all, err := s.PublicAlerts(ctx, slug, ended)
		Must(t, err)
		if commune.ID != w.Commune.ID || commune.Name != w.Commune.Name || commune.Zone != w.Commune.Zone {
			t.Errorf("the commune is %+v", commune)
		}
		return all
	}
	ids := func(all []post.Broadcast) []string {
		var found []string
		for _, b := range all {
			found = append(found, b.ID)
		}
		return found
	}
	if all := read(10); len(all) != 0 {
		t.Errorf("before anything was said: %+v", all)
	}
	for _, unknown := range []string{"nowhere", ""} {
		_, _, err := s.PublicAlerts(ctx, unknown, 10)
		wantErr(t, err, post.ErrNotFound)
	}

	raise := func(hours int, status post.BroadcastStatus, exercise bool) post.Broadcast {
		t.Helper()
		b, p := w.Alert(status, now.Add(time.Duration(hours)*time.Hour), w.Channels[0])
		b.Exercise = exercise
		return w.Raise(t, b, p)
	}
	first := raise(0, post.BroadcastActive, false)
	old := w.End(t, raise(1, post.BroadcastActive, false), w.Channels[0])
	drill := w.End(t, raise(2, post.BroadcastActive, true), w.Channels[0])
	waiting := raise(3, post.BroadcastAwaiting, false)
	newer := w.End(t, raise(4, post.BroadcastActive, false), w.Channels[0])

	same(t, ids(read(10)), []string{newer.ID, drill.ID, old.ID, first.ID})
	// Active ones are there, however many have ended since.
	same(t, ids(read(1)), []string{newer.ID, first.ID})
	same(t, ids(read(0)), []string{first.ID})

	all := read(10)
	want := post.Broadcast{
		ID: old.ID, CommuneID: old.CommuneID, Year: old.Year, Number: old.Number, Status: post.BroadcastEnded, Hazard: old.Hazard,
		Title: old.Title, Severity: old.Severity, Area: old.Area, NextUpdateAt: old.NextUpdateAt, OpenedAt: old.OpenedAt, EndedAt: old.EndedAt,
	}
	for _, m := range old.Messages {
		want.Messages = append(want.Messages, post.BroadcastMessage{
			BroadcastID: m.BroadcastID, Number: m.Number, Kind: m.Kind, Title: m.Title, Text: m.Text,
			CreatedAt: m.CreatedAt, NextUpdateAt: m.NextUpdateAt,
		})
	}
	same(t, all[2], want)
	if len(want.Messages) != 2 || !all[1].Exercise || len(all[3].Messages) != 1 {
		t.Errorf("%+v", all)
	}

	commune, one, err := s.PublicAlert(ctx, slug, old.ID)
	Must(t, err)
	same(t, commune.ID, w.Commune.ID)
	same(t, one, want)
	other := NewWorld(t, s, 1)
	for name, question := range map[string][2]string{
		"of another commune": {other.Commune.Slug, old.ID}, "what awaits a second person": {slug, waiting.ID},
		"what never was": {slug, store.NewID()}, "of no commune": {"nowhere", old.ID},
	} {
		if _, _, err := s.PublicAlert(ctx, question[0], question[1]); err == nil {
			t.Errorf("everybody sees what is %s", name)
		} else {
			wantErr(t, err, post.ErrNotFound)
		}
	}
	_, theirs, err := s.PublicAlerts(ctx, other.Commune.Slug, 10)
	Must(t, err)
	if len(theirs) != 0 {
		t.Errorf("another commune says %+v", theirs)
	}
}
