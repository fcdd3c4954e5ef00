package worker

import (
	"context"

	"github.com/crieur/crieur/internal/post"
)

// checkRights tells people of a picture that may not be published any more: the
// people in it refused since the post was scheduled, or its last day was set
// before the hour. The post leaves all the same unless somebody changes it: what
// was scheduled is theirs to decide.
func (w *Worker) checkRights(ctx context.Context, a *ahead, d *post.Delivery, m *post.Media) {
	const next = "Modifiez la publication : retirez l’image ou choisissez-en une autre. Sinon, la publication partira telle quelle."
	if m.Consent == post.ConsentRefused {
		a.find(d, d.ID, post.SeverityError, post.Failure{
			Message: "Une image de cette publication montre des personnes qui ont refusé d’être publiées.", NextStep: next,
		})
		return
	}
	if m.ExpiresOn == "" {
		return
	}
	commune, err := w.Ledger.CommuneByID(ctx, d.CommuneID)
	day := ""
	if err == nil {
		day, err = post.DayIn(d.DueAt, commune.Zone)
	}
	switch {
	case err != nil:
		a.undone[d.ID] = true
		w.Log.WarnContext(ctx, "the last day of a picture could not be judged", "delivery_id", d.ID, "media_id", m.ID, "error", err)
	case m.ExpiredOn(day):
		a.find(d, d.ID, post.SeverityError, post.Failure{
			Message: "Le dernier jour où une image de cette publication pouvait être publiée sera passé à son heure.", NextStep: next,
		})
	}
}
