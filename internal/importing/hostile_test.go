package importing

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/egress"
	"github.com/crieur/crieur/internal/post"
)

func fixed() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

// loopback lets tests reach their own servers, and nothing else that is not
// public.
func loopback() *fetcher {
	policy := egress.NewPolicy(netip.MustParsePrefix("127.0.0.1/32"))
	return &fetcher{http: egress.Client(policy), now: fixed}
}

// hostile is a site that does what it can to harm its readers.
func hostile(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	write := func(path, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	}
	item := "<item><guid>%d</guid><title>Article %d</title><description>Texte %d de l’article.</description></item>"
	var many strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&many, item, i, i, i)
	}
	rss := func(inner string) string { return `<?xml version="1.0"?><rss><channel>` + inner + `</channel></rss>` }
	write("/many", rss(many.String()))
	write("/huge", rss("<item><title>a</title><description>"+strings.Repeat("x", maxBody)+"</description></item>"))
	write("/long", rss("<item><title>"+strings.Repeat("t", 4<<20)+"</title><description>"+strings.Repeat("y ", 2<<20)+"</description></item>"))
	write("/deep", rss("<item><title>a</title>"+strings.Repeat("<b>", 2<<20)+"</item>"))
	write("/deephtml", rss("<item><title>a</title><description><![CDATA["+strings.Repeat("<div>", 1<<20)+"fond]]></description></item>"))
	write("/laughs", `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
		<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>`+"<rss><channel><item><title>&d;</title><description>rire</description></item></channel></rss>")
	write("/external", `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title><description>lu</description></item></channel></rss>`)
	write("/attributes", rss("<item "+strings.Repeat(`a="b" `, 1<<20)+"><title>a</title></item>"))
	write("/unclosed", rss("<item><title>Un</title><description>texte ouvert"))
	write("/html", "<!doctype html><title>Accueil</title>")
	write("/nothing", "")
	write("/cut", `<?xml version="1.0"?><rss><channel>`+fmt.Sprintf(item, 1, 1, 1)+"<item><title>coup")
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		block := make([]byte, 1<<20)
		for range 200 {
			_, _ = z.Write(block)
		}
		_ = z.Close()
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/loop?"+r.URL.RawQuery+"x", http.StatusFound)
	})
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Query().Get("u"))
		w.WriteHeader(http.StatusFound)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestAHostileFeedHarmsNothing(t *testing.T) {
	t.Parallel()
	site := hostile(t)
	for path, want := range map[string]error{
		"/huge": errTooLarge, "/bomb": errTooLarge, "/deep": errDepth, "/loop": errRedirects, "/html": errUnread, "/nothing": errUnread,
		"/to?u=http://169.254.169.254/latest/meta-data": egress.ErrForbiddenAddress,
		"/to?u=http://10.0.0.1/":                        egress.ErrForbiddenAddress,
		"/to?u=http://[::1]:80/":                        egress.ErrForbiddenAddress,
		"/to?u=file:///etc/passwd":                      errAddress,
		"/to?u=gopher://127.0.0.1/":                     errAddress,
		"/to?u=http://a:b@127.0.0.1/":                   errAddress,
		"/to?u=":                                        errAddress,
	} {
		_, err := readFeed(t.Context(), loopback(), &post.Source{URL: site.URL + path})
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if f := explain(err); f.Message == "" || f.NextStep == "" || strings.Contains(f.Message, "importing:") {
			t.Errorf("%s: %+v", path, f)
		}
	}
	for _, path := range []string{"/long", "/deephtml", "/laughs", "/external", "/attributes", "/unclosed", "/cut", "/many"} {
		reading, err := readFeed(t.Context(), loopback(), &post.Source{URL: site.URL + path})
		if err != nil && !errors.Is(err, errUnread) {
			t.Errorf("%s: %v", path, err)
		}
		if len(reading.Items) > maxItems {
			t.Errorf("%s: %d items", path, len(reading.Items))
		}
		for _, item := range reading.Items {
			if len(item.Content.Title) > 4*maxTitle || len(item.Content.Text) > 4*maxText || strings.Contains(item.Content.Title, "root:") || strings.Contains(item.Content.Title, "aaaa") {
				t.Errorf("%s: a title of %d and a text of %d bytes", path, len(item.Content.Title), len(item.Content.Text))
			}
		}
	}
}

func TestAHostileCalendarHarmsNothing(t *testing.T) {
	t.Parallel()
	base := mustParse(t, "https://agenda.example/a.ics")
	head := "BEGIN:VCALENDAR\r\n"
	for name, body := range map[string]string{
		"folded":   head + "BEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART:20991201\r\nDESCRIPTION:x" + strings.Repeat("\r\n x", 2<<20) + "\r\nEND:VEVENT\r\n",
		"nested":   head + strings.Repeat("BEGIN:VEVENT\r\n", 500_000),
		"many":     head + strings.Repeat("BEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART:20991201\r\nEND:VEVENT\r\n", 100_000),
		"one line": head + strings.Repeat("a", 9<<20),
		"no dates": head + "BEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART:demain\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Fête\r\nDTSTART:20991201T140000\r\nEND:VEVENT\r\n",
	} {
		items, err := parseCalendar([]byte(body), base, time.UTC, fixed())
		if err != nil || len(items) > maxItems {
			t.Errorf("%s: %d items, %v", name, len(items), err)
		}
		if name == "no dates" && (len(items) != 1 || items[0].Content.Title != "Fête") {
			t.Errorf("one bad event hides the others: %+v", items)
		}
	}
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
