package channeltest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/crieur/crieur/channels"
)

func publishChecks() []Check {
	return []Check{
		{Name: "publish/text", Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			publishes(tb, h, h.message("text", "Ramassage des déchets : lundi dès 6 h.\n\nMerci de sortir les sacs la veille.", 0))
		}},
		{Name: "publish/title", Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			m := h.message("title", "Place du Marché, dès 8 h.", 0)
			m.Title = "Brocante de printemps"
			publishes(tb, h, m)
		}},
		{Name: "publish/link", Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			m := h.message("link", "Le programme complet est en ligne.", 0)
			m.Link = "https://commune.example/programme?jour=1&lieu=march%C3%A9"
			publishes(tb, h, m)
		}},
		{Name: "publish/special-characters", Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			publishes(tb, h, h.message("special", `Été « 25 € » <b>gras</b> & "cité" 👨‍👩‍👧 + 100 % \n {x} 日本`, 0))
		}},
		{Name: "publish/one-image", Skip: needsImages, Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			publishes(tb, h, h.message("one", "Une photo.", 1))
		}},
		{Name: "publish/all-images", Skip: needsTwoImages, Run: func(tb testing.TB, h Harness) {
			tb.Helper()
			publishes(tb, h, h.message("all", "Des photos.", min(h.limits().Images.Max, 10)))
		}},
		{Name: "publish/twenty-at-once", Run: checkConcurrent},
		{Name: "once/creating", Run: checkCreating},
		{Name: "once/creating-with-images", Skip: needsImages, Run: checkCreatingImages},
		{Name: "once/creating-refused", Run: checkCreatingRefused},
		{Name: "once/steps-are-resumed", Skip: needsTwoImages, Run: checkResumed},
		{Name: "once/step-not-saved", Skip: needsTwoImages, Run: checkStepNotSaved},
		{Name: "once/last-step-not-saved", Run: checkLastStepNotSaved},
		{Name: "once/image-not-readable", Skip: needsTwoImages, Run: checkImageNotReadable},
		{Name: "once/same-key", Skip: needsKey, Run: checkSameKey},
	}
}

func needsKey(h Harness) string {
	if h.Driver.Info().Idempotency != channels.IdempotentByKey {
		return "the network knows no key"
	}
	return ""
}

// publishes: exactly one post is visible, it is what was rendered, and its
// receipt points at it.
func publishes(tb testing.TB, h Harness, m channels.Message) {
	tb.Helper()
	s := h.open(tb)
	a, receipt := s.mustPublish(tb, m)
	shown := s.onlyPost(tb)
	if err := h.same(a.rendered, shown, a.Shown(h.takesAlt())); err != nil {
		tb.Error(err)
	}
	if receipt.RemoteID != shown.RemoteID {
		tb.Errorf("the receipt says %q, the network %q", receipt.RemoteID, shown.RemoteID)
	}
	if a.Creatings() != 1 {
		tb.Errorf("Creating was called %d times, want once", a.Creatings())
	}
}

// checkCreating: at the point of no return nothing is published.
func checkCreating(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	a := s.attempt(tb, h.message("creating", "Un texte.", 0))
	a.OnCreating = func(context.Context) error {
		s.noPost(tb)
		return nil
	}
	if _, err := s.publish(tb.Context(), tb, a); err != nil {
		tb.Fatal(err)
	}
	s.onlyPost(tb)
	if a.Creatings() != 1 {
		tb.Errorf("Creating was called %d times, want once", a.Creatings())
	}
}

// checkCreatingImages: nothing but the creating request is left to do at the
// point of no return.
func checkCreatingImages(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	a := s.attempt(tb, h.message("creating", "Des photos.", min(2, h.limits().Images.Max)))
	uploads := -1
	a.OnCreating = func(context.Context) error {
		s.noPost(tb)
		uploads = s.net.Uploads(tb)
		return nil
	}
	if _, err := s.publish(tb.Context(), tb, a); err != nil {
		tb.Fatal(err)
	}
	s.onlyPost(tb)
	if after := s.net.Uploads(tb); len(a.images) > 1 && after != uploads {
		tb.Errorf("%d pictures were there at the point of no return, %d after it", uploads, after)
	}
}

func checkCreatingRefused(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	refused := errors.New("the ledger could not commit")
	a := s.attempt(tb, h.message("refused", "Un texte.", min(1, h.limits().Images.Max)))
	a.OnCreating = func(context.Context) error { return refused }
	_, err := s.publish(tb.Context(), tb, a)
	s.noPost(tb)
	if !errors.Is(err, refused) || kindOf(err) != channels.Internal {
		tb.Errorf("got %v, want an internal *Error around the ledger's error", err)
	}
}

// checkResumed: an attempt that was cut off before the point of no return is
// taken up by the next, without another upload.
func checkResumed(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	first := s.attempt(tb, h.message("resumed", "Des photos.", 2))
	first.OnCreating = func(context.Context) error { return errors.New("crash") }
	if _, err := s.publish(tb.Context(), tb, first); err == nil {
		tb.Fatal("published although Creating failed")
	}
	s.noPost(tb)
	second := first.Again()
	if _, err := s.publish(tb.Context(), tb, second); err != nil {
		tb.Fatalf("the second attempt: %v", err)
	}
	if err := h.same(second.rendered, s.onlyPost(tb), second.Shown(h.takesAlt())); err != nil {
		tb.Error(err)
	}
	if n := s.net.Uploads(tb); n != len(second.images) {
		tb.Errorf("%d uploads for %d pictures", n, len(second.images))
	}
}

// checkStepNotSaved: an upload that the ledger could not note is not built on.
func checkStepNotSaved(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	a := s.attempt(tb, h.message("unsaved", "Des photos.", 2))
	lost, asked := errors.New("the ledger could not commit"), false
	a.OnSaveStep = func(kind channels.StepKind, _ int) error {
		if kind == channels.StepUpload || kind == channels.StepContainer {
			asked = true
			return lost
		}
		return nil
	}
	_, err := s.publish(tb.Context(), tb, a)
	if !asked {
		// A channel whose uploads have no remote id saves no step for them.
		s.onlyPost(tb)
		return
	}
	s.noPost(tb)
	if !errors.Is(err, lost) || kindOf(err) != channels.Internal {
		tb.Errorf("got %v, want an internal *Error around the ledger's error", err)
	}
}

// checkLastStepNotSaved: what is published stays published, whatever the
// ledger does with the notes that come after.
func checkLastStepNotSaved(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	a := s.attempt(tb, h.message("noted", "Un texte.", 0))
	a.OnSaveStep = func(kind channels.StepKind, _ int) error {
		if kind == channels.StepPublish || kind == channels.StepPermalink {
			return errors.New("the ledger could not commit")
		}
		return nil
	}
	_, err := s.publish(tb.Context(), tb, a)
	s.onlyPost(tb)
	if err != nil && kindOf(err) != channels.UnknownOutcome {
		tb.Errorf("the post is visible and the error says %q: %v", kindOf(err), err)
	}
}

func checkImageNotReadable(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	a := s.attempt(tb, h.message("unreadable", "Des photos.", 2))
	lost := errors.New("the picture is gone")
	a.OnImage = func(i int) error {
		if i == 1 {
			return lost
		}
		return nil
	}
	_, err := s.publish(tb.Context(), tb, a)
	s.noPost(tb)
	if !errors.Is(err, lost) || kindOf(err) != channels.Internal {
		tb.Errorf("got %v, want an internal *Error around the picture's error", err)
	}
	if a.Creatings() != 0 {
		tb.Error("Creating was called for a post without its pictures")
	}
}

// checkSameKey: where the network keeps one post for one key, publishing again
// with it shows one post.
func checkSameKey(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	m := h.message("same", "Un texte.", min(1, h.limits().Images.Max))
	_, first := s.mustPublish(tb, m)
	_, second := s.mustPublish(tb, m)
	s.onlyPost(tb)
	if first.RemoteID != second.RemoteID {
		tb.Errorf("one key, two posts: %q and %q", first.RemoteID, second.RemoteID)
	}
}

func checkConcurrent(tb testing.TB, h Harness) {
	tb.Helper()
	const posts = 20
	s := h.open(tb)
	ids := make([]string, posts)
	within(tb, "publishing twenty at once", func() {
		var all sync.WaitGroup
		for i := range posts {
			m := h.message(fmt.Sprintf("concurrent-%d", i), fmt.Sprintf("Avis numéro %d.", i), min(1, h.limits().Images.Max))
			a := s.attempt(tb, m)
			all.Go(func() {
				receipt, err := s.publish(tb.Context(), tb, a)
				if err != nil {
					tb.Errorf("post %d: %v", i, err)
				}
				ids[i] = receipt.RemoteID
			})
		}
		all.Wait()
	})
	shown := map[string]bool{}
	for _, p := range s.net.Posts(tb) {
		shown[p.RemoteID] = true
	}
	if len(shown) != posts || len(s.net.Posts(tb)) != posts {
		tb.Errorf("%d posts are visible, want %d", len(s.net.Posts(tb)), posts)
	}
	for i, id := range ids {
		if !shown[id] {
			tb.Errorf("post %d has the receipt %q, which is not on the network", i, id)
		}
	}
}
