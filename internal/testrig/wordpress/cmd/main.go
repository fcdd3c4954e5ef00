// Command cmd starts a real WordPress by hand, prints how to reach it, and
// stops it on Ctrl-C:
//
//	go run ./internal/testrig/wordpress/cmd
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/crieur/crieur/internal/testrig/wordpress"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := wordpress.Installed(); err != nil {
		return fmt.Errorf("%w\nRun scripts/install-wordpress.sh", err)
	}
	site, stop, err := wordpress.Run(ctx)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Printf("WordPress %s: %s\n", site.Version, site.URL)
	for _, role := range []wordpress.Role{
		wordpress.Administrator, wordpress.Editor, wordpress.Author, wordpress.Contributor, wordpress.Subscriber,
	} {
		account := site.Accounts[role]
		fmt.Printf("%-13s  user %-13s  application password %s\n", role, account.Login, account.AppPassword)
	}
	fmt.Println("Ctrl-C stops it.")
	<-ctx.Done()
	return nil
}
