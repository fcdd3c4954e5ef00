// Crieur publishes what a commune says, in every place where it speaks, at the
// right hour, once.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/crieur/crieur/internal/cli"
	"github.com/crieur/crieur/internal/clock"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Env{
		Args: os.Args[1:], Version: version,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: clock.Now,
	})
	stop()
	os.Exit(code)
}
