package main

// row is one line of the table. Benchmark and Unit say which figure is shown;
// Also are further figures of the same benchmark.
type row struct {
	area, setup, what string
	benchmark, unit   string
	// alone is what the parts alone can do in the same unit; 0: not known.
	alone float64
	goal  goal
	also  []string
}

// goal is a bound that the figure should keep; the zero goal is none.
type goal struct {
	// atLeast: more is better. Otherwise less is.
	atLeast bool
	value   float64
	// of computes the bound from figures of the same run, instead of value.
	of func(results) (float64, bool)
}

func atLeast(v float64) goal { return goal{atLeast: true, value: v} }
func atMost(v float64) goal  { return goal{value: v} }

// bound is the goal's number; false: there is none.
func (g goal) bound(r results) (float64, bool) {
	if g.of != nil {
		return g.of(r)
	}
	return g.value, g.value != 0 || g.atLeast
}

// drained is the goal for a burst: a quarter more than the queue alone needs
// for as many bells, and a tenth of a second.
func drained(n float64, bells string) goal {
	return goal{of: func(r results) (float64, bool) {
		rate, ok := r.of(bells, "bells/s")
		if !ok || rate == 0 {
			return 0, false
		}
		return 1.25*n/rate*1000 + 100, true
	}}
}

// What the parts alone can do was measured once on a machine with two
// processors, each by a small program that does nothing else: docs/performance.md
// says how.
func rows() []row {
	spread := []string{"p50-ms", "p99-ms", "cpu-µs/op"}
	early := func(setup, benchmark string) row {
		return row{area: "burst", setup: setup, what: "least lateness", benchmark: benchmark, unit: "min-ms", goal: atLeast(0)}
	}
	late := func(setup, benchmark string, g goal) row {
		return row{
			area: "burst", setup: setup, what: "lateness p99", benchmark: benchmark, unit: "p99-ms", goal: g,
			also: []string{"p50-ms", "max-ms", "deliveries/s", "cpu-µs/op"},
		}
	}
	return []row{
		{"accept", "SQLite, 32 connections", "posts with 3 channels", "Accept/sqlite", "req/s", 15_200, atLeast(0.8 * 15_200), append(spread, "resident-MB")},
		{"accept", "SQLite, 32 connections", "p99", "Accept/sqlite", "p99-ms", 4.5, atMost(10), nil},
		{"accept", "the same, Idempotency-Key", "posts with 3 channels", "Accept/sqlite-key", "req/s", 0, goal{}, spread},
		{"accept", "PostgreSQL, 32 connections", "posts with 3 channels", "Accept/postgres", "req/s", 8_900, atLeast(0.8 * 8_900), spread},
		{"create post", "SQLite, 8 callers", "posts with 3 deliveries", "CreatePost/sqlite", "posts/s", 18_500, goal{}, nil},
		{"create post", "PostgreSQL, 8 callers", "posts with 3 deliveries", "CreatePost/postgres", "posts/s", 7_400, goal{}, nil},
		{"claim", "SQLite, 1 caller", "deliveries", "Claim/sqlite", "claims/s", 7_000, goal{}, nil},
		{"claim", "PostgreSQL, 1 caller", "deliveries", "Claim/postgres", "claims/s", 3_100, goal{}, nil},
		{"finish", "SQLite, 8 callers", "deliveries", "Finish/sqlite", "finishes/s", 11_200, goal{}, nil},
		{"finish", "PostgreSQL, 8 callers", "deliveries", "Finish/postgres", "finishes/s", 16_900, goal{}, nil},
		{"queue", "embedded", "bells", "Bells/embedded", "bells/s", 3_100, atLeast(0.8 * 3_100), []string{"cpu-µs/op"}},
		{"queue", "Redis", "bells", "Bells/scaled", "bells/s", 24_600, atLeast(0.8 * 24_600), []string{"cpu-µs/op"}},
		early("1,000, embedded", "Burst/1000/embedded"),
		late("1,000, embedded", "Burst/1000/embedded", atMost(1000)),
		early("1,000, PostgreSQL + Redis", "Burst/1000/scaled"),
		late("1,000, PostgreSQL + Redis", "Burst/1000/scaled", atMost(250)),
		early("10,000, embedded", "Burst/10000/embedded"),
		late("10,000, embedded", "Burst/10000/embedded", atMost(6000)),
		early("10,000, PostgreSQL + Redis", "Burst/10000/scaled"),
		late("10,000, PostgreSQL + Redis", "Burst/10000/scaled", drained(10_000, "Bells/scaled")),
		{"publish now", "embedded, idle", "save to network's call, p99", "PublishNow/embedded", "p99-ms", 27, atMost(50), []string{"p50-ms", "max-ms"}},
		{"publish now", "PostgreSQL + Redis, idle", "save to network's call, p99", "PublishNow/scaled", "p99-ms", 27, atMost(50), []string{"p50-ms", "max-ms"}},
		{"publish now", "real binary, embedded, idle", "request to accepted by X, p99", "RequestToNetwork", "p99-ms", 0, goal{}, []string{"p50-ms", "max-ms"}},
		{"render", "one French text, four channels", "processor time, µs", "Render", "cpu-µs/op", 0, goal{}, nil},
		{"pictures", "12 Mpx JPEG, three renditions", "processor time, µs", "Pictures/upright", "cpu-µs/op", 304_000, atMost(0.8 * 304_000), nil},
		{"pictures", "12 Mpx JPEG, three renditions", "peak of memory, MB", "Pictures/upright", "peak-MB", 195, atMost(60), nil},
		{"pictures", "the same, turned by EXIF", "processor time, µs", "Pictures/turned", "cpu-µs/op", 304_000, atMost(0.8 * 304_000), []string{"peak-MB"}},
		{"ingest", "12 Mpx JPEG, turned, with GPS", "processor time, µs", "Ingest", "cpu-µs/op", 0, goal{}, []string{"peak-MB"}},
		{"start", "real binary, embedded", "start to ready, ms", "Start", "p50-ms", 0, goal{}, []string{"max-ms"}},
		{"start", "real binary, embedded, idle", "resident memory, MB", "Start", "resident-MB", 32, atMost(60), nil},
	}
}
