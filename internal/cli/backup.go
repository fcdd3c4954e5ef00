package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"
	"time"

	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/backup"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

type backupCommand struct {
	File   string `arg:"" help:"Le fichier de la sauvegarde."`
	Verify bool   `help:"Vérifier seulement une sauvegarde qui existe."`
}

// Run saves everything, beside a running server or alone, or checks a backup.
func (c *backupCommand) Run(ctx context.Context, env Env) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	var m backup.Manifest
	if c.Verify {
		m, err = app.VerifyBackup(cfg, c.File)
	} else {
		m, err = app.Backup(ctx, app.Options{Config: cfg, Version: env.Version, Now: env.Now, Log: newLog(env.Stderr)}, c.File)
	}
	if err != nil {
		return backupProblem(err)
	}
	verb := "Sauvegarde faite et relue"
	if c.Verify {
		verb = "Sauvegarde intacte"
	}
	fmt.Fprintf(env.Stdout, "%s : %s\n", verb, c.File)
	tellBackup(env.Stdout, m)
	return nil
}

type restoreCommand struct {
	File    string `arg:"" help:"Le fichier de la sauvegarde."`
	Replace bool   `help:"Remplacer les données qui s’y trouvent : elles sont perdues."`
}

// Run puts a backup back while no server works.
func (c *restoreCommand) Run(ctx context.Context, env Env) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	m, err := app.Restore(ctx, app.Options{Config: cfg, Version: env.Version, Now: env.Now, Log: newLog(env.Stderr)}, c.File, c.Replace)
	if err != nil {
		return backupProblem(err)
	}
	fmt.Fprintf(env.Stdout, "Sauvegarde remise en place et vérifiée : %s\n", c.File)
	tellBackup(env.Stdout, m)
	fmt.Fprintln(env.Stdout, "\nAu prochain démarrage, Crieur compare ces données avec son journal d’envoi. Ce qui était prévu entre la sauvegarde\n"+
		"et maintenant, et dont il ne sait pas si c’est parti, attend qu’une personne décide. Rien n’est publié une seconde fois.")
	return nil
}

func tellBackup(w io.Writer, m backup.Manifest) {
	fmt.Fprintf(w, "  faite le %s par Crieur %s\n", m.Header.At.Format(time.RFC3339), m.Header.Program)
	fmt.Fprintf(w, "  %d publications, %d envois, %d images\n", m.Tables["posts"], m.Tables["deliveries"], m.Pictures)
	if len(m.Missing) > 0 {
		fmt.Fprintf(w, "  ATTENTION : %d images manquaient ou étaient abîmées au moment de la sauvegarde et n’y sont pas :\n", len(m.Missing))
		for _, name := range m.Missing {
			fmt.Fprintf(w, "    %s\n", name)
		}
	}
}

// backupProblem says what went wrong, and what to do, to whoever runs the
// server.
func backupProblem(err error) error {
	for _, known := range []struct {
		err      error
		sentence string
	}{
		{backup.ErrKey, "Cette sauvegarde a été faite avec une autre clé. Remettez la clé d’alors (secret.key, ou CRIEUR_SECRET_KEY), puis recommencez. Rien n’a été changé."},
		{backup.ErrDamaged, "Ce fichier n’est pas une sauvegarde, ou il est abîmé ou incomplet. Prenez-en une autre copie. Rien n’a été changé."},
		{store.ErrNewerBackup, "Cette sauvegarde vient d’une version plus récente de Crieur. Installez cette version, puis recommencez. Rien n’a été changé."},
		{store.ErrForeignBackup, "Cette sauvegarde ne va pas avec les tables de cette version de Crieur. Installez la version qui l’a faite, puis recommencez. La base n’a pas été changée."},
		{store.ErrNotEmpty, "La base contient déjà des données. Restaurez dans une base vide, ou ajoutez --replace pour les remplacer : elles seront perdues."},
		{store.ErrRunning, "Un serveur travaille avec cette base. Arrêtez tous les serveurs, attendez une demi-minute, puis recommencez. La base n’a pas été changée."},
		{app.ErrNoKey, "La clé de chiffrement manque, et elle seule ouvre une sauvegarde : mettez secret.key dans le dossier des données, ou donnez CRIEUR_SECRET_KEY."},
		{syscall.ENOSPC, "Le disque est plein. Faites de la place, puis recommencez."},
		{fs.ErrNotExist, "Ce fichier ou ce dossier n’existe pas."},
	} {
		if errors.Is(err, known.err) {
			return fmt.Errorf("%w", &post.Problem{Detail: known.sentence})
		}
	}
	return err
}
