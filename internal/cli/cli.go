// Package cli is the command line: one file a command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/crieur/crieur/internal/post"
)

// Env is the world as a command sees it.
type Env struct {
	Args           []string
	Version        string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time
}

// commands are parsed by kong; each has a Run method.
type commands struct {
	Serve     serveCommand     `cmd:"" help:"Le serveur."`
	Migrate   migrateCommand   `cmd:"" help:"Met la base de données à jour."`
	User      userCommands     `cmd:"" help:"Les comptes des personnes."`
	Token     tokenCommands    `cmd:"" help:"Les jetons des programmes."`
	Publish   publishCommand   `cmd:"" help:"Publie un texte et ses images, par l’API."`
	Backup    backupCommand    `cmd:"" help:"Sauvegarde tout dans un fichier chiffré, serveur en marche ou non."`
	Restore   restoreCommand   `cmd:"" help:"Remet une sauvegarde en place, serveur arrêté."`
	Doctor    doctorCommand    `cmd:"" help:"Vérifie la configuration, la base, la file, les images, l’horloge et chaque canal."`
	Simulator simulatorCommand `cmd:"" help:"Les réseaux simulés, seuls."`
	Version   versionCommand   `cmd:"" help:"La version."`
}

// exitCode carries kong's wish to exit out of its parser.
type exitCode int

// Run runs one command and returns the exit code of the process.
func Run(ctx context.Context, env Env) (code int) {
	defer func() {
		if wanted, ok := recover().(exitCode); ok {
			code = int(wanted)
		}
	}()
	var cmds commands
	parser, err := kong.New(&cmds,
		kong.Name("crieur"), kong.Description("Crieur publie ce que dit la commune, partout où elle parle, à l’heure, une fois."),
		kong.Writers(env.Stdout, env.Stderr), kong.Exit(func(code int) { panic(exitCode(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(env),
	)
	if err != nil {
		complain(env, err)
		return 2
	}
	parsed, err := parser.Parse(env.Args)
	if err != nil {
		complain(env, err)
		return 2
	}
	if err := parsed.Run(); err != nil {
		var silent silentError
		if !errors.As(err, &silent) {
			complain(env, err)
		}
		return 1
	}
	return 0
}

// silentError: the command has said what is wrong already.
type silentError struct{ error }

// complain shows people the sentence and what to mend, not our internals.
func complain(env Env, err error) {
	var problem *post.Problem
	if !errors.As(err, &problem) {
		fmt.Fprintf(env.Stderr, "crieur: %v\n", err)
		return
	}
	fmt.Fprintf(env.Stderr, "crieur: %s\n", problem.Detail)
	for _, field := range problem.Fields {
		fmt.Fprintf(env.Stderr, "  %s : %s\n", field.Field, field.Message)
	}
}

// newLog writes text for people on a terminal and JSON for machines.
func newLog(w io.Writer) *slog.Logger {
	if file, ok := w.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(slog.NewTextHandler(w, nil))
		}
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env Env) error {
	_, err := fmt.Fprintln(env.Stdout, env.Version)
	return err
}
