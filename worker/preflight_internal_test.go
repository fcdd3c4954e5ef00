package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/kept"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/queue"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/store/storetest"
	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

// townhall is a network that answers questions about its accounts.
type townhall struct {
	mu sync.Mutex
	// asked counts questions by channel; trouble is the answer to them.
	asked   map[string]int
	trouble error
	ends    time.Time
	// refuses is what its limits are today.
	refuses []channels.Issue
}

func (*townhall) Info() channels.Info                      { return channels.Info{Kind: "townhall", Title: "La mairie"} }
func (*townhall) Limits(channels.Settings) channels.Limits { return channels.Limits{} }
func (*townhall) Render(m channels.Message, _ channels.Settings) (channels.Rendered, []channels.Issue) {
	return channels.Rendered{Text: m.Text}, nil
}

func (h *townhall) Validate(channels.Rendered, channels.Settings) []channels.Issue { return h.refuses }

func (h *townhall) Open(a channels.Account, _ channels.Deps) (channels.Channel, error) {
	return counter{h, a.RemoteID}, nil
}

type counter struct {
	hall *townhall
	id   string
}

func (c counter) Check(context.Context) (channels.Health, error) {
	c.hall.mu.Lock()
	defer c.hall.mu.Unlock()
	c.hall.asked[c.id]++
	return channels.Health{ExpiresAt: c.hall.ends}, c.hall.trouble
}

func (counter) Publish(context.Context, channels.Rendered, channels.Attempt) (channels.Receipt, error) {
	return channels.Receipt{}, errors.New("nothing is published here")
}

type hallOpener struct{ hall *townhall }

func (o hallOpener) Open(_ context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	opened, err := o.hall.Open(channels.Account{RemoteID: ch.ID}, channels.Deps{})
	return o.hall, opened, err
}

func (o hallOpener) OpenCrisis(ctx context.Context, ch post.Channel) (channels.Driver, channels.Channel, error) {
	return o.Open(ctx, ch)
}
func (hallOpener) Seal(post.Channel, channels.Credentials) ([]byte, error) { return nil, nil }

// before is a worker that only looks ahead.
type before struct {
	*storetest.World
	*Worker
	hall   *townhall
	config store.Config
	files  string
	asset  media.Asset
	image  post.Media
}

func beforeTheHour(t *testing.T, e storetest.Engine, channels int) *before {
	t.Helper()
	config := e.Config(t)
	ledger := storetest.OpenConfig(t, config)
	b := &before{World: storetest.NewWorld(t, ledger, channels), hall: &townhall{asked: map[string]int{}}, config: config, files: t.TempDir()}
	// The accounts' own credentials state no end.
	storetest.Exec(t, config, `UPDATE channels SET credentials_expire_at = NULL`)
	blobs, err := media.NewFileBlobs(b.files)
	storetest.Must(t, err)
	t.Cleanup(func() { storetest.Must(t, blobs.Close()) })
	library := media.NewLibrary(blobs, clock.Now, media.Options{})
	b.asset, err = library.Ingest(t.Context(), bytes.NewReader(mediatest.JPEG(64, 48)))
	storetest.Must(t, err)
	b.image, err = ledger.CreateMedia(t.Context(), post.Media{
		ID: store.NewID(), CommuneID: b.Commune.ID, SHA256: b.asset.SHA256, ContentType: b.asset.ContentType,
		Width: b.asset.Width, Height: b.asset.Height, Bytes: b.asset.Bytes, Name: "a.jpg", CreatedAt: b.Now,
	})
	storetest.Must(t, err)
	folder, err := kept.Open(t.TempDir())
	storetest.Must(t, err)
	q, err := queue.Open("", slog.New(slog.DiscardHandler))
	storetest.Must(t, err)
	t.Cleanup(func() { storetest.Must(t, q.Close()) })
	b.Worker = New(Deps{
		Ledger: ledger, Opener: hallOpener{b.hall}, Pictures: library, Bells: q, Kept: folder,
		Metrics: NewMetrics(prometheus.NewRegistry()), Title: func(string) string { return "La mairie" },
		Instance: store.NewID(), Slots: queue.Slots{Publish: 1}, Now: clock.Now, Log: slog.New(slog.DiscardHandler),
	})
	storetest.Must(t, b.clock.sync(t.Context()))
	return b
}

// due saves a post with the picture, that leaves in a while.
func (b *before) due(t *testing.T, in time.Duration, ch post.Channel) post.Delivery {
	t.Helper()
	p := b.Draft(post.Scheduled, clock.Now().Add(in), ch)
	rendered, err := json.Marshal(channels.Rendered{Text: p.Content.Text, Images: []channels.RenderedImage{{MediaID: b.image.ID, SHA256: b.image.SHA256}}})
	storetest.Must(t, err)
	p.Deliveries[0].Rendered = rendered
	return b.Save(t, p).Deliveries[0]
}

// open lists the kinds and severities of what people hear of, by subject.
func (b *before) open(t *testing.T) map[string]post.Notice {
	t.Helper()
	admin := b.User.ID
	page, err := b.Store.Notices(t.Context(), b.Commune.ID, admin, true, "")
	storetest.Must(t, err)
	all := map[string]post.Notice{}
	for _, n := range page.Notices {
		if n.Title == "" || n.Message == "" || n.NextStep == "" {
			t.Errorf("nobody can act on %+v", n)
		}
		all[n.Subject] = n
	}
	return all
}

func (b *before) original(t *testing.T) string {
	t.Helper()
	var found string
	storetest.Must(t, filepath.WalkDir(b.files, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == "original" {
			found = path
		}
		return err
	}))
	if found == "" {
		t.Fatal("no stored picture")
	}
	return found
}

// Every way in which a stored picture can be gone is found: people are told
// while there is time, and at the last check the delivery ends.
func TestALostPictureIsFoundBeforeTheHour(t *testing.T) {
	t.Parallel()
	damage := map[string]func(path string) error{
		"missing":   os.Remove,
		"truncated": func(path string) error { return os.Truncate(path, 10) },
		"altered":   func(path string) error { return os.WriteFile(path, []byte("another picture"), 0o600) },
	}
	for _, name := range slices.Sorted(maps.Keys(damage)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				t.Parallel()
				b := beforeTheHour(t, e, 2)
				early := b.due(t, 50*time.Minute, b.Channels[0])
				last := b.due(t, 14*time.Minute, b.Channels[1])
				path := b.original(t)
				whole, err := os.ReadFile(path)
				storetest.Must(t, err)
				storetest.Must(t, damage[name](path))
				b.preflight(t.Context())
				if d := b.Read(t, early.ID); d.State != post.Scheduled {
					t.Errorf("an hour before: %s", d.State)
				}
				if n := b.open(t)[early.ID]; n.Kind != post.NoticePreflight || n.Severity != post.SeverityError {
					t.Errorf("an hour before: %+v", n)
				}
				if d := b.Read(t, last.ID); d.State != post.Failed || d.Failure == nil || d.Failure.Code != "media_lost" || d.Attempts != 0 {
					t.Errorf("at the last check: %s, %+v", d.State, d.Failure)
				}
				// The picture is brought back and the post saved again.
				storetest.Must(t, os.WriteFile(path, whole, 0o600))
				b.again(t, early)
				if all := b.open(t); len(all) != 0 {
					t.Errorf("still open: %+v", all)
				}
			})
		})
	}
}

// again saves the post anew, unchanged, and looks ahead once more, past the
// lease of the look before.
func (b *before) again(t *testing.T, d post.Delivery) {
	t.Helper()
	p, err := b.Store.Post(t.Context(), b.Commune.ID, d.PostID)
	storetest.Must(t, err)
	p.UpdatedAt = b.Now
	storetest.Must(t, b.Store.UpdatePost(t.Context(), p, p.Version))
	storetest.Exec(t, b.config, `UPDATE channels SET checked_from = NULL`)
	b.preflight(t.Context())
}

// One question serves all deliveries of a channel, and an answer of a moment
// ago the next ones.
func TestANetworkIsAskedOncePerStage(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		b := beforeTheHour(t, e, 2)
		var all []post.Delivery
		for n := range 10 {
			all = append(all, b.due(t, 12*time.Minute+time.Duration(n)*time.Second, b.Channels[0]))
		}
		crisis := b.Draft(post.Scheduled, clock.Now().Add(12*time.Minute), b.Channels[1])
		crisis.Deliveries[0].Lane = post.LaneCrisis
		b.Save(t, crisis)
		for range 2 {
			b.again(t, all[0])
		}
		if n := b.hall.asked[b.Channels[0].ID]; n != 1 {
			t.Errorf("asked %d times", n)
		}
		if n := b.hall.asked[b.Channels[1].ID]; n != 0 {
			t.Errorf("asked %d times for a crisis", n)
		}
		for _, d := range all {
			if got := b.Read(t, d.ID); got.Preflight != 3 || got.State != post.Scheduled {
				t.Errorf("stage %d, %s", got.Preflight, got.State)
			}
		}
		if open := b.open(t); len(open) != 0 {
			t.Errorf("%+v", open)
		}
	})
}

// What a check finds, and that it is closed once it is mended.
func TestWhatACheckFinds(t *testing.T) {
	t.Parallel()
	trouble := func(kind channels.Kind) error {
		return &channels.Error{Kind: kind, Op: "check", Code: "townhall." + string(kind), Err: errors.New("told so")}
	}
	type finding struct {
		kind     post.NoticeKind
		severity post.Severity
		delivery bool
	}
	preflight := func(s post.Severity) *finding { return &finding{post.NoticePreflight, s, false} }
	for _, tt := range []struct {
		name   string
		in     time.Duration
		change func(h *townhall)
		status post.ChannelStatus
		want   *finding
	}{
		{"credentials refused", 12 * time.Minute, func(h *townhall) { h.trouble = trouble(channels.Auth) }, post.ChannelNeedsReauth, nil},
		{"no right", 50 * time.Minute, func(h *townhall) { h.trouble = trouble(channels.Permission) }, post.ChannelNeedsReauth, nil},
		{"no credit", 20 * time.Hour, func(h *townhall) { h.trouble = trouble(channels.Billing) }, post.ChannelConnected, preflight(post.SeverityError)},
		{"account blocked", 20 * time.Hour, func(h *townhall) { h.trouble = trouble(channels.Policy) }, post.ChannelConnected, preflight(post.SeverityError)},
		{"away a day before", 20 * time.Hour, func(h *townhall) { h.trouble = trouble(channels.Temporary) }, post.ChannelConnected, nil},
		{"away at the last check", 12 * time.Minute, func(h *townhall) { h.trouble = trouble(channels.Temporary) }, post.ChannelConnected, preflight(post.SeverityWarning)},
		{"credentials end before", 20 * time.Hour, func(h *townhall) { h.ends = clock.Now().Add(time.Hour) }, post.ChannelConnected, preflight(post.SeverityError)},
		{"credentials end after", 20 * time.Hour, func(h *townhall) { h.ends = clock.Now().Add(30 * time.Hour) }, post.ChannelConnected, nil},
		{"today's limits", 50 * time.Minute, func(h *townhall) {
			h.refuses = []channels.Issue{{Severity: channels.SeverityError, Code: "text_too_long", Message: "Le texte est trop long."}}
		}, post.ChannelConnected, &finding{post.NoticePreflight, post.SeverityError, true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := beforeTheHour(t, storetest.Engines(t)[0], 1)
			tt.change(b.hall)
			ch := b.Channels[0]
			d := b.due(t, tt.in, ch)
			b.preflight(t.Context())
			got, err := b.Store.ChannelByID(t.Context(), ch.ID)
			storetest.Must(t, err)
			if got.Status != tt.status || b.Read(t, d.ID).State != post.Scheduled {
				t.Errorf("channel %s, delivery %s", got.Status, b.Read(t, d.ID).State)
			}
			open := b.open(t)
			if tt.want == nil {
				if len(open) != 0 {
					t.Errorf("%+v", open)
				}
				return
			}
			subject := ch.ID
			if tt.want.delivery {
				subject = d.ID
			}
			if n := open[subject]; len(open) != 1 || n.Kind != tt.want.kind || n.Severity != tt.want.severity || n.DeliveryID != d.ID {
				t.Errorf("%+v", open)
			}
			b.hall.mu.Lock()
			b.hall.trouble, b.hall.refuses, b.hall.ends = nil, nil, time.Time{}
			if tt.name == "credentials end before" {
				b.hall.ends = clock.Now().Add(30 * 24 * time.Hour)
			}
			b.hall.mu.Unlock()
			storetest.Exec(t, b.config, `UPDATE channels SET checked_at = NULL`)
			b.again(t, d)
			if open := b.open(t); len(open) != 0 {
				t.Errorf("mended, and still open: %+v", open)
			}
		})
	}
}
