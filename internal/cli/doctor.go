package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/config"
)

type doctorCommand struct {
	Health bool `help:"Demander seulement au serveur qui tourne s’il vit (pour les conteneurs)."`
}

// Run prints one line a check, and fails when one of them does.
func (c *doctorCommand) Run(ctx context.Context, env Env) error {
	cfg, err := config.Load()
	if err != nil {
		fmt.Fprintf(env.Stdout, "FAUTE  configuration  %v\n", err)
		return silentError{err}
	}
	if c.Health {
		return healthy(ctx, cfg.Addr)
	}
	fmt.Fprintln(env.Stdout, "ok     configuration")
	faults := 0
	app.Examine(ctx, app.Options{Config: cfg, Version: env.Version, Now: env.Now, Log: newLog(io.Discard)}, func(name, detail string, fault error) {
		if fault != nil {
			faults++
			fmt.Fprintf(env.Stdout, "FAUTE  %-14s %v\n", name, fault)
			return
		}
		fmt.Fprintf(env.Stdout, "ok     %-14s %s\n", name, detail)
	})
	if faults > 0 {
		return silentError{fmt.Errorf("%d faults", faults)}
	}
	return nil
}

func healthy(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}
