package facebook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/facebook"
	"github.com/crieur/crieur/channels/simulator"
)

func TestTextAndLinkAreOneCall(t *testing.T) {
	r := start(t)
	m := words("Brocante dimanche.")
	m.Link = "https://commune.example/brocante"
	receipt := r.publish(m)
	posts := r.posts()
	if len(posts) != 1 || posts[0].Text != m.Text || posts[0].Link != m.Link {
		t.Fatalf("posts %+v", posts)
	}
	want := channels.Receipt{RemoteID: posts[0].RemoteID, URL: posts[0].URL, At: r.clock()}
	if diff := cmp.Diff(want, receipt); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	if n := len(r.wire()); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestSinglePhotoIsCreatedWithItsDescription(t *testing.T) {
	r := start(t)
	receipt := r.publish(photos("La place.", 1))
	posts := r.posts()
	if len(posts) != 1 || posts[0].Text != "La place." || len(posts[0].Images) != 1 || posts[0].Images[0].Alt != "Photo a" {
		t.Fatalf("posts %+v", posts)
	}
	if receipt.RemoteID != posts[0].RemoteID || receipt.URL != posts[0].URL {
		t.Errorf("receipt %+v of %+v", receipt, posts[0])
	}
	if records := r.sim.Records(); len(records) != 1 {
		t.Errorf("more than the post was made: %+v", records)
	}
}

func TestPublishedPhotoNeedsNoAddress(t *testing.T) {
	r := start(t)
	r.plan(simulator.Fault{Operation: "read", Effect: simulator.EffectStatus, Status: http.StatusServiceUnavailable, Times: -1})
	receipt := r.publish(photos("La place.", 1))
	if want := "https://www.facebook.com/" + r.posts()[0].RemoteID; receipt.URL != want {
		t.Errorf("address %q, want %q", receipt.URL, want)
	}
}

func TestAlbumKeepsItsOrder(t *testing.T) {
	r := start(t)
	attempt, _, _, err := r.try(photos("Les étals.", 10))
	if err != nil {
		t.Fatal(err)
	}
	posts := r.posts()
	if len(posts) != 1 || len(posts[0].Images) != 10 {
		t.Fatalf("posts %+v", posts)
	}
	for i, image := range posts[0].Images {
		if want := "Photo " + string(rune('a'+i)); image.Alt != want || image.Width != 40+i {
			t.Errorf("picture %d is %+v", i, image)
		}
		if id, ok := attempt.Step(channels.StepUpload, i); !ok || id != image.RemoteID {
			t.Errorf("step %d is %q, want %q", i, id, image.RemoteID)
		}
	}
}

func TestDecorativePicturesLeaveWithoutDescription(t *testing.T) {
	r := start(t)
	m := photos("Deux images.", 2)
	m.Images[0].Decorative = true
	r.publish(m)
	images := r.posts()[0].Images
	if images[0].Alt != "" || images[1].Alt != "Photo b" {
		t.Errorf("images %+v", images)
	}
}

// TestAnsweredAttemptIsNotRepeated: the answer was noted, and the process died
// before the ledger heard of it.
func TestAnsweredAttemptIsNotRepeated(t *testing.T) {
	r := start(t)
	attempt, probe, first, err := r.try(words("Une fois."))
	if err != nil {
		t.Fatal(err)
	}
	again := attempt.Again()
	second, err := r.open().Publish(t.Context(), probe.Rendered, again)
	if err != nil {
		t.Fatal(err)
	}
	if first.RemoteID != second.RemoteID || again.Creatings() != 0 || len(r.posts()) != 1 {
		t.Errorf("first %+v, second %+v, %d posts", first, second, len(r.posts()))
	}
}

// TestCallerGivesUpWithTheAnswer: the answer is there, and the caller's context
// ends at that moment. What is published stays published, and is noted.
func TestCallerGivesUpWithTheAnswer(t *testing.T) {
	r := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	channel, err := facebook.New().Open(r.account, channels.Deps{
		HTTP: &http.Client{Transport: cancelWithAnswer{cancel}}, Now: r.clock, BaseURL: r.url + "/facebook",
	})
	if err != nil {
		t.Fatal(err)
	}
	rendered, _ := facebook.New().Render(photos("La place.", 1), nil)
	attempt, err := channeltest.NewAttempt(rendered)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := channel.Publish(ctx, rendered, attempt)
	if err != nil || len(r.posts()) != 1 {
		t.Fatalf("error %v, posts %+v", err, r.posts())
	}
	if id, ok := attempt.Step(channels.StepPublish, 0); !ok || id != receipt.RemoteID || id != r.posts()[0].RemoteID {
		t.Errorf("noted %q, receipt %+v", id, receipt)
	}
}

// cancelWithAnswer cancels when an answer was read to its end.
type cancelWithAnswer struct{ cancel context.CancelFunc }

func (c cancelWithAnswer) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		resp.Body = closing{resp.Body, c.cancel}
	}
	return resp, err
}

type closing struct {
	io.ReadCloser
	then func()
}

func (c closing) Close() error {
	defer c.then()
	return c.ReadCloser.Close()
}

func TestTokensStayInTheHeader(t *testing.T) {
	r := start(t)
	r.withApp(nil)
	channel := r.open()
	if _, err := channel.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	receipt := r.publish(words("Un texte."))
	r.publish(photos("Une photo.", 1))
	probe := r.lose(photos("Des photos.", 2))
	r.find(probe)
	if _, err := channel.(channels.Updater).Update(t.Context(), receipt, probe.Rendered); err != nil {
		t.Fatal(err)
	}
	if err := channel.(channels.Deleter).Delete(t.Context(), receipt); err != nil {
		t.Fatal(err)
	}
	inspected := 0
	for _, q := range r.wire() {
		all := q.query + " " + q.body
		if strings.Contains(q.path, "debug_token") {
			inspected++
			if q.authorization != "Bearer 5550123|an-app-secret" {
				t.Errorf("debug_token asked by another than the app")
			}
			continue // the token is the question
		}
		if strings.Contains(all, token) || strings.Contains(all, "access_token") || q.authorization != "Bearer "+token {
			t.Errorf("%s %s?%s: the token is not in the header alone", q.method, q.path, q.query)
		}
		if !strings.Contains(all, "appsecret_proof") || strings.Contains(all, "date_format") || strings.Contains(all, "an-app-secret") {
			t.Errorf("%s %s: not signed, or with date_format, or with the secret", q.method, q.path)
		}
		if !strings.HasPrefix(q.path, "/facebook/v26.0/") {
			t.Errorf("path %s", q.path)
		}
	}
	if inspected != 1 {
		t.Errorf("debug_token was asked %d times", inspected)
	}
	if strings.Contains(r.log.String(), token) || strings.Contains(r.log.String(), "an-app-secret") {
		t.Error("a secret is in the log")
	}
}

func TestMetasOwnWordsAreNotRepeated(t *testing.T) {
	r := start(t)
	fault := simulator.FacebookError(190, 0)
	fault.Body = `{"error":{"message":"Malformed access token ` + token + `","type":"OAuthException","code":190,"fbtrace_id":"` + token + ` "}}`
	r.plan(fault)
	_, _, _, err := r.try(words("x"))
	r.wantKind(err, channels.Auth)
	for ; err != nil; err = errors.Unwrap(err) {
		if strings.Contains(err.Error(), token) {
			t.Errorf("the token is in %q", err)
		}
	}
}

func TestBaseAddressWithOrWithoutSlash(t *testing.T) {
	r := start(t)
	for _, slash := range []string{"", "/", "//"} {
		if _, err := r.openAt(r.url + "/facebook" + slash).Check(t.Context()); err != nil {
			t.Errorf("%q: %v", slash, err)
		}
	}
}

func TestPageNamesThatCannotStandInAPath(t *testing.T) {
	r := start(t)
	for _, name := range []string{"", "..", "a/b", "me?x=1", "é", "1 2"} {
		r.account.Settings["page_id"] = name
		channel := r.open()
		_, err := channel.Check(t.Context())
		r.wantKind(err, channels.Internal)
		_, _, _, err = r.try(words("x"))
		if e := r.wantKind(err, channels.Internal); e.Code != "facebook.page_id" || e.Message == "" {
			t.Errorf("%q: %+v", name, e)
		}
	}
	if requests := r.wire(); len(requests) != 0 {
		t.Errorf("sent %+v", requests)
	}
}

func TestWordsAndWaitOfARefusal(t *testing.T) {
	r := start(t)
	r.plan(simulator.FacebookError(190, 460))
	_, _, _, err := r.try(words("x"))
	failure := r.wantKind(err, channels.Auth).Failure("Facebook")
	if failure.Code != "facebook.190.460" || !strings.Contains(failure.Message, "mot de passe Facebook a changé") || failure.NextStep == "" {
		t.Errorf("failure %+v", failure)
	}

	limited := simulator.FacebookError(80001, 0)
	limited.Header = map[string]string{
		"X-Business-Use-Case-Usage": `{"777000111":[{"type":"pages","call_count":100,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":7}]}`,
	}
	r.plan(limited)
	_, _, _, err = r.try(words("x"))
	if e := r.wantKind(err, channels.RateLimited); e.RetryAt.Sub(r.clock()).Minutes() != 7 {
		t.Errorf("again at %v", e.RetryAt)
	}
}

func TestTransientRefusalOfTheContentIsNotFinal(t *testing.T) {
	r := start(t)
	fault := simulator.FacebookError(100, 0)
	fault.Body = `{"error":{"message":"x","code":100,"is_transient":true}}`
	r.plan(fault)
	_, _, _, err := r.try(words("x"))
	r.wantKind(err, channels.UnknownOutcome)
}

// TestAnswersThatTheLibraryTakesForSuccess: none of these says that a post was
// made.
func TestAnswersThatTheLibraryTakesForSuccess(t *testing.T) {
	for body, status := range map[string]int{
		`{"status":"busy"}`:     http.StatusServiceUnavailable,
		`{"id":"1_2"}`:          http.StatusBadGateway,
		`true`:                  http.StatusOK,
		`null`:                  http.StatusOK,
		`[]`:                    http.StatusOK,
		`{}`:                    http.StatusOK,
		`{"id":12}`:             http.StatusOK,
		`{"error":"busy"}`:      http.StatusOK,
		`{"error":{"code":{}}}`: http.StatusOK,
	} {
		r := start(t)
		r.plan(simulator.Fault{Effect: simulator.EffectStatus, Status: status, Body: body})
		_, _, _, err := r.try(words("x"))
		if e := r.wantKind(err, channels.UnknownOutcome); e.Code == "" {
			t.Errorf("%d %s: %+v", status, body, e)
		}
	}
}

func TestUpdateAndDelete(t *testing.T) {
	r := start(t)
	receipt := r.publish(photos("Réunion mardi.", 2))
	corrected, _ := facebook.New().Render(words("Réunion mercredi."), nil)
	updated, err := r.open().(channels.Updater).Update(t.Context(), receipt, corrected)
	if err != nil || updated != receipt {
		t.Errorf("updated %+v, %v", updated, err)
	}
	if p := r.posts(); p[0].Text != "Réunion mercredi." || len(p[0].Images) != 2 {
		t.Errorf("posts %+v", p)
	}
	deleter := r.open().(channels.Deleter)
	for range 2 {
		if err := deleter.Delete(t.Context(), receipt); err != nil {
			t.Error(err)
		}
	}
	if len(r.posts()) != 0 {
		t.Errorf("posts %+v", r.posts())
	}
	r.wantKind(deleter.Delete(t.Context(), channels.Receipt{RemoteID: "../me"}), channels.Internal)
	_, err = r.open().(channels.Updater).Update(t.Context(), channels.Receipt{RemoteID: "1_1"}, corrected)
	r.wantKind(err, channels.Rejected)
}

// Facebook may drop a photo that nothing shows before its day is over. The next
// try uploads it again instead of being refused for a day.
func TestForgottenPhotosAreUploadedAgain(t *testing.T) {
	r := start(t)
	rendered, _ := facebook.New().Render(photos("Les étals.", 2), nil)
	first, err := channeltest.NewAttempt(rendered)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.SaveStep(t.Context(), channels.StepUpload, 1, "404404", r.clock().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	_, err = r.open().Publish(t.Context(), rendered, first)
	r.wantKind(err, channels.Temporary)
	if _, err := r.open().Publish(t.Context(), rendered, first.Again()); err != nil {
		t.Errorf("the second try: %v", err)
	}
	// Photos of this very try are not forgotten: the refusal means something else.
	r.plan(simulator.Fault{
		Operation: "post", Effect: simulator.EffectStatus, Status: 400,
		Body: `{"error":{"message":"(#100) x","type":"GraphMethodException","code":100,"error_subcode":33}}`,
	})
	_, _, _, err = r.try(photos("D’autres étals.", 2))
	r.wantKind(err, channels.Rejected)
}
