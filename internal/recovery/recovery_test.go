package recovery_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/crieur/crieur/internal/backup"
	"github.com/crieur/crieur/internal/journal"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/recovery"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/media"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// machine is a ledger with its world and the machine's folder of journals.
type machine struct {
	*storetest.World
	t       *testing.T
	dir     string
	journal *journal.Journal
	admin   post.User
}

func newMachine(t *testing.T, s *store.Store) *machine {
	t.Helper()
	m := &machine{World: storetest.NewWorld(t, s, 2), t: t, dir: filepath.Join(t.TempDir(), "journal")}
	m.admin = post.User{
		ID: store.NewID(), CommuneID: m.Commune.ID, Email: "admin-" + m.Commune.ID + "@example.org", Name: "Anne", Role: post.RoleAdministrator,
		PasswordHash: "$argon2id$", CredentialVersion: 1, CreatedAt: m.Now,
	}
	storetest.Must(t, s.CreateUser(t.Context(), m.admin))
	identity, err := s.Identity(t.Context())
	storetest.Must(t, err)
	m.journal, err = journal.Open(m.dir, identity.ID, "worker", slog.New(slog.DiscardHandler))
	storetest.Must(t, err)
	t.Cleanup(func() { storetest.Must(t, m.journal.Close()) })
	return m
}

func (m *machine) recover() *post.Recovery {
	m.t.Helper()
	found, err := recovery.Run(m.t.Context(), recovery.Deps{
		Ledger: m.Store, Journal: m.journal, Dir: m.dir, NewID: store.NewID, Log: slog.New(slog.DiscardHandler),
	})
	storetest.Must(m.t, err)
	return found
}

func (m *machine) found(want *post.Recovery) {
	m.t.Helper()
	got := m.recover()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(post.Recovery{}, "StartedAt", "EndedAt")); diff != "" {
		m.t.Fatalf("(-want +found):\n%s", diff)
	}
	if got == nil {
		return
	}
	last, err := m.Store.LastRecovery(m.t.Context())
	storetest.Must(m.t, err)
	if diff := cmp.Diff(got, last, cmpopts.EquateApproxTime(time.Millisecond)); diff != "" {
		m.t.Errorf("the ledger tells another recovery (-found +told):\n%s", diff)
	}
}

// send publishes what is due on a channel, as a worker does; answered says
// whether the answer came before the end of the process.
func (m *machine) send(c post.Channel, answered bool) {
	m.t.Helper()
	claim, n := m.Begun(m.t, c, true)
	d := &claim.Delivery
	at := m.Now.Add(time.Second) // as Begun has it
	storetest.Must(m.t, m.journal.Start(journal.Entry{
		DeliveryID: d.ID, CommuneID: d.CommuneID, PostID: d.PostID, ChannelID: d.ChannelID, Kind: d.Kind,
		Attempt: n, DueAt: d.DueAt, Fingerprint: d.Fingerprint, At: at,
	}))
	if !answered {
		return
	}
	m.journal.End(journal.Entry{DeliveryID: d.ID, Attempt: n, StartedAt: at, At: at, Outcome: post.OutcomeAccepted, RemoteID: "r-" + d.ID, RemoteURL: "https://facebook.example/" + d.ID})
	storetest.Must(m.t, m.Store.Finish(m.t.Context(), d.ID, d.Epoch, store.Result{From: post.Sending, To: post.Sent, At: at, Number: n, RemoteID: "r-" + d.ID}))
}

type noPictures struct{}

func (noPictures) Open(context.Context, string) (io.ReadCloser, error) { return nil, media.ErrAltered }
func (noPictures) Put(context.Context, string, []byte) error           { return nil }

func (m *machine) backup() (restore func()) {
	m.t.Helper()
	file := filepath.Join(m.t.TempDir(), "b")
	deps := backup.Deps{Ledger: m.Store, Originals: noPictures{}, Site: noPictures{}, Key: bytes.Repeat([]byte{1}, 32), Now: func() time.Time { return m.Now }}
	_, err := backup.Write(m.t.Context(), deps, file)
	storetest.Must(m.t, err)
	return func() {
		m.t.Helper()
		_, err := backup.Restore(m.t.Context(), deps, file, true)
		storetest.Must(m.t, err)
	}
}

func (m *machine) state(id string, want post.State) post.Delivery {
	m.t.Helper()
	d := m.Read(m.t, id)
	if d.State != want {
		m.t.Errorf("%s: got %s, want %s", id, d.State, want)
	}
	return d
}

func each(t *testing.T, test func(t *testing.T, m *machine)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) { test(t, newMachine(t, e.Open(t))) })
}

func TestALedgerThatWasNotPutBackIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		m.found(nil)
		m.Scheduled(t, m.Now, m.Channels[0])
		m.send(m.Channels[0], true)
		m.Scheduled(t, m.Now, m.Channels[1])
		m.send(m.Channels[1], false)
		waiting := m.Scheduled(t, m.Now, m.Channels[0])
		m.found(nil)
		m.state(waiting.ID, post.Scheduled)
	})
}

func TestARestoredLedgerPublishesNothingAgain(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		sent := m.Scheduled(t, m.Now, m.Channels[0])
		cut := m.Scheduled(t, m.Now, m.Channels[1])
		future := m.Scheduled(t, time.Now().Add(time.Hour), m.Channels[0])
		third := m.AddChannel(t)
		m.Scheduled(t, m.Now, third)
		claimed := m.Claim(t, third, "worker").Delivery
		restore := m.backup()
		m.send(m.Channels[0], true)
		m.send(m.Channels[1], false)
		other := m.AddChannel(t)
		m.Scheduled(t, m.Now, other)
		m.send(other, true) // a post that the backup has not

		// Every hour of this world is in the past of the machine's clock.
		restore()
		m.state(sent.ID, post.Scheduled)
		m.found(&post.Recovery{Settled: 2, Held: 1, Absent: 1})
		if d := m.state(sent.ID, post.Sent); d.RemoteID != "r-"+d.ID || d.RemoteURL == "" {
			t.Errorf("got %+v", d)
		}
		if d := m.state(cut.ID, post.Unknown); d.NextAt.IsZero() {
			t.Error("it is not read back")
		}
		m.state(future.ID, post.Scheduled)
		// It was claimed when the backup was made, and may have left after.
		if d := m.state(claimed.ID, post.Held); d.HoldReason != post.HoldRecovery {
			t.Errorf("held because of %q", d.HoldReason)
		}
		page, err := m.Store.Notices(t.Context(), m.Commune.ID, m.admin.ID, false, "")
		storetest.Must(t, err)
		if len(page.Notices) != 1 || page.Notices[0].Kind != post.NoticeRecovery {
			t.Errorf("the administrator hears %+v", page.Notices)
		}
		m.found(nil)

		// The same backup once more: the ledger has forgotten the recovery too.
		restore()
		m.found(&post.Recovery{Settled: 2, Held: 1, Absent: 1})
		m.found(nil)
	})
}

// A copy of the database file, or a dump of another program, says nothing of
// being one: the journal does.
func TestAJournalAloneShowsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		cfg := e.Config(t)
		m := newMachine(t, storetest.OpenConfig(t, cfg))
		sent, silent := m.Scheduled(t, m.Now, m.Channels[0]), m.Scheduled(t, m.Now, m.Channels[1])
		restore := m.backup()
		m.send(m.Channels[0], true)
		restore()
		storetest.Exec(t, cfg, "UPDATE ledger_identity SET restored_at = NULL")
		m.found(&post.Recovery{Settled: 1, Held: 1})
		m.state(sent.ID, post.Sent)
		m.state(silent.ID, post.Held)
	})
}

// Without the journal, on another machine, all that may have left waits.
func TestWithoutTheJournalEverythingDueWaits(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		sent := m.Scheduled(t, m.Now, m.Channels[0])
		restore := m.backup()
		m.send(m.Channels[0], true)
		restore()
		m.dir = filepath.Join(t.TempDir(), "elsewhere")
		m.found(&post.Recovery{Held: 1})
		m.state(sent.ID, post.Held)
	})
}
