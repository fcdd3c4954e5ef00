package storetest

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

var _ crisis.Store = (*store.Store)(nil)

// Alert makes an alert with its first message on some channels, without saving
// it.
func (w *World) Alert(status post.BroadcastStatus, at time.Time, channels ...post.Channel) (post.Broadcast, post.Post) {
	b := post.Broadcast{
		ID: store.NewID(), CommuneID: w.Commune.ID, Status: status, Hazard: "water", Title: "Coupure d’eau", Severity: post.AlertSevere,
		Area: post.Area{Description: "Rue Haute"}, Correction: "Fausse alerte.", NextUpdateAt: at.Add(time.Hour), OpenedBy: w.User.ID, OpenedAt: at,
	}
	for _, c := range channels {
		b.Channels = append(b.Channels, c.ID)
	}
	m, p := w.Message(&b, 1, post.MessageAlert, at, channels...)
	if status == post.BroadcastAwaiting {
		for i := range p.Deliveries {
			p.Deliveries[i].State, p.Deliveries[i].NextAt = post.AwaitingApproval, time.Time{}
		}
	}
	b.Messages = []post.BroadcastMessage{m}
	return b, p
}

// Message makes a message of an alert, without saving it.
func (w *World) Message(b *post.Broadcast, number int, kind post.MessageKind, at time.Time, channels ...post.Channel) (post.BroadcastMessage, post.Post) {
	p := w.Draft(post.Scheduled, at, channels...)
	p.BroadcastID, p.Schedule.Mode = b.ID, post.ModeNow
	for i := range p.Deliveries {
		p.Deliveries[i].Lane = post.LaneCrisis
	}
	return post.BroadcastMessage{
		BroadcastID: b.ID, Number: number, Kind: kind, Title: b.Title, Text: "Ne buvez pas l’eau.", PostID: p.ID,
		CreatedBy: w.User.ID, CreatedAt: at, NextUpdateAt: at.Add(time.Hour),
	}, p
}

// Raise saves an alert.
func (w *World) Raise(t testing.TB, b post.Broadcast, p post.Post) post.Broadcast {
	t.Helper()
	saved, err := w.Store.OpenBroadcast(t.Context(), b, p, true, w.Entry("broadcast.opened", b.ID))
	Must(t, err)
	return saved
}

// End ends an alert.
func (w *World) End(t testing.TB, b post.Broadcast, channels ...post.Channel) post.Broadcast {
	t.Helper()
	m, p := w.Message(&b, len(b.Messages)+1, post.MessageEnd, w.Now.Add(time.Hour), channels...)
	saved, err := w.Store.AddMessage(t.Context(), w.Commune.ID, m, p, w.Entry("broadcast.ended", b.ID))
	Must(t, err)
	return saved
}

// Entry is an entry of the register for an act of the world's user.
func (w *World) Entry(action, subject string) post.RegisterEntry {
	return post.RegisterEntry{
		CommuneID: w.Commune.ID, At: w.Now, ActorID: w.User.ID, ActorName: w.User.Name, ActorKind: "session",
		Action: action, Subject: subject, Detail: []byte(`{"title":"Coupure d’eau"}`),
	}
}

func testAlerts(t *testing.T, w *World) {
	ctx, s, now, commune := t.Context(), w.Store, w.Now, w.Commune.ID
	ordinary, spare := w.Channels[0], w.Channels[1]
	held := func() []post.Post {
		t.Helper()
		all, err := s.Held(ctx, commune)
		Must(t, err)
		return all
	}
	flag := func() time.Time {
		t.Helper()
		c, err := s.CommuneByID(ctx, commune)
		Must(t, err)
		return c.CrisisSince
	}

	t.Run("what it holds, keeps and counts", func(t *testing.T) {
		waiting := w.Scheduled(t, now.Add(time.Hour), ordinary)
		sending := w.Unknown(t, spare, now.Add(time.Hour))
		draft := w.Save(t, w.Draft(post.Draft, now, ordinary)).Deliveries[0]
		wait, fly, err := s.CountForHold(ctx, commune)
		Must(t, err)
		same(t, []int{wait, fly}, []int{1, 1})

		b, p := w.Alert(post.BroadcastActive, now, ordinary, spare)
		saved := w.Raise(t, b, p)
		if saved.Year != 2026 || saved.Number != 1 || saved.Held != 1 || saved.Status != post.BroadcastActive {
			t.Errorf("%+v", saved)
		}
		if got := w.Read(t, waiting.ID); got.State != post.Held || got.HoldReason != post.HoldCrisis || !got.NextAt.IsZero() {
			t.Errorf("what waited is %+v", got)
		}
		if got := w.Read(t, draft.ID).State; got != post.Draft {
			t.Errorf("a draft is %s", got)
		}
		if len(saved.InFlight) != 1 || saved.InFlight[0].Delivery.ID != sending.ID || saved.InFlight[0].Was != post.Unknown || saved.InFlight[0].Title == "" {
			t.Errorf("in flight: %+v", saved.InFlight)
		}
		if !flag().Equal(now) {
			t.Errorf("the flag is %v", flag())
		}
		read, err := s.Broadcast(ctx, commune, b.ID)
		Must(t, err)
		same(t, read, saved)
		if len(read.Messages) != 1 || len(read.Messages[0].Deliveries) != 2 || read.Messages[0].Deliveries[0].State != post.Scheduled {
			t.Errorf("%+v", read.Messages)
		}
		same(t, read.Area, b.Area)
		same(t, read.Channels, b.Channels)

		again, q := w.Alert(post.BroadcastActive, now, ordinary)
		_, err = s.OpenBroadcast(ctx, again, q, false, w.Entry("broadcast.opened", again.ID))
		wantErr(t, err, post.ErrConflict)
		second := w.Raise(t, again, q)
		same(t, second.Number, 2)
		open, err := s.OpenBroadcasts(ctx, commune)
		Must(t, err)
		if len(open) != 2 {
			t.Errorf("%d open", len(open))
		}
		w.End(t, saved, ordinary)
		if flag().IsZero() {
			t.Error("the flag is gone although another alert is open")
		}
		ended := w.End(t, second, ordinary)
		if ended.Status != post.BroadcastEnded || ended.EndedBy != w.User.ID || ended.EndedAt.IsZero() || !flag().IsZero() {
			t.Errorf("%+v, flag %v", ended, flag())
		}
		if got := held(); len(got) != 1 || got[0].ID != waiting.PostID || len(got[0].Deliveries) != 1 {
			t.Errorf("held: %+v", got)
		}
		all, err := s.Broadcasts(ctx, commune, 1)
		Must(t, err)
		if len(all) != 1 || len(all[0].Messages) != 2 {
			t.Errorf("%+v", all)
		}
		Must(t, s.DecideHeld(ctx, commune, nil, []string{waiting.PostID}, w.Entry("held.decided", "")))
		if got := w.Read(t, waiting.ID); got.State != post.Cancelled || got.HoldReason != "" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("an exercise holds nothing and is counted apart", func(t *testing.T) {
		waiting := w.Scheduled(t, now.Add(time.Hour), ordinary)
		b, p := w.Alert(post.BroadcastActive, now, spare)
		b.Exercise = true
		saved := w.Raise(t, b, p)
		if saved.Number != 1 || saved.Held != 0 || !flag().IsZero() || w.Read(t, waiting.ID).State != post.Scheduled {
			t.Errorf("%+v", saved)
		}
		page, err := s.Posts(ctx, commune, post.Filter{})
		Must(t, err)
		for _, listed := range page.Posts {
			if listed.BroadcastID == b.ID {
				t.Error("a message of an exercise is among the posts")
			}
		}
		w.End(t, saved, spare)
		_, err = s.CancelPost(ctx, commune, waiting.PostID)
		Must(t, err)
	})
	t.Run("two persons", func(t *testing.T) {
		second := w.AddUser(t, "Luc", post.RoleAdministrator, false)
		state := func(b post.Broadcast) post.State {
			t.Helper()
			got, err := s.Broadcast(ctx, commune, b.ID)
			Must(t, err)
			return got.Messages[0].Deliveries[0].State
		}
		confirm := func(b post.Broadcast, user, reason string, alone time.Duration) error {
			_, err := s.ConfirmBroadcast(ctx, commune, b.ID, user, reason, alone, w.Entry("broadcast.confirmed", b.ID))
			return err
		}
		ledger, err := s.Now(ctx)
		Must(t, err)
		waiting := w.Scheduled(t, now.Add(time.Hour), ordinary)
		b, p := w.Alert(post.BroadcastAwaiting, ledger, spare)
		saved := w.Raise(t, b, p)
		if state(b) != post.AwaitingApproval || w.Read(t, waiting.ID).State != post.Held {
			t.Errorf("%s, %s", state(b), w.Read(t, waiting.ID).State)
		}
		wantErr(t, confirm(b, w.User.ID, "", time.Nanosecond), post.ErrConflict)
		wantErr(t, confirm(b, w.User.ID, "seule au poste", time.Hour), post.ErrConflict)
		// The ways of ordinary posts do not lead around the second person.
		_, err = s.ApprovePost(ctx, commune, p.ID)
		wantErr(t, err, post.ErrConflict)
		_, err = s.CancelPost(ctx, commune, p.ID)
		wantErr(t, err, post.ErrConflict)
		p.Deliveries[0].State, p.Deliveries[0].NextAt = post.Scheduled, now
		wantErr(t, s.UpdatePost(ctx, p, 1), post.ErrConflict)
		m, q := w.Message(&b, 2, post.MessageUpdate, now, spare)
		_, err = s.AddMessage(ctx, commune, m, q, w.Entry("broadcast.updated", b.ID))
		wantErr(t, err, post.ErrConflict)
		if state(b) != post.AwaitingApproval {
			t.Errorf("it left: %s", state(b))
		}
		errs := parallel(4, func(int) error { return confirm(b, second.ID, "", time.Hour) })
		confirmed := 0
		for _, err := range errs {
			if err == nil {
				confirmed++
				continue
			}
			wantErr(t, err, post.ErrConflict)
		}
		got, err := s.Broadcast(ctx, commune, b.ID)
		Must(t, err)
		if d := got.Messages[0].Deliveries[0]; confirmed != 1 || d.State != post.Scheduled || d.NextAt.IsZero() || got.ConfirmedBy != second.ID || got.BreakGlass != "" {
			t.Errorf("%d confirmed: %+v", confirmed, got)
		}
		w.End(t, saved, spare)

		b, p = w.Alert(post.BroadcastAwaiting, ledger.Add(-time.Hour), spare)
		saved = w.Raise(t, b, p)
		Must(t, confirm(b, w.User.ID, "seule au poste", time.Minute))
		got, err = s.Broadcast(ctx, commune, b.ID)
		Must(t, err)
		if got.BreakGlass != "seule au poste" || got.Status != post.BroadcastActive || state(b) != post.Scheduled {
			t.Errorf("%+v", got)
		}
		if due := got.Messages[0].Deliveries[0].DueAt; due.Before(ledger) {
			t.Errorf("its hour is %v, before it was confirmed", due)
		}
		w.End(t, saved, spare)

		b, p = w.Alert(post.BroadcastAwaiting, ledger, spare)
		w.Raise(t, b, p)
		gone, err := s.AbandonBroadcast(ctx, commune, b.ID, second.ID, w.Entry("broadcast.abandoned", b.ID))
		Must(t, err)
		if gone.Status != post.BroadcastAbandoned || gone.EndedBy != second.ID || state(b) != post.Cancelled || !flag().IsZero() {
			t.Errorf("%+v", gone)
		}
		if got := w.Read(t, waiting.ID); got.State != post.Held {
			t.Errorf("what it held is %s", got.State)
		}
		wantErr(t, confirm(b, second.ID, "", 0), post.ErrConflict)
		wantErr(t, confirm(post.Broadcast{ID: store.NewID()}, second.ID, "", 0), post.ErrNotFound)
		Must(t, s.DecideHeld(ctx, commune, nil, []string{waiting.PostID}, w.Entry("held.decided", "")))
	})
	t.Run("messages and what they supersede", func(t *testing.T) {
		b, p := w.Alert(post.BroadcastActive, now, spare, ordinary)
		w.Raise(t, b, p)
		claim, err := s.ClaimPublish(ctx, spare.ID, post.LaneCrisis, "w", now, now.Add(time.Minute))
		Must(t, err)
		n, err := s.BeginAttempt(ctx, claim.Delivery.ID, claim.Delivery.Epoch, now, "f")
		Must(t, err)
		m, q := w.Message(&b, 3, post.MessageUpdate, now, spare)
		_, err = s.AddMessage(ctx, commune, m, q, w.Entry("broadcast.updated", b.ID))
		wantErr(t, err, post.ErrConflict)
		m, q = w.Message(&b, 2, post.MessageCorrection, now, spare)
		q.Deliveries[0].ReplyTo = claim.Delivery.ID
		saved, err := s.AddMessage(ctx, commune, m, q, w.Entry("broadcast.corrected", b.ID))
		Must(t, err)
		if len(saved.Messages) != 2 || saved.Messages[1].Kind != post.MessageCorrection || saved.Messages[1].Deliveries[0].ReplyTo != claim.Delivery.ID {
			t.Errorf("%+v", saved.Messages)
		}
		for _, d := range saved.Messages[0].Deliveries {
			if want := map[string]post.State{spare.ID: post.Sending, ordinary.ID: post.Cancelled}[d.ChannelID]; d.State != want {
				t.Errorf("the first message is %s, want %s", d.State, want)
			}
		}
		wantErr(t, s.Creating(ctx, claim.Delivery.ID, claim.Delivery.Epoch, n, now), store.ErrSuperseded)
		Must(t, s.Finish(ctx, claim.Delivery.ID, claim.Delivery.Epoch, store.Result{From: post.Sending, To: post.Retrying, Number: n, At: now, NextAt: now}))
		if got := w.Read(t, claim.Delivery.ID).State; got != post.Cancelled {
			t.Errorf("a superseded message is %s", got)
		}
		over, err := s.Superseded(ctx, claim.Delivery.ID)
		Must(t, err)
		last, err := s.Superseded(ctx, q.Deliveries[0].ID)
		Must(t, err)
		if !over || last {
			t.Errorf("superseded: %v, the newest: %v", over, last)
		}
		w.End(t, saved, spare)
		errs := parallel(3, func(int) error {
			m, q := w.Message(&b, 4, post.MessageUpdate, now, spare)
			_, err := s.AddMessage(ctx, commune, m, q, w.Entry("broadcast.updated", b.ID))
			return err
		})
		for _, err := range errs {
			wantErr(t, err, post.ErrConflict)
		}
	})
	t.Run("ticks", func(t *testing.T) {
		b, p := w.Alert(post.BroadcastActive, now, spare, ordinary)
		saved := w.Raise(t, b, p)
		tick := post.Tick{DeliveryID: p.Deliveries[0].ID, By: w.User.ID, At: now, RemoteURL: "https://example.org/1"}
		Must(t, s.Tick(ctx, commune, b.ID, tick, w.Entry("broadcast.ticked", b.ID)))
		wantErr(t, s.Tick(ctx, commune, b.ID, tick, w.Entry("broadcast.ticked", b.ID)), post.ErrConflict)
		got, err := s.Broadcast(ctx, commune, b.ID)
		Must(t, err)
		same(t, got.Messages[0].Ticks, []post.Tick{tick})
		if state := w.Read(t, tick.DeliveryID).State; state != post.Cancelled {
			t.Errorf("what a person posted by hand is %s", state)
		}
		tick.DeliveryID = w.Save(t, w.Draft(post.Draft, now, spare)).Deliveries[0].ID
		wantErr(t, s.Tick(ctx, commune, b.ID, tick, w.Entry("broadcast.ticked", b.ID)), post.ErrNotFound)
		w.End(t, saved, spare)
	})
	t.Run("what was held is decided", func(t *testing.T) {
		ledger, err := s.Now(ctx)
		Must(t, err)
		ledger = ledger.Truncate(time.Millisecond)
		a, b := w.AddChannel(t), w.AddChannel(t)
		late1, late2 := w.Scheduled(t, ledger.Add(-3*time.Hour), a), w.Scheduled(t, ledger.Add(-2*time.Hour), a)
		other, ahead := w.Scheduled(t, ledger.Add(-time.Hour), b), w.Scheduled(t, ledger.Add(time.Hour), b)
		alert, p := w.Alert(post.BroadcastActive, ledger, spare)
		saved := w.Raise(t, alert, p)
		n, err := s.CountHeld(ctx, commune)
		Must(t, err)
		same(t, n, 4)
		var order []string
		for _, p := range held() {
			order = append(order, p.ID)
		}
		same(t, order, []string{late1.PostID, late2.PostID, other.PostID, ahead.PostID})
		wantErr(t, s.DecideHeld(ctx, commune, []string{late1.PostID}, nil, w.Entry("held.decided", "")), post.ErrConflict)
		w.End(t, saved, spare)
		Must(t, s.DecideHeld(ctx, commune, order, []string{store.NewID()}, w.Entry("held.decided", "")))
		after, err := s.Now(ctx)
		Must(t, err)
		var at []time.Time
		for _, d := range []post.Delivery{late1, late2, other, ahead} {
			got := w.Read(t, d.ID)
			if got.State != post.Scheduled || !got.NextAt.Equal(got.DueAt) || got.HoldReason != "" {
				t.Errorf("%+v", got)
			}
			at = append(at, got.DueAt)
		}
		if at[0].Before(ledger.Add(-time.Second)) || at[0].After(after) || at[1].Sub(at[0]) < post.Spacing || at[2].After(after) || !at[3].Equal(ahead.DueAt) {
			t.Errorf("they leave at %v", at)
		}
	})
	t.Run("what would leave while it lasts is held", func(t *testing.T) { testHeldMeanwhile(t, w) })
	t.Run("settings and templates", func(t *testing.T) {
		got, err := s.CrisisSettings(ctx, commune)
		Must(t, err)
		same(t, got, post.CrisisSettings{ExerciseEvery: 30})
		want := post.CrisisSettings{SecondPerson: true, ExerciseEvery: 60, Contacts: []post.Contact{{Name: "Anne", Role: "planification", Phone: "+32"}}}
		Must(t, s.SaveCrisisSettings(ctx, commune, want, w.Entry("crisis.settings", "")))
		got, err = s.CrisisSettings(ctx, commune)
		Must(t, err)
		same(t, got, want)
		own := post.CrisisTemplate{
			Hazard: "water", Severity: post.AlertSevere, Title: "Eau", Message: "m", Update: "u", End: "e", Correction: "c",
			ReviewedBy: w.User.ID, ReviewedAt: now,
		}
		Must(t, s.SaveCrisisTemplate(ctx, commune, own, w.Entry("template.saved", "water")))
		own.Title = "L’eau"
		Must(t, s.SaveCrisisTemplate(ctx, commune, own, w.Entry("template.saved", "water")))
		all, err := s.CrisisTemplates(ctx, commune)
		Must(t, err)
		same(t, all, []post.CrisisTemplate{own})
		Must(t, s.DeleteCrisisTemplate(ctx, commune, "water", w.Entry("template.reset", "water")))
		wantErr(t, s.DeleteCrisisTemplate(ctx, commune, "water", w.Entry("template.reset", "water")), post.ErrNotFound)
	})
	t.Run("the register", func(t *testing.T) {
		before, err := s.Register(ctx, commune, 0, 1000)
		Must(t, err)
		subject := store.NewID()
		mustAll(t, parallel(16, func(int) error { return s.Note(ctx, w.Entry("test", subject)) }))
		all, err := s.Register(ctx, commune, 0, 1000)
		Must(t, err)
		if len(all) != len(before)+16 {
			t.Fatalf("%d entries, %d before", len(all), len(before))
		}
		for i, e := range all {
			if e.Seq != int64(len(all)-i) {
				t.Errorf("entry %d has number %d", i, e.Seq)
			}
		}
		of, err := s.RegisterOf(ctx, commune, subject)
		Must(t, err)
		page, err := s.Register(ctx, commune, all[0].Seq, 2)
		Must(t, err)
		if len(of) != 16 || of[0].Seq > of[1].Seq || page[0].Seq != all[0].Seq-1 || string(of[0].Detail) != `{"title":"Coupure d’eau"}` {
			t.Errorf("%+v %+v", of, page)
		}
		whole, err := s.VerifyRegister(ctx, commune)
		Must(t, err)
		if !whole {
			t.Error("the register is not whole")
		}
	})
}
