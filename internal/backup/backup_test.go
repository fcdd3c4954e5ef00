package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/crieur/crieur/internal/backup"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pictures are kept in files, by the names of their bytes.
type pictures struct{ blobs *media.FileBlobs }

func newPictures(t *testing.T) pictures {
	t.Helper()
	blobs, err := media.NewFileBlobs(t.TempDir())
	storetest.Must(t, err)
	t.Cleanup(func() { storetest.Must(t, blobs.Close()) })
	return pictures{blobs}
}

func (p pictures) Open(ctx context.Context, sha string) (io.ReadCloser, error) {
	return p.blobs.Get(ctx, sha)
}

func (p pictures) Put(ctx context.Context, sha string, data []byte) error {
	return p.blobs.Put(ctx, sha, data)
}

func (p pictures) keep(t *testing.T, data []byte) string {
	t.Helper()
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	storetest.Must(t, p.Put(t.Context(), name, data))
	return name
}

func (p pictures) read(t *testing.T, sha string) []byte {
	t.Helper()
	f, err := p.Open(t.Context(), sha)
	storetest.Must(t, err)
	data, err := io.ReadAll(f)
	storetest.Must(t, err)
	storetest.Must(t, f.Close())
	return data
}

func deps(t *testing.T, s *store.Store) backup.Deps {
	t.Helper()
	return backup.Deps{
		Ledger: s, Originals: newPictures(t), Site: newPictures(t), Key: bytes.Repeat([]byte{7}, 32), Version: "test",
		Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) },
	}
}

// filled is a ledger with a row in the tables that matter, and its world.
func filled(t *testing.T, s *store.Store, d backup.Deps) *storetest.World {
	t.Helper()
	ctx := t.Context()
	w := storetest.NewWorld(t, s, 3)
	original := d.Originals.(pictures).keep(t, []byte("une photo"))
	published := d.Site.(pictures).keep(t, []byte("une photo, plus petite"))
	_, err := s.CreateMedia(ctx, post.Media{
		ID: store.NewID(), CommuneID: w.Commune.ID, SHA256: original, ContentType: "image/jpeg", Width: 1, Height: 1, Bytes: 9, Name: "a.jpg", CreatedAt: w.Now,
	})
	storetest.Must(t, err)
	storetest.Must(t, s.PutArticle(ctx, store.Article{
		CommuneID: w.Commune.ID, Slug: "brocante", Key: "k", Title: "Brocante d’été ☀", HTML: "<p>\x01</p>", Text: "t", Language: "fr",
		Images: []store.ArticleImage{{SHA256: published, ContentType: "image/jpeg", Width: 1, Height: 1, Bytes: 22}}, PublishedAt: w.Now, UpdatedAt: w.Now,
	}))
	w.Unknown(t, w.Channels[0], w.Now)
	w.Scheduled(t, w.Now.Add(time.Hour), w.Channels[1])
	w.Scheduled(t, w.Now, w.Channels[2])
	w.Begun(t, w.Channels[2], true)
	return w
}

// everything is what a ledger says, in a form that two engines share.
func everything(t *testing.T, s *store.Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	storetest.Must(t, s.Dump(t.Context(), func(store.DumpHead) error { return nil }, func(table string, columns []string, values []any) error {
		var row strings.Builder
		for i, c := range columns {
			if b, ok := values[i].([]byte); ok {
				values[i] = hex.EncodeToString(b)
			}
			// A restore marks the ledger, and ends the leases of workers that
			// are gone.
			if c == "restored_at" || c == "backed_up_at" || c == "lease_until" {
				continue
			}
			fmt.Fprintf(&row, "%s=%v;", c, values[i])
		}
		all[table] = append(all[table], row.String())
		return nil
	}))
	return all
}

func TestRoundTrip(t *testing.T) {
	storetest.Each(t, func(t *testing.T, from storetest.Engine) {
		s := from.Open(t)
		source := deps(t, s)
		w := filled(t, s, source)
		file := filepath.Join(t.TempDir(), "crieur.backup")
		written, err := backup.Write(t.Context(), source, file)
		storetest.Must(t, err)
		if written.Pictures != 2 || len(written.Missing) != 0 || written.Tables["deliveries"] != 3 {
			t.Errorf("written: %+v", written)
		}
		verified, err := backup.Verify(file, source.Key)
		storetest.Must(t, err)
		if diff := cmp.Diff(written, verified); diff != "" {
			t.Errorf("verified (-written +read):\n%s", diff)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		before := everything(t, s)

		storetest.Each(t, func(t *testing.T, to storetest.Engine) {
			other := to.Open(t)
			target := deps(t, other)
			restored, err := backup.Restore(t.Context(), target, file, false)
			storetest.Must(t, err)
			if diff := cmp.Diff(written, restored); diff != "" {
				t.Errorf("restored (-written +read):\n%s", diff)
			}
			if diff := cmp.Diff(before, everything(t, other)); diff != "" {
				t.Errorf("rows (-before +after):\n%s", diff)
			}
			for part, from := range map[backup.Pictures]backup.Pictures{target.Originals: source.Originals, target.Site: source.Site} {
				for _, p := range written.Parts {
					folder, sha := filepath.Split(p.Name)
					if (folder == "media/" && part == target.Originals) || (folder == "site/" && part == target.Site) {
						if got := part.(pictures).read(t, sha); !bytes.Equal(got, from.(pictures).read(t, sha)) {
							t.Errorf("%s is another picture", p.Name)
						}
					}
				}
			}
			identity, err := other.Identity(t.Context())
			storetest.Must(t, err)
			if identity.ID != written.Header.LedgerID || identity.RestoredAt.IsZero() || !identity.BackedUpAt.Equal(written.Header.At) {
				t.Errorf("identity: %+v", identity)
			}
			// It works on: events go on being numbered beyond all earlier ones.
			there := *w
			there.Store = other
			there.Scheduled(t, w.Now, w.Channels[1])
			// Other transactions of the server may hold an event back for ten seconds.
			testrig.Eventually(t, 30*time.Second, "an event has a number beyond all earlier ones", func() bool {
				last, err := other.LastEventID(t.Context())
				storetest.Must(t, err)
				return last > written.Header.LastEvent
			})

			if _, err := backup.Restore(t.Context(), target, file, false); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("restored over data: %v", err)
			}
			_, err = backup.Restore(t.Context(), target, file, true)
			storetest.Must(t, err)
			if diff := cmp.Diff(before, everything(t, other)); diff != "" {
				t.Errorf("rows after replacing (-before +after):\n%s", diff)
			}
		})
	})
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	d := deps(t, storetest.Open(t))
	file := filepath.Join(t.TempDir(), "b")
	_, err := backup.Write(t.Context(), d, file)
	storetest.Must(t, err)
	if _, err := backup.Verify(file, bytes.Repeat([]byte{8}, 32)); !errors.Is(err, backup.ErrKey) {
		t.Errorf("got %v", err)
	}
}

// Every way of losing or changing a part of the file is seen, and changes
// nothing.
func TestDamageIsSeen(t *testing.T) {
	s := storetest.Open(t)
	d := deps(t, s)
	filled(t, s, d)
	dir := t.TempDir()
	file := filepath.Join(dir, "b")
	_, err := backup.Write(t.Context(), d, file)
	storetest.Must(t, err)
	whole, err := os.ReadFile(file)
	storetest.Must(t, err)
	target := deps(t, storetest.Open(t))
	empty := everything(t, target.Ledger.(*store.Store))
	check := func(name string, data []byte) {
		t.Helper()
		bad := filepath.Join(dir, "bad")
		storetest.Must(t, os.WriteFile(bad, data, 0o600))
		if _, err := backup.Restore(t.Context(), target, bad, true); !errors.Is(err, backup.ErrDamaged) && !errors.Is(err, backup.ErrKey) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	check("empty", nil)
	check("something else", []byte("PK\x03\x04 une archive"))
	check("longer", append(bytes.Clone(whole), 0))
	for i := 1; i < 20; i++ {
		at := len(whole) * i / 20
		check(fmt.Sprint("cut at ", at), whole[:at])
		altered := bytes.Clone(whole)
		altered[at] ^= 1
		check(fmt.Sprint("altered at ", at), altered)
	}
	check("cut by one byte", whole[:len(whole)-1])
	if diff := cmp.Diff(empty, everything(t, target.Ledger.(*store.Store))); diff != "" {
		t.Errorf("a damaged backup changed the ledger:\n%s", diff)
	}
	// Nothing is left of the temporary files.
	if left, err := filepath.Glob(filepath.Join(dir, ".crieur-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAPictureThatIsGoneIsNamed(t *testing.T) {
	s := storetest.Open(t)
	d := deps(t, s)
	filled(t, s, d)
	d.Originals = newPictures(t)
	m, err := backup.Write(t.Context(), d, filepath.Join(t.TempDir(), "b"))
	storetest.Must(t, err)
	if len(m.Missing) != 1 || !strings.HasPrefix(m.Missing[0], "media/") || m.Pictures != 1 {
		t.Errorf("got %+v", m)
	}
}

// Nothing that people wrote or that networks gave can be read in the file.
func TestNothingIsReadable(t *testing.T) {
	s := storetest.Open(t)
	d := deps(t, s)
	w := filled(t, s, d)
	const canary = "canari-très-secret-4711"
	for range 100 {
		p := w.Draft(post.Scheduled, w.Now, w.Channels[1])
		p.Content.Text = canary
		w.Save(t, p)
	}
	file := filepath.Join(t.TempDir(), "b")
	_, err := backup.Write(t.Context(), d, file)
	storetest.Must(t, err)
	data, err := os.ReadFile(file)
	storetest.Must(t, err)
	for _, secret := range []string{canary, "Brocante", "argon2id", w.User.Email, string(d.Key)} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%q stands in the file", secret)
		}
	}
}

// Posts are saved while backups are made: each backup is whole, and has each
// post with its deliveries or not at all.
func TestUnderLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.Open(t)
		w := storetest.NewWorld(t, s, 2)
		d := deps(t, s)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var written atomic.Int64
		var wg sync.WaitGroup
		drafts := make(chan post.Post)
		for range 4 {
			wg.Go(func() {
				for p := range drafts {
					if err := s.CreatePost(context.WithoutCancel(ctx), p); err != nil {
						t.Errorf("a writer was disturbed: %v", err)
					}
					written.Add(1)
				}
			})
		}
		wg.Go(func() {
			defer close(drafts)
			for ctx.Err() == nil {
				drafts <- w.Draft(post.Scheduled, w.Now, w.Channels...)
			}
		})
		for range 5 {
			before := written.Load()
			m, err := backup.Write(t.Context(), d, filepath.Join(t.TempDir(), "b"))
			storetest.Must(t, err)
			if m.Tables["posts"] < int(before) || m.Tables["deliveries"] != 2*m.Tables["posts"] || m.Tables["post_versions"] != m.Tables["posts"] {
				t.Errorf("%d posts were there before; the backup has %v", before, m.Tables)
			}
		}
		stop()
		wg.Wait()
	})
}

func TestAServerAtWorkIsNotRestoredOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		cfg := e.Config(t)
		s := storetest.OpenConfig(t, cfg)
		d := deps(t, s)
		file := filepath.Join(t.TempDir(), "b")
		_, err := backup.Write(t.Context(), d, file)
		storetest.Must(t, err)
		if e.Name == "sqlite" {
			if _, err := store.Open(t.Context(), cfg); err == nil {
				t.Error("two servers on one data folder")
			}
			return
		}
		_, err = s.RenewLeases(t.Context(), "worker", nil, clock.Now(), clock.Now())
		storetest.Must(t, err)
		if _, err := backup.Restore(t.Context(), d, file, true); !errors.Is(err, store.ErrRunning) {
			t.Errorf("got %v", err)
		}
	})
}
