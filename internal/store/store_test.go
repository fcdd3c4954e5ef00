package store_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		storetest.Run(t, e.Open)
	})
}

func TestRecovery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) { storetest.Recovery(t, e.Open(t)) })
}

func TestFirstUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) { storetest.FirstUser(t, e.Open(t)) })
}

func TestACommuneSeesNothingOfAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.Open(t)
		calls, everything := storetest.Isolation(t, s)
		before := everything()
		for name, call := range calls {
			t.Run(name, func(t *testing.T) {
				if err := call(t.Context()); !errors.Is(err, post.ErrNotFound) {
					t.Errorf("got %v, want ErrNotFound", err)
				}
			})
		}
		if diff := cmp.Diff(before, everything(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("what the other commune has changed (-before +after):\n%s", diff)
		}
		for _, name := range methodsOfACommune(t) {
			if calls[name] == nil {
				t.Errorf("Store.%s takes a commune and is not tried across communes", name)
			}
		}
	})
}

func TestTheRegisterShowsWhatWasTamperedWith(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for name, statement := range map[string]string{
			"changed":            `UPDATE register SET actor_name = 'Personne' WHERE seq = 3`,
			"removed":            `DELETE FROM register WHERE seq = 3`,
			"the first removed":  `DELETE FROM register WHERE seq = 1`,
			"the newest removed": `DELETE FROM register WHERE seq = 5`,
			"one put behind": `INSERT INTO register SELECT commune_id, 6, at, actor_id, actor_name, actor_kind, action, subject, detail, hash, hash
				FROM register WHERE seq = 5`,
			"one put before the first": `INSERT INTO register SELECT commune_id, 0, at, actor_id, actor_name, actor_kind, action, subject, detail, previous, hash
				FROM register WHERE seq = 1`,
			"one put between": `UPDATE register SET seq = seq + 1 WHERE seq = 5`,
		} {
			t.Run(name, func(t *testing.T) {
				cfg := e.Config(t)
				s := storetest.OpenConfig(t, cfg)
				w := storetest.NewWorld(t, s, 1)
				for range 5 {
					storetest.Must(t, s.Note(t.Context(), w.Entry("test", "x")))
				}
				verify := func(want bool) {
					t.Helper()
					whole, err := s.VerifyRegister(t.Context(), w.Commune.ID)
					storetest.Must(t, err)
					if whole != want {
						t.Errorf("whole: %v", whole)
					}
				}
				verify(true)
				storetest.Exec(t, cfg, statement)
				verify(false)
			})
		}
	})
}

// methodsOfACommune reads the package for the exported methods of Store that
// take a commune's id.
func methodsOfACommune(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	storetest.Must(t, err)
	var names []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		storetest.Must(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() {
				continue
			}
			for _, param := range f.Type.Params.List {
				if slices.ContainsFunc(param.Names, func(i *ast.Ident) bool { return i.Name == "communeID" }) {
					names = append(names, f.Name.Name)
				}
			}
		}
	}
	if len(names) < 20 {
		t.Fatalf("found only %v", names)
	}
	return names
}

func TestMigrations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		ctx := t.Context()
		s := e.Open(t)
		storetest.Must(t, s.Ready(ctx))
		storetest.NewWorld(t, s, 1)
		storetest.Must(t, s.Migrate(ctx))
		storetest.Must(t, s.MigrateDown(ctx))
		if err := s.Ready(ctx); err == nil {
			t.Error("ready without tables")
		}
		storetest.Must(t, s.Migrate(ctx))
		storetest.Must(t, s.Ready(ctx))
		if n, err := s.CountUsers(ctx); n != 0 || err != nil {
			t.Errorf("%d users after all tables were dropped, %v", n, err)
		}
		storetest.NewWorld(t, s, 1)
	})
}

func TestTwoMigrateAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		cfg := e.Config(t)
		cfg.Guest = true
		errs := make(chan error)
		for range 4 {
			go func() {
				s, err := store.Open(t.Context(), cfg)
				if err == nil {
					err = errors.Join(s.Migrate(t.Context()), s.Ready(t.Context()), s.Close())
				}
				errs <- err
			}()
		}
		for range 4 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestConfig(t *testing.T) {
	e := storetest.Engines(t)[0]
	for name, change := range map[string]func(*store.Config){
		"no clock":       func(c *store.Config) { c.Now = nil },
		"no log":         func(c *store.Config) { c.Log = nil },
		"no folder":      func(c *store.Config) { c.Dir = "" },
		"other database": func(c *store.Config) { c.URL = "mysql://localhost/crieur" },
		"unreadable":     func(c *store.Config) { c.URL = "postgres://%zz" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := e.Config(t)
			change(&cfg)
			if s, err := store.Open(t.Context(), cfg); err == nil {
				t.Errorf("opened; close: %v", s.Close())
			}
		})
	}
}

func TestAClosedLedger(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s, err := store.Open(t.Context(), e.Config(t))
		storetest.Must(t, err)
		storetest.Must(t, s.Migrate(t.Context()))
		storetest.Must(t, s.Close())
		if err := s.CreateCommune(t.Context(), post.Commune{ID: store.NewID()}); err == nil {
			t.Error("written after closing")
		}
		if err := s.Ready(t.Context()); err == nil {
			t.Error("ready after closing")
		}
	})
}

func TestSQLiteFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	storetest.Must(t, os.Mkdir(dir, 0o755))
	cfg := storetest.Engines(t)[0].Config(t)
	cfg.Dir = dir
	s := storetest.OpenConfig(t, cfg)
	info, err := os.Stat(dir)
	storetest.Must(t, err)
	if got := info.Mode().Perm(); got != fs.FileMode(0o700) {
		t.Errorf("the data folder is open to others: %v", got)
	}
	if _, err := store.Open(t.Context(), cfg); err == nil {
		t.Error("two servers in one data folder")
	}
	cfg.Guest = true
	guest := storetest.OpenConfig(t, cfg)
	w := storetest.NewWorld(t, guest, 1)
	if _, err := s.CommuneByID(t.Context(), w.Commune.ID); err != nil {
		t.Errorf("the server does not see what a command saved: %v", err)
	}
}

func TestSQLiteServesACommandWhileItWrites(t *testing.T) {
	cfg := storetest.Engines(t)[0].Config(t)
	server := storetest.OpenConfig(t, cfg)
	cfg.Guest = true
	guest := storetest.OpenConfig(t, cfg)
	errs := make(chan error)
	for _, s := range []*store.Store{server, guest} {
		go func() {
			for range 50 {
				id := store.NewID()
				if err := s.CreateCommune(t.Context(), post.Commune{ID: id, Slug: id}); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	all, err := server.Communes(t.Context())
	if err != nil || len(all) != 100 {
		t.Errorf("%d communes, %v", len(all), err)
	}
}

// postgres is the place of a fresh ledger on PostgreSQL, or a skip.
func postgres(t *testing.T) store.Config {
	t.Helper()
	for _, e := range storetest.Engines(t) {
		if e.Name == "postgres" {
			return e.Config(t)
		}
	}
	t.Skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
	return store.Config{}
}

func TestPostgresMustNotLoseWhatItConfirmed(t *testing.T) {
	cfg := postgres(t)
	u, err := url.Parse(cfg.URL)
	storetest.Must(t, err)
	query := u.Query()
	query.Set("synchronous_commit", "off")
	u.RawQuery = query.Encode()
	cfg.URL = u.String()
	if s, err := store.Open(t.Context(), cfg); err == nil {
		t.Errorf("opened; close: %v", s.Close())
	}
}

func TestPostgresWakesOtherInstances(t *testing.T) {
	cfg := postgres(t)
	one, two := storetest.OpenConfig(t, cfg), storetest.OpenConfig(t, cfg)
	w := storetest.NewWorld(t, one, 1)
	heard := func(c <-chan struct{}) {
		t.Helper()
		// Rings are retried by writing again: the listener may still be
		// connecting.
		deadline := time.After(20 * time.Second)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-c:
				return
			case <-tick.C:
				w.Scheduled(t, w.Now, w.Channels[0])
			case <-deadline:
				t.Fatal("the other instance was not woken")
			}
		}
	}
	heard(two.Wake())
	events, leave := two.Subscribe()
	defer leave()
	heard(events)

	t.Run("after a lost connection", func(t *testing.T) {
		storetest.StopListening(t, cfg)
		for drained := false; !drained; {
			select {
			case <-two.Wake():
			default:
				drained = true
			}
		}
		heard(two.Wake())
	})
}

// TestAnAlertIsNotPassed keeps a commune's flag in one transaction, and asks for
// an alert, and then for a point of no return. Who asked first comes first:
// otherwise a stream of deliveries keeps the alert waiting for as long as it lasts.
func TestAnAlertIsNotPassed(t *testing.T) {
	cfg := postgres(t)
	s := storetest.OpenConfig(t, cfg)
	w := storetest.NewWorld(t, s, 2)
	w.Scheduled(t, w.Now, w.Channels[0])
	claim, number := w.Begun(t, w.Channels[0], false)
	alert, message := w.Alert(post.BroadcastActive, w.Now, w.Channels[1])

	earlier := storetest.ShareFlag(t, cfg, w.Commune.ID)
	raised, creating := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := s.OpenBroadcast(t.Context(), alert, message, false, w.Entry("broadcast.opened", alert.ID))
		raised <- err
	}()
	earlier.Waiting(1)
	go func() {
		creating <- s.Creating(t.Context(), claim.Delivery.ID, claim.Delivery.Epoch, number, w.Now)
	}()
	earlier.Waiting(2)
	earlier.End()
	storetest.Must(t, <-raised)
	if err := <-creating; !errors.Is(err, store.ErrHeldBack) {
		t.Errorf("what came after the alert: %v", err)
	}
}

func TestEventsOfAnotherServerAreNotInTheFuture(t *testing.T) {
	cfg := postgres(t)
	s := storetest.OpenConfig(t, cfg)
	w := storetest.NewWorld(t, s, 1)
	storetest.Exec(t, cfg, `UPDATE events SET writer = '9000000000000000000'`)
	storetest.Must(t, s.Migrate(t.Context()))
	first, err := s.EventsAfter(t.Context(), 0, 10)
	storetest.Must(t, err)
	if len(first) != 1 {
		t.Fatalf("events of a restored database: %+v", first)
	}
	w.Save(t, w.Draft(post.Draft, w.Now))
	// Transactions of other databases on the same server hold events back until
	// they end, and other tests run there.
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(20 * time.Second)
	for {
		next, err := s.EventsAfter(t.Context(), first[0].ID, 10)
		storetest.Must(t, err)
		if len(next) == 1 && next[0].Type == store.EventPost {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("events after it: %+v", next)
		}
	}
}

func TestNewerTablesAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		cfg := e.Config(t)
		s := storetest.OpenConfig(t, cfg)
		storetest.Exec(t, cfg, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`)
		if err := s.Migrate(t.Context()); err == nil {
			t.Error("a newer database was accepted")
		}
		if err := s.Ready(t.Context()); err == nil {
			t.Error("ready on a newer database")
		}
	})
}

func TestNowIsTheClockByWhichDueIsJudged(t *testing.T) {
	fixed := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	s := storetest.OpenAt(t, func() time.Time { return fixed })
	if got, err := s.Now(context.Background()); err != nil || !got.Equal(fixed) {
		t.Errorf("SQLite: got %v, %v", got, err)
	}
	cfg := postgres(t)
	cfg.Now = func() time.Time { return fixed }
	if got, err := storetest.OpenConfig(t, cfg).Now(t.Context()); err != nil || got.Equal(fixed) || got.IsZero() {
		t.Errorf("PostgreSQL: got %v, %v; want the server's clock", got, err)
	}
}
