package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
)

type userCommands struct {
	Create userCreateCommand `cmd:"" help:"Crée un compte ; le mot de passe est lu sur l’entrée standard."`
	Crisis userCrisisCommand `cmd:"" help:"Donne le rôle de crise à un compte, ou le retire."`
}

type userCreateCommand struct {
	Email   string `required:"" help:"Adresse électronique."`
	Role    string `required:"" help:"administrator ou author."`
	Commune string `help:"Nom de la commune ; elle est créée au besoin."`
	Name    string `help:"Nom de la personne."`
	Crisis  bool   `help:"Avec le rôle de crise : lancer et mener des alertes."`
}

// Run makes the account, on a stopped or a running server.
func (c *userCreateCommand) Run(ctx context.Context, env Env) error {
	password, err := bufio.NewReader(io.LimitReader(env.Stdin, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("mot de passe : %w", err)
	}
	return withAccounts(ctx, env, func(guest *app.Guest) error {
		user, err := guest.Accounts.CreateUser(ctx, auth.NewUser{
			Commune: c.Commune, Email: c.Email, Name: c.Name, Role: post.Role(c.Role), Crisis: c.Crisis,
			Password: strings.TrimRight(password, "\r\n"),
		})
		if err != nil {
			return err
		}
		if user.Crisis {
			if err := guest.NoteRole(ctx, user); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(env.Stdout, "Compte créé : %s (%s)\n", user.Email, user.Role)
		return err
	})
}

type userCrisisCommand struct {
	Email string `required:"" help:"Adresse électronique du compte."`
	Take  bool   `help:"Retire le rôle ; la personne est déconnectée partout."`
}

// Run gives or takes the crisis role, on a stopped or a running server.
func (c *userCrisisCommand) Run(ctx context.Context, env Env) error {
	return withAccounts(ctx, env, func(guest *app.Guest) error {
		user, err := guest.Accounts.SetCrisisFor(ctx, c.Email, !c.Take)
		if err != nil {
			return err
		}
		if err := guest.NoteRole(ctx, user); err != nil {
			return err
		}
		done := "Rôle de crise donné à"
		if c.Take {
			done = "Rôle de crise retiré à"
		}
		_, err = fmt.Fprintf(env.Stdout, "%s %s\n", done, user.Email)
		return err
	})
}

type tokenCommands struct {
	Create tokenCreateCommand `cmd:"" help:"Crée un jeton et n’imprime que lui."`
}

type tokenCreateCommand struct {
	Email string `required:"" help:"À qui appartient le jeton."`
	Name  string `required:"" help:"À quoi il sert."`
}

// Run prints the token, and nothing else, on standard output.
func (c *tokenCreateCommand) Run(ctx context.Context, env Env) error {
	return withAccounts(ctx, env, func(guest *app.Guest) error {
		_, secret, err := guest.Accounts.CreateTokenFor(ctx, c.Email, c.Name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(env.Stdout, secret)
		return err
	})
}

// withAccounts opens the ledger beside a running server, or alone.
func withAccounts(ctx context.Context, env Env, use func(*app.Guest) error) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	guest, err := app.OpenGuest(ctx, app.Options{Config: cfg, Version: env.Version, Now: env.Now, Log: newLog(env.Stderr)})
	if err != nil {
		return err
	}
	useErr := use(guest)
	return errors.Join(useErr, guest.Close())
}
