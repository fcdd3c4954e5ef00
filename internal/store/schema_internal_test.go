package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/internal/post"
)

// The words of the domain stand a second time in the migrations.
func TestTheTablesTakeTheWordsOfTheDomain(t *testing.T) {
	b, err := migrations.ReadFile("migrations/00001_ledger.sql")
	must(t, err)
	words := func(table, column string) []string {
		t.Helper()
		_, rest, ok := strings.Cut(string(b), "CREATE TABLE "+table+" (")
		found := regexp.MustCompile(`\b` + column + ` IN \(([^)]*)\)`).FindStringSubmatch(rest)
		if !ok || found == nil {
			t.Fatalf("no list for %s.%s", table, column)
		}
		all := strings.Split(found[1], ", ")
		for i := range all {
			all[i] = strings.Trim(all[i], "'")
		}
		return all
	}
	for name, test := range map[string]struct{ got, want []string }{
		"states":   {words("deliveries", "state"), texts(post.States())},
		"lanes":    {words("deliveries", "lane"), texts([]post.Lane{post.LaneOrdinary, post.LaneCrisis})},
		"roles":    {words("users", "role"), texts(post.Roles())},
		"modes":    {words("posts", "mode"), texts([]post.Mode{post.ModeNow, post.ModeAt, post.ModeDraft})},
		"channels": {words("channels", "status"), texts([]post.ChannelStatus{post.ChannelConnected, post.ChannelNeedsReauth, post.ChannelDisconnected})},
		"outcomes": {words("attempts", "outcome"), texts([]post.Outcome{
			post.OutcomeRunning, post.OutcomeAccepted, post.OutcomeNotSent, post.OutcomeRefused, post.OutcomeUnknown, post.OutcomeResolved,
		})},
		"steps": {words("steps", "kind"), texts([]post.StepKind{
			post.StepUpload, post.StepContainer, post.StepPublish, post.StepPermalink, post.StepComment,
		})},
	} {
		if diff := gocmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-domain +tables):\n%s", name, diff)
		}
	}
}

func texts[S ~string](all []S) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return out
}

func openSQLiteStore(t *testing.T) *Store {
	t.Helper()
	return openStore(t, Config{Dir: t.TempDir()})
}

func openStore(t *testing.T, cfg Config) *Store {
	t.Helper()
	cfg.Log, cfg.Now = slog.New(slog.DiscardHandler), func() time.Time { return time.UnixMilli(0) }
	s, err := Open(t.Context(), cfg)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// Some drivers bind $2, $1 in the order of the text.
func TestPlaceholdersAreBoundByNumber(t *testing.T) {
	check := func(t *testing.T, s *Store) {
		t.Helper()
		const query = "SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)"
		bound := func(q querier) {
			t.Helper()
			got, err := one(t.Context(), q, scanOne[string], query, "1", "2")
			if err != nil || got != "212" {
				t.Errorf("got %q, %v", got, err)
			}
		}
		bound(s.engine.reader())
		must(t, s.write(t.Context(), "test", func(_ context.Context, q querier) error { bound(q); return nil }))
	}
	t.Run("sqlite", func(t *testing.T) { check(t, openSQLiteStore(t)) })
	t.Run("postgres", func(t *testing.T) {
		address := cmp.Or(os.Getenv("TEST_POSTGRES_URL"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable")
		db, err := sql.Open("pgx", address)
		must(t, err)
		err = db.PingContext(t.Context())
		must(t, db.Close())
		if err != nil && os.Getenv("CRIEUR_TEST_REQUIRE_ALL") != "1" {
			t.Skipf("PostgreSQL does not answer: %v", err)
		}
		check(t, openStore(t, Config{URL: address}))
	})
}

// The worker's queries must not read the whole ledger, however long it grows.
func TestTheWorkersQueriesUseTheirIndexes(t *testing.T) {
	s := openSQLiteStore(t)
	must(t, s.Migrate(t.Context()))
	for query, index := range map[string]string{
		`SELECT id FROM deliveries WHERE ` + isDue + ` AND ring_at <= $1 ORDER BY ring_at LIMIT $2`:                                                                         "deliveries_due",
		`SELECT MIN(ring_at) FROM deliveries WHERE ` + isDue + ` AND ring_at > $1`:                                                                                          "deliveries_due",
		`SELECT id FROM deliveries WHERE channel_id = $1 AND lane = $2 AND ` + isWaiting + ` AND next_at <= $3 AND ` + mayLeave(4) + ` ORDER BY due_at, id LIMIT 1`:         "deliveries_lane",
		`SELECT 1 FROM deliveries made WHERE made.state = 'sent' AND made.channel_id = $1 AND made.sent_at > $2 AND made.sent_at <= $3`:                                     "deliveries_sent",
		`SELECT id FROM deliveries WHERE channel_id = $1 AND lane = $2 AND ` + isWaiting + ` AND next_at <= $3 AND due_at + max_lateness > $3 ORDER BY due_at, id LIMIT $4`: "deliveries_lane",
		`SELECT id FROM deliveries WHERE channel_id = $1 AND state = 'retrying' AND ` + isWaiting + ` AND next_at > $2`:                                                     "deliveries_lane",
		`SELECT id FROM deliveries WHERE channel_id = $1 AND lane = $2 AND state = 'unknown' AND next_at <= $3 ORDER BY next_at, id LIMIT 1`:                                "deliveries_unknown",
		`SELECT 1 FROM deliveries busy WHERE busy.channel_id = $1 AND busy.lane = $2 AND busy.state = 'sending'`:                                                            "deliveries_one_in_flight",
		`SELECT id FROM deliveries WHERE state IN ('sending', 'reconciling') AND lease_until <= $1`:                                                                         "deliveries_leased",
		`SELECT remote_id FROM deliveries WHERE state = 'sent' AND channel_id = $1 AND sent_at < $2 AND remote_id <> '' ORDER BY sent_at DESC`:                              "deliveries_sent",
		`SELECT state, COUNT(*) FROM deliveries WHERE ` + isOpen + ` GROUP BY state`:                                                                                        "COVERING INDEX deliveries_open",
		`SELECT key FROM posts WHERE commune_id = $1 AND key >= $2 AND key < $3 ORDER BY key`:                                                                               "sqlite_autoindex_posts_2",
		`SELECT p.id FROM posts p WHERE p.commune_id = $1 AND (p.listed_at, p.id) < ($2, $3) ORDER BY p.listed_at DESC, p.id DESC LIMIT 50`:                                 "posts_listed",
	} {
		plan, err := many(t.Context(), s.engine.reader(), func(r row) (string, error) {
			var id, parent, unused int
			var detail string
			err := r.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}, "EXPLAIN QUERY PLAN "+query, make([]any, len(placeholder.FindAllString(query, -1)))...)
		must(t, err)
		if text := strings.Join(plan, "; "); !strings.Contains(text, index) || strings.Contains(text, "TEMP B-TREE") {
			t.Errorf("%s\n\tplan: %s\n\twant: %s, and no sorting", query, text, index)
		}
	}
}

// A database that acknowledges before the disk has it would lose posts, or send
// one twice.
func TestSQLiteKeepsWhatItConfirms(t *testing.T) {
	s := openSQLiteStore(t)
	settings := func(q querier) map[string]int64 {
		t.Helper()
		got := map[string]int64{}
		for _, name := range []string{"synchronous", "foreign_keys", "busy_timeout", "query_only"} {
			v, err := one(t.Context(), q, scanOne[int64], "PRAGMA "+name)
			must(t, err)
			got[name] = v
		}
		return got
	}
	must(t, s.write(t.Context(), "test", func(_ context.Context, q querier) error {
		const full = 2
		if diff := gocmp.Diff(map[string]int64{"synchronous": full, "foreign_keys": 1, "busy_timeout": 5000, "query_only": 0}, settings(q)); diff != "" {
			t.Errorf("writer (-want +got):\n%s", diff)
		}
		return nil
	}))
	if got := settings(s.engine.reader()); got["query_only"] != 1 {
		t.Errorf("a reader may write: %v", got)
	}
}

func TestSQLiteVersionsThatAreSafe(t *testing.T) {
	for version, want := range map[string]bool{
		"3.51.3": true, "3.51.4": true, "3.52.0": true, "4.0.0": true, "3.100.0": true,
		"3.51.2": false, "3.50.9": false, "2.99.99": false, "": false, "3.51": false, "3.x.9": false,
	} {
		if got := atLeast(version, sqliteOldest); got != want {
			t.Errorf("%q: got %v, want %v", version, got, want)
		}
	}
}

func TestListsOfValuesHaveFewLengths(t *testing.T) {
	lengths := map[string]bool{}
	for n := 1; n <= 100; n++ {
		values := make([]string, n)
		for i := range values {
			values[i] = fmt.Sprint(i)
		}
		text, args := in(2, []any{"first"}, values)
		lengths[text] = true
		if got := strings.Count(text, "$"); got != len(args)-1 {
			t.Fatalf("%d placeholders for %d values", got, len(args)-1)
		}
		for _, v := range values {
			if !slices.Contains(args, any(v)) {
				t.Fatalf("%d values: %q is missing", n, v)
			}
		}
	}
	if len(lengths) != 8 {
		t.Errorf("%d statements for 100 lengths, want 8", len(lengths))
	}
}
