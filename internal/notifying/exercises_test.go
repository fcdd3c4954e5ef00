package notifying_test

import (
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

// exercises does an exercise at this moment.
func (o *office) exercises() {
	o.t.Helper()
	id := store.NewID()
	p := o.Draft(post.Scheduled, o.ledger.at, o.Channels[0])
	p.BroadcastID, p.Deliveries[0].Lane = id, post.LaneCrisis
	_, err := o.Store.OpenBroadcast(o.t.Context(), post.Broadcast{
		ID: id, CommuneID: o.Commune.ID, Exercise: true, Status: post.BroadcastActive, Title: "EXERCICE – Incendie", Severity: post.AlertSevere,
		OpenedBy: o.User.ID, OpenedAt: o.ledger.at,
		Messages: []post.BroadcastMessage{{
			BroadcastID: id, Number: 1, Kind: post.MessageAlert, Title: "EXERCICE – Incendie", Text: "Restez à l’intérieur.",
			PostID: p.ID, CreatedBy: o.User.ID, CreatedAt: o.ledger.at,
		}},
	}, p, false, post.RegisterEntry{CommuneID: o.Commune.ID, ActorID: o.User.ID, ActorKind: "session", Action: "broadcast.opened", Subject: id, Detail: []byte("{}")})
	storetest.Must(o.t, err)
}

// Who may raise alerts is reminded of exercises, a month after the first day or
// the last exercise, until one is done.
func TestAnExerciseIsDueEveryMonth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := open(t, e)
		onCall := o.AddUser(t, "Karim", post.RoleAuthor, true)
		_, err := o.Store.SetUserCrisis(t.Context(), o.Commune.ID, onCall.ID, true)
		storetest.Must(t, err)
		const month = 30 * 24 * time.Hour
		o.look(month - time.Hour)
		if all := o.reads(onCall); len(all) != 0 {
			t.Fatalf("too early: %+v", all)
		}
		o.look(time.Hour)
		for _, u := range []post.User{onCall, o.admin} {
			if n := o.only(u, post.NoticeExercise); n.Severity != post.SeverityWarning || !strings.Contains(n.Message, "encore fait aucun exercice") {
				t.Errorf("%s reads %+v", u.Name, n)
			}
		}
		if all := o.reads(o.User); len(all) != 0 {
			t.Errorf("who may not raise alerts reads %+v", all)
		}
		opened := o.only(onCall, post.NoticeExercise)
		o.look(24 * time.Hour)
		if again := o.only(onCall, post.NoticeExercise); again.ID != opened.ID {
			t.Error("told anew every day")
		}
		o.exercises()
		last, err := o.Store.LastExercise(t.Context(), o.Commune.ID)
		storetest.Must(t, err)
		if !last.Equal(o.ledger.at) {
			t.Errorf("last exercise %v, want %v", last, o.ledger.at)
		}
		o.look(time.Minute)
		if all := o.reads(onCall); len(all) != 0 {
			t.Errorf("after an exercise: %+v", all)
		}
		o.look(month)
		if n := o.only(onCall, post.NoticeExercise); !strings.Contains(n.Message, "Le dernier exercice date du 22 décembre 2026.") {
			t.Errorf("%+v", n)
		}
		storetest.Must(t, o.Store.SaveCrisisSettings(t.Context(), o.Commune.ID, post.CrisisSettings{}, post.RegisterEntry{
			CommuneID: o.Commune.ID, ActorID: o.User.ID, ActorKind: "session", Action: "crisis.settings", Detail: []byte("{}"),
		}))
		o.look(time.Minute)
		if all := o.reads(onCall); len(all) != 0 {
			t.Errorf("where no reminder is wanted: %+v", all)
		}
	})
}
