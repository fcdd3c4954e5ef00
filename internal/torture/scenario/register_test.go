//go:build torture

package scenario

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	_ "modernc.org/sqlite"             // the driver

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/testrig"
	"github.com/crieur/crieur/internal/torture/row"
)

const (
	// registerLength is how many entries there are, in the registers of so many
	// communes, and writtenByProgram how many of them, the newest of each, the
	// program wrote itself.
	registerLength   = 100_000
	registers        = 10
	writtenByProgram = 1000
	// alterations are made one by one, and each is put right again.
	alterations = 1000
	// readingPatience is how long one reading may take: far longer than any does.
	readingPatience = 5 * time.Minute
)

// TestT46AlteredRegister alters registers behind the program's back, in every
// way that a hand in the database can: each alteration is told to whoever reads
// the commune's register, and none is told of one that is put right.
func TestT46AlteredRegister(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		in := install(t, s, nil)
		all := newRegisters(in)
		for _, r := range all {
			r.fill(size(registerLength/registers), size(writtenByProgram/registers))
		}
		in.start()
		began, entries := time.Now(), int64(0)
		for _, r := range all {
			entries += r.length
			if !r.whole() {
				t.Fatalf("a register of %d entries that nobody altered is called altered", r.length)
			}
		}
		took := time.Since(began)
		ways := make([][]way, len(all))
		for i, r := range all {
			ways[i] = r.ways(all[(i+1)%len(all)])
		}
		told := 0
		for n := range size(alterations) {
			// Each way comes to each register.
			i := n / len(ways[0]) % len(all)
			w := ways[i][n%len(ways[0])]
			undo := w.alter()
			if all[i].whole() {
				t.Errorf("alteration %d is not told: %s", n, w.name)
			} else {
				told++
			}
			for _, one := range undo {
				all[i].exec(one.query, one.args...)
			}
		}
		for _, r := range all {
			if !r.whole() {
				t.Error("everything is put right, and a register is called altered")
			}
		}
		report(t, s, row.Row{Runs: size(alterations), Note: fmt.Sprintf(
			"%d entries in %d registers, %d of %d alterations told, in %d ways; all verified in %s, %.0f entries a second",
			entries, len(all), told, size(alterations), len(ways[0]), took.Round(time.Millisecond), float64(entries)/took.Seconds())})
	})
}

// register is a commune's register, somebody who may read it, and a hand in the
// database that holds it.
type register struct {
	in      *installation
	db      *sql.DB
	reader  *testrig.Client
	commune string
	length  int64
}

// newRegisters is those of the installation's commune and of others.
func newRegisters(in *installation) []*register {
	in.t.Helper()
	// As in the program: a second writer waits.
	file := url.URL{Scheme: "file", Path: filepath.Join(in.dir, "data", "crieur.db"), RawQuery: "_pragma=busy_timeout(60000)"}
	driver, address := "sqlite", file.String()
	if in.postgres != nil {
		driver, address = "pgx", in.postgres.URL()
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(func() {
		if err := db.Close(); err != nil {
			in.t.Error(err)
		}
	})
	var all []*register
	for n := range registers {
		r := &register{in: in, db: db, reader: in.client}
		name := "Valmeuse"
		if n > 0 {
			name = fmt.Sprintf("Valmeuse %d", n)
			email := fmt.Sprintf("officer%d@valmeuse.example", n)
			in.Command(testrig.Password+"\n", "user", "create", "--email", email, "--role", "administrator", "--commune", name)
			token := in.Command("", "token", "create", "--email", email, "--name", "test")
			r.reader = testrig.NewClient(in.t, "http://"+in.Address(), strings.TrimSpace(token))
		}
		r.read(`SELECT id, register_seq FROM communes WHERE name = $1`, []any{name}, &r.commune, &r.length)
		all = append(all, r)
	}
	return all
}

func (r *register) exec(query string, args ...any) {
	r.in.t.Helper()
	done, err := r.db.ExecContext(r.in.t.Context(), query, args...)
	if err != nil {
		r.in.t.Fatalf("%s: %v", query, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		r.in.t.Fatalf("%s: %d rows, %v", query, n, err)
	}
}

func (r *register) read(query string, args []any, into ...any) {
	r.in.t.Helper()
	if err := r.db.QueryRowContext(r.in.t.Context(), query, args...).Scan(into...); err != nil {
		r.in.t.Fatalf("%s: %v", query, err)
	}
}

// whole is what the program tells an administrator.
func (r *register) whole() bool {
	r.in.t.Helper()
	ctx, cancel := context.WithTimeout(r.in.t.Context(), readingPatience)
	defer cancel()
	answer, err := r.reader.Try(ctx, http.MethodGet, "/register", "", nil, nil)
	if err != nil {
		r.in.t.Fatal(err)
	}
	var page struct {
		Whole *bool `json:"whole"`
	}
	if !r.in.decode("GET /register", answer, http.StatusOK, &page) || page.Whole == nil {
		r.in.t.Fatal("the register is not told")
	}
	return *page.Whole
}

// fill makes the register as long as wanted. The program wrote what is there
// and writes the last; between them the entries are made here, because a hundred
// thousand commits are a test of the disk.
func (r *register) fill(length, byProgram int) {
	r.in.t.Helper()
	ctx := r.in.t.Context()
	var previous string
	r.read(`SELECT register_hash FROM communes WHERE id = $1`, []any{r.commune}, &previous)
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		r.in.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }() // it has ended
	at := time.Now().Add(-time.Duration(length) * time.Second).UnixMilli()
	const together = 100
	var marks []string
	var args []any
	flush := func() {
		if len(marks) == 0 {
			return
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO register VALUES `+strings.Join(marks, ", "), args...); err != nil {
			r.in.t.Fatal(err)
		}
		marks, args = nil, nil
	}
	for int(r.length) < length-byProgram {
		r.length++
		at += 1000
		e := entry{r.commune, r.length, at, fmt.Sprintf("person-%d", r.length%30), "Anne Lambert", "session", "broadcast.ticked",
			fmt.Sprintf("alert-%d", r.length/20), fmt.Sprintf(`{"title":"Crue de la Meuse","channel":"Radio %d"}`, r.length%7), previous, ""}
		e.hash = e.chained()
		previous = e.hash
		var row []string
		for _, v := range e.values() {
			args = append(args, v)
			row = append(row, fmt.Sprintf("$%d", len(args)))
		}
		marks = append(marks, "("+strings.Join(row, ", ")+")")
		if len(marks) == together {
			flush()
		}
	}
	flush()
	if _, err := tx.ExecContext(ctx, `UPDATE communes SET register_seq = $2, register_hash = $3 WHERE id = $1`, r.commune, r.length, previous); err != nil {
		r.in.t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		r.in.t.Fatal(err)
	}
	r.note(length - int(r.length))
	r.read(`SELECT register_seq FROM communes WHERE id = $1`, []any{r.commune}, &r.length)
	if r.length != int64(length) {
		r.in.t.Fatalf("the register has %d entries, want %d", r.length, length)
	}
}

// note adds entries as the program does it.
func (r *register) note(count int) {
	r.in.t.Helper()
	cfg := store.Config{Dir: filepath.Join(r.in.dir, "data"), Guest: true, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if r.in.postgres != nil {
		cfg.URL = r.in.postgres.URL()
	}
	ctx := r.in.t.Context()
	ledger, err := store.Open(ctx, cfg)
	if err != nil {
		r.in.t.Fatal(err)
	}
	defer func() {
		if err := ledger.Close(); err != nil {
			r.in.t.Error(err)
		}
	}()
	slots := make(chan struct{}, creators)
	var all sync.WaitGroup
	for n := range count {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if err := ledger.Note(ctx, post.RegisterEntry{
				CommuneID: r.commune, ActorID: fmt.Sprintf("person-%d", n%30), ActorName: "Lucas Noël", ActorKind: "token", Action: "broadcast.opened",
				Subject: fmt.Sprintf("alert-%d", n), Detail: []byte(`{"title":"Coupure d’eau","number":1}`),
			}); err != nil {
				r.in.t.Error(err)
			}
		})
	}
	all.Wait()
}

// entry is a row of the register.
type entry struct {
	commune                                           string
	seq, at                                           int64
	actorID, actorName, kind, action, subject, detail string
	previous, hash                                    string
}

func (e *entry) values() []any {
	return []any{e.commune, e.seq, e.at, e.actorID, e.actorName, e.kind, e.action, e.subject, e.detail, e.previous, e.hash}
}

// chained is the hash of an entry, as somebody makes it who knows the form and
// does not ask the program.
func (e *entry) chained() string {
	var text strings.Builder
	out := json.NewEncoder(&text)
	if err := out.Encode([]any{e.previous, e.commune, e.seq, e.at, e.actorID, e.actorName, e.kind, e.action, e.subject, e.detail}); err != nil {
		panic(err) // strings and numbers
	}
	sum := sha256.Sum256([]byte(strings.TrimSuffix(text.String(), "\n")))
	return hex.EncodeToString(sum[:])
}

func (r *register) at(seq int64) entry {
	r.in.t.Helper()
	var e entry
	r.read(`SELECT commune_id, seq, at, actor_id, actor_name, actor_kind, action, subject, detail, previous, hash FROM register
		WHERE commune_id = $1 AND seq = $2`, []any{r.commune, seq}, &e.commune, &e.seq, &e.at, &e.actorID, &e.actorName, &e.kind, &e.action, &e.subject,
		&e.detail, &e.previous, &e.hash)
	return e
}

// change is a statement that puts something right.
type change struct {
	query string
	args  []any
}

// way is one kind of alteration. alter makes it and returns what undoes it.
type way struct {
	name  string
	alter func() []change
}

const addEntry = `INSERT INTO register VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// ways are the kinds of alteration, each somewhere else whenever it is made.
// other is the register of another commune.
func (r *register) ways(other *register) []way {
	anywhere := func() int64 { return 1 + rand.Int64N(r.length) }
	var all []way
	for _, column := range []string{"actor_id", "actor_name", "actor_kind", "action", "subject", "detail", "previous", "hash"} {
		all = append(all, way{"another " + column, func() []change {
			seq := anywhere()
			var old string
			r.read(`SELECT `+column+` FROM register WHERE commune_id = $1 AND seq = $2`, []any{r.commune, seq}, &old)
			r.exec(`UPDATE register SET `+column+` = $3 WHERE commune_id = $1 AND seq = $2`, r.commune, seq, another(old))
			return []change{{`UPDATE register SET ` + column + ` = $3 WHERE commune_id = $1 AND seq = $2`, []any{r.commune, seq, old}}}
		}})
	}
	return append(all,
		way{"another moment", func() []change {
			seq, by := anywhere(), 1+rand.Int64N(1_000_000)
			r.exec(`UPDATE register SET at = at + $3 WHERE commune_id = $1 AND seq = $2`, r.commune, seq, by)
			return []change{{`UPDATE register SET at = at - $3 WHERE commune_id = $1 AND seq = $2`, []any{r.commune, seq, by}}}
		}},
		way{"words moved to the neighbouring column", func() []change {
			e := r.at(anywhere())
			const query = `UPDATE register SET action = $3, subject = $4 WHERE commune_id = $1 AND seq = $2`
			r.exec(query, r.commune, e.seq, e.action+e.subject[:1], e.subject[1:])
			return []change{{query, []any{r.commune, e.seq, e.action, e.subject}}}
		}},
		way{"another person, with a hash that fits", func() []change {
			e := r.at(anywhere())
			forged := e
			forged.actorName = another(e.actorName)
			forged.hash = forged.chained()
			const query = `UPDATE register SET actor_name = $3, hash = $4 WHERE commune_id = $1 AND seq = $2`
			r.exec(query, r.commune, e.seq, forged.actorName, forged.hash)
			return []change{{query, []any{r.commune, e.seq, e.actorName, e.hash}}}
		}},
		way{"one taken out", func() []change { return r.cut(anywhere(), 1) }},
		way{"several taken out", func() []change {
			n := 2 + rand.Int64N(20)
			return r.cut(1+rand.Int64N(r.length-n), n)
		}},
		way{"the newest taken out", func() []change {
			n := 1 + rand.Int64N(20)
			return r.cut(r.length-n+1, n)
		}},
		way{"the oldest taken out", func() []change { return r.cut(1, 1+rand.Int64N(20)) }},
		way{"the newest taken out, and the number with them", func() []change {
			n := 1 + rand.Int64N(20)
			undo := r.cut(r.length-n+1, n)
			r.exec(`UPDATE communes SET register_seq = $2 WHERE id = $1`, r.commune, r.length-n)
			return append(undo, change{`UPDATE communes SET register_seq = $2 WHERE id = $1`, []any{r.commune, r.length}})
		}},
		way{"one taken out, and those after it moved up", func() []change {
			seq := r.length - rand.Int64N(20)
			undo := r.cut(seq, 1)
			for after := seq + 1; after <= r.length; after++ {
				r.exec(`UPDATE register SET seq = $3 WHERE commune_id = $1 AND seq = $2`, r.commune, after, after-1)
			}
			var back []change
			for after := r.length; after > seq; after-- {
				back = append(back, change{`UPDATE register SET seq = $3 WHERE commune_id = $1 AND seq = $2`, []any{r.commune, after - 1, after}})
			}
			return append(back, undo...)
		}},
		way{"two that changed places", func() []change {
			a, b := anywhere(), anywhere()
			for a == b {
				b = anywhere()
			}
			const move = `UPDATE register SET seq = $3 WHERE commune_id = $1 AND seq = $2`
			swap := []change{
				{move, []any{r.commune, a, r.length + 1000}}, {move, []any{r.commune, b, a}}, {move, []any{r.commune, r.length + 1000, b}},
			}
			for _, one := range swap {
				r.exec(one.query, one.args...)
			}
			return swap
		}},
		way{"two whose words changed places", func() []change {
			a, b := r.at(anywhere()), r.at(anywhere())
			for a.detail == b.detail {
				b = r.at(anywhere())
			}
			const query = `UPDATE register SET detail = $3 WHERE commune_id = $1 AND seq = $2`
			r.exec(query, r.commune, a.seq, b.detail)
			r.exec(query, r.commune, b.seq, a.detail)
			return []change{{query, []any{r.commune, a.seq, a.detail}}, {query, []any{r.commune, b.seq, b.detail}}}
		}},
		way{"one more at the end, with a hash that fits", func() []change {
			e := r.at(r.length)
			return r.add(r.length+1, e.hash)
		}},
		way{"one more before the first, with a hash that fits", func() []change { return r.add(-rand.Int64N(20), "") }},
		way{"one given to another commune", func() []change {
			seq := anywhere()
			const query = `UPDATE register SET commune_id = $3, seq = $4 WHERE commune_id = $1 AND seq = $2`
			r.exec(query, r.commune, seq, other.commune, other.length+1)
			if other.whole() {
				r.in.t.Error("an entry of another commune is not told")
			}
			return []change{{query, []any{other.commune, other.length + 1, r.commune, seq}}}
		}},
		way{"another hash of the end", func() []change {
			var old string
			r.read(`SELECT register_hash FROM communes WHERE id = $1`, []any{r.commune}, &old)
			r.exec(`UPDATE communes SET register_hash = $2 WHERE id = $1`, r.commune, another(old))
			return []change{{`UPDATE communes SET register_hash = $2 WHERE id = $1`, []any{r.commune, old}}}
		}},
	)
}

// cut takes out entries from a number.
func (r *register) cut(from, n int64) []change {
	r.in.t.Helper()
	var undo []change
	for seq := from; seq < from+n; seq++ {
		e := r.at(seq)
		undo = append(undo, change{addEntry, e.values()})
	}
	r.exec(`DELETE FROM register WHERE commune_id = $1 AND seq >= $2 AND seq < $3`, r.commune, from, from+n)
	return undo
}

// add puts in an entry that nobody made.
func (r *register) add(seq int64, previous string) []change {
	r.in.t.Helper()
	e := r.at(1 + rand.Int64N(r.length))
	e.seq, e.previous = seq, previous
	e.hash = e.chained()
	r.exec(addEntry, e.values()...)
	return []change{{`DELETE FROM register WHERE commune_id = $1 AND seq = $2`, []any{r.commune, seq}}}
}

// another is a text with one sign changed, taken out or put in.
func another(old string) string {
	if old == "" {
		return "x"
	}
	at := rand.IntN(len(old))
	switch b := []byte(old); rand.IntN(3) {
	case 0:
		b[at] = 'a' + (b[at]+1)%26
		if string(b) == old {
			b[at]++
		}
		return strings.ToValidUTF8(string(b), "?")
	case 1:
		return strings.ToValidUTF8(old[:at]+old[at+1:], "?")
	default:
		return strings.ToValidUTF8(old[:at]+"x"+old[at:], "?")
	}
}
