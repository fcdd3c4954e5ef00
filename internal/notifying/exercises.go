package notifying

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// exercises reminds those who may raise alerts that an exercise is due, and
// settles what is over: they did one, or want no reminder any more.
func (w *Watch) exercises(ctx context.Context, now time.Time) error {
	due, err := w.Ledger.ExercisesDue(ctx, now)
	if err != nil {
		return err
	}
	notices, err := w.Ledger.OpenNoticesOf(ctx, post.NoticeExercise)
	if err != nil {
		return err
	}
	open := make(map[string]post.Notice, len(notices))
	for _, n := range notices {
		open[n.CommuneID] = n
	}
	for i := range due {
		n := exerciseNotice(&due[i])
		n.CreatedAt = now
		known, ok := open[n.CommuneID]
		delete(open, n.CommuneID)
		if ok && known.Message == n.Message {
			continue
		}
		called, err := w.onCall(ctx, n.CommuneID)
		if err != nil {
			return err
		}
		if _, err := w.Ledger.OpenNoticeFor(ctx, n, called...); err != nil {
			return err
		}
	}
	over := make([]string, 0, len(open))
	for _, n := range open {
		over = append(over, n.ID)
	}
	return w.Ledger.SettleNotices(ctx, over, now)
}

// onCall are the people of a commune who may raise alerts.
func (w *Watch) onCall(ctx context.Context, communeID string) ([]string, error) {
	users, err := w.Ledger.Users(ctx, communeID)
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := range users {
		if users[i].MayAlert() {
			ids = append(ids, users[i].ID)
		}
	}
	return ids, nil
}

func exerciseNotice(d *store.ExerciseDue) post.Notice {
	n := post.Notice{
		CommuneID: d.CommuneID, Kind: post.NoticeExercise, Severity: post.SeverityWarning,
		Title:    "Un exercice d’alerte est à faire",
		Message:  "La commune n’a encore fait aucun exercice.",
		NextStep: "Ouvrez « Alerter » et choisissez l’exercice : rien n’atteint les vrais réseaux, et rien n’est retenu. Quelques minutes suffisent.",
	}
	if !d.Last.IsZero() {
		n.Message = "Le dernier exercice date du " + day(d.Last, d.Zone) + "."
	}
	n.Message += fmt.Sprintf(" La commune a choisi d’en faire un tous les %d jours : le jour venu, personne ne cherche.", d.Every)
	return n
}

// day is the day of an instant as people say it.
func day(at time.Time, zone string) string {
	text, _, _ := strings.Cut(moment(at, zone), " à ")
	return text
}
