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
func checkDelete(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	deleter, ok := s.channel.(channels.Deleter)
	if !ok {
		t.Log("does not apply: the channel does not delete")
		return
	}
	_, kept := s.mustPublish(t, h.message("kept", "Un texte qui reste.", 0))
	_, receipt := s.mustPublish(t, h.message("deleted", "Un texte à retirer.", min(1, h.limits().Images.Max)))
	for range 2 {
		err := deleter.Delete(t.Context(), receipt)
		s.witness(err)
		if err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
	if shown := s.onlyPost(t); shown.RemoteID != kept.RemoteID {
		t.Errorf("%q is left, want %q", shown.RemoteID, kept.RemoteID)
	}
}

// checkUpdate: the text of the one post is replaced, and its pictures stay.
func checkUpdate(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	updater, ok := s.channel.(channels.Updater)
	if !ok {
		t.Log("does not apply: the channel does not update")
		return
	}
	images := min(2, h.limits().Images.Max)
	a, receipt := s.mustPublish(t, h.message("updated", "Le premier texte.", images))
	changed := s.attempt(t, h.message("updated", "Le texte corrigé.", images))
	updated, err := updater.Update(t.Context(), receipt, changed.rendered)
	s.witness(updated, err)
	if err != nil {
		t.Fatalf("Update: %v", err)
	}
	shown := s.onlyPost(t)
	if err := h.same(changed.rendered, shown, a.Shown(h.takesAlt())); err != nil {
		t.Error(err)
	}
	if updated.RemoteID != shown.RemoteID {
		t.Errorf("the receipt says %q, the network %q", updated.RemoteID, shown.RemoteID)
	}
}

// checkArticle: the address that short channels link to is the one where the
// article then stands.
func checkArticle(t testing.TB, h Harness) {
	t.Helper()
	s := h.open(t)
	articler, ok := s.channel.(channels.Articler)
	if !ok {
		t.Log("does not apply: the channel has no articles")
		return
	}
	m := h.message("article", "Le texte complet.", 0)
	m.Title = "Travaux rue de l’Église : du 3 au 12 mars"
	before := articler.ArticleURL(m)
	_, receipt := s.mustPublish(t, m)
	if before != "" && h.Opens != nil {
		before = h.Opens(t, before)
	}
	if before == "" || before != receipt.URL {
		t.Errorf("announced as %q, stands at %q", before, receipt.URL)
	}
}
