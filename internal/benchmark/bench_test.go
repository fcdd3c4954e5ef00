package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/benchmark/figure"
	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

const articleText = "Quarante exposants, une bourse aux plantes et le bar des pompiers : la brocante de printemps revient place du Marché.\n\n" +
	"Les emplacements s’ouvrent à 7 h. La rue de l’Église est fermée à la circulation de 5 h à 20 h ; déviation par la rue du Pont.\n\n" +
	"Entrée libre. Parking au hall omnisports, navette gratuite toutes les 15 minutes. Petite restauration à partir de 11 h.\n\n#Valmeuse #Brocante"

// connections is how many programs ask at once.
const connections = 32

// binary is the real program: the one that the runner has built, or a fresh one.
func binary(b *testing.B) string {
	b.Helper()
	if path := os.Getenv("CRIEUR_BENCH_BINARY"); path != "" {
		return path
	}
	return testrig.Binary(b)
}

// rig is the real binary with an administrator and three channels.
type rig struct {
	*testrig.Client
	networks *testrig.Networks
	process  *testrig.Process
	channels []string
}

func serve(b *testing.B, settings map[string]string) *rig {
	b.Helper()
	networks := testrig.StartNetworks(b)
	all := map[string]string{
		"CRIEUR_DATA_DIR":           b.TempDir(),
		"CRIEUR_EGRESS_ALLOW":       "127.0.0.0/8",
		"CRIEUR_FACEBOOK_GRAPH_URL": networks.URL + "/facebook",
		"CRIEUR_X_API_URL":          networks.URL + "/x",
		"CRIEUR_PRACTICE":           "false",
	}
	for name, value := range settings {
		all[name] = value
	}
	in := testrig.Install(b, binary(b), all)
	r := &rig{networks: networks, process: in.Serve("all")}
	in.Command(testrig.Password+"\n", "user", "create", "--email", "officer@valmeuse.example", "--role", "administrator", "--commune", "Valmeuse")
	token := in.Command("", "token", "create", "--email", "officer@valmeuse.example", "--name", "bench")
	r.Client = testrig.NewClient(b, r.process.URL, strings.TrimSpace(token))
	r.HTTP.Transport = &http.Transport{MaxIdleConnsPerHost: connections}
	b.Cleanup(r.HTTP.CloseIdleConnections)
	for _, channel := range []testrig.Channel{
		r.ConnectAccount(networks.Account(b, "facebook")),
		r.ConnectAccount(networks.Account(b, "x")),
		r.Connect("site", "Actualités", nil, nil),
	} {
		r.channels = append(r.channels, channel.ID)
	}
	return r
}

// BenchmarkAccept sends posts for three channels, due in a month, from 32
// connections: the whole way from the request to the answer. The processor
// time is the server's alone.
func BenchmarkAccept(b *testing.B) {
	setups := []struct {
		name     string
		postgres bool
		key      bool
	}{{"sqlite", false, false}, {"sqlite-key", false, true}, {"postgres", true, false}}
	for _, setup := range setups {
		b.Run(setup.name, func(b *testing.B) {
			settings := map[string]string{}
			if setup.postgres {
				settings["CRIEUR_DATABASE_URL"] = testrig.Postgres(b)
			}
			accept(b, serve(b, settings), setup.key)
		})
	}
}

func accept(b *testing.B, r *rig, key bool) {
	b.Helper()
	at := clock.Now().AddDate(0, 1, 0).UTC().Format(time.RFC3339)
	bodies := make([][]byte, b.N)
	for i := range bodies {
		var err error
		if bodies[i], err = json.Marshal(map[string]any{
			"title": fmt.Sprintf("Brocante de printemps, annonce %d", i), "text": articleText, "category": "event",
			"channels": r.channels, "publish": map[string]any{"mode": "at", "at": at},
		}); err != nil {
			b.Fatal(err)
		}
	}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var group errgroup.Group
	before := r.gauge(b, "process_cpu_seconds_total")
	b.ResetTimer()
	for range connections {
		group.Go(func() error {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				header := map[string]string{}
				if key {
					header["Idempotency-Key"] = uuid.NewString()
				}
				asked := clock.Now()
				answer, err := r.Try(b.Context(), http.MethodPost, "/posts", "application/json", bytes.NewReader(bodies[i]), header)
				if err != nil {
					return err
				}
				if took[i] = clock.Now().Sub(asked); answer.Status != http.StatusCreated {
					return fmt.Errorf("status %d: %s", answer.Status, answer.Body)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.StopTimer()
	figure.Spread(b, took)
	b.ReportMetric((r.gauge(b, "process_cpu_seconds_total")-before)*1e6/float64(b.N), "cpu-µs/op")
	b.ReportMetric(r.gauge(b, "process_resident_memory_bytes")/(1<<20), "resident-MB")
}

// gauge reads one of the server's own metrics.
func (r *rig) gauge(b *testing.B, name string) float64 {
	b.Helper()
	return gauge(b, r.HTTP, r.process.URL, name)
}

func gauge(b *testing.B, client *http.Client, url, name string) float64 {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url+"/metrics", nil)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if text, found := strings.CutPrefix(lines.Text(), name+" "); found {
			value, err := strconv.ParseFloat(text, 64)
			if err != nil {
				b.Fatal(err)
			}
			return value
		}
	}
	b.Fatalf("status %d, no metric %s: %v", resp.StatusCode, name, lines.Err())
	return 0
}

// BenchmarkRequestToNetwork publishes at once in an idle system. The times are
// those from the sending of the request to the moment at which the network has
// accepted the post.
func BenchmarkRequestToNetwork(b *testing.B) {
	r := serve(b, nil)
	account := r.networks.Account(b, "x").ID
	already := len(r.networks.Posts("x", account))
	took := make([]time.Duration, b.N)
	b.ResetTimer()
	for i := range took {
		text := fmt.Sprintf("Avis n° %d : la rue du Pont est rouverte à la circulation.", i)
		asked := clock.Now()
		r.Do(http.MethodPost, "/posts", map[string]any{
			"text": text, "channels": r.channels[1:2], "publish": map[string]any{"mode": "now"},
		}).Into(b, http.StatusCreated, nil)
		testrig.Eventually(b, time.Minute, "the network has the post", func() bool {
			posts := r.networks.Posts("x", account)[already:]
			if len(posts) == i+1 {
				took[i] = posts[i].At.Sub(asked)
			}
			return len(posts) == i+1
		})
	}
	figure.Spread(b, took)
	b.ReportMetric(0, "ns/op") // it includes the asking whether the post is there
}

// BenchmarkStart starts the real binary on the data of an earlier start. The
// memory is what stays resident five seconds after.
func BenchmarkStart(b *testing.B) {
	in := testrig.Install(b, binary(b), map[string]string{"CRIEUR_DATA_DIR": b.TempDir()})
	in.Serve("all").Kill()
	took := make([]time.Duration, b.N)
	var resident float64
	b.ResetTimer()
	for i := range took {
		began := clock.Now()
		process := in.Serve("all")
		took[i] = clock.Now().Sub(began)
		<-time.After(5 * time.Second)
		resident += gauge(b, http.DefaultClient, process.URL, "process_resident_memory_bytes")
		process.Kill()
	}
	figure.Spread(b, took)
	b.ReportMetric(resident/(1<<20)/float64(b.N), "resident-MB")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkRender adapts one French text to each kind of channel.
func BenchmarkRender(b *testing.B) {
	message := channels.Message{
		Key: "0123456789abcdef", Title: "Brocante de printemps", Text: articleText, Category: "event", Language: "fr-BE",
		Link: "https://valmeuse.example/brocante", ArticleURL: "https://crieur.example/site/valmeuse/brocante-de-printemps",
		Images: []channels.Image{{
			MediaID: "m", SHA256: strings.Repeat("0", 64), ContentType: media.JPEG, Bytes: 3 << 20,
			Width: 4032, Height: 3024, Alt: "Des étals place du Marché", Focal: media.Centre(),
		}},
	}
	drivers := app.Drivers()
	spent := figure.Processor(b)
	rounds := 0
	for b.Loop() {
		rounds++
		for _, driver := range drivers {
			if rendered, _ := driver.Render(message, nil); rendered.Text == "" {
				b.Fatal("nothing was rendered for " + driver.Info().Kind)
			}
		}
	}
	spent(rounds)
}

// BenchmarkPictures makes a link card, a portrait and a fitted picture from one
// stored photograph of 12 megapixels, with its cost of processor and memory.
func BenchmarkPictures(b *testing.B) {
	for _, turned := range []bool{false, true} {
		b.Run(map[bool]string{false: "upright", true: "turned"}[turned], func(b *testing.B) { pictures(b, turned) })
	}
}

func pictures(b *testing.B, turned bool) {
	b.Helper()
	options := []mediatest.Option{mediatest.Quality(80)}
	if turned {
		options = append(options, mediatest.Orientation(6))
	}
	photo := mediatest.JPEG(4032, 3024, options...)
	blobs := mediatest.NewBlobs()
	library := media.NewLibrary(blobs, clock.Now, media.Options{TempDir: b.TempDir()})
	asset, err := library.Ingest(b.Context(), bytes.NewReader(photo))
	if err != nil {
		b.Fatal(err)
	}
	var plans []media.Plan
	for _, spec := range []media.Spec{
		{MaxWidth: 1200, MaxHeight: 630, MinRatio: 1200.0 / 630, MaxRatio: 1200.0 / 630},
		{MaxWidth: 1080, MaxHeight: 1350, MinRatio: 0.8, MaxRatio: 0.8},
		{MaxWidth: 1600, MaxHeight: 1600},
	} {
		spec.Formats = []media.Format{media.JPEG}
		plans = append(plans, media.PlanFor(asset.Width, asset.Height, media.Centre(), spec))
	}
	peak, spent := figure.Peak(b), figure.Processor(b)
	rounds := 0
	for b.Loop() {
		rounds++
		if _, err := library.Renditions(b.Context(), asset.SHA256, asset.ContentType, plans); err != nil {
			b.Fatal(err)
		}
		forget(b, blobs)
	}
	spent(rounds)
	peak()
}

// BenchmarkIngest takes in a photograph of 12 megapixels: checked, turned,
// stripped of its metadata, stored.
func BenchmarkIngest(b *testing.B) {
	photo := mediatest.JPEG(4032, 3024, mediatest.Quality(80), mediatest.Orientation(6), mediatest.GPS())
	library := media.NewLibrary(mediatest.NewBlobs(), clock.Now, media.Options{TempDir: b.TempDir()})
	peak, spent := figure.Peak(b), figure.Processor(b)
	rounds := 0
	for b.Loop() {
		rounds++
		if _, err := library.Ingest(b.Context(), bytes.NewReader(photo)); err != nil {
			b.Fatal(err)
		}
	}
	spent(rounds)
	peak()
}

// forget removes the renditions and keeps the picture, so that the next round
// makes them again.
func forget(b *testing.B, blobs *mediatest.Blobs) {
	b.Helper()
	for _, key := range blobs.Keys() {
		if strings.HasSuffix(key, "/original") {
			continue
		}
		if err := blobs.Delete(context.WithoutCancel(b.Context()), key); err != nil {
			b.Fatal(err)
		}
	}
}
