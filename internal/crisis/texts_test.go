package crisis_test

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/channels/facebook"
	"github.com/crieur/crieur/channels/site"
	"github.com/crieur/crieur/channels/wordpress"
	"github.com/crieur/crieur/channels/x"
	"github.com/crieur/crieur/internal/crisis"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// at is 14:20 in Valmeuse.
func at() time.Time { return time.Date(2026, 11, 22, 13, 20, 0, 0, time.UTC) }

type (
	alerts interface{ crisis.Store }
	posts  interface{ publishing.Store }
)

// ledger is as much of a ledger as texts need.
type ledger struct {
	alerts
	posts
	channels []post.Channel
	own      []crisis.Own
}

func (l ledger) Now(context.Context) (time.Time, error) { return at(), nil }

func (l ledger) CommuneByID(_ context.Context, id string) (post.Commune, error) {
	return post.Commune{ID: id, Name: "Valmeuse", Slug: "valmeuse", Zone: "Europe/Brussels", Language: "fr"}, nil
}

func (l ledger) Channels(context.Context, string) ([]post.Channel, error) {
	return slices.Clone(l.channels), nil
}

func (l ledger) Users(context.Context, string) ([]post.User, error) { return nil, nil }

func (l ledger) CountForHold(context.Context, string) (waiting, inFlight int, err error) {
	return 3, 1, nil
}

func (l ledger) CrisisTemplates(context.Context, string) ([]crisis.Own, error) { return l.own, nil }

// drivers opens channels by kind; "broken" cannot be opened.
type drivers struct{}

func (drivers) Open(_ context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	for _, d := range []channels.Driver{x.New(), facebook.New(), wordpress.New(), site.New(nil, nil, "https://actus.valmeuse.be")} {
		if d.Info().Kind == ch.Kind {
			return d, nil, nil
		}
	}
	return nil, nil, &channels.Error{Kind: channels.Auth, Op: "open", Code: "credentials_unreadable", Message: "Les identifiants ne peuvent plus être lus."}
}

func (drivers) OpenKind(context.Context, string, string) (channels.Driver, channels.Channel, error) {
	return nil, nil, post.ErrNotFound
}

// stand lets every channel stand for itself.
type stand struct{}

func (stand) Channels(_ context.Context, _ string, originals []post.Channel) ([]post.Channel, error) {
	return originals, nil
}

// service makes texts for a channel of each kind.
func service(kinds ...string) *crisis.Service {
	l := ledger{}
	for _, kind := range kinds {
		l.channels = append(l.channels, post.Channel{ID: kind, Kind: kind, Name: kind, CommuneID: "valmeuse", Status: post.ChannelConnected})
	}
	log := slog.New(slog.DiscardHandler)
	id := func() string { return "0198d7a0-0000-7000-8000-000000000000" }
	posts := publishing.New(publishing.Deps{Store: l, Opener: drivers{}, NewID: id, Log: log})
	return crisis.New(crisis.Deps{
		Store: l, Composer: posts, Exercises: stand{}, PublicURL: "https://actus.valmeuse.be", NewID: id, Log: log,
	})
}

func preview(t *testing.T, s *crisis.Service, in crisis.PreviewRequest) crisis.Preview {
	t.Helper()
	p, err := s.Preview(t.Context(), post.Actor{CommuneID: "valmeuse"}, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// filled puts the examples into the blanks.
func filled(t *testing.T, text string, blanks []crisis.Blank) string {
	t.Helper()
	for _, b := range blanks {
		text = strings.ReplaceAll(text, "{"+b.Key+"}", b.Example)
	}
	if left := regexp.MustCompile(`\{[^}]*\}`).FindString(text); left != "" {
		t.Errorf("nobody can fill %s in %q", left, text)
	}
	return text
}

func TestReadyTextsFitEverywhere(t *testing.T) {
	s := service("x", "facebook", "site", "wordpress")
	all, err := s.Templates(t.Context(), post.Actor{CommuneID: "valmeuse"})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 15 {
		t.Errorf("%d templates, want 15", len(all))
	}
	seen := map[string]bool{}
	for _, tpl := range all {
		if seen[tpl.Hazard] || tpl.Name == "" || tpl.Icon == "" || tpl.Own {
			t.Errorf("%+v", tpl)
		}
		seen[tpl.Hazard] = true
		for name, text := range map[string]string{"message": tpl.Message, "update": tpl.Update, "end": tpl.End, "correction": tpl.Correction} {
			p := preview(t, s, crisis.PreviewRequest{
				Title: filled(t, tpl.Title, tpl.Blanks), Text: filled(t, text, tpl.Blanks), NextUpdateAt: at().Add(100 * time.Minute),
			})
			for _, shown := range p.Previews {
				if channels.HasErrors(shown.Issues) || shown.Rendered.Shortened || strings.Contains(shown.Rendered.Text, "…") {
					t.Errorf("%s %s on %s (%d of %d): %v\n%s", tpl.Hazard, name, shown.Kind, shown.Rendered.Length, shown.Rendered.Limit, shown.Issues, shown.Rendered.Text)
				}
			}
			if p.Companion.SMSSegments != 1 || p.Companion.SMSEncoding != crisis.SMSGSM7 || p.Companion.VoiceSeconds > 60 {
				t.Errorf("%s %s: %+v", tpl.Hazard, name, p.Companion)
			}
		}
	}
}

func TestEveryMessageHasItsNumberItsHourAndTheWay(t *testing.T) {
	s := service("x", "facebook", "site", "wordpress")
	long := strings.Repeat("L’eau du robinet est polluée dans plusieurs rues du village. ", 30)
	for name, in := range map[string]crisis.PreviewRequest{
		"short":         {Title: "Eau non potable", Text: "Ne buvez pas l’eau du robinet.", NextUpdateAt: at().Add(40 * time.Minute)},
		"long":          {Title: "Eau non potable", Text: long, NextUpdateAt: at().Add(40 * time.Minute)},
		"long title":    {Title: strings.TrimSpace(strings.Repeat("eau ", 40)), Text: long, NextUpdateAt: at().Add(40 * time.Minute)},
		"long exercise": {Title: "Eau non potable", Text: long, Exercise: true, NextUpdateAt: at().Add(40 * time.Minute)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, shown := range preview(t, s, in).Previews {
				text := shown.Rendered.Text
				if channels.HasErrors(shown.Issues) {
					t.Errorf("%s: %v", shown.Kind, shown.Issues)
				}
				first, _, _ := strings.Cut(text, "\n")
				if !strings.HasSuffix(first, "Message n°\u00a01 – 14\u00a0h\u00a020") || !strings.Contains(text, "Prochain point à 15\u00a0h") {
					t.Errorf("%s: %q", shown.Kind, text)
				}
				if page := "https://actus.valmeuse.be/c/valmeuse/"; !strings.Contains(text+shown.Rendered.Link, page) {
					t.Errorf("%s leads nowhere: %q", shown.Kind, text)
				}
				if shown.Rendered.Alert == nil && shown.Kind == "site" {
					t.Errorf("%s does not know that it is an alert", shown.Kind)
				}
				if in.Exercise && shown.Kind != "wordpress" && (!strings.HasPrefix(text, "EXERCICE") || !strings.HasSuffix(text, "EXERCICE")) {
					t.Errorf("%s: an exercise that does not begin and end as one: %q", shown.Kind, text)
				}
				if shown.Kind == "x" && strings.Count(text, "https://") != 1 {
					t.Errorf("x: one link: %q", text)
				}
			}
		})
	}
}

func TestTheNextHourIsPromisedOnlyWhenItIsToCome(t *testing.T) {
	s := service("facebook")
	for want, next := range map[string]time.Time{
		"Prochain point à 18\u00a0h\u00a005":                     at().Add(3*time.Hour + 45*time.Minute),
		"Prochain point le 23\u00a0novembre à 14\u00a0h\u00a020": at().Add(24 * time.Hour),
	} {
		if text := preview(t, s, crisis.PreviewRequest{Title: "Eau", Text: "Ne buvez pas.", NextUpdateAt: next}).Previews[0].Rendered.Text; !strings.Contains(text, want) {
			t.Errorf("%q, want %q", text, want)
		}
	}
	if text := preview(t, s, crisis.PreviewRequest{Title: "Eau", Text: "Ne buvez pas.", NextUpdateAt: at().Add(-time.Minute)}).Previews[0].Rendered.Text; strings.Contains(text, "Prochain") {
		t.Errorf("an hour that has passed is promised: %q", text)
	}
}

func TestNoChannelKeepsTheOthersFromSpeaking(t *testing.T) {
	s := service("facebook", "broken")
	p := preview(t, s, crisis.PreviewRequest{Title: "Eau", Text: "Ne buvez pas."})
	if p.WouldHold != 3 || p.InFlight != 1 || len(p.Accounts) != 2 || p.Accounts[0].Reason != "" || p.Accounts[1].Reason == "" {
		t.Errorf("%+v", p)
	}
	posts := publishing.New(publishing.Deps{Store: s.Store.(ledger), Opener: drivers{}, NewID: s.NewID, Log: s.Log})
	made, err := posts.ComposeAlert(t.Context(), post.Actor{CommuneID: "valmeuse"}, publishing.AlertMessage{
		PostID: "p", BroadcastID: "b", Number: 1, Kind: post.MessageAlert, Title: "Eau", Text: "Ne buvez pas.",
		Channels: s.Store.(ledger).channels, ReplyTo: map[string]string{"facebook": "before"},
	})
	if err != nil {
		t.Fatal(err)
	}
	good, bad := made.Deliveries[0], made.Deliveries[1]
	if good.State != post.Scheduled || good.Lane != post.LaneCrisis || good.ReplyTo != "before" || made.BroadcastID != "b" {
		t.Errorf("%+v", good)
	}
	if bad.State != post.Failed || bad.Failure == nil || bad.Failure.NextStep == "" || !bad.NextAt.IsZero() {
		t.Errorf("%+v", bad)
	}
}

func TestSMS(t *testing.T) {
	s := service()
	for _, c := range []struct {
		text     string
		encoding crisis.SMSEncoding
		length   int
		segments int
	}{
		{"Eau coupee.", crisis.SMSGSM7, len("Valmeuse : Alerte. Eau coupee."), 1},
		{"Ça coûte 5 € près de l’église — « là ».", crisis.SMSGSM7, len(`Valmeuse : Alerte. Ca coute 5 E pres de l'eglise - "la".`) + 1, 1},
		{"Прорыв дамбы.", crisis.SMSUCS2, len("Valmeuse : Alerte. ") + 13, 1},
	} {
		got := preview(t, s, crisis.PreviewRequest{Title: "Alerte", Text: c.text}).Companion
		if got.SMSEncoding != c.encoding || got.SMSLength != c.length || got.SMSSegments != c.segments {
			t.Errorf("%q: %+v", c.text, got)
		}
	}
	long := preview(t, s, crisis.PreviewRequest{Title: "Alerte", Text: strings.Repeat("Прорыв дамбы. ", 12)}).Companion
	if long.SMSSegments != 3 || long.SMSLength > 160 || long.SMSLength <= 134 {
		t.Errorf("%+v", long)
	}
	exercise := preview(t, s, crisis.PreviewRequest{Title: "Alerte", Text: strings.Repeat("Ne buvez pas l’eau. ", 20), Exercise: true}).Companion
	if !strings.HasPrefix(exercise.SMS, "EXERCICE") || !strings.HasSuffix(exercise.SMS, "EXERCICE") || exercise.SMSLength > 160 || exercise.SMSSegments != 1 {
		t.Errorf("%+v", exercise)
	}
	if !strings.HasPrefix(exercise.Voice, "Ceci est un exercice.") || !strings.HasSuffix(exercise.Voice, "C’était un exercice.") {
		t.Errorf("%+v", exercise)
	}
	spoken := preview(t, s, crisis.PreviewRequest{Title: "Alerte", Text: strings.Repeat("Restez chez vous et fermez tout. ", 60), NextUpdateAt: at().Add(40 * time.Minute)}).Companion
	if spoken.VoiceSeconds > 60 || spoken.VoiceSeconds < 45 || !strings.HasSuffix(spoken.Voice, "Prochaine information à 15 heures.") {
		t.Errorf("%d s: %s", spoken.VoiceSeconds, spoken.Voice)
	}
	if adapt.Typography(spoken.Voice) != spoken.Voice {
		t.Errorf("%q", spoken.Voice)
	}
}
