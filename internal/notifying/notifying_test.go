package notifying_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/goleak"

	"github.com/crieur/crieur/internal/notifying"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/internal/testrig"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ledger is the real one at a moment that the test chooses.
type ledger struct {
	*store.Store
	at time.Time
}

func (l *ledger) Now(context.Context) (time.Time, error) { return l.at, nil }

// office is a commune that is watched, with a mail server.
type office struct {
	*storetest.World
	t      *testing.T
	ledger *ledger
	admin  post.User
	watch  *notifying.Watch
	mailer *notifying.Mailer
	box    *testrig.MailServer
	figure http.Handler
}

func open(t *testing.T, e storetest.Engine) *office {
	t.Helper()
	s := e.Open(t)
	o := &office{t: t, World: storetest.NewWorld(t, s, 1), box: testrig.StartMailServer(t, testrig.MailOptions{})}
	o.admin = o.AddUser(t, "Ines", post.RoleAdministrator, true)
	o.ledger = &ledger{Store: s, at: o.Now}
	registry := prometheus.NewRegistry()
	o.figure = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	log := slog.New(slog.DiscardHandler)
	o.watch = notifying.NewWatch(notifying.WatchDeps{
		Ledger: o.ledger, Title: func(string) string { return "Facebook" }, Metrics: notifying.NewMetrics(registry), Log: log,
	})
	sender, err := notifying.NewSMTP("smtp://"+o.box.Addr+"?tls=none", "crieur@valmeuse.example", dial, nil)
	storetest.Must(t, err)
	o.mailer = notifying.NewMailer(notifying.MailerDeps{Ledger: o.ledger, Sender: sender, PublicURL: "https://crieur.example", Log: log})
	return o
}

// look lets time pass and looks.
func (o *office) look(after time.Duration) {
	o.t.Helper()
	o.ledger.at = o.ledger.at.Add(after)
	storetest.Must(o.t, o.watch.Look(o.t.Context()))
}

// mail lets time pass and sends what waits.
func (o *office) mail(after time.Duration) {
	o.t.Helper()
	o.ledger.at = o.ledger.at.Add(after)
	storetest.Must(o.t, o.mailer.SendAll(o.t.Context()))
}

// reads is what a user has that is open.
func (o *office) reads(u post.User) []post.Notice {
	o.t.Helper()
	page, err := o.Store.Notices(o.t.Context(), u.CommuneID, u.ID, true, "")
	storetest.Must(o.t, err)
	return page.Notices
}

// only is the one notice that a user reads.
func (o *office) only(u post.User, kind post.NoticeKind) post.Notice {
	o.t.Helper()
	all := o.reads(u)
	if len(all) != 1 || all[0].Kind != kind {
		o.t.Fatalf("%s reads %+v, want one notice %s", u.Name, all, kind)
	}
	n := all[0]
	if n.Title == "" || n.Message == "" || n.NextStep == "" || strings.Contains(n.Title+n.Message+n.NextStep, "'") {
		o.t.Errorf("not whole sentences: %+v", n)
	}
	return n
}

func (o *office) figures() string {
	o.t.Helper()
	w := httptest.NewRecorder()
	o.figure.ServeHTTP(w, httptest.NewRequestWithContext(o.t.Context(), http.MethodGet, "/", nil))
	return w.Body.String()
}

// Each reason is told to the author and to the administrators, and is settled
// when it is gone.
func TestEachReasonIsToldAndSettled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for name, test := range map[string]struct {
			kind     post.NoticeKind
			severity post.Severity
			// begin makes the reason, end takes it away.
			begin func(o *office, c post.Channel) post.Delivery
			end   func(o *office, d post.Delivery)
			says  []string
		}{
			"failed": {
				post.NoticeFailed, post.SeverityError,
				func(o *office, c post.Channel) post.Delivery {
					return o.finished(c, post.Failed, &post.Failure{Message: "Facebook refuse ce contenu.", NextStep: "Modifiez la publication."})
				},
				func(o *office, d post.Delivery) {
					_, err := o.Store.RetryByPerson(o.t.Context(), d.CommuneID, d.ID, o.ledger.at)
					storetest.Must(o.t, err)
				},
				[]string{"Pas publié sur Page 1 (Facebook) : « Brocante d’été »", "Facebook refuse ce contenu.", "Modifiez la publication."},
			},
			"missed": {
				post.NoticeMissed, post.SeverityError,
				func(o *office, c post.Channel) post.Delivery { return o.finished(c, post.Missed, nil) },
				func(o *office, d post.Delivery) {
					_, err := o.Store.Transition(o.t.Context(), d.CommuneID, d.ID, []post.State{post.Missed}, post.Cancelled, store.Change{Now: o.ledger.at})
					storetest.Must(o.t, err)
				},
				[]string{"Heure manquée sur", "C’était prévu le 21 novembre 2026 à 10 h 00."},
			},
			"unknown, read back": {
				post.NoticeUnknown, post.SeverityWarning,
				func(o *office, c post.Channel) post.Delivery { return o.Unknown(o.t, c, o.Now.Add(time.Hour)) },
				func(o *office, d post.Delivery) {
					_, err := o.Store.ResolveByPerson(o.t.Context(), d.CommuneID, d.ID, post.Verdict{Sent: true, At: o.ledger.at})
					storetest.Must(o.t, err)
				},
				[]string{"Vérification en cours sur", "Ne republiez pas à la main"},
			},
			"unknown, for a person": {
				post.NoticeUnknown, post.SeverityError,
				func(o *office, c post.Channel) post.Delivery { return o.Unknown(o.t, c, time.Time{}) },
				func(o *office, d post.Delivery) {
					_, err := o.Store.ResolveByPerson(o.t.Context(), d.CommuneID, d.ID, post.Verdict{Sent: true, At: o.ledger.at})
					storetest.Must(o.t, err)
				},
				[]string{"À vérifier par vous sur", "Pas de réponse claire.", "Ouvrez la page"},
			},
			"held after an outage": {
				post.NoticeReview, post.SeverityError,
				func(o *office, c post.Channel) post.Delivery { return o.held(c, post.HoldReview) },
				func(o *office, d post.Delivery) {
					_, err := o.Store.Transition(o.t.Context(), d.CommuneID, d.ID, []post.State{post.Held}, post.Cancelled, store.Change{Now: o.ledger.at})
					storetest.Must(o.t, err)
				},
				[]string{"À revoir pour", "« Brocante d’été »", "Rien ne part sans vous."},
			},
			"held after a restore": {
				post.NoticeRecovery, post.SeverityError,
				func(o *office, c post.Channel) post.Delivery { return o.held(c, post.HoldRecovery) },
				func(o *office, d post.Delivery) {
					_, err := o.Store.Transition(o.t.Context(), d.CommuneID, d.ID, []post.State{post.Held}, post.Cancelled, store.Change{Now: o.ledger.at})
					storetest.Must(o.t, err)
				},
				[]string{"restaur", "Regardez la page"},
			},
			"credentials refused": {
				post.NoticeReauth, post.SeverityError,
				func(o *office, c post.Channel) post.Delivery {
					storetest.Must(o.t, o.Store.SetChannelStatus(o.t.Context(), c.ID, post.ChannelNeedsReauth, nil))
					return o.Scheduled(o.t, o.Now.Add(time.Hour), c)
				},
				func(o *office, d post.Delivery) {
					storetest.Must(o.t, o.Store.SetChannelStatus(o.t.Context(), d.ChannelID, post.ChannelConnected, nil))
				},
				[]string{"À reconnecter : Page 1 (Facebook)", "1 publication prévue ne partira pas avant la reconnexion", "Canaux"},
			},
			"overdue": {
				post.NoticeOverdue, post.SeverityError,
				func(o *office, c post.Channel) post.Delivery { return o.Scheduled(o.t, o.Now, c) },
				func(o *office, d post.Delivery) {
					claim, err := o.Store.ClaimPublish(o.t.Context(), d.ChannelID, d.Lane, "late", o.ledger.at, o.ledger.at.Add(time.Minute))
					storetest.Must(o.t, err)
					storetest.Must(o.t, o.Store.Finish(o.t.Context(), d.ID, claim.Delivery.Epoch, store.Result{From: post.Sending, To: post.Sent, At: o.ledger.at}))
				},
				[]string{"En retard sur Page 1 (Facebook) : « Brocante d’été »", "rien n’explique l’attente", "ne republiez pas à la main"},
			},
		} {
			t.Run(name, func(t *testing.T) {
				o := open(t, e)
				colleague := o.AddUser(t, "Hugo", post.RoleAuthor, true)
				stranger := storetest.NewWorld(t, o.Store, 0).AddUser(t, "Zoé", post.RoleAdministrator, true)
				d := test.begin(o, o.Channels[0])
				// Less than a minute from the reason to the notice.
				o.look(59 * time.Second)
				o.look(notifying.WatchEvery)
				for _, u := range []post.User{o.User, o.admin} {
					n := o.only(u, test.kind)
					if n.Severity != test.severity || n.ChannelID != d.ChannelID {
						t.Errorf("%+v", n)
					}
					for _, words := range test.says {
						if !strings.Contains(n.Title+" "+n.Message+" "+n.NextStep, words) {
							t.Errorf("%q is not in %q %q %q", words, n.Title, n.Message, n.NextStep)
						}
					}
				}
				for _, u := range []post.User{colleague, stranger} {
					if all := o.reads(u); len(all) != 0 {
						t.Errorf("%s reads %+v", u.Name, all)
					}
				}
				// A second watch says nothing twice.
				o.look(0)
				o.only(o.admin, test.kind)
				test.end(o, d)
				o.look(0)
				if all := o.reads(o.admin); len(all) != 0 {
					t.Errorf("not settled: %+v", all)
				}
			})
		}
	})
}

// finished makes a delivery that a worker ended.
func (o *office) finished(c post.Channel, to post.State, failure *post.Failure) post.Delivery {
	o.t.Helper()
	d := o.Scheduled(o.t, o.Now, c)
	claim := o.Claim(o.t, c, "w")
	storetest.Must(o.t, o.Store.Finish(o.t.Context(), d.ID, claim.Delivery.Epoch, store.Result{From: post.Sending, To: to, At: o.Now, Failure: failure}))
	return d
}

func (o *office) held(c post.Channel, why post.HoldReason) post.Delivery {
	o.t.Helper()
	d := o.Scheduled(o.t, o.Now.Add(time.Hour), c)
	held, err := o.Store.Transition(o.t.Context(), d.CommuneID, d.ID, []post.State{post.Scheduled}, post.Held, store.Change{Hold: why, Now: o.Now})
	storetest.Must(o.t, err)
	return held
}

func TestWhatConcernsManyDeliveriesIsOneNotice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := open(t, e)
		for range 5 {
			o.Scheduled(t, o.Now, o.Channels[0])
		}
		o.look(time.Minute)
		n := o.only(o.User, post.NoticeOverdue)
		if !strings.Contains(n.Title, "5 publications") || n.PostID != "" {
			t.Errorf("%+v", n)
		}
		for _, figure := range []string{"crieur_overdue_deliveries 5", "crieur_open_notices 1"} {
			if !strings.Contains(o.figures(), figure) {
				t.Errorf("%s is not in\n%s", figure, o.figures())
			}
		}
		o.Scheduled(t, o.Now, o.Channels[0])
		o.look(time.Second)
		if n := o.only(o.User, post.NoticeOverdue); !strings.Contains(n.Title, "6 publications") {
			t.Errorf("%+v", n)
		}
	})
}

func TestAnUnknownOutcomeThatNeedsAPersonIsToldAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := open(t, e)
		c := o.Channels[0]
		d := o.Unknown(t, c, o.Now.Add(time.Minute))
		o.look(time.Minute)
		o.only(o.User, post.NoticeUnknown)
		storetest.Must(t, o.Store.ReadNotices(t.Context(), o.Commune.ID, o.User.ID, nil, o.Now))
		claim, err := o.Store.ClaimReconcile(t.Context(), c.ID, d.Lane, "w", o.ledger.at, o.ledger.at.Add(time.Minute))
		storetest.Must(t, err)
		o.look(0)
		if all := o.reads(o.User); len(all) != 0 {
			t.Errorf("a reading makes it unread: %+v", all)
		}
		storetest.Must(t, o.Store.Finish(t.Context(), d.ID, claim.Delivery.Epoch, store.Result{From: post.Reconciling, To: post.Unknown, At: o.ledger.at}))
		o.look(0)
		if n := o.only(o.User, post.NoticeUnknown); n.Severity != post.SeverityError {
			t.Errorf("%+v", n)
		}
	})
}

func TestAnAncientFailureIsHistory(t *testing.T) {
	o := open(t, storetest.Engines(t)[0])
	o.finished(o.Channels[0], post.Failed, nil)
	o.look(8 * 24 * time.Hour)
	if all := o.reads(o.admin); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestWhatCannotBeSeenIsNotShownAsZero(t *testing.T) {
	o := open(t, storetest.Engines(t)[0])
	o.look(0)
	if !strings.Contains(o.figures(), "crieur_overdue_deliveries 0") {
		t.Error(o.figures())
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := o.watch.Look(gone); err == nil {
		t.Error("a ledger that cannot be read was watched")
	}
	if !strings.Contains(o.figures(), "crieur_overdue_deliveries NaN") {
		t.Error(o.figures())
	}
}

func TestNoticesOfAMinuteMakeOneMail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := open(t, e)
		c := o.Channels[0]
		d := o.finished(c, post.Failed, &post.Failure{Message: "Refusé.", NextStep: "Réessayez."})
		o.look(0)
		o.finished(c, post.Missed, nil)
		o.look(30 * time.Second)
		o.mail(0)
		if got := o.box.Received(); len(got) != 0 {
			t.Fatalf("sent before others could come: %+v", got)
		}
		o.mail(30 * time.Second)
		got := o.box.Received()
		if len(got) != 1 || got[0].To[0] != o.admin.Email || got[0].Subject != "Crieur : 2 avis à lire" {
			t.Fatalf("%+v", got)
		}
		for _, words := range []string{
			"Bonjour Ines,", "Pas publié sur Page 1 (Facebook)", "Refusé.", "Réessayez.", "https://crieur.example/posts/" + d.PostID,
			"Heure manquée", "https://crieur.example/settings",
		} {
			if !strings.Contains(got[0].Text, words) {
				t.Errorf("%q is not in\n%s", words, got[0].Text)
			}
		}
		o.look(0)
		o.mail(time.Hour)
		if got := o.box.Received(); len(got) != 1 {
			t.Errorf("%d mails about the same", len(got))
		}
	})
}

func TestAMailIsTriedAgainForADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := open(t, e)
		o.finished(o.Channels[0], post.Failed, nil)
		o.look(0)
		o.box.Refuse(3)
		o.mail(time.Minute)
		for range 100 {
			o.mail(time.Minute)
		}
		got := o.box.Received()
		if len(got) != 1 {
			t.Fatalf("%d mails after three refusals", len(got))
		}
		if !strings.HasPrefix(got[0].Subject, "Crieur : Pas publié sur Page 1") {
			t.Errorf("%+v", got[0])
		}

		o.finished(o.Channels[0], post.Failed, nil)
		o.look(0)
		o.box.Refuse(1 << 20)
		for range 26 {
			o.mail(time.Hour)
		}
		o.box.Refuse(0)
		o.mail(time.Hour)
		if got := o.box.Received(); len(got) != 1 {
			t.Errorf("sent after a day: %+v", got)
		}
	})
}

func TestManyNoticesMakeALetterThatEnds(t *testing.T) {
	o := open(t, storetest.Engines(t)[0])
	for i := range 40 {
		_, err := o.Store.OpenNotice(t.Context(), post.Notice{
			CommuneID: o.Commune.ID, Kind: post.NoticeFailed, Subject: fmt.Sprint(i), Severity: post.SeverityError, Title: fmt.Sprintf("Avis %d\r\nBcc: x@y", i), CreatedAt: o.Now,
		})
		storetest.Must(t, err)
	}
	o.mail(time.Minute)
	got := o.box.Received()
	if len(got) != 1 || !strings.Contains(got[0].Text, "Et 15 de plus : https://crieur.example/notices") || strings.Contains(got[0].Text, "Avis 30") {
		t.Fatalf("%+v", got)
	}
}
