package cap_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/crieur/crieur/internal/cap"
	"github.com/crieur/crieur/internal/post"
)

// The schema of OASIS is not part of this repository. CRIEUR_SHARED_DATA names
// the folder that holds CAP-v1.2.xsd; without it, ../shared/data beside the
// repository is tried. xmllint is in the package libxml2-utils.
func schema(t *testing.T) (lint, xsd string) {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CRIEUR_TEST_REQUIRE_ALL") == "1" {
		missing = t.Fatalf
	}
	dir := os.Getenv("CRIEUR_SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	xsd = filepath.Join(dir, "CAP-v1.2.xsd")
	if _, err := os.Stat(xsd); err != nil {
		missing("no schema of CAP 1.2 here; set CRIEUR_SHARED_DATA: %v", err)
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		missing("no xmllint here: %v", err)
	}
	return lint, xsd
}

// TestSchema: whatever a person types, what leaves is valid.
func TestSchema(t *testing.T) {
	lint, xsd := schema(t)
	dir := t.TempDir()
	files := []string{"--noout", "--nonet", "--schema", xsd}
	write := func(name string, body []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 150 {
		for _, body := range documents(t, random) {
			write(fmt.Sprintf("%d-%d.xml", i, len(files)), body)
		}
	}
	if out, err := exec.CommandContext(t.Context(), lint, files...).CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, last(out))
	}
	// The examination must be able to fail.
	body := documents(t, random)[0]
	files = files[:4]
	write("wrong.xml", bytes.Replace(body, []byte("<sender>"), []byte("<wrong/><sender>"), 1))
	if exec.CommandContext(t.Context(), lint, files...).Run() == nil {
		t.Error("xmllint finds nothing wrong with anything")
	}
}

func last(out []byte) []byte {
	const enough = 4000
	lines := slices.DeleteFunc(bytes.Split(out, []byte("\n")), func(line []byte) bool { return bytes.HasSuffix(line, []byte(" validates")) })
	out = bytes.Join(lines, []byte("\n"))
	return out[max(0, len(out)-enough):]
}

// TestRandomAlerts keeps the rules that no schema knows, without it.
func TestRandomAlerts(t *testing.T) {
	date := regexp.MustCompile(`<(sent|expires)>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d</`)
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		by, b := alert(random)
		seen := map[string]bool{}
		for i, m := range b.Messages {
			a, err := cap.Of(by, b, m.Number)
			if err != nil {
				t.Fatal(err)
			}
			body, err := cap.Marshal(a)
			if err != nil {
				t.Fatalf("%+v: %v", b, err)
			}
			if len(a.References) != i || seen[a.Identifier] || !utf8.Valid(body) {
				t.Fatalf("message %d: %d references, identifier %q", i+1, len(a.References), a.Identifier)
			}
			if n := len(date.FindAll(body, -1)); n != 2 {
				t.Fatalf("%d good hours:\n%s", n, body)
			}
			seen[a.Identifier] = true
			for _, r := range a.References {
				if !seen[r.Identifier] || r.Sender != a.Sender {
					t.Fatalf("refers to %+v", r)
				}
			}
			if b.Exercise != (a.Status == cap.Exercise) || b.Exercise != strings.HasPrefix(a.Info.Headline, "EXERCICE") {
				t.Fatalf("exercise %v: %+v", b.Exercise, a)
			}
		}
	}
}

func documents(t *testing.T, random *rand.Rand) [][]byte {
	t.Helper()
	by, b := alert(random)
	var all [][]byte
	for _, m := range b.Messages {
		a, err := cap.Of(by, b, m.Number)
		if err != nil {
			t.Fatal(err)
		}
		body, err := cap.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, body)
	}
	return all
}

// alert is one of many, with what people and mishaps put into them.
func alert(random *rand.Rand) (cap.Issuer, post.Broadcast) {
	pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	words := func(most int) string {
		pieces := []string{
			"Eau", "« non »", "potable", "<b>", "&", "&amp;", "]]>", "é", "👩🏽‍🚒", "\u0000", "\ufffe", "\u2028", "\n\n", "\t", "\xff", ",", "n° 4", "14 h",
		}
		var text []string
		for range random.IntN(most + 1) {
			text = append(text, pieces[random.IntN(len(pieces))])
		}
		return strings.Join(text, " ")
	}
	at := time.Date(2020+random.IntN(20), time.Month(1+random.IntN(12)), 1+random.IntN(28), random.IntN(24), random.IntN(60), random.IntN(60), random.IntN(1e9), time.UTC)
	by := cap.Issuer{
		Commune: post.Commune{
			ID: "c", Slug: pick("valmeuse", "a b,<&", "saint-é"), Name: words(4),
			Zone: pick("Europe/Brussels", "", "UTC", "nowhere", "Asia/Kathmandu"), Language: pick("", "fr", "fr-BE", "de-BE"),
		},
		Host: pick("actus.be", "", "127.0.0.1"), Page: pick("", page), NIS: pick("", "63023"),
	}
	b := post.Broadcast{
		ID: fmt.Sprint(random.Uint64()), CommuneID: "c", Year: at.Year(), Number: 1 + random.IntN(20000), Exercise: random.IntN(3) == 0,
		Hazard: pick("", "flood", "water", "storm", "evacuation", "fire", "new"), Title: words(60),
		Severity: post.AlertSeverity(pick("minor", "moderate", "severe", "extreme", "")),
		Area:     post.Area{Description: words(5)},
	}
	for range random.IntN(6) {
		b.Area.Polygon = append(b.Area.Polygon, [2]float64{random.Float64()*200 - 100, random.Float64()*400 - 200})
	}
	kinds := []post.MessageKind{post.MessageUpdate, post.MessageCorrection, post.MessageEnd}
	for i := range 1 + random.IntN(4) {
		m := post.BroadcastMessage{Number: i + 1, Kind: post.MessageAlert, Title: words(40), Text: words(80), CreatedAt: at}
		if i > 0 {
			m.Kind = kinds[random.IntN(len(kinds))]
		}
		if random.IntN(2) == 0 {
			m.NextUpdateAt = at.Add(time.Duration(random.IntN(1e5)-1e4) * time.Second)
		}
		b.Messages = append(b.Messages, m)
		at = at.Add(time.Duration(random.IntN(7200)) * time.Second)
	}
	return by, b
}
