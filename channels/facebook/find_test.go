package facebook_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/facebook"
	"github.com/crieur/crieur/channels/simulator"
)

// byHand posts on the Page as somebody else would. more is name, value, ….
func (r *rig) byHand(text string, more ...string) {
	r.Helper()
	values := url.Values{"message": {text}, "access_token": {token}}
	for i := 0; i < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	body := strings.NewReader(values.Encode())
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, r.url+"/facebook/v26.0/me/feed", body)
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		r.Fatalf("posting by hand: %d", resp.StatusCode)
	}
}

func TestLostAnswersAreFound(t *testing.T) {
	withLink := photos("Le programme.", 2)
	withLink.Link = "https://commune.example/programme"
	tests := map[string]channels.Message{
		"text":            words("Travaux rue Haute : déviation."),
		"one photo":       photos("La place.", 1),
		"album":           photos("Les étals.", 3),
		"album and link":  withLink,
		"photo, no words": {Key: "k", Images: photos("", 1).Images},
	}
	for name, m := range tests {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			r.wait(time.Hour)
			probe := r.lose(m)
			r.wait(10 * time.Second)
			got := r.find(probe)
			p := r.posts()[0]
			want := channels.Finding{
				Receipt: &channels.Receipt{RemoteID: p.RemoteID, URL: p.URL, At: p.At.Truncate(time.Second)},
				Matches: 1, Trustworthy: true,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("finding (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPhotosProveTheAlbum: the list lags, and the photos know their post.
func TestPhotosProveTheAlbum(t *testing.T) {
	r := start(t)
	r.plan(simulator.Fault{Operation: "post", Effect: simulator.EffectHide, Delay: time.Hour})
	probe := r.lose(photos("Les étals.", 2))
	finding := r.find(probe)
	if finding.Receipt == nil || finding.Receipt.RemoteID != r.posts()[0].RemoteID || finding.Matches != 1 || !finding.Trustworthy {
		t.Errorf("finding %+v", finding)
	}
	probe.KnownOwn = []string{r.posts()[0].RemoteID}
	if finding := r.find(probe); finding.Receipt != nil {
		t.Errorf("taken from another delivery: %+v", finding)
	}
}

func TestPhotosThatNobodyPublishedProveNothing(t *testing.T) {
	r := start(t)
	r.plan(simulator.Fault{Operation: "post", Effect: simulator.EffectReset})
	_, probe, _, err := r.try(photos("Les étals.", 2))
	r.wantKind(err, channels.UnknownOutcome)
	probe.Steps = append(probe.Steps, channels.SavedStep{Kind: channels.StepUpload, Position: 7, RemoteID: "404404"})
	if diff := cmp.Diff(channels.Finding{Trustworthy: true}, r.find(probe)); diff != "" {
		t.Errorf("finding (-want +got):\n%s", diff)
	}
}

func TestPhotosOfADraftProveNothing(t *testing.T) {
	r := start(t)
	r.plan(simulator.Fault{Operation: "post", Effect: simulator.EffectReset})
	_, probe, _, err := r.try(photos("Les étals.", 2))
	r.wantKind(err, channels.UnknownOutcome)
	r.byHand("Pour plus tard.", "published", "false",
		"attached_media", `[{"media_fbid":"`+probe.Steps[0].RemoteID+`"}]`)
	if diff := cmp.Diff(channels.Finding{Trustworthy: true}, r.find(probe)); diff != "" {
		t.Errorf("finding (-want +got):\n%s", diff)
	}
}

func TestOtherPostsAreNotTaken(t *testing.T) {
	r := start(t)
	r.publish(words("Le même texte."))
	r.wait(time.Hour)
	r.publish(photos("Le même texte.", 1))
	r.wait(time.Minute)
	r.byHand("Un autre texte.")
	probe := channels.Probe{StartedAt: r.clock(), EndedAt: r.clock()}
	probe.Rendered, _ = facebook.New().Render(words("Le même texte."), nil)
	if diff := cmp.Diff(channels.Finding{Trustworthy: true}, r.find(probe)); diff != "" {
		t.Errorf("too old, or with a picture, and taken (-want +got):\n%s", diff)
	}
	r.wait(16 * time.Minute)
	r.byHand("Le même texte.")
	if diff := cmp.Diff(channels.Finding{Trustworthy: true}, r.find(probe)); diff != "" {
		t.Errorf("long after, and taken (-want +got):\n%s", diff)
	}
}

func TestPostsOfAnotherApplicationAreNotTaken(t *testing.T) {
	r := start(t)
	r.withApp(nil)
	ours := r.spec
	other := ours
	other.Credentials = map[string]string{"page_access_token": token, "app_id": "999"}
	r.configure(other)
	r.byHand("Le même texte.")
	r.configure(ours)
	probe := channels.Probe{StartedAt: r.clock(), EndedAt: r.clock()}
	probe.Rendered, _ = facebook.New().Render(words("Le même texte."), nil)
	if finding := r.find(probe); finding.Receipt != nil {
		t.Errorf("finding %+v", finding)
	}
}

func TestDoublesAreCounted(t *testing.T) {
	r := start(t)
	probe := r.lose(words("Deux fois."))
	first := r.posts()[0].RemoteID
	r.wait(time.Second)
	r.byHand("Entre les deux.")
	r.wait(time.Second)
	r.byHand("Deux fois.")
	if finding := r.find(probe); finding.Matches != 2 || finding.Receipt.RemoteID != first {
		t.Errorf("finding %+v", finding)
	}
}

// TestReadsOnUntilItSeesWhatItKnows: a busy Page, and an older post several
// pages down.
func TestReadsOnUntilItSeesWhatItKnows(t *testing.T) {
	r := start(t)
	r.byHand("Le plus ancien.")
	older := r.posts()[0].RemoteID
	r.wait(time.Hour)
	for i := range 120 {
		r.byHand(fmt.Sprint("Message ", i))
	}
	r.wait(time.Hour)
	probe := channels.Probe{StartedAt: r.clock(), EndedAt: r.clock(), KnownOlder: []string{"1_1", older}}
	probe.Rendered, _ = facebook.New().Render(words("Jamais publié."), nil)
	r.wire()
	if diff := cmp.Diff(channels.Finding{Trustworthy: true}, r.find(probe)); diff != "" {
		t.Errorf("finding (-want +got):\n%s", diff)
	}
	if n := len(r.wire()); n != 3 {
		t.Errorf("%d readings, want 3", n)
	}
	probe.KnownOlder = nil
	r.find(probe)
	if n := len(r.wire()); n != 1 {
		t.Errorf("%d readings where the first went back far enough", n)
	}
	probe.KnownOlder = []string{"1_1"}
	if finding := r.find(probe); finding.Trustworthy {
		t.Errorf("trusted without what must be there: %+v", finding)
	}
}

// TestUnclearListsAreNotTrusted: hours and pictures that cannot be read prove no
// absence.
func TestUnclearListsAreNotTrusted(t *testing.T) {
	now := "2026-11-21T10:00:00+0000"
	tests := map[string]string{
		"an hour of another form":   `{"data":[{"id":"1_2","message":"x","created_time":1780000000}]}`,
		"pictures that do not show": `{"data":[{"id":"1_2","message":"Les étals.","created_time":"` + now + `"}]}`,
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			probe := channels.Probe{StartedAt: r.clock(), EndedAt: r.clock()}
			probe.Rendered, _ = facebook.New().Render(photos("Les étals.", 2), nil)
			r.plan(simulator.Fault{Operation: "read", Effect: simulator.EffectStatus, Status: http.StatusOK, Body: body})
			if diff := cmp.Diff(channels.Finding{}, r.find(probe)); diff != "" {
				t.Errorf("finding (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnreadableListsAreErrors(t *testing.T) {
	for _, body := range []string{`{}`, `{"data":{}}`, `{"data":"x"}`} {
		r := start(t)
		r.plan(simulator.Fault{Operation: "read", Effect: simulator.EffectStatus, Status: http.StatusOK, Body: body})
		_, err := r.open().(channels.Finder).Find(t.Context(), channels.Probe{StartedAt: r.clock()})
		r.wantKind(err, channels.Temporary)
	}
}

// Twice the same words on purpose, three minutes apart with another post in
// between (Facebook refuses the same message twice in a row), and both answers
// are lost: each attempt finds its own post, and neither is a double.
func TestEqualTextsKeepTheirOwnPosts(t *testing.T) {
	r := start(t)
	r.publish(words("Un avis plus ancien."))
	first := r.lose(words("La rue est fermée."))
	r.wait(90 * time.Second)
	r.publish(words("Une déviation est en place."))
	r.wait(90 * time.Second)
	second := r.lose(words("La rue est fermée."))
	r.wait(10 * time.Second)
	first.Rivals = []channels.Span{{Start: second.StartedAt, End: second.EndedAt}}
	second.Rivals = []channels.Span{{Start: first.StartedAt, End: first.EndedAt}}
	posts := r.posts()
	for i, probe := range []channels.Probe{first, second} {
		got := r.find(probe)
		if got.Receipt == nil || got.Receipt.RemoteID != posts[1+2*i].RemoteID || got.Matches != 1 {
			t.Errorf("attempt %d: %+v, want post %s alone", i, got, posts[1+2*i].RemoteID)
		}
	}

	// Alone, it would be a double, and people get its address.
	first.Rivals = nil
	got := r.find(first)
	if got.Matches != 2 || len(got.Doubles) != 1 || got.Doubles[0].URL != posts[3].URL {
		t.Errorf("a double: %+v", got)
	}
}

// The network never took the first; the second one's post is not its proof.
func TestAnEqualTextIsNotTheProofOfAnother(t *testing.T) {
	r := start(t)
	r.publish(words("Un avis plus ancien."))
	r.plan(simulator.Fault{Operation: "post", Effect: simulator.EffectReset})
	_, first, _, err := r.try(words("La rue est fermée."))
	r.wantKind(err, channels.UnknownOutcome)
	r.wait(3 * time.Minute)
	second := r.lose(words("La rue est fermée."))
	first.Rivals = []channels.Span{{Start: second.StartedAt, End: second.EndedAt}}
	if got := r.find(first); got.Receipt != nil {
		t.Errorf("the other one's post was taken: %+v", got)
	}
}

// The same words about two documents are two posts.
func TestCardsTellPostsApart(t *testing.T) {
	r := start(t)
	m := words("Le procès-verbal est en ligne.")
	m.Link = "https://commune.example/pv/12"
	probe := r.lose(m)
	probe.Rendered.Link = "https://commune.example/pv/13"
	if got := r.find(probe); got.Receipt != nil {
		t.Errorf("another document was taken: %+v", got)
	}
}
