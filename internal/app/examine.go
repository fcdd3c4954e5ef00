package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/secret"
	"github.com/crieur/crieur/internal/store"
)

// maxClockSkew is how far the machine's clock may be from the outside world's.
const maxClockSkew = 30 * time.Second

// examineTimeout bounds one check.
const examineTimeout = 20 * time.Second

// Examine checks an installation, beside a running server or alone, and tells
// each result: a detail, or a fault.
func Examine(ctx context.Context, opts Options, tell func(name, detail string, fault error)) {
	e := examination{opts: opts, tell: tell}
	ledger, err := store.Open(ctx, store.Config{URL: opts.Config.DatabaseURL, Dir: opts.Config.DataDir, Guest: true, Log: opts.Log, Now: opts.Now})
	if err == nil {
		if err = ledger.Ready(ctx); err != nil {
			err = fmt.Errorf("la base n’est pas prête (crieur migrate la prépare) : %w", err)
		}
	}
	if err != nil {
		tell("base", "", err)
	} else {
		tell("base", ledger.Engine(), nil)
	}
	e.space()
	e.queue(ctx)
	e.pictures(ctx)
	e.outside(ctx)
	e.mail(ctx)
	e.apps()
	if ledger == nil {
		return
	}
	if err == nil {
		e.clock(ctx, ledger)
		e.channels(ctx, ledger)
	}
	if err := ledger.Close(); err != nil {
		tell("base", "", err)
	}
}

type examination struct {
	opts Options
	tell func(name, detail string, fault error)
}

// apps tells with which networks accounts are connected without copying tokens,
// and the address that each must know.
func (e examination) apps() {
	var ready []string
	for _, driver := range Drivers() {
		if info := driver.Info(); e.opts.Config.Apps[info.Kind].Ready() {
			ready = append(ready, info.Title)
		}
	}
	if len(ready) == 0 {
		e.tell("applications", "aucune : les codes des canaux se collent à la main", nil)
		return
	}
	e.tell("applications", strings.Join(ready, ", ")+", adresse de retour "+e.opts.Config.PublicURL+api.OAuthCallback, nil)
}

func (e examination) queue(ctx context.Context) {
	if e.opts.Config.RedisURL == "" {
		e.tell("file", "embarquée", nil)
		return
	}
	q, err := queue.Open(e.opts.Config.RedisURL, e.opts.Log)
	if err == nil {
		err = q.Ping(ctx)
		err = errors.Join(err, q.Close())
	}
	e.tell("file", "redis", err)
}

// pictures writes, reads and removes a small file.
func (e examination) pictures(ctx context.Context) {
	blobs, closeBlobs, err := openBlobs(ctx, e.opts.Config)
	if err != nil {
		e.tell("images", "", err)
		return
	}
	const key, text = "doctor", "crieur"
	err = blobs.Put(ctx, key, []byte(text))
	if err == nil {
		var file io.ReadSeekCloser
		if file, err = blobs.Get(ctx, key); err == nil {
			data, readErr := io.ReadAll(file)
			err = errors.Join(readErr, file.Close())
			if err == nil && string(data) != text {
				err = errors.New("ce qui est lu n’est pas ce qui a été écrit")
			}
		}
	}
	e.tell("images", "lecture et écriture", errors.Join(err, blobs.Delete(ctx, key), closeBlobs()))
}

// outside asks a network for its date: is the way out open, and does our clock
// agree? A closed way out is a fault only for channels that need it, which say
// so themselves; practice works without.
func (e examination) outside(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, examineTimeout)
	defer cancel()
	address := e.opts.Config.NetworkURLs["facebook"]
	if address == "" {
		address = "https://graph.facebook.com"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		e.tell("extérieur", "", err)
		return
	}
	resp, err := egress.Client(egress.NewPolicy(e.opts.Config.EgressAllow...)).Do(req)
	if err != nil {
		e.tell("extérieur", "fermé : seuls les canaux d’entraînement et internes fonctionnent", nil)
		return
	}
	if err := resp.Body.Close(); err != nil {
		e.tell("extérieur", "", err)
		return
	}
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err == nil {
		if skew := e.opts.Now().Sub(date).Abs(); skew > maxClockSkew {
			e.tell("extérieur", "", fmt.Errorf("l’horloge de cette machine s’écarte de %s de celle du réseau", skew.Round(time.Second)))
			return
		}
	}
	e.tell("extérieur", "ouvert, horloge d’accord", nil)
}

// mail signs in to the mail server, without writing to anybody.
func (e examination) mail(ctx context.Context) {
	if e.opts.Config.SMTPURL == "" {
		e.tell("courriel", "aucun serveur : les avis paraissent dans Crieur seulement", nil)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, examineTimeout)
	defer cancel()
	sender, err := mailServer(e.opts.Config)
	if err == nil {
		err = sender.Check(ctx)
	}
	if errors.Is(err, egress.ErrForbiddenAddress) {
		err = fmt.Errorf("CRIEUR_EGRESS_ALLOW doit nommer le réseau du serveur de courriel : %w", err)
	}
	e.tell("courriel", "le serveur répond ; expéditeur "+e.opts.Config.MailFrom, err)
}

func (e examination) clock(ctx context.Context, ledger *store.Store) {
	there, err := ledger.Now(ctx)
	if err != nil {
		e.tell("horloge", "", err)
		return
	}
	if skew := e.opts.Now().Sub(there).Abs(); skew > maxClockSkew {
		e.tell("horloge", "", fmt.Errorf("l’horloge de cette machine s’écarte de %s de celle de la base", skew.Round(time.Second)))
		return
	}
	e.tell("horloge", e.opts.Now().Format(time.RFC3339)+" "+e.opts.Config.Zone, nil)
}

// channels asks every connected network who we are. Practice channels live in
// the server's process and are left to it.
func (e examination) channels(ctx context.Context, ledger *store.Store) {
	a := &App{opts: e.opts, store: ledger}
	a.registry = registry(sitePages{ledger}, siteImages{}, e.opts.Config.PublicURL)
	key, err := secret.ReadKey(e.opts.Config.SecretKey, keyFile(e.opts.Config))
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("la clé de chiffrement manque : sans elle, les canaux connectés ne peuvent plus être lus")
	}
	if err != nil {
		e.tell("clé", "", err)
		return
	}
	service, err := a.connecting(e.opts.Config, key)
	if err != nil {
		e.tell("clé", "", err)
		return
	}
	e.tell("clé", "lisible", nil)
	communes, err := ledger.Communes(ctx)
	if err != nil {
		e.tell("canaux", "", err)
		return
	}
	for _, commune := range communes {
		all, err := ledger.Channels(ctx, commune.ID)
		if err != nil {
			e.tell("canaux", "", err)
			continue
		}
		for _, ch := range all {
			e.channel(ctx, service, commune, ch)
		}
	}
}

func (e examination) channel(ctx context.Context, service *connecting.Service, commune post.Commune, ch post.Channel) {
	name := strings.Join([]string{commune.Name, ch.Name, ch.Kind}, " · ")
	if ch.Practice {
		e.tell("canal", name+" (entraînement)", nil)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, examineTimeout)
	defer cancel()
	driver, opened, err := service.Open(ctx, ch)
	if err == nil {
		_, err = opened.Check(ctx)
	}
	if reason, ok := channels.AsError(err); ok {
		title := ch.Kind
		if driver != nil {
			title = driver.Info().Title
		}
		failure := reason.Failure(title)
		err = fmt.Errorf("%s : %s %s", name, failure.Message, failure.NextStep)
	}
	e.tell("canal", name, err)
}
