package notifying_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/notifying"
	"github.com/crieur/crieur/internal/testrig"
)

// certificates are those of a server on this machine, and what trusts them.
func certificates(t *testing.T) (server, trust *tls.Config) {
	t.Helper()
	https := httptest.NewTLSServer(nil)
	t.Cleanup(https.Close)
	roots := x509.NewCertPool()
	roots.AddCert(https.Certificate())
	return &tls.Config{Certificates: https.TLS.Certificates}, &tls.Config{RootCAs: roots}
}

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, address)
}

func letter() notifying.Mail {
	return notifying.Mail{
		To: "claire@valmeuse.example", Name: "Claire Évêque", Subject: "Crieur : pas publié sur « Été »",
		Text: "Bonjour,\n\n.une ligne qui commence par un point\nL’été = 100 %\n", MessageID: "1@crieur.example",
	}
}

func TestAMailReachesTheServer(t *testing.T) {
	server, trust := certificates(t)
	for name, test := range map[string]struct {
		options   testrig.MailOptions
		address   func(addr string) string
		encrypted bool
	}{
		"STARTTLS with a password": {
			testrig.MailOptions{TLS: server, User: "crieur", Password: "hunter2"},
			func(addr string) string { return "smtp://crieur:hunter2@" + addr }, true,
		},
		"TLS from the first byte": {
			testrig.MailOptions{TLS: server, Implicit: true, User: "crieur", Password: "hunter2"},
			func(addr string) string { return "smtps://crieur:hunter2@" + addr }, true,
		},
		"in the clear, as configured": {
			testrig.MailOptions{}, func(addr string) string { return "smtp://" + addr + "?tls=none" }, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			box := testrig.StartMailServer(t, test.options)
			sender, err := notifying.NewSMTP(test.address(box.Addr), "crieur@valmeuse.example", dial, trust)
			if err != nil {
				t.Fatal(err)
			}
			if err := sender.Check(t.Context()); err != nil {
				t.Errorf("check: %v", err)
			}
			if err := sender.Send(t.Context(), letter()); err != nil {
				t.Fatal(err)
			}
			got := box.Received()
			if len(got) != 1 {
				t.Fatalf("%d mails", len(got))
			}
			m, want := got[0], letter()
			if m.From != "crieur@valmeuse.example" || len(m.To) != 1 || m.To[0] != want.To || m.Subject != want.Subject ||
				m.MessageID != "<"+want.MessageID+">" || strings.TrimSpace(m.Text) != strings.TrimSpace(want.Text) || m.Encrypted != test.encrypted {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestWhatTheServerDidNotTakeIsAnError(t *testing.T) {
	server, trust := certificates(t)
	for name, test := range map[string]struct {
		options testrig.MailOptions
		address func(addr string) string
		trust   *tls.Config
		fault   func(*testrig.MailServer)
	}{
		"no TLS offered": {
			testrig.MailOptions{}, func(addr string) string { return "smtp://" + addr }, trust, nil,
		},
		"a certificate that nobody vouches for": {
			testrig.MailOptions{TLS: server}, func(addr string) string { return "smtp://" + addr }, nil, nil,
		},
		"a wrong password": {
			testrig.MailOptions{TLS: server, User: "crieur", Password: "hunter2"},
			func(addr string) string { return "smtp://crieur:letmein@" + addr }, trust, nil,
		},
		"a refusal": {
			testrig.MailOptions{TLS: server},
			func(addr string) string { return "smtp://" + addr }, trust,
			func(s *testrig.MailServer) { s.Refuse(1) },
		},
		"a connection lost after the text": {
			testrig.MailOptions{TLS: server},
			func(addr string) string { return "smtp://" + addr }, trust,
			func(s *testrig.MailServer) { s.Lose(1) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			box := testrig.StartMailServer(t, test.options)
			if test.fault != nil {
				test.fault(box)
			}
			sender, err := notifying.NewSMTP(test.address(box.Addr), "crieur@valmeuse.example", dial, test.trust)
			if err != nil {
				t.Fatal(err)
			}
			err = sender.Send(t.Context(), letter())
			if err == nil || len(box.Received()) != 0 {
				t.Fatalf("error %v, %d mails", err, len(box.Received()))
			}
			if text := err.Error(); strings.Contains(text, "letmein") || strings.Contains(text, "hunter2") {
				t.Errorf("the password is shown: %s", text)
			}
		})
	}
}
