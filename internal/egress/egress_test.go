package egress_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/crieur/crieur/internal/egress"
)

func TestPolicyPermitsPublicAddressesOnly(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(netip.MustParsePrefix("10.1.0.0/16"))
	for text, want := range map[string]bool{
		"157.240.1.1": true, "2a03:2880::1": true, "10.1.2.3": true, "::ffff:10.1.2.3": true,
		"127.0.0.1": false, "::1": false, "::": false, "0.0.0.0": false, "10.2.0.1": false,
		"192.168.1.1": false, "172.16.0.1": false, "169.254.169.254": false, "fe80::1": false,
		"fd00::1": false, "100.64.0.1": false, "::ffff:127.0.0.1": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "224.0.0.1": false, "255.255.255.255": false, "::7f00:1": false,
		"198.18.0.1": false, "fec0::1": false,
	} {
		if got := policy.Permits(netip.MustParseAddr(text)); got != want {
			t.Errorf("Permits(%s) = %v, want %v", text, got, want)
		}
	}
}

func TestClientChecksAtConnectTime(t *testing.T) {
	t.Parallel()
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached = true
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	t.Cleanup(server.Close)
	get := func(c *http.Client) (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Do(req)
	}
	resp, err := get(egress.Client(egress.NewPolicy()))
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, egress.ErrForbiddenAddress) || reached {
		t.Fatalf("loopback without permission: %v, reached %v", err, reached)
	}
	resp, err = get(egress.Client(egress.NewPolicy(netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusFound {
		t.Errorf("status %d: the redirect was followed", resp.StatusCode)
	}
}

func TestAConfinedClientReachesTheHandlerWhateverTheAddress(t *testing.T) {
	t.Parallel()
	listener := egress.NewMemoryListener()
	server := &http.Server{ReadHeaderTimeout: egress.DialTimeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "practice "+r.Host)
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	for _, scheme := range []string{"http", "https"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+"://graph.facebook.com/v26.0/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := egress.Confine(listener).Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || string(body) != "practice graph.facebook.com" {
			t.Errorf("%s: %q, %v", scheme, body, err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAConfinedClientWithoutAHandlerReachesNothing(t *testing.T) {
	t.Parallel()
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	var nowhere egress.Confined
	resp, err := nowhere.Client().Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	if !nowhere.IsZero() || !errors.Is(err, egress.ErrNowhere) || reached {
		t.Errorf("%v, reached %v", err, reached)
	}
}
