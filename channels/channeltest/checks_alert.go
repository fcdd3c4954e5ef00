package channeltest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/channels/simulator"
)

func alertChecks() []Check {
	return []Check{
		{Name: "alert/frame", Run: checkAlertFrame},
		{Name: "alert/exercise", Run: checkAlertExercise},
		{Name: "alert/messages", Run: checkAlertMessages},
		{Name: "alert/find", Skip: needsFind, Run: checkAlertFind},
		{Name: "alert/answer-lost", Skip: either(needsNetwork, needsFind), Run: checkAlertLost},
	}
}

const alertPage = "https://commune.example/c/valmeuse/alerts/01jd"

// alert is a message of an alert, as the use cases give it to channels.
func (h Harness) alert(number int, body string, exercise bool) channels.Message {
	m := channels.Message{
		Key: fmt.Sprintf("alert-%d", number), Title: "Inondation rue Haute", Link: alertPage, Language: "fr-BE",
		Text: alertHead(number) + "\n" + body + "\nProchain point à 16\u00a0h",
		Alert: &channels.Alert{
			ID: "01jd", Number: number, Kind: "update", Exercise: exercise, URL: alertPage,
		},
	}
	if number == 1 {
		m.Alert.Kind = "alert"
	}
	if exercise {
		m.Title = adapt.ExerciseMark + " – " + m.Title
		m.Text = adapt.ExerciseMark + " – " + m.Text + "\n" + adapt.ExerciseMark
	}
	return m
}

func alertHead(number int) string {
	return fmt.Sprintf("Message n°\u00a0%d – 15\u00a0h\u00a0%02d", number, number)
}

// maxAlertBody is what a person may write in a message, in bytes.
const maxAlertBody = 4000

// bodies are short, long, and what people paste.
func (h Harness) bodies() []string {
	long := strings.Repeat("L’eau monte encore : gagnez un étage, n’allez pas chercher vos enfants à l’école. ", 48)
	all := []string{"Quittez les caves.", strings.TrimSpace(long), "Un.\n\nDeux, à 15 h (« vite »).\n\n" + strings.Repeat("mot ", 200) + "fin."}
	for _, text := range HostileTexts() {
		all = append(all, text[:min(len(text), maxAlertBody)])
	}
	return all
}

// checkAlertFrame: whatever is said, and however little the network takes, a
// message has its number, its hour, its title and the way to the alert's page.
func checkAlertFrame(tb testing.TB, h Harness) {
	tb.Helper()
	settings := h.New(tb).Account().Settings
	for _, body := range h.bodies() {
		m := h.alert(2, body, false)
		r := h.render(tb, m, settings)
		again := h.render(tb, m, settings)
		if diff := cmp.Diff(r, again); diff != "" {
			tb.Errorf("two renderings differ:\n%s", diff)
		}
		if issues := h.Driver.Validate(r, settings); channels.HasErrors(issues) {
			tb.Errorf("the rendering is refused when it leaves: %+v", issues)
		}
		if first, _, _ := strings.Cut(r.Text, "\n"); adapt.Canonical(first) != adapt.Canonical(alertHead(2)) {
			tb.Errorf("the text begins with %q and not with its number and hour", first)
		}
		if !strings.Contains(r.Text, alertPage) {
			tb.Errorf("no way to the alert’s page:\n%s", r.Text)
		}
		if !strings.Contains(r.Title+"\n"+r.Text, "Inondation rue Haute") {
			tb.Errorf("no title: %q, %q", r.Title, r.Text)
		}
		if r.Limit > 0 && r.Length > r.Limit {
			tb.Errorf("%d of %d", r.Length, r.Limit)
		}
		if diff := cmp.Diff(m.Alert, r.Alert); diff != "" {
			tb.Errorf("the rendering forgets which alert it is of (-message +rendering):\n%s", diff)
		}
	}
}

// checkAlertExercise: no part of an exercise looks like an alert.
func checkAlertExercise(tb testing.TB, h Harness) {
	tb.Helper()
	settings := h.New(tb).Account().Settings
	for _, body := range h.bodies() {
		r := h.render(tb, h.alert(1, body, true), settings)
		if !strings.HasPrefix(r.Text, adapt.ExerciseMark) || !strings.HasSuffix(r.Text, adapt.ExerciseMark) {
			tb.Errorf("the text does not begin and end with the word:\n%s", r.Text)
		}
		if r.Title != "" && !strings.HasPrefix(r.Title, adapt.ExerciseMark) {
			tb.Errorf("the title is %q", r.Title)
		}
		if !strings.Contains(r.Text, alertPage) {
			tb.Errorf("no way to the exercise’s page:\n%s", r.Text)
		}
	}
}

// say publishes a message that answers another one; "" answers none.
func (s *session) say(tb testing.TB, number int, to string) (*RecordingAttempt, channels.Receipt) {
	tb.Helper()
	a := s.attempt(tb, s.h.alert(number, s.h.bodies()[0], false))
	a.rendered.ReplyTo = to
	receipt, err := s.publish(tb.Context(), tb, a)
	if err != nil {
		tb.Fatalf("message %d: %v", number, err)
	}
	return a, receipt
}

// visible is everything that the network shows, as it is compared.
func (s *session) visible(tb testing.TB) string {
	tb.Helper()
	var all []string
	for _, p := range s.net.Posts(tb) {
		all = append(all, adapt.Canonical(p.Text))
	}
	return strings.Join(all, "\n")
}

// checkAlertMessages: every message is there once and none replaces another,
// whether the network shows posts, a thread, or one article.
func checkAlertMessages(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	to := ""
	for number := 1; number <= 3; number++ {
		a, receipt := s.say(tb, number, to)
		if a.Creatings() != 1 {
			tb.Errorf("message %d: %d points of no return", number, a.Creatings())
		}
		to = receipt.RemoteID
	}
	shown := s.visible(tb)
	for number := 1; number <= 3; number++ {
		if n := strings.Count(shown, adapt.Canonical(alertHead(number))); n != 1 {
			tb.Errorf("message %d is there %d times in:\n%s", number, n, shown)
		}
	}
}

// checkAlertFind: each message is recognised beside the others of its alert.
func checkAlertFind(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	_, older := s.mustPublish(tb, h.message("older", "Un avis plus ancien, déjà en ligne.", 0))
	started := h.clock()()
	first, one := s.say(tb, 1, "")
	second, two := s.say(tb, 2, one.RemoteID)
	for _, tt := range []struct {
		attempt   *RecordingAttempt
		own, want string
	}{{first, two.RemoteID, one.RemoteID}, {second, one.RemoteID, two.RemoteID}} {
		finding, err := s.find(tb, channels.Probe{
			Key: tt.attempt.rendered.Key, Rendered: tt.attempt.rendered, StartedAt: started, EndedAt: h.clock()(),
			KnownOlder: []string{older.RemoteID}, KnownOwn: []string{tt.own},
		})
		if err != nil || finding.Receipt == nil || finding.Receipt.RemoteID != tt.want || finding.Matches != 1 {
			tb.Errorf("message %d: found %+v (%v), want %s", tt.attempt.rendered.Alert.Number, finding, err, tt.want)
		}
	}
	third := s.attempt(tb, h.alert(3, h.bodies()[0], false))
	s.wantAbsent(tb, channels.Probe{
		Key: third.rendered.Key, Rendered: third.rendered, StartedAt: started, EndedAt: h.clock()(),
		KnownOlder: []string{older.RemoteID}, KnownOwn: []string{one.RemoteID, two.RemoteID},
	}, true)
}

// checkAlertLost: an answer whose outcome is not known is said once, and found.
func checkAlertLost(tb testing.TB, h Harness) {
	tb.Helper()
	s := h.open(tb)
	started := h.clock()()
	_, one := s.say(tb, 1, "")
	s.net.Plan(tb, simulator.Fault{Operation: "post", Effect: simulator.EffectEOF, After: true})
	a := s.attempt(tb, h.alert(2, h.bodies()[0], false))
	a.rendered.ReplyTo = one.RemoteID
	if _, err := s.publish(tb.Context(), tb, a); kindOf(err) != channels.UnknownOutcome {
		tb.Fatalf("kind %q, want %q: %v", kindOf(err), channels.UnknownOutcome, err)
	}
	s.wantFound(tb, channels.Probe{
		Key: a.rendered.Key, Steps: a.Steps(), Rendered: a.rendered, StartedAt: started, EndedAt: h.clock()(),
		KnownOlder: []string{one.RemoteID}, KnownOwn: []string{one.RemoteID},
	}, s.newest(tb))
}
