package x_test

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/x"
)

const alertPage = "https://actus.valmeuse.be/c/valmeuse/alerts/01jd"

func alert(number int, text string) channels.Message {
	return channels.Message{
		Key: text, Title: "Inondation rue Haute", Text: text,
		Alert: &channels.Alert{ID: "01jd", Number: number, Kind: "alert", URL: alertPage},
	}
}

func TestRenderAlert(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("L’eau monte dans la rue Haute, gagnez un étage. ", 12)
	drill := alert(1, "EXERCICE – Message n°\u00a01 – 14\u00a0h\u00a020\nInondation rue Haute\n"+long+"\nProchain point à 15\u202Fh\nEXERCICE")
	drill.Title, drill.Alert.Exercise = "EXERCICE – Inondation rue Haute", true
	for name, tt := range map[string]struct {
		message channels.Message
		want    string
		issues  string
	}{
		"short": {
			alert(1, "Message n°\u00a01 – 14\u00a0h\u00a020\nQuittez les caves."),
			"Message n°\u00a01 – 14\u00a0h\u00a020\nInondation rue Haute\nQuittez les caves.\n" + alertPage, "",
		},
		"complete": {
			alert(1, "Message n°\u00a01 – 14\u00a0h\u00a020\nInondation rue Haute\nQuittez les caves.\n"+alertPage),
			"Message n°\u00a01 – 14\u00a0h\u00a020\nInondation rue Haute\nQuittez les caves.\n" + alertPage, "",
		},
		"long": {
			alert(12, "Message n°\u00a012 – 14\u00a0h\u00a020\n"+long+"\nProchain point à 15\u00a0h"),
			"Message n°\u00a012 – 14\u00a0h\u00a020\nInondation rue Haute\n" + strings.TrimSpace(strings.Repeat("L’eau monte dans la rue Haute, gagnez un étage. ", 3)) +
				" […]\nProchain point à 15\u00a0h\n" + alertPage, "text_shortened",
		},
		"exercise": {
			drill,
			"EXERCICE – Message n°\u00a01 – 14\u00a0h\u00a020\nInondation rue Haute\n" + strings.TrimSpace(strings.Repeat("L’eau monte dans la rue Haute, gagnez un étage. ", 3)) +
				" […]\nProchain point à 15\u00a0h\n" + alertPage + "\nEXERCICE", "text_shortened",
		},
	} {
		rendered, issues := x.New().Render(tt.message, nil)
		codes := ""
		for _, i := range issues {
			codes += i.Code
		}
		if rendered.Text != tt.want || codes != tt.issues || rendered.Length > 280 || rendered.Length != adapt.Count(channels.CountXWeighted, rendered.Text) {
			t.Errorf("%s (%d, %s):\n%q, want\n%q", name, rendered.Length, codes, rendered.Text, tt.want)
		}
		if rendered.Alert == nil || rendered.Article != "" || rendered.Shortened != (tt.issues != "") {
			t.Errorf("%s: %+v", name, rendered)
		}
	}
}

// answering publishes a first message and one that answers it.
func (r *rig) answering(to string) (channels.Receipt, channels.Rendered, *channeltest.RecordingAttempt) {
	r.Helper()
	rendered := r.render(alert(2, "Message n°\u00a02 – 15\u00a0h\u00a005\nRestez à l’étage."))
	rendered.ReplyTo = to
	a, err := channeltest.NewAttempt(rendered)
	if err != nil {
		r.Fatal(err)
	}
	receipt, err := r.channel.Publish(r.Context(), rendered, a)
	if err != nil {
		r.Fatal(err)
	}
	return receipt, rendered, a
}

func (r *rig) record(id string) simulator.Record {
	r.Helper()
	for _, record := range r.sim.Posts("x", r.spec.ID) {
		if record.RemoteID == id {
			return record
		}
	}
	r.Fatalf("%s is not on the network", id)
	return simulator.Record{}
}

// The messages of an alert are a thread, and each is recognised in it: also
// where X puts the account's name before an answer.
func TestAlertThread(t *testing.T) {
	t.Parallel()
	for _, replies := range []string{"", "mention"} {
		spec := firstAccount()
		spec.Traits["replies"] = replies
		r := start(t, spec)
		first := r.publish(alert(1, "Message n°\u00a01 – 14\u00a0h\u00a020\nQuittez les caves."))
		r.clock.Advance(time.Minute)
		second, rendered, a := r.answering(first.RemoteID)
		if got := r.record(second.RemoteID).Extra[simulator.ExtraReplyTo]; got != first.RemoteID || a.Creatings() != 1 {
			t.Errorf("it answers %q, want %q (%d points of no return)", got, first.RemoteID, a.Creatings())
		}
		found := r.find(channels.Probe{Rendered: rendered, StartedAt: r.clock.Now(), EndedAt: r.clock.Now(), KnownOwn: []string{first.RemoteID}})
		if found.Matches != 1 || found.Receipt == nil || found.Receipt.RemoteID != second.RemoteID {
			t.Errorf("%q: found %+v", replies, found)
		}
	}
}

// What X does not let us answer, or what is gone, is said by itself: once.
func TestAlertThatMayNotAnswer(t *testing.T) {
	t.Parallel()
	spec := firstAccount()
	spec.Traits["replies"] = "refused"
	r := start(t, spec)
	first := r.publish(alert(1, "Message n°\u00a01 – 14\u00a0h\u00a020\nQuittez les caves."))
	second, _, a := r.answering(first.RemoteID)
	if got := r.record(second.RemoteID).Extra[simulator.ExtraReplyTo]; got != "" || a.Creatings() != 1 {
		t.Errorf("it answers %q (%d points of no return)", got, a.Creatings())
	}
	gone := start(t, firstAccount())
	third, _, _ := gone.answering("12345")
	if n := len(gone.sim.Posts("x", gone.spec.ID)); n != 1 || third.RemoteID == "" {
		t.Errorf("%d posts", n)
	}
}

// Only a refusal lets the message leave by itself: after an unclear answer it may
// be there.
func TestAlertAnswerUnclear(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"an error after it was taken": {Status: http.StatusInternalServerError},
		"a proxy that says forbidden": {Status: http.StatusForbidden, Body: "<html>Forbidden by the proxy</html>"},
	} {
		r := start(t, firstAccount())
		first := r.publish(alert(1, "Message n°\u00a01 – 14\u00a0h\u00a020\nQuittez les caves."))
		fault.Network, fault.Operation, fault.Effect, fault.After = "x", "post", simulator.EffectStatus, true
		if err := r.sim.Plan(fault); err != nil {
			t.Fatal(err)
		}
		rendered := r.render(alert(2, "Message n°\u00a02 – 15\u00a0h\u00a005\nRestez à l’étage."))
		rendered.ReplyTo = first.RemoteID
		a, err := channeltest.NewAttempt(rendered)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.channel.Publish(t.Context(), rendered, a)
		if e := failure(t, err); e.Kind != channels.UnknownOutcome || len(r.sim.Posts("x", r.spec.ID)) != 2 {
			t.Errorf("%s: got %v with %d posts", name, err, len(r.sim.Posts("x", r.spec.ID)))
		}
	}
}

// Whatever people type, what frames the message leaves whole.
func TestRenderHostileAlerts(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"Évacuez. ", "👩🏽‍🚒", "\u202E", "\n\n", "EXERCICE", "Prochain point à", "#inondation ", "@police ", "https://valmeuse.be/x?y=1 ",
		"\xff", "\u0000", "« ", "(", "€", strings.Repeat("a", 90), alertPage + "\n", "n° 4 ", "Message n° 9 – 9 h",
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 400 {
		words := func(most int) string {
			var b strings.Builder
			for range random.IntN(most) {
				b.WriteString(pieces[random.IntN(len(pieces))])
			}
			return b.String()
		}
		m := alert(3, "Message n°\u00a03 – 14\u00a0h\u00a020\n"+words(20)+"\nProchain point à 15\u00a0h")
		m.Alert.Exercise = random.IntN(2) == 0
		m.Title = words(3)
		r, issues := x.New().Render(m, nil)
		first, _, _ := strings.Cut(r.Text, "\n")
		if channels.HasErrors(issues) || r.Length > 280 || channels.HasErrors(x.New().Validate(r, nil)) {
			t.Fatalf("%q: %+v", m.Text, issues)
		}
		if !strings.HasSuffix(first, "Message n°\u00a03 – 14\u00a0h\u00a020") || !strings.Contains(r.Text, alertPage) ||
			m.Alert.Exercise && (!strings.HasPrefix(r.Text, "EXERCICE – ") || !strings.HasSuffix(r.Text, "\nEXERCICE")) {
			t.Fatalf("%q of\n%q", r.Text, m.Text)
		}
	}
}
