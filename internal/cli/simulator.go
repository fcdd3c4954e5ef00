package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/crieur/crieur/channels/simulator"
)

type simulatorCommand struct {
	Addr    string `default:"127.0.0.1:8090" help:"Adresse d’écoute."`
	Journal string `help:"Fichier du journal : tout ce que les réseaux ont accepté, synchronisé sur le disque."`
}

// Run serves the simulated networks until the process is told to stop.
func (c *simulatorCommand) Run(ctx context.Context, env Env) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return err
	}
	networks, err := simulator.New(simulator.Options{JournalPath: c.Journal, Fsync: c.Journal != "", Now: env.Now, PublicURL: "http://" + listener.Addr().String()})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: networks, ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintf(env.Stdout, "Réseaux simulés : http://%s\n", listener.Addr())
	for _, account := range networks.PracticeAccounts() {
		fmt.Fprintf(env.Stdout, "  %-10s http://%s/%s  compte %s\n", account.Network, listener.Addr(), account.Network, account.ID)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	select {
	case err = <-stopped:
	case <-ctx.Done():
		// Calls that hang on purpose are cut off.
		err = server.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, networks.Close())
}
