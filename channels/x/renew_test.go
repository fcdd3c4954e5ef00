package x_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
)

func reveal(c channels.Credentials) map[string]string {
	plain := map[string]string{}
	for name, value := range c {
		plain[name] = value.Reveal()
	}
	return plain
}

func TestRenew(t *testing.T) {
	t.Parallel()
	confidential, public := secondAccount(), secondAccount()
	public.Credentials = maps.Clone(public.Credentials)
	delete(public.Credentials, "client_secret")
	for name, spec := range map[string]simulator.AccountSpec{"confidential": confidential, "public": public} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, spec)
			fresh, expires, err := r.channel.(channels.Renewer).Renew(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if want := r.clock.Now().Add(2 * time.Hour); !expires.Equal(want) {
				t.Errorf("expires %v, want %v", expires, want)
			}
			plain := reveal(fresh)
			for _, field := range []string{"access_token", "refresh_token"} {
				if plain[field] == "" || plain[field] == spec.Credentials[field] {
					t.Errorf("%s was not renewed", field)
				}
			}
			for _, field := range []string{"client_id", "client_secret"} {
				if plain[field] != spec.Credentials[field] {
					t.Errorf("%s is %q, want %q", field, plain[field], spec.Credentials[field])
				}
			}
			renewed := r.open(plain)
			if _, err := renewed.Check(t.Context()); err != nil {
				t.Errorf("with the new token: %v", err)
			}
			if _, err := r.channel.Check(t.Context()); err == nil {
				t.Error("the old token still works")
			}
			r.clock.Advance(2 * time.Hour)
			if _, err := renewed.Check(t.Context()); err == nil || failure(t, err).Kind != channels.Auth {
				t.Errorf("after two hours: %v", err)
			}
		})
	}
}

// A refresh token works once; to use it again is refused and needs people.
func TestRenewTwice(t *testing.T) {
	t.Parallel()
	r := start(t, secondAccount())
	renewer := r.channel.(channels.Renewer)
	if _, _, err := renewer.Renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, _, err := renewer.Renew(t.Context())
	if e := failure(t, err); e.Kind != channels.Auth || e.Code != "x.refresh_refused" {
		t.Errorf("got %v", e)
	}
}

func TestRenewFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"server":  {Effect: simulator.EffectStatus, Status: http.StatusBadGateway},
		"reset":   {Effect: simulator.EffectReset, After: true},
		"garbage": {Effect: simulator.EffectGarbage},
		"empty":   {Effect: simulator.EffectStatus, Status: http.StatusOK, Body: `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, secondAccount())
			fault.Network, fault.Operation = "x", "token"
			if err := r.sim.Plan(fault); err != nil {
				t.Fatal(err)
			}
			fresh, _, err := r.channel.(channels.Renewer).Renew(t.Context())
			if e := failure(t, err); e.Kind != channels.Temporary || fresh != nil {
				t.Errorf("got %v, %v", fresh, e)
			}
		})
	}
}

// Tokens of OAuth 1.0a have no end and nothing to renew.
func TestAbilities(t *testing.T) {
	t.Parallel()
	want := channels.Abilities{Find: true, Delete: true}
	if got := channels.AbilitiesOf(start(t, firstAccount()).channel); got != want {
		t.Errorf("OAuth 1.0a: %+v", got)
	}
	want.Renew = true
	if got := channels.AbilitiesOf(start(t, secondAccount()).channel); got != want {
		t.Errorf("OAuth 2.0: %+v", got)
	}
}

func TestIncompleteCredentials(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"consumer_key", "consumer_secret", "access_token", "access_token_secret"} {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			r := start(t, firstAccount())
			incomplete := maps.Clone(r.spec.Credentials)
			delete(incomplete, missing)
			_, err := r.open(incomplete).Check(t.Context())
			if e := failure(t, err); e.Kind != channels.Auth || e.Code != "x.credentials_missing" {
				t.Errorf("got %v", e)
			}
		})
	}
}
