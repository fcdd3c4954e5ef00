package storetest

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

func testPosts(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	title := "Un autre titre"
	want := w.Draft(post.Scheduled, now.Add(time.Hour), w.Channels...)
	want.Variants = []post.Variant{{ChannelID: w.Channels[0].ID, Title: &title}}
	w.Save(t, want)
	got, err := s.Post(ctx, commune, want.ID)
	Must(t, err)
	byChannel := cmpopts.SortSlices(func(a, b post.Delivery) bool { return a.ChannelID < b.ChannelID })
	same(t, got, want, byChannel)

	t.Run("without author and channels", func(t *testing.T) {
		p := w.Draft(post.Draft, time.Time{})
		p.AuthorID, p.Schedule = "", post.Schedule{Mode: post.ModeDraft}
		w.Save(t, p)
		got, err := s.Post(ctx, commune, p.ID)
		Must(t, err)
		same(t, got, p)
	})
	t.Run("all or nothing", func(t *testing.T) {
		p := w.Draft(post.Scheduled, now, w.Channels...)
		p.Deliveries[1].ChannelID = store.NewID()
		wantErr(t, s.CreatePost(ctx, p), post.ErrNotFound)
		_, err := s.Post(ctx, commune, p.ID)
		wantErr(t, err, post.ErrNotFound)
	})
	t.Run("once", func(t *testing.T) {
		wantErr(t, s.CreatePost(ctx, want), post.ErrConflict)
		p := w.Draft(post.Scheduled, now, w.Channels[0])
		p.Key = want.Key
		wantErr(t, s.CreatePost(ctx, p), post.ErrConflict)
	})
	t.Run("nothing begins in the hands of a worker", func(t *testing.T) {
		for _, state := range []post.State{post.Sending, post.Reconciling, "nonsense"} {
			if err := s.CreatePost(ctx, w.Draft(state, now, w.Channels[0])); err == nil {
				t.Errorf("began as %s", state)
			}
		}
	})
	t.Run("keys", func(t *testing.T) {
		for _, key := range []string{"abc", "abc-2", "abd", "ab%"} {
			p := w.Draft(post.Draft, now)
			p.Key = key
			w.Save(t, p)
		}
		got, err := s.PostKeys(ctx, commune, "abc")
		Must(t, err)
		same(t, got, []string{"abc", "abc-2"})
		got, err = s.PostKeys(ctx, commune, "ab%")
		Must(t, err)
		same(t, got, []string{"ab%"})
	})
	t.Run("cancel", func(t *testing.T) {
		for _, from := range []post.State{post.Draft, post.AwaitingApproval, post.Scheduled, post.Held, post.Retrying, post.Failed, post.Missed, post.Sent, post.Unknown, post.Cancelled} {
			p := w.Save(t, w.Draft(from, now, w.Channels[0]))
			got, err := s.CancelPost(ctx, commune, p.ID)
			if !post.May(from, post.Cancelled) {
				wantErr(t, err, post.ErrConflict)
				if got := w.Read(t, p.Deliveries[0].ID).State; got != from {
					t.Errorf("%s became %s", from, got)
				}
				continue
			}
			Must(t, err)
			if d := got.Deliveries[0]; d.State != post.Cancelled || !d.NextAt.IsZero() {
				t.Errorf("from %s: %+v", from, d)
			}
		}
		_, err := s.CancelPost(ctx, commune, store.NewID())
		wantErr(t, err, post.ErrNotFound)
	})
	t.Run("approve", func(t *testing.T) {
		p := w.Save(t, w.Draft(post.AwaitingApproval, now.Add(time.Hour), w.Channels[0]))
		got, err := s.ApprovePost(ctx, commune, p.ID)
		Must(t, err)
		if d := got.Deliveries[0]; d.State != post.Scheduled || !d.NextAt.Equal(now.Add(time.Hour)) {
			t.Errorf("%+v", d)
		}
		_, err = s.ApprovePost(ctx, commune, p.ID)
		wantErr(t, err, post.ErrConflict)
		_, err = s.ApprovePost(ctx, commune, store.NewID())
		wantErr(t, err, post.ErrNotFound)
	})
}

func testUpdate(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune, one, two := w.Commune.ID, w.Channels[0], w.Channels[1]
	third := w.AddChannel(t)
	due := now.Add(time.Hour)

	t.Run("a new version", func(t *testing.T) {
		p := w.Save(t, w.Draft(post.Scheduled, due, one, two))
		p.Content.Title, p.Schedule.DueAt, p.UpdatedAt = "Reporté", due.Add(time.Hour), now.Add(time.Minute)
		p.Deliveries[0].DueAt, p.Deliveries[0].NextAt, p.Deliveries[0].Rendered = due.Add(time.Hour), due.Add(time.Hour), []byte(`{"text":"Reporté"}`)
		kept, gone := p.Deliveries[0], p.Deliveries[1]
		p.Deliveries = []post.Delivery{kept, w.Delivery(&p, post.Scheduled, due.Add(time.Hour), third)}
		Must(t, s.UpdatePost(ctx, p, 1))
		got, err := s.Post(ctx, commune, p.ID)
		Must(t, err)
		if got.Version != 2 || got.Content.Title != "Reporté" || !got.UpdatedAt.Equal(now.Add(time.Minute)) || !got.CreatedAt.Equal(now) {
			t.Errorf("%+v", got)
		}
		at := slices.IndexFunc(got.Deliveries, func(d post.Delivery) bool { return d.ID == kept.ID })
		if at < 0 || len(got.Deliveries) != 2 {
			t.Fatalf("deliveries: %+v", got.Deliveries)
		}
		d := got.Deliveries[at]
		if d.PostVersion != 2 || !d.NextAt.Equal(due.Add(time.Hour)) || string(d.Rendered) != `{"text":"Reporté"}` || got.Deliveries[1-at].ChannelID != third.ID {
			t.Errorf("deliveries: %+v", got.Deliveries)
		}
		_, err = s.Delivery(ctx, commune, gone.ID)
		wantErr(t, err, post.ErrNotFound)

		wantErr(t, s.UpdatePost(ctx, p, 1), post.ErrStale)
		p.ID = store.NewID()
		wantErr(t, s.UpdatePost(ctx, p, 1), post.ErrNotFound)
	})
	t.Run("only while nothing has left", func(t *testing.T) {
		for _, state := range post.States() {
			if state == post.Sending || state == post.Reconciling {
				continue
			}
			p := w.Save(t, w.Draft(state, due, one, two))
			p.Deliveries[0].State = post.Scheduled
			p.Deliveries = p.Deliveries[:1]
			err := s.UpdatePost(ctx, p, 1)
			mayChange := slices.Contains([]post.State{post.Draft, post.AwaitingApproval, post.Scheduled, post.Held}, state)
			if mayChange && err != nil {
				t.Errorf("%s: %v", state, err)
			}
			if !mayChange {
				wantErr(t, err, post.ErrConflict)
				got, err := s.Post(ctx, commune, p.ID)
				Must(t, err)
				if got.Version != 1 || len(got.Deliveries) != 2 || got.Deliveries[0].State != state {
					t.Errorf("%s: %+v", state, got)
				}
			}
		}
	})
	t.Run("what has left stays as it left", func(t *testing.T) {
		p := w.Save(t, w.Draft(post.Sent, due, one))
		sent := p.Deliveries[0]
		p.Content.Text = "Un autre texte"
		p.Deliveries = []post.Delivery{w.Delivery(&p, post.Scheduled, due, two)}
		Must(t, s.UpdatePost(ctx, p, 1))
		if got := w.Read(t, sent.ID); got.State != post.Sent || got.PostVersion != 1 || string(got.Rendered) != string(sent.Rendered) {
			t.Errorf("%+v", got)
		}
	})
	t.Run("what failed is mended, and earlier uploads are forgotten", func(t *testing.T) {
		c := w.AddChannel(t)
		p := w.Save(t, w.Draft(post.Scheduled, now, c))
		claim, n := w.Begun(t, c, false)
		d := &claim.Delivery
		Must(t, s.SaveStep(ctx, d.ID, d.Epoch, post.Step{Kind: post.StepUpload, RemoteID: "earlier picture"}))
		failure := &post.Failure{Kind: "rejected", Code: "text_too_long", Message: "Trop long.", NextStep: "Raccourcissez."}
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Failed, Number: n, Failure: failure}))
		p.Deliveries[0].State, p.Deliveries[0].NextAt, p.Deliveries[0].Failure = post.Failed, time.Time{}, failure
		p.Deliveries[0].Rendered = []byte(`{"text":"court"}`)
		Must(t, s.UpdatePost(ctx, p, 1))
		got := w.Read(t, d.ID)
		if got.State != post.Failed || got.Failure == nil || string(got.Rendered) != `{"text":"court"}` || got.PostVersion != 2 {
			t.Errorf("%+v", got)
		}
		_, err := s.RetryByPerson(ctx, commune, d.ID, now)
		Must(t, err)
		if again := w.Claim(t, c, "worker"); len(again.Steps) != 0 {
			t.Errorf("steps of the earlier pictures: %+v", again.Steps)
		}
	})
	t.Run("while it is sent", func(t *testing.T) {
		c := w.AddChannel(t)
		p := w.Save(t, w.Draft(post.Scheduled, now, c))
		w.Claim(t, c, "worker")
		wantErr(t, s.UpdatePost(ctx, p, 1), post.ErrConflict)
	})
	t.Run("one that was tried keeps its history", func(t *testing.T) {
		c := w.AddChannel(t)
		p := w.Save(t, w.Draft(post.Scheduled, now, c))
		claim, n := w.Begun(t, c, false)
		d := &claim.Delivery
		Must(t, s.Finish(ctx, d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Retrying, Number: n, NextAt: due}))
		_, err := s.Transition(ctx, commune, d.ID, []post.State{post.Retrying}, post.Held, store.Change{})
		Must(t, err)
		p.Deliveries = nil
		Must(t, s.UpdatePost(ctx, p, 1))
		if got := w.Read(t, d.ID).State; got != post.Cancelled || len(w.ReadAttempts(t, d.ID)) != 1 {
			t.Errorf("state %s, attempts %v", got, w.ReadAttempts(t, d.ID))
		}
		// And the channel can be chosen again, as another occurrence.
		again := w.Delivery(&p, post.Scheduled, due, c)
		p.Deliveries = []post.Delivery{again}
		Must(t, s.UpdatePost(ctx, p, 2))
		if got := w.Read(t, again.ID).Occurrence; got != 1 {
			t.Errorf("occurrence %d, want 1", got)
		}
	})
	t.Run("against a claim", func(t *testing.T) {
		for range 30 {
			c := w.AddChannel(t)
			p := w.Save(t, w.Draft(post.Scheduled, now, c))
			var claim *store.Claim
			errs := parallel(2, func(i int) (err error) {
				if i == 0 {
					claim, err = s.ClaimPublish(ctx, c.ID, lane, "worker", now, now.Add(time.Minute))
					return err
				}
				q := p
				q.Deliveries = slices.Clone(p.Deliveries)
				return s.UpdatePost(ctx, q, 1)
			})
			Must(t, errs[0])
			got := w.Read(t, p.Deliveries[0].ID)
			if errs[1] == nil && (got.PostVersion != 2 || claim != nil && claim.Delivery.PostVersion != 2) {
				t.Fatalf("changed, and the old version leaves: %+v", claim)
			}
			if errs[1] != nil {
				wantErr(t, errs[1], post.ErrConflict)
				if claim == nil || got.PostVersion != 1 {
					t.Fatalf("not changed, and not claimed: %+v", got)
				}
			}
		}
	})
	t.Run("two at once", func(t *testing.T) {
		p := w.Save(t, w.Draft(post.Scheduled, due, one))
		errs := parallel(8, func(int) error {
			q := p
			q.Deliveries = slices.Clone(p.Deliveries)
			return s.UpdatePost(ctx, q, 1)
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			wantErr(t, err, post.ErrStale)
		}
		if won != 1 {
			t.Errorf("%d changes of one version, want 1", won)
		}
	})
}

func testList(t *testing.T, w *World) {
	ctx, s, now := t.Context(), w.Store, w.Now
	commune := w.Commune.ID
	var all []post.Post
	for i := range 23 {
		// Several share an hour, so that the order of ids matters too.
		p := w.Draft(post.Scheduled, now.Add(time.Duration(i/4)*time.Hour), w.Channels[i%2])
		all = append(all, w.Save(t, p))
	}
	slices.SortFunc(all, func(a, b post.Post) int {
		return cmp.Or(b.Schedule.DueAt.Compare(a.Schedule.DueAt), cmp.Compare(b.ID, a.ID))
	})
	ids := func(posts []post.Post) []string {
		out := make([]string, len(posts))
		for i, p := range posts {
			out[i] = p.ID
		}
		return out
	}
	list := func(f post.Filter) post.Page {
		t.Helper()
		page, err := s.Posts(ctx, commune, f)
		Must(t, err)
		return page
	}
	var paged []post.Post
	for f := (post.Filter{Limit: 5}); ; {
		page := list(f)
		paged = append(paged, page.Posts...)
		if len(page.Posts) != 5 && page.NextCursor != "" {
			t.Fatalf("a page of %d with another after it", len(page.Posts))
		}
		// What is added meanwhile, before the cursor, shifts nothing.
		w.Save(t, w.Draft(post.Scheduled, now.Add(100*time.Hour), w.Channels[0]))
		if f.Cursor = page.NextCursor; f.Cursor == "" {
			break
		}
	}
	same(t, ids(paged), ids(all))
	for _, p := range paged {
		if len(p.Deliveries) != 1 || p.Deliveries[0].PostID != p.ID {
			t.Errorf("deliveries of %s: %+v", p.ID, p.Deliveries)
		}
	}
	if page := list(post.Filter{Limit: 1000}); len(page.Posts) != 28 || page.NextCursor != "" {
		t.Errorf("%d posts, cursor %q", len(page.Posts), page.NextCursor)
	}
	same(t, ids(list(post.Filter{From: now.Add(time.Hour), To: now.Add(3 * time.Hour)}).Posts), ids(all[23-12:23-4]))
	for _, p := range list(post.Filter{ChannelID: w.Channels[1].ID}).Posts {
		if p.Deliveries[0].ChannelID != w.Channels[1].ID {
			t.Errorf("a post of another channel: %+v", p)
		}
	}
	if n := len(list(post.Filter{ChannelID: w.Channels[1].ID}).Posts); n != 11 {
		t.Errorf("%d posts of the channel, want 11", n)
	}

	searched := w.Draft(post.Draft, time.Time{})
	searched.Content = post.Content{Title: "Fermeture de l’École", Text: "100 % gratuit_"}
	searched.Schedule = post.Schedule{Mode: post.ModeDraft}
	w.Save(t, searched)
	for query, found := range map[string]bool{"ecole": true, "ÉCOLE": true, "100 %": true, "GRATUIT_": true, "100 %%": false, "grat_it": false, `\`: false, "brocante de": false} {
		if got := len(list(post.Filter{Query: query}).Posts) == 1; got != found {
			t.Errorf("search %q: found %v, want %v", query, got, found)
		}
	}
	if n := len(list(post.Filter{From: now.Add(-1000 * time.Hour)}).Posts); n != 28 {
		t.Errorf("a draft without an hour is in the calendar: %d posts, want 28", n)
	}
	for _, cursor := range []string{"x", "eA", "%%%"} {
		_, err := s.Posts(ctx, commune, post.Filter{Cursor: cursor})
		var problem *post.Problem
		if !errors.As(err, &problem) || problem.Kind != post.Malformed {
			t.Errorf("cursor %q: got %v", cursor, err)
		}
	}
}

// testStatus compares the status in SQL with post.StatusOf.
func testStatus(t *testing.T, w *World) {
	ctx, s := t.Context(), w.Store
	random := rand.New(rand.NewPCG(1, 2))
	channels := make([]post.Channel, 4)
	for i := range channels {
		channels[i] = w.AddChannel(t)
	}
	states := post.States()
	sets := [][]post.State{{}}
	for i, one := range states {
		sets = append(sets, []post.State{one})
		for _, other := range states[i:] {
			sets = append(sets, []post.State{one, other})
		}
	}
	for range 60 {
		set := make([]post.State, 3+random.IntN(len(channels)-2))
		for i := range set {
			set[i] = states[random.IntN(len(states))]
		}
		sets = append(sets, set)
	}
	want := map[post.Status][]string{}
	for _, set := range sets {
		p := saveSet(t, w, channels, set)
		status := post.StatusOf(p.Deliveries)
		want[status] = append(want[status], p.ID)
	}
	for _, status := range post.Statuses() {
		var got []string
		for f := (post.Filter{Status: status, Limit: 100}); ; {
			page, err := s.Posts(ctx, w.Commune.ID, f)
			Must(t, err)
			for _, p := range page.Posts {
				got = append(got, p.ID)
			}
			if f.Cursor = page.NextCursor; f.Cursor == "" {
				break
			}
		}
		slices.Sort(got)
		slices.Sort(want[status])
		if len(want[status]) == 0 {
			t.Errorf("%s: no example", status)
		}
		same(t, got, want[status])
	}
}

// saveSet saves a post whose deliveries have these states, and puts those that
// only workers bring about into the hands of a worker.
func saveSet(t *testing.T, w *World, channels []post.Channel, set []post.State) post.Post {
	t.Helper()
	ctx, s, now := t.Context(), w.Store, w.Now
	p := w.Draft(post.Draft, now)
	for i, state := range set {
		switch state {
		case post.Sending:
			p.Deliveries = append(p.Deliveries, w.Delivery(&p, post.Scheduled, now, w.AddChannel(t)))
		case post.Reconciling:
			p.Deliveries = append(p.Deliveries, w.Delivery(&p, post.Unknown, now, w.AddChannel(t)))
		default:
			p.Deliveries = append(p.Deliveries, w.Delivery(&p, state, now, channels[i]))
		}
	}
	w.Save(t, p)
	for i, state := range set {
		var err error
		claim := &store.Claim{}
		switch state {
		case post.Sending:
			claim, err = s.ClaimPublish(ctx, p.Deliveries[i].ChannelID, lane, "worker", now, now.Add(time.Minute))
		case post.Reconciling:
			claim, err = s.ClaimReconcile(ctx, p.Deliveries[i].ChannelID, lane, "worker", now, now.Add(time.Minute))
		default:
		}
		Must(t, err)
		if claim == nil {
			t.Fatalf("nothing to claim for %s", state)
		}
		if p.Deliveries[i] = w.Read(t, p.Deliveries[i].ID); p.Deliveries[i].State != state {
			t.Fatalf("delivery is %s, want %s", p.Deliveries[i].State, state)
		}
	}
	return p
}
