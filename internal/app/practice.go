package app

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/secret"
)

// practicePath is where citizens' views of the simulated networks stand.
const practicePath = "/practice"

// practice runs the simulated networks inside the server. Practice channels
// reach them over a connection that leads nowhere else.
type practice struct {
	networks *simulator.Server
	listener *egress.MemoryListener
	server   *http.Server
	way      egress.Confined
	// urls are the base addresses of the networks, by kind.
	urls map[string]string
}

func newPractice(journal, publicURL string, now func() time.Time) (*practice, error) {
	if err := os.MkdirAll(filepath.Dir(journal), 0o700); err != nil {
		return nil, fmt.Errorf("practice: %w", err)
	}
	base := publicURL + practicePath
	networks, err := simulator.New(simulator.Options{JournalPath: journal, Now: now, PublicURL: base, WithoutControl: true})
	if err != nil {
		return nil, fmt.Errorf("practice: %w", err)
	}
	p := &practice{
		networks: networks, listener: egress.NewMemoryListener(),
		urls: map[string]string{},
	}
	for _, account := range networks.PracticeAccounts() {
		p.urls[account.Network] = base + "/" + account.Network
	}
	// A site's address is a setting of its channel.
	delete(p.urls, "wordpress")
	p.way = egress.Confine(p.listener)
	p.server = &http.Server{Handler: p.handler(), ReadHeaderTimeout: egress.DialTimeout}
	go func() {
		// Serve ends when close closes it.
		_ = p.server.Serve(p.listener)
	}()
	return p, nil
}

// account gives the ready account on a simulated network.
func (p *practice) account(kind string) (channels.Settings, map[string]secret.Value, bool) {
	for _, account := range p.networks.PracticeAccounts() {
		if account.Network != kind {
			continue
		}
		credentials := make(map[string]secret.Value, len(account.Credentials))
		for name, value := range account.Credentials {
			credentials[name] = secret.New(value)
		}
		return channels.Settings(account.Settings), credentials, true
	}
	return nil, nil, false
}

// handler serves the networks below practicePath.
func (p *practice) handler() http.Handler { return http.StripPrefix(practicePath, p.networks) }

func (p *practice) close() error {
	return errors.Join(p.server.Close(), p.networks.Close())
}
