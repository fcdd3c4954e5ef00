package channeltest

import (
	"testing"

	"github.com/crieur/crieur/channels"
)

func changeChecks() []Check {
	return []Check{
		{Name: "change/delete", Run: checkDelete},
		{Name: "change/update", Run: checkUpdate},
		{Name: "change/article-address", Run: checkArticle},
	}
}

// checkDelete: a post that is gone is gone, however often it is asked for.
func checkDelete(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	deleter, ok := s.channel.(channels.Deleter)
	if !ok {
		tb.Log("does not apply: the channel does not delete")
		return
	}
	_, kept := s.mustPublish(tb, h.message("kept", "Un texte qui reste.", 0))
	_, receipt := s.mustPublish(tb, h.message("deleted", "Un texte à retirer.", min(1, h.limits().Images.Max)))
	for range 2 {
		err := deleter.Delete(tb.Context(), receipt)
		s.witness(err)
		if err != nil {
			tb.Errorf("Delete: %v", err)
		}
	}
	if shown := s.onlyPost(tb); shown.RemoteID != kept.RemoteID {
		tb.Errorf("%q is left, want %q", shown.RemoteID, kept.RemoteID)
	}
}

// checkUpdate: the text of the one post is replaced, and its pictures stay.
func checkUpdate(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	updater, ok := s.channel.(channels.Updater)
	if !ok {
		tb.Log("does not apply: the channel does not update")
		return
	}
	images := min(2, h.limits().Images.Max)
	a, receipt := s.mustPublish(tb, h.message("updated", "Le premier texte.", images))
	changed := s.attempt(tb, h.message("updated", "Le texte corrigé.", images))
	updated, err := updater.Update(tb.Context(), receipt, changed.rendered)
	s.witness(updated, err)
	if err != nil {
		tb.Fatalf("Update: %v", err)
	}
	shown := s.onlyPost(tb)
	if err := h.same(changed.rendered, shown, a.Shown(h.takesAlt())); err != nil {
		tb.Error(err)
	}
	if updated.RemoteID != shown.RemoteID {
		tb.Errorf("the receipt says %q, the network %q", updated.RemoteID, shown.RemoteID)
	}
}

// checkArticle: the address that short channels link to is the one where the
// article then stands.
func checkArticle(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	articler, ok := s.channel.(channels.Articler)
	if !ok {
		tb.Log("does not apply: the channel has no articles")
		return
	}
	m := h.message("article", "Le texte complet.", 0)
	m.Title = "Travaux rue de l’Église : du 3 au 12 mars"
	before := articler.ArticleURL(m)
	_, receipt := s.mustPublish(tb, m)
	if before != "" && h.Opens != nil {
		before = h.Opens(tb, before)
	}
	if before == "" || before != receipt.URL {
		tb.Errorf("announced as %q, stands at %q", before, receipt.URL)
	}
}
