package importing

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
)

func TestASourceThatFailsIsAskedLater(t *testing.T) {
	t.Parallel()
	now := fixed()
	for name, test := range map[string]struct {
		failures    int
		theirs      error
		least, most time.Duration
	}{
		"well":              {0, nil, 30 * time.Minute, 33 * time.Minute},
		"once":              {1, errUnread, time.Hour, 66 * time.Minute},
		"for days":          {50, errUnread, 24 * time.Hour, 27 * time.Hour},
		"told when":         {1, &statusError{status: http.StatusTooManyRequests, retryAt: now.Add(5 * time.Hour)}, 5 * time.Hour, 5 * time.Hour},
		"told a wild hour":  {1, &statusError{status: http.StatusServiceUnavailable, retryAt: now.AddDate(3, 0, 0)}, 7 * 24 * time.Hour, 7 * 24 * time.Hour},
		"told to come soon": {1, &statusError{status: http.StatusServiceUnavailable, retryAt: now.Add(time.Second)}, time.Hour, 66 * time.Minute},
	} {
		p := &polling{now: now, source: &post.Source{ID: "s", Every: 30 * time.Minute, Failures: test.failures}}
		if wait := p.next(test.theirs).Sub(now); wait < test.least || wait > test.most {
			t.Errorf("%s: asked again after %s", name, wait)
		}
	}
	spread := map[time.Time]bool{}
	for _, id := range []string{"a", "b", "c", "d"} {
		p := &polling{now: now, source: &post.Source{ID: id, Every: time.Hour}}
		spread[p.next(nil)] = true
	}
	if len(spread) < 3 {
		t.Error("all sources are asked at the same moment")
	}
}

func TestAFeedIsNotReadTwiceInVain(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte("<rss><channel><item><title>Un</title></item></channel></rss>"))
	}))
	t.Cleanup(site.Close)
	source := &post.Source{URL: site.URL}
	reading, err := readFeed(t.Context(), loopback(), source)
	if err != nil || len(reading.Items) != 1 {
		t.Fatalf("%+v %v", reading, err)
	}
	source.ETag, source.LastModified = reading.ETag, reading.LastModified
	again, err := readFeed(t.Context(), loopback(), source)
	if err != nil || !again.Unchanged || again.ETag != `"v1"` {
		t.Errorf("%+v %v", again, err)
	}
}

func TestWhatASiteAnswersHasASentence(t *testing.T) {
	t.Parallel()
	for status, code := range map[int]string{
		http.StatusGone: "source.gone", http.StatusNotFound: "source.not_found", http.StatusForbidden: "source.refused",
		http.StatusTooManyRequests: "source.too_many", http.StatusBadGateway: "source.trouble", http.StatusTeapot: "source.unexpected",
	} {
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		_, err := readFeed(t.Context(), loopback(), &post.Source{URL: site.URL})
		site.Close()
		if f := explain(err); f.Code != code || f.NextStep == "" {
			t.Errorf("%d: %+v", status, f)
		}
		if gone(err) != (status == http.StatusGone) {
			t.Errorf("%d: gone %v", status, gone(err))
		}
	}
	if f := explain(errors.New("no route")); f.Code != "source.unreachable" {
		t.Errorf("%+v", f)
	}
}
