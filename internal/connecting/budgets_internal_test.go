package connecting

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// Every word is written that the worker could act on, and few others.
func TestAllowancesAreWrittenWhereTheyMatter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	reset := now.Add(15 * time.Minute)
	var written []post.Budget
	var broken error
	b := newBudgets(func(_ context.Context, _ string, all []post.Budget) error {
		if broken == nil {
			written = append(written, all...)
		}
		return broken
	}, func() time.Time { return now })
	hear := func(channel string, left int, reset time.Time) int {
		t.Helper()
		before := len(written)
		err := b.heard(t.Context(), channel, []channels.Budget{{Bucket: "posts", Total: 100, Remaining: left, ResetsAt: reset}})
		if !errors.Is(err, broken) {
			t.Error(err)
		}
		return len(written) - before
	}
	broken = errors.New("the ledger is away")
	hear("a", 99, reset)
	broken = nil
	for _, step := range []struct {
		name    string
		channel string
		left    int
		reset   time.Time
		after   time.Duration
		want    int
	}{
		{"what could not be written is written", "a", 98, reset, 0, 1},
		{"plenty is left", "a", 97, reset, time.Second, 0},
		{"of another account", "b", 97, reset, 0, 1},
		{"now and then", "a", 96, reset, budgetRest, 1},
		{"half is used", "a", 50, reset, 0, 1},
		{"less", "a", 49, reset, 0, 1},
		{"a new window", "a", 100, reset.Add(time.Minute), 0, 1},
		{"another one", "a", 99, reset.Add(time.Hour), 0, 1},
	} {
		now = now.Add(step.after)
		if got := hear(step.channel, step.left, step.reset); got != step.want {
			t.Errorf("%s: written %d times, want %d", step.name, got, step.want)
		}
	}
	last := written[len(written)-1]
	if last.Bucket != "posts" || last.Total != 100 || last.Remaining != 99 || !last.ResetsAt.Equal(reset.Add(time.Hour)) || !last.SeenAt.Equal(now) {
		t.Errorf("%+v", last)
	}
}
