package auth_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

const onCall = "karim@valmeuse.be"

// onCallSession signs in somebody with the crisis role.
func onCallSession(t *testing.T, r *rig) auth.Principal {
	t.Helper()
	_, err := r.CreateUser(t.Context(), auth.NewUser{Commune: "Valmeuse", Email: onCall, Password: password, Role: post.RoleAuthor, Crisis: true})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.SignIn(t.Context(), onCall, password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhoMayAlertStaysSignedIn(t *testing.T) {
	r := withUser(t)
	p := onCallSession(t, r)
	start := r.now
	if !p.SessionEnds.Equal(start.Add(auth.DeviceSession)) {
		t.Errorf("ends at %v", p.SessionEnds)
	}
	r.now = start.Add(auth.DeviceSession - time.Second)
	again, err := r.BySession(t.Context(), p.SessionSecret)
	if err != nil {
		t.Fatalf("after nearly ninety days without use: %v", err)
	}
	if actor := again.Actor(); !actor.Crisis || !actor.ProvedAt.Equal(start) {
		t.Errorf("%+v", actor)
	}
	r.now = start.Add(auth.DeviceSession)
	if _, err := r.BySession(t.Context(), p.SessionSecret); code(t, err) != "unauthenticated" {
		t.Errorf("after ninety days: %v", err)
	}
}

func TestProvingAgain(t *testing.T) {
	r := withUser(t)
	p := onCallSession(t, r)
	_, secret, err := r.CreateToken(t.Context(), p, "script")
	if err != nil {
		t.Fatal(err)
	}
	signedInAt := r.now
	r.now = r.now.Add(30 * 24 * time.Hour)
	proved := func() time.Time {
		t.Helper()
		again, err := r.BySession(t.Context(), p.SessionSecret)
		if err != nil {
			t.Fatal(err)
		}
		return again.Actor().ProvedAt
	}
	if err := r.Prove(t.Context(), p, "un autre mot de passe", "192.0.2.1"); code(t, err) != "credentials_wrong" {
		t.Errorf("with a wrong password: %v", err)
	}
	if got := proved(); !got.Equal(signedInAt) {
		t.Errorf("a wrong password proved somebody at %v", got)
	}
	if err := r.Prove(t.Context(), p, password, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	if got := proved(); !got.Equal(r.now) {
		t.Errorf("proved at %v, want %v", got, r.now)
	}
	program, err := r.ByToken(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if actor := program.Actor(); !actor.Token || !actor.ProvedAt.IsZero() {
		t.Errorf("a program is %+v", actor)
	}
	if err := r.Prove(t.Context(), program, password, "192.0.2.1"); code(t, err) != "session_required" {
		t.Errorf("a program proved somebody: %v", err)
	}
	if err := r.SignOut(t.Context(), p.SessionSecret); err != nil {
		t.Fatal(err)
	}
	if err := r.Prove(t.Context(), p, password, "192.0.2.1"); code(t, err) != "unauthenticated" {
		t.Errorf("after signing out: %v", err)
	}
}

func TestProofsAreLimitedAsSigningInIs(t *testing.T) {
	r := withUser(t)
	p := onCallSession(t, r)
	for i := range 5 {
		if err := r.Prove(t.Context(), p, "faux faux faux", fmt.Sprintf("192.0.2.%d", i)); code(t, err) != "credentials_wrong" {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if err := r.Prove(t.Context(), p, password, "198.51.100.9"); code(t, err) != "too_many_tries" {
		t.Errorf("sixth try: %v", err)
	}
	if _, err := r.SignIn(t.Context(), onCall, password, "198.51.100.9"); code(t, err) != "too_many_tries" {
		t.Errorf("signing in instead: %v", err)
	}
}

func TestGivingAndTakingTheCrisisRole(t *testing.T) {
	r := withUser(t)
	r.addUser(t, "Valmeuse", "tom@valmeuse.be", post.RoleAuthor)
	r.addUser(t, "Hauteroche", "zoe@hauteroche.be", post.RoleAdministrator)
	signIn := func(email string) auth.Principal {
		p, err := r.SignIn(t.Context(), email, password, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	lea, tom, zoe := signIn(email), signIn("tom@valmeuse.be"), signIn("zoe@hauteroche.be")
	if tom.Actor().Crisis || !lea.Actor().Crisis {
		t.Error("administrators may alert, authors may not")
	}
	if _, err := r.SetCrisis(t.Context(), tom.Actor(), tom.User.ID, true); code(t, err) != "role_administrator" {
		t.Errorf("an author gave the role: %v", err)
	}
	if _, err := r.Users(t.Context(), tom.Actor()); code(t, err) != "role_administrator" {
		t.Errorf("an author lists accounts: %v", err)
	}
	if _, err := r.SetCrisis(t.Context(), zoe.Actor(), tom.User.ID, true); !errors.Is(err, post.ErrNotFound) {
		t.Errorf("an administrator of another commune: %v", err)
	}
	given, err := r.SetCrisis(t.Context(), lea.Actor(), tom.User.ID, true)
	if err != nil || !given.MayAlert() {
		t.Fatalf("%+v, %v", given, err)
	}
	if again, err := r.BySession(t.Context(), tom.SessionSecret); err != nil || !again.Actor().Crisis {
		t.Errorf("given, the session goes on with the role: %v", err)
	}
	list, err := r.Users(t.Context(), lea.Actor())
	if err != nil || len(list) != 2 {
		t.Errorf("%d accounts, %v", len(list), err)
	}
	if _, err := r.SetCrisisFor(t.Context(), "tom@valmeuse.be", false); err != nil {
		t.Fatal(err)
	}
	if _, err := r.BySession(t.Context(), tom.SessionSecret); code(t, err) != "unauthenticated" {
		t.Errorf("taken away, the session goes on: %v", err)
	}
	if _, err := r.SetCrisisFor(t.Context(), "personne@valmeuse.be", true); code(t, err) != "user_unknown" {
		t.Errorf("an address that nobody has: %v", err)
	}
}
