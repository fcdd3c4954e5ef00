package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
)

const (
	email    = "lea@valmeuse.be"
	password = "le marché du jeudi"
)

// rig is a service with a clock that a test moves.
type rig struct {
	*auth.Service
	store *memory
	now   time.Time
	log   *bytes.Buffer
	// first lists the communes that got their first channels.
	first      []string
	firstFails error
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{store: newMemory(), now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), log: &bytes.Buffer{}}
	var ids atomic.Int64
	service, err := auth.New(auth.Deps{
		Store: r.store, Key: bytes.Repeat([]byte{7}, 32), Zone: "Europe/Brussels", Language: "fr-BE",
		Cost: auth.Cost{MemoryKiB: 64, Passes: 1},
		FirstChannels: func(_ context.Context, actor post.Actor, _ bool) error {
			r.first = append(r.first, actor.CommuneID)
			return r.firstFails
		},
		NewID: func() string { return fmt.Sprintf("id-%d", ids.Add(1)) },
		Now:   func() time.Time { return r.now },
		Log:   slog.New(slog.NewTextHandler(r.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Service = service
	return r
}

// withUser is a rig with one account.
func withUser(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.addUser(t, "Valmeuse", email, post.RoleAdministrator)
	return r
}

func (r *rig) addUser(t *testing.T, commune, email string, role post.Role) {
	t.Helper()
	if _, err := r.CreateUser(t.Context(), auth.NewUser{Commune: commune, Email: email, Password: password, Role: role}); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) signIn(t *testing.T) auth.Principal {
	t.Helper()
	p, err := r.SignIn(t.Context(), email, password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// code is the stable code of a problem.
func code(t *testing.T, err error) string {
	t.Helper()
	var p *post.Problem
	if !errors.As(err, &p) {
		t.Fatalf("not a problem: %v", err)
	}
	return p.Code
}

func TestSigningIn(t *testing.T) {
	r := withUser(t)
	p := r.signIn(t)
	again, err := r.BySession(t.Context(), p.SessionSecret)
	if err != nil {
		t.Fatal(err)
	}
	want := post.Actor{CommuneID: p.User.CommuneID, UserID: p.User.ID, Role: post.RoleAdministrator, Crisis: true, ProvedAt: r.now}
	if diff := cmp.Diff(want, again.Actor()); diff != "" {
		t.Error(diff)
	}
	if err := r.SignOut(t.Context(), p.SessionSecret); err != nil {
		t.Fatal(err)
	}
	if _, err := r.BySession(t.Context(), p.SessionSecret); code(t, err) != "unauthenticated" {
		t.Errorf("after signing out: %v", err)
	}
	if err := r.SignOut(t.Context(), p.SessionSecret); err != nil {
		t.Errorf("signing out twice: %v", err)
	}
}

func TestTheAddressIsFoundHoweverItIsTyped(t *testing.T) {
	r := withUser(t)
	if _, err := r.SignIn(t.Context(), "  Lea@Valmeuse.BE ", password, "192.0.2.1"); err != nil {
		t.Error(err)
	}
}

func TestAPasswordIsTheSameOnEveryKeyboard(t *testing.T) {
	r := newRig(t)
	const composed, decomposed = "le march\u00e9 du jeudi", "le marche\u0301 du jeudi"
	if _, err := r.CreateUser(t.Context(), auth.NewUser{Commune: "Valmeuse", Email: email, Password: composed, Role: post.RoleAuthor}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.SignIn(t.Context(), email, decomposed, "192.0.2.1"); err != nil {
		t.Error(err)
	}
}

func TestRefusalsLookTheSame(t *testing.T) {
	r := withUser(t)
	r.addUser(t, "Valmeuse", "partie@valmeuse.be", post.RoleAuthor)
	r.store.change("partie@valmeuse.be", func(u *post.User) { u.DisabledAt = r.now })
	refusal := func(email, password string) post.Problem {
		_, err := r.SignIn(t.Context(), email, password, "192.0.2.1")
		var p *post.Problem
		if !errors.As(err, &p) {
			t.Fatalf("%s: %v", email, err)
		}
		return *p
	}
	wrong := refusal(email, "un autre mot de passe")
	if wrong.Kind != post.Unauthenticated {
		t.Errorf("kind %q", wrong.Kind)
	}
	for _, other := range []post.Problem{refusal("personne@valmeuse.be", password), refusal("partie@valmeuse.be", password)} {
		if diff := cmp.Diff(wrong, other); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	tests := map[string]struct {
		after func(r *rig, p auth.Principal)
		ends  bool
	}{
		"used within half an hour": {func(r *rig, _ auth.Principal) { r.now = r.now.Add(auth.SessionIdle) }, false},
		"left alone":               {func(r *rig, _ auth.Principal) { r.now = r.now.Add(auth.SessionIdle + time.Second) }, true},
		"new password or role":     {func(r *rig, _ auth.Principal) { r.store.change(email, func(u *post.User) { u.CredentialVersion++ }) }, true},
		"disabled":                 {func(r *rig, _ auth.Principal) { r.store.change(email, func(u *post.User) { u.DisabledAt = r.now }) }, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := withUser(t)
			p := r.signIn(t)
			tt.after(r, p)
			alive := r.Alive(t.Context(), p)
			_, err := r.BySession(t.Context(), p.SessionSecret)
			if (err != nil) != tt.ends || (alive != nil) != tt.ends {
				t.Errorf("BySession %v, Alive %v, want an end: %v", err, alive, tt.ends)
			}
		})
	}
}

func TestASessionInUseEndsAfterTwelveHoursAllTheSame(t *testing.T) {
	r := withUser(t)
	p := r.signIn(t)
	start := r.now
	for r.now.Sub(start) < auth.SessionMax-20*time.Minute {
		r.now = r.now.Add(20 * time.Minute)
		if _, err := r.BySession(t.Context(), p.SessionSecret); err != nil {
			t.Fatalf("after %v: %v", r.now.Sub(start), err)
		}
	}
	r.now = start.Add(auth.SessionMax)
	if _, err := r.BySession(t.Context(), p.SessionSecret); code(t, err) != "unauthenticated" {
		t.Errorf("after twelve hours: %v", err)
	}
}

func TestAnOpenStreamIsNoUse(t *testing.T) {
	r := withUser(t)
	p := r.signIn(t)
	for range 4 {
		r.now = r.now.Add(10 * time.Minute)
		if err := r.Alive(t.Context(), p); err != nil {
			if r.now.Sub(r.store.sessions[hashOf(t, r)].SeenAt) <= auth.SessionIdle {
				t.Fatal(err)
			}
			return
		}
	}
	t.Error("a tab that was left open kept its session alive")
}

// hashOf is the key of the only session.
func hashOf(t *testing.T, r *rig) string {
	t.Helper()
	for hash := range r.store.sessions {
		return hash
	}
	t.Fatal("no session")
	return ""
}

func TestReadingWorksWhileWritingFails(t *testing.T) {
	r := withUser(t)
	p := r.signIn(t)
	_, secret, err := r.CreateToken(t.Context(), p, "script")
	if err != nil {
		t.Fatal(err)
	}
	r.store.writesFail = errors.New("disk full")
	r.now = r.now.Add(5 * time.Minute)
	if _, err := r.BySession(t.Context(), p.SessionSecret); err != nil {
		t.Error(err)
	}
	if _, err := r.ByToken(t.Context(), secret); err != nil {
		t.Error(err)
	}
}

func TestTriesAreLimited(t *testing.T) {
	r := withUser(t)
	try := func(email, password, address string) string {
		_, err := r.SignIn(t.Context(), email, password, address)
		if err == nil {
			return "in"
		}
		return code(t, err)
	}
	t.Run("by account, from wherever", func(t *testing.T) {
		for i := range 5 {
			if got := try(email, "faux faux faux", fmt.Sprintf("192.0.2.%d", i)); got != "credentials_wrong" {
				t.Fatalf("try %d: %s", i, got)
			}
		}
		if got := try(email, password, "198.51.100.9"); got != "too_many_tries" {
			t.Errorf("sixth try: %s", got)
		}
		r.now = r.now.Add(12 * time.Second)
		if got := try(email, password, "198.51.100.9"); got != "in" {
			t.Errorf("a fifth of a minute later: %s", got)
		}
	})
	t.Run("by address, for whatever account", func(t *testing.T) {
		r.now = r.now.Add(time.Hour)
		for i := range 20 {
			if got := try(fmt.Sprintf("u%d@valmeuse.be", i), "faux faux faux", "2001:db8::1"); got != "credentials_wrong" {
				t.Fatalf("try %d: %s", i, got)
			}
		}
		if got := try("v@valmeuse.be", "faux faux faux", "2001:db8::2"); got != "too_many_tries" {
			t.Errorf("another address of the same network: %s", got)
		}
		if got := try("v@valmeuse.be", "faux faux faux", "2001:db8:0:1::2"); got != "credentials_wrong" {
			t.Errorf("another network: %s", got)
		}
	})
	t.Run("never for those who know", func(t *testing.T) {
		r.now = r.now.Add(time.Hour)
		for i := range 50 {
			if got := try(email, password, "203.0.113.1"); got != "in" {
				t.Fatalf("try %d: %s", i, got)
			}
		}
	})
	t.Run("says how long to wait", func(t *testing.T) {
		r.now = r.now.Add(time.Hour)
		for range 5 {
			try(email, "faux faux faux", "203.0.113.2")
		}
		_, err := r.SignIn(t.Context(), email, password, "203.0.113.2")
		var wait auth.RetryAfter
		if !errors.As(err, &wait) || time.Duration(wait) != 12*time.Second {
			t.Errorf("%v: wait %v", err, wait)
		}
	})
}

func TestTokens(t *testing.T) {
	r := withUser(t)
	p := r.signIn(t)
	token, secret, err := r.CreateToken(t.Context(), p, " site web ")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(secret, auth.TokenPrefix) || len(secret) < len(auth.TokenPrefix)+43 || token.Name != "site web" {
		t.Errorf("token %q named %q", secret, token.Name)
	}
	program, err := r.ByToken(t.Context(), secret)
	if err != nil || program.User.ID != p.User.ID || program.HasSession() {
		t.Fatalf("%+v, %v", program.User, err)
	}
	if _, _, err := r.CreateToken(t.Context(), program, "autre"); code(t, err) != "session_required" {
		t.Errorf("a token made a token: %v", err)
	}
	list, err := r.Tokens(t.Context(), p.Actor())
	if err != nil || len(list) != 1 || !list[0].LastUsedAt.Equal(r.now) {
		t.Errorf("%+v, %v", list, err)
	}
	for _, bad := range []string{"", "crieur_", secret + "x", strings.TrimPrefix(secret, auth.TokenPrefix), p.SessionSecret} {
		if _, err := r.ByToken(t.Context(), bad); code(t, err) != "unauthenticated" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := r.BySession(t.Context(), secret); code(t, err) != "unauthenticated" {
		t.Errorf("a token as a cookie: %v", err)
	}
	r.store.change(email, func(u *post.User) { u.CredentialVersion++ })
	if _, err := r.ByToken(t.Context(), secret); code(t, err) != "unauthenticated" {
		t.Errorf("after the password changed: %v", err)
	}
	if err := r.Alive(t.Context(), program); code(t, err) != "unauthenticated" {
		t.Errorf("an open stream after the password changed: %v", err)
	}
}

func TestWhoRevokesTokens(t *testing.T) {
	r := withUser(t)
	r.addUser(t, "Valmeuse", "tom@valmeuse.be", post.RoleAuthor)
	r.addUser(t, "Hauteroche", "zoe@hauteroche.be", post.RoleAdministrator)
	actor := func(email string) post.Actor {
		p, err := r.SignIn(t.Context(), email, password, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		return p.Actor()
	}
	token := func(email string) string {
		token, _, err := r.CreateTokenFor(t.Context(), email, "jeton")
		if err != nil {
			t.Fatal(err)
		}
		return token.ID
	}
	lea, tom, zoe := actor(email), actor("tom@valmeuse.be"), actor("zoe@hauteroche.be")
	tests := []struct {
		name  string
		actor post.Actor
		id    string
		ok    bool
	}{
		{"an author revokes their own", tom, token("tom@valmeuse.be"), true},
		{"an author does not revoke others'", tom, token(email), false},
		{"an administrator revokes others'", lea, token("tom@valmeuse.be"), true},
		{"an administrator of another commune does not", zoe, token(email), false},
		{"what is not there", lea, "nothing", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := r.RevokeToken(t.Context(), tt.actor, tt.id)
			if tt.ok != (err == nil) || err != nil && !errors.Is(err, post.ErrNotFound) {
				t.Error(err)
			}
		})
	}
}

func TestNothingSecretIsStoredOrLogged(t *testing.T) {
	r := withUser(t)
	p := r.signIn(t)
	_, token, err := r.CreateToken(t.Context(), p, "script")
	if err != nil {
		t.Fatal(err)
	}
	dump := fmt.Sprintf("%+v %+v %+v %s", r.store.users, r.store.sessions, r.store.tokens, r.log)
	for _, secret := range []string{password, p.SessionSecret, token, strings.TrimPrefix(token, auth.TokenPrefix)} {
		if strings.Contains(dump, secret) {
			t.Errorf("%q is stored or logged", secret)
		}
	}
	if !strings.HasPrefix(r.store.users[0].PasswordHash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("password hash %q", r.store.users[0].PasswordHash)
	}
}

func TestAHashThatWasTamperedWithIsRefused(t *testing.T) {
	for _, hash := range []string{"", "x", "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdA$a2V5a2V5a2V5a2V5a2V5", "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$"} {
		r := withUser(t)
		r.store.change(email, func(u *post.User) { u.PasswordHash = hash })
		if _, err := r.SignIn(t.Context(), email, "", "192.0.2.1"); err == nil {
			t.Errorf("signed in with the hash %q", hash)
		}
	}
}

func TestCSRF(t *testing.T) {
	r := withUser(t)
	a, b := r.signIn(t), r.signIn(t)
	if !auth.CheckCSRF(a.SessionSecret, auth.CSRFToken(a.SessionSecret)) {
		t.Error("its own token is refused")
	}
	if auth.CheckCSRF(a.SessionSecret, auth.CSRFToken(b.SessionSecret)) || auth.CheckCSRF(a.SessionSecret, "") {
		t.Error("another token is taken")
	}
	if strings.Contains(auth.CSRFToken(a.SessionSecret), a.SessionSecret) {
		t.Error("the token shows the session")
	}
}

func TestSetup(t *testing.T) {
	good := auth.NewUser{Commune: "Villers-l’Évêque", Email: email, Name: "Léa", Password: password}
	t.Run("makes the commune and its administrator, and signs in", func(t *testing.T) {
		r := newRig(t)
		if needed, err := r.SetupNeeded(t.Context()); !needed || err != nil {
			t.Fatalf("needed %v, %v", needed, err)
		}
		p, err := r.Setup(t.Context(), r.SetupToken(), good)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.BySession(t.Context(), p.SessionSecret); err != nil || p.User.Role != post.RoleAdministrator {
			t.Errorf("role %q, %v", p.User.Role, err)
		}
		commune, err := r.Commune(t.Context(), p)
		want := post.Commune{ID: p.User.CommuneID, Name: "Villers-l’Évêque", Slug: "villers-l-eveque", Zone: "Europe/Brussels", Language: "fr-BE", CreatedAt: r.now}
		if diff := cmp.Diff(want, commune); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if _, err := r.Setup(t.Context(), r.SetupToken(), good); code(t, err) != "setup_done" {
			t.Errorf("a second time: %v", err)
		}
	})
	t.Run("works although the first channels cannot be connected", func(t *testing.T) {
		r := newRig(t)
		r.firstFails = errors.New("no practice networks")
		p, err := r.Setup(t.Context(), r.SetupToken(), good)
		if err != nil || !slices.Equal(r.first, []string{p.User.CommuneID}) {
			t.Errorf("%v, first channels of %v", err, r.first)
		}
	})
	t.Run("takes only a link of this installation, for a quarter of an hour", func(t *testing.T) {
		r := newRig(t)
		other, err := auth.New(auth.Deps{Store: r.store, Key: bytes.Repeat([]byte{8}, 32), Cost: auth.DefaultCost(), Now: func() time.Time { return r.now }})
		if err != nil {
			t.Fatal(err)
		}
		link := r.SetupToken()
		for _, bad := range []string{"", "x", link + "A", "B" + link[1:], other.SetupToken()} {
			if _, err := r.Setup(t.Context(), bad, good); code(t, err) != "setup_token_invalid" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		r.now = r.now.Add(auth.SetupValidity)
		if _, err := r.Setup(t.Context(), link, good); code(t, err) != "setup_token_invalid" {
			t.Errorf("after its end: %v", err)
		}
		if len(r.store.users) != 0 {
			t.Error("an account was made")
		}
	})
	t.Run("of many at the same moment, one succeeds", func(t *testing.T) {
		r := newRig(t)
		link := r.SetupToken()
		var group sync.WaitGroup
		var made atomic.Int64
		for i := range 20 {
			group.Go(func() {
				in := good
				in.Email = fmt.Sprintf("u%d@valmeuse.be", i)
				_, err := r.Setup(t.Context(), link, in)
				switch {
				case err == nil:
					made.Add(1)
				case code(t, err) != "setup_done":
					t.Error(err)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 || len(r.store.users) != 1 {
			t.Errorf("%d succeeded, %d accounts", made.Load(), len(r.store.users))
		}
	})
	t.Run("says everything that is wrong", func(t *testing.T) {
		r := newRig(t)
		_, err := r.Setup(t.Context(), r.SetupToken(), auth.NewUser{Commune: " ", Email: "Léa <lea@valmeuse.be>", Name: "", Password: "court"})
		var p *post.Problem
		if !errors.As(err, &p) {
			t.Fatal(err)
		}
		var got []string
		for _, f := range p.Fields {
			got = append(got, f.Field+" "+f.Code)
		}
		want := []string{"commune commune_invalid", "email email_invalid", "name name_invalid", "password password_too_short"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPasswordRules(t *testing.T) {
	tests := map[string]string{
		strings.Repeat("é", 11):             "password_too_short",
		"douze signes":                      "",
		strings.Repeat("ab", 64):            "",
		strings.Repeat("ab", 64) + "c":      "password_too_long",
		strings.Repeat("é", 14):             "password_too_simple",
		"aaaaaaaaaaaa":                      "password_too_simple",
		"douze signes \xff\xfe":             "password_unreadable",
		"🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🐻":                      "",
		"correct horse battery staple, oui": "",
	}
	for password, want := range tests {
		r := newRig(t)
		_, err := r.CreateUser(t.Context(), auth.NewUser{Commune: "Valmeuse", Email: email, Password: password, Role: post.RoleAuthor})
		got := ""
		var p *post.Problem
		if errors.As(err, &p) {
			got = p.Fields[0].Code
		}
		if got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}

func TestCreateUser(t *testing.T) {
	r := newRig(t)
	_, err := r.CreateUser(t.Context(), auth.NewUser{Email: email, Password: password, Role: post.RoleAuthor})
	if got := code(t, err); got != "required" {
		t.Errorf("without a commune: %s", got)
	}
	r.addUser(t, "Valmeuse", email, post.RoleAdministrator)
	r.addUser(t, "VALMEUSE", "tom@valmeuse.be", post.RoleAuthor)
	r.addUser(t, "", "ana@valmeuse.be", post.RoleAuthor)
	if len(r.store.communes) != 1 {
		t.Errorf("%d communes, want one", len(r.store.communes))
	}
	if _, err := r.CreateUser(t.Context(), auth.NewUser{Email: email, Password: password, Role: post.RoleAuthor}); code(t, err) != "email_taken" {
		t.Errorf("the same address: %v", err)
	}
	if _, err := r.CreateUser(t.Context(), auth.NewUser{Email: "x@valmeuse.be", Password: password, Role: "king"}); code(t, err) != "account_invalid" {
		t.Errorf("an unknown role: %v", err)
	}
	if _, _, err := r.CreateTokenFor(t.Context(), "nobody@valmeuse.be", "n"); code(t, err) != "user_unknown" {
		t.Errorf("a token for nobody: %v", err)
	}
}
