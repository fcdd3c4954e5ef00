package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Isolation lists, by method, calls that one commune makes on what another one
// has: each must answer post.ErrNotFound. everything reads what the other has,
// to see that nothing changed.
func Isolation(t testing.TB, s *store.Store) (calls map[string]func(ctx context.Context) error, everything func() []any) {
	t.Helper()
	owner, other := NewWorld(t, s, 2), NewWorld(t, s, 1)
	ctx, now, c := t.Context(), owner.Now, owner.Channels[0]
	me := other.Commune.ID
	due := owner.Scheduled(t, now.Add(time.Hour), c)
	failed := owner.Save(t, owner.Draft(post.Failed, now, c)).Deliveries[0]
	awaiting := owner.Save(t, owner.Draft(post.AwaitingApproval, now, c))
	unknown := owner.Unknown(t, owner.Channels[1], time.Time{})
	held := owner.Scheduled(t, now.Add(time.Hour), c)
	_, err := s.Transition(ctx, owner.Commune.ID, held.ID, []post.State{post.Scheduled}, post.Held, store.Change{Hold: post.HoldReview, Now: now})
	Must(t, err)
	picture, err := s.CreateMedia(ctx, post.Media{ID: store.NewID(), CommuneID: owner.Commune.ID, SHA256: "sha", CreatedAt: now})
	Must(t, err)
	twin, err := s.CreateMedia(ctx, post.Media{ID: store.NewID(), CommuneID: owner.Commune.ID, SHA256: "twin", CreatedAt: now})
	Must(t, err)
	token := store.Token{ID: store.NewID(), CommuneID: owner.Commune.ID, UserID: owner.User.ID, Hash: "t-" + owner.User.ID, CreatedAt: now}
	Must(t, s.CreateToken(ctx, token))
	session := store.Session{Hash: "s-" + owner.User.ID, CommuneID: owner.Commune.ID, UserID: owner.User.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
	Must(t, s.CreateSession(ctx, session))
	article := store.Article{
		CommuneID: owner.Commune.ID, Slug: "avis", Key: "avis", PublishedAt: now, UpdatedAt: now,
		Images: []store.ArticleImage{{SHA256: "img"}},
	}
	Must(t, s.PutArticle(ctx, article))
	run, err := s.BeginIdempotent(ctx, owner.Commune.ID, "key", "h", now)
	Must(t, err)
	notice := post.Notice{CommuneID: owner.Commune.ID, Kind: post.NoticeFailed, Subject: failed.ID, Severity: post.SeverityError, PostID: failed.PostID, CreatedAt: now}
	_, err = s.OpenNotice(ctx, notice)
	Must(t, err)
	id := due.PostID
	_, err = s.AddExerciseChannel(ctx, standsFor(c))
	Must(t, err)

	alert, message := owner.Alert(post.BroadcastAwaiting, now, owner.Channels[1])
	alert.Exercise = true
	alert = owner.Raise(t, alert, message)
	heldBack := owner.Scheduled(t, now.Add(time.Hour), c)
	_, err = s.Transition(ctx, owner.Commune.ID, heldBack.ID, []post.State{post.Scheduled}, post.Held, store.Change{Hold: post.HoldCrisis, Now: now})
	Must(t, err)
	stray := owner.Entry("stray", alert.ID)
	Must(t, s.SaveCrisisTemplate(ctx, owner.Commune.ID, post.CrisisTemplate{Hazard: "water"}, stray))
	source := owner.Source(t)
	item := owner.Item(t, source.ID, post.ItemPending, "g:isolated")
	template := post.Template{ID: store.NewID(), CommuneID: owner.Commune.ID, Circumstance: post.CircumstanceEvents, Name: "Fête", CreatedAt: now, UpdatedAt: now}
	Must(t, s.CreateTemplates(ctx, template))

	// empty turns a list into an error when it is empty, which is right here.
	empty := func(n int, err error) error {
		if err == nil && n == 0 {
			return post.ErrNotFound
		}
		return err
	}
	// A post of the one on a channel of the other.
	stolen := func(id string) post.Post {
		p := owner.Draft(post.Scheduled, now, c)
		p.ID, p.CommuneID, p.AuthorID = id, me, ""
		p.Deliveries[0].CommuneID, p.Deliveries[0].PostID = me, id
		return p
	}
	agendaCalls, agendaEverything := agendaIsolation(t, owner, me)
	deskCalls, deskEverything := deskIsolation(t, owner, me)
	connectingCalls, connectingEverything := connectingIsolation(t, owner, me)
	everything = func() []any {
		t.Helper()
		var all []any
		read := func(v any, err error) {
			t.Helper()
			Must(t, err)
			all = append(all, v)
		}
		read(s.Posts(ctx, owner.Commune.ID, post.Filter{}))
		read(s.Attempts(ctx, owner.Commune.ID, unknown.ID))
		read(s.Users(ctx, owner.Commune.ID))
		read(s.CommuneByID(ctx, owner.Commune.ID))
		read(s.Broadcasts(ctx, owner.Commune.ID, 10))
		read(s.Held(ctx, owner.Commune.ID))
		read(s.Register(ctx, owner.Commune.ID, 0, 100))
		read(s.CrisisSettings(ctx, owner.Commune.ID))
		read(s.CrisisTemplates(ctx, owner.Commune.ID))
		read(s.Channels(ctx, owner.Commune.ID))
		read(s.Tokens(ctx, owner.Commune.ID, owner.User.ID))
		read(s.SessionByHash(ctx, session.Hash))
		read(s.Media(ctx, owner.Commune.ID, picture.ID))
		agendaEverything(read)
		connectingEverything(read)
		deskEverything(read)
		read(s.Articles(ctx, owner.Commune.ID, store.ArticleCursor{}, 10))
		read(s.Notices(ctx, owner.Commune.ID, owner.User.ID, false, ""))
		read(s.Sources(ctx, owner.Commune.ID))
		read(s.SourceItems(ctx, owner.Commune.ID, post.ItemFilter{}))
		read(s.SourceItemKeys(ctx, owner.Commune.ID, item.ID))
		read(s.Templates(ctx, owner.Commune.ID))
		_, err := s.BeginIdempotent(ctx, owner.Commune.ID, "key", "h", now)
		return append(all, errors.Is(err, store.ErrInProgress))
	}
	calls = map[string]func(ctx context.Context) error{
		"Delivery": func(ctx context.Context) error { _, err := s.Delivery(ctx, me, due.ID); return err },
		"Attempts": func(ctx context.Context) error {
			all, err := s.Attempts(ctx, me, unknown.ID)
			return empty(len(all), err)
		},
		"Transition": func(ctx context.Context) error {
			_, err := s.Transition(ctx, me, due.ID, []post.State{post.Scheduled}, post.Held, store.Change{Now: now})
			return err
		},
		"RetryByPerson": func(ctx context.Context) error { _, err := s.RetryByPerson(ctx, me, failed.ID, now); return err },
		"ResolveByPerson": func(ctx context.Context) error {
			_, err := s.ResolveByPerson(ctx, me, unknown.ID, post.Verdict{Sent: true, At: now})
			return err
		},
		"RemovedByPerson": func(ctx context.Context) error {
			_, err := s.RemovedByPerson(ctx, me, due.ID, other.User.ID, now)
			return err
		},
		"CorrectedByPerson": func(ctx context.Context) error {
			_, err := s.CorrectedByPerson(ctx, me, due.ID, other.User.ID, post.Standing{Rendered: []byte(`{}`)}, now)
			return err
		},
		"CountOverdue": func(ctx context.Context) error {
			n, err := s.CountOverdue(ctx, me, now.Add(2*time.Hour), now.Add(2*time.Hour))
			return empty(n, err)
		},
		"Review": func(ctx context.Context) error {
			all, err := s.Review(ctx, me)
			return empty(len(all), err)
		},
		// It leaves alone what is not the commune's: see what everything shows.
		"DecideReview": func(ctx context.Context) error {
			err := s.DecideReview(ctx, me, []string{held.ID}, []string{held.ID}, now)
			return empty(0, err)
		},
		// It names no row but the commune's own.
		"UpdateCommune": func(ctx context.Context) error {
			name := "Ailleurs"
			_, err := s.UpdateCommune(ctx, "no commune", post.CommuneChange{Name: &name})
			return err
		},
		"CancelPost":  func(ctx context.Context) error { _, err := s.CancelPost(ctx, me, id); return err },
		"ApprovePost": func(ctx context.Context) error { _, err := s.ApprovePost(ctx, me, awaiting.ID); return err },
		"Post":        func(ctx context.Context) error { _, err := s.Post(ctx, me, id); return err },
		"Posts": func(ctx context.Context) error {
			page, err := s.Posts(ctx, me, post.Filter{})
			return empty(len(page.Posts), err)
		},
		"PostKeys":   func(ctx context.Context) error { all, err := s.PostKeys(ctx, me, ""); return empty(len(all), err) },
		"CreatePost": func(ctx context.Context) error { return s.CreatePost(ctx, stolen(store.NewID())) },
		"UpdatePost": func(ctx context.Context) error { return s.UpdatePost(ctx, stolen(id), 1) },
		"UserByID":   func(ctx context.Context) error { _, err := s.UserByID(ctx, me, owner.User.ID); return err },
		"Users": func(ctx context.Context) error {
			all, err := s.Users(ctx, me)
			return empty(len(slices.DeleteFunc(all, func(u post.User) bool { return u.ID == other.User.ID })), err)
		},
		"UpdateUserPassword": func(ctx context.Context) error { return s.UpdateUserPassword(ctx, me, owner.User.ID, "x") },
		"SetUserCrisis":      func(ctx context.Context) error { _, err := s.SetUserCrisis(ctx, me, owner.User.ID, true); return err },
		"Broadcast":          func(ctx context.Context) error { _, err := s.Broadcast(ctx, me, alert.ID); return err },
		"Broadcasts": func(ctx context.Context) error {
			all, err := s.Broadcasts(ctx, me, 10)
			return empty(len(all), err)
		},
		"OpenBroadcasts": func(ctx context.Context) error {
			all, err := s.OpenBroadcasts(ctx, me)
			return empty(len(all), err)
		},
		"ConfirmBroadcast": func(ctx context.Context) error {
			_, err := s.ConfirmBroadcast(ctx, me, alert.ID, other.User.ID, "seul", 0, stray)
			return err
		},
		"AbandonBroadcast": func(ctx context.Context) error {
			_, err := s.AbandonBroadcast(ctx, me, alert.ID, other.User.ID, stray)
			return err
		},
		"AddMessage": func(ctx context.Context) error {
			m, p := owner.Message(&alert, 2, post.MessageEnd, now, c)
			p.CommuneID = me
			_, err := s.AddMessage(ctx, me, m, p, stray)
			return err
		},
		"BringMessage": func(ctx context.Context) error {
			m, p := owner.Message(&alert, 2, post.MessageEnd, now, c)
			p.CommuneID = me
			_, err := s.BringMessage(ctx, me, m, p, stray)
			return err
		},
		"Tick": func(ctx context.Context) error {
			return s.Tick(ctx, me, alert.ID, post.Tick{DeliveryID: message.Deliveries[0].ID, By: other.User.ID, At: now}, stray)
		},
		"CountForHold": func(ctx context.Context) error {
			waiting, flying, err := s.CountForHold(ctx, me)
			return empty(waiting+flying, err)
		},
		"Held": func(ctx context.Context) error {
			all, err := s.Held(ctx, me)
			return empty(len(all), err)
		},
		"CountHeld": func(ctx context.Context) error { n, err := s.CountHeld(ctx, me); return empty(n, err) },
		// It leaves alone what is not the commune's: see what everything shows.
		"DecideHeld": func(ctx context.Context) error {
			return empty(0, s.DecideHeld(ctx, me, []string{heldBack.PostID}, []string{heldBack.PostID}, stray))
		},
		"CrisisSettings": func(ctx context.Context) error { _, err := s.CrisisSettings(ctx, "no commune"); return err },
		"SaveCrisisSettings": func(ctx context.Context) error {
			return s.SaveCrisisSettings(ctx, "no commune", post.CrisisSettings{SecondPerson: true}, stray)
		},
		"CrisisTemplates": func(ctx context.Context) error {
			all, err := s.CrisisTemplates(ctx, me)
			return empty(len(all), err)
		},
		"SaveCrisisTemplate": func(ctx context.Context) error {
			return s.SaveCrisisTemplate(ctx, "no commune", post.CrisisTemplate{Hazard: "water", Title: "Autre"}, stray)
		},
		"DeleteCrisisTemplate": func(ctx context.Context) error { return s.DeleteCrisisTemplate(ctx, me, "water", stray) },
		"Register": func(ctx context.Context) error {
			all, err := s.Register(ctx, me, 0, 10)
			return empty(len(slices.DeleteFunc(all, func(e post.RegisterEntry) bool { return e.CommuneID == me })), err)
		},
		"RegisterOf": func(ctx context.Context) error {
			all, err := s.RegisterOf(ctx, me, alert.ID)
			return empty(len(slices.DeleteFunc(all, func(e post.RegisterEntry) bool { return e.CommuneID == me })), err)
		},
		"VerifyRegister": func(ctx context.Context) error { _, err := s.VerifyRegister(ctx, "no commune"); return err },
		"DeleteSessionsOfUser": func(ctx context.Context) error {
			n, err := s.DeleteSessionsOfUser(ctx, me, owner.User.ID)
			return empty(n, err)
		},
		"CreateSession": func(ctx context.Context) error {
			v := session
			v.Hash, v.CommuneID = "x", me
			return s.CreateSession(ctx, v)
		},
		"CreateToken": func(ctx context.Context) error {
			v := token
			v.ID, v.Hash, v.CommuneID = store.NewID(), "x", me
			return s.CreateToken(ctx, v)
		},
		"Tokens": func(ctx context.Context) error {
			all, err := s.Tokens(ctx, me, owner.User.ID)
			return empty(len(all), err)
		},
		"TouchToken": func(ctx context.Context) error {
			return errors.Join(s.TouchToken(ctx, me, token.ID, now), post.ErrNotFound)
		},
		"DeleteToken": func(ctx context.Context) error { return s.DeleteToken(ctx, me, "", token.ID) },
		"Channel":     func(ctx context.Context) error { _, err := s.Channel(ctx, me, c.ID); return err },
		"Channels": func(ctx context.Context) error {
			all, err := s.Channels(ctx, me)
			return empty(len(slices.DeleteFunc(all, func(x post.Channel) bool { return x.ID == other.Channels[0].ID })), err)
		},
		"LastExercise": func(ctx context.Context) error {
			at, err := s.LastExercise(ctx, me)
			if at.IsZero() {
				return empty(0, err)
			}
			return empty(1, err)
		},
		"ExerciseChannels": func(ctx context.Context) error {
			all, err := s.ExerciseChannels(ctx, me)
			return empty(len(all), err)
		},
		"UpdateChannel": func(ctx context.Context) error {
			v := c
			v.CommuneID = me
			return s.UpdateChannel(ctx, v)
		},
		"DeleteChannel": func(ctx context.Context) error { return s.DeleteChannel(ctx, me, c.ID) },
		"Media":         func(ctx context.Context) error { _, err := s.Media(ctx, me, picture.ID); return err },
		"MediaBySHA":    func(ctx context.Context) error { _, err := s.MediaBySHA(ctx, me, "sha"); return err },
		"MediaMany": func(ctx context.Context) error {
			all, err := s.MediaMany(ctx, me, []string{picture.ID})
			return empty(len(all), err)
		},
		"CreateMedia": func(ctx context.Context) error {
			v := twin
			v.ID, v.CommuneID = store.NewID(), me
			got, err := s.CreateMedia(ctx, v)
			if err == nil && got.ID == v.ID {
				return post.ErrNotFound // its own row, not the other's
			}
			return err
		},
		"Article":      func(ctx context.Context) error { _, err := s.Article(ctx, me, "avis"); return err },
		"ArticleByKey": func(ctx context.Context) error { _, err := s.ArticleByKey(ctx, me, "avis"); return err },
		"Articles": func(ctx context.Context) error {
			all, err := s.Articles(ctx, me, store.ArticleCursor{}, 10)
			return empty(len(all), err)
		},
		"ArticleImage":  func(ctx context.Context) error { _, err := s.ArticleImage(ctx, me, "img"); return err },
		"RemoveArticle": func(ctx context.Context) error { return s.RemoveArticle(ctx, me, "avis") },
		"PutArticle": func(ctx context.Context) error {
			v := article
			v.CommuneID, v.Title = me, "Autre"
			if err := s.PutArticle(ctx, v); err != nil {
				return err
			}
			got, err := s.Article(ctx, owner.Commune.ID, "avis")
			if err == nil && !cmp.Equal(got, article) {
				return fmt.Errorf("the other's article changed: %+v", got)
			}
			return errors.Join(err, s.RemoveArticle(ctx, me, "avis"), post.ErrNotFound)
		},
		"Source":  func(ctx context.Context) error { _, err := s.Source(ctx, me, source.ID); return err },
		"Sources": func(ctx context.Context) error { all, err := s.Sources(ctx, me); return empty(len(all), err) },
		"CreateSource": func(ctx context.Context) error {
			v := source
			v.ID, v.CommuneID = store.NewID(), me
			return s.CreateSource(ctx, v)
		},
		"UpdateSource": func(ctx context.Context) error {
			v := source
			v.CommuneID, v.Name = me, "À moi"
			return s.UpdateSource(ctx, v, true)
		},
		"DeleteSource": func(ctx context.Context) error { return s.DeleteSource(ctx, me, source.ID, now) },
		"ClaimSource": func(ctx context.Context) error {
			_, err := s.ClaimSource(ctx, me, source.ID, now, now.Add(time.Hour))
			return err
		},
		"FinishSource": func(ctx context.Context) error {
			v := source
			v.CommuneID = me
			return notStale(s.FinishSource(ctx, v))
		},
		"RenewSource": func(ctx context.Context) error {
			v := source
			v.CommuneID = me
			return notStale(s.RenewSource(ctx, v, now))
		},
		"AddSourceItem": func(ctx context.Context) error {
			v := item
			v.ID, v.CommuneID = store.NewID(), me
			return s.AddSourceItem(ctx, v)
		},
		"UpdateSourceItem": func(ctx context.Context) error {
			v := item
			v.CommuneID, v.Hash = me, "x"
			return s.UpdateSourceItem(ctx, v)
		},
		"SourceItem": func(ctx context.Context) error { _, err := s.SourceItem(ctx, me, item.ID); return err },
		"SourceItems": func(ctx context.Context) error {
			page, err := s.SourceItems(ctx, me, post.ItemFilter{SourceID: source.ID})
			return empty(len(page.Items), err)
		},
		"SourceItemKeys": func(ctx context.Context) error {
			all, err := s.SourceItemKeys(ctx, me, item.ID)
			return empty(len(all), err)
		},
		"SourceItemsByKeys": func(ctx context.Context) error {
			ofSource, err := s.SourceItemsByKeys(ctx, me, source.ID, item.Keys)
			anywhere, err2 := s.SourceItemsByKeys(ctx, me, "", item.Keys)
			return empty(len(ofSource)+len(anywhere), errors.Join(err, err2))
		},
		"PendingSourceItems": func(ctx context.Context) error {
			all, err := s.PendingSourceItems(ctx, me, source.ID, 10)
			return empty(len(all), err)
		},
		"CountSourceItems": func(ctx context.Context) error {
			n, err := s.CountSourceItems(ctx, me, source.ID, now.Add(-time.Hour))
			return empty(n, err)
		},
		"ScheduledSourceItems": func(ctx context.Context) error {
			all, err := s.ScheduledSourceItems(ctx, me, source.ID, now.Add(-time.Hour), now.Add(time.Hour))
			return empty(len(all), err)
		},
		"Echoes":   func(ctx context.Context) error { all, err := s.Echoes(ctx, me, 10); return empty(len(all), err) },
		"Template": func(ctx context.Context) error { _, err := s.Template(ctx, me, template.ID); return err },
		"Templates": func(ctx context.Context) error {
			all, err := s.Templates(ctx, me)
			return empty(len(all), err)
		},
		"UpdateTemplate": func(ctx context.Context) error {
			v := template
			v.CommuneID = me
			return s.UpdateTemplate(ctx, v)
		},
		"DeleteTemplate": func(ctx context.Context) error { return s.DeleteTemplate(ctx, me, template.ID) },
		"Notices": func(ctx context.Context) error {
			page, err := s.Notices(ctx, me, owner.User.ID, false, "")
			return empty(len(page.Notices)+page.Unread, err)
		},
		"SettleNotice": func(ctx context.Context) error {
			return errors.Join(s.SettleNotice(ctx, me, notice.Kind, notice.Subject, now), post.ErrNotFound)
		},
		"ReadNotices": func(ctx context.Context) error {
			return errors.Join(s.ReadNotices(ctx, me, owner.User.ID, nil, now), post.ErrNotFound)
		},
		"DeliveryTrouble": func(ctx context.Context) error { _, err := s.DeliveryTrouble(ctx, me, failed.ID); return err },
		"SetMailNotices":  func(ctx context.Context) error { return s.SetMailNotices(ctx, me, owner.User.ID, true) },
		"BeginIdempotent": func(ctx context.Context) error {
			got, err := s.BeginIdempotent(ctx, me, "key", "other", now)
			if err == nil && !got.Replay && got.ResourceID != run.ResourceID {
				return post.ErrNotFound // a key of its own
			}
			return errors.Join(err, errors.New("the other's key was found"))
		},
		"FinishIdempotent": func(ctx context.Context) error {
			return notStale(s.FinishIdempotent(ctx, me, "key", run.Owner, 200, nil))
		},
		"AbandonIdempotent": func(ctx context.Context) error {
			if err := s.AbandonIdempotent(ctx, me, "key", run.Owner); err != nil {
				return err
			}
			return notStale(s.FinishIdempotent(ctx, me, "key", run.Owner, 200, nil))
		},
	}
	maps.Copy(calls, agendaCalls)
	maps.Copy(calls, connectingCalls)
	maps.Copy(calls, deskCalls)
	return calls, everything
}

func notStale(err error) error {
	if errors.Is(err, post.ErrStale) {
		return post.ErrNotFound
	}
	return err
}
