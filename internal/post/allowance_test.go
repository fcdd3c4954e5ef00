package post_test

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/post"
)

func TestTheLastFifthIsForCrises(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	reset := now.Add(7 * time.Minute)
	var atOnce time.Time
	for name, tt := range map[string]struct {
		budget post.Budget
		want   time.Time
	}{
		"enough":                  {post.Budget{Total: 25, Remaining: 6, ResetsAt: reset}, atOnce},
		"the last fifth":          {post.Budget{Total: 25, Remaining: 5, ResetsAt: reset}, reset},
		"a fifth is rounded up":   {post.Budget{Total: 26, Remaining: 6, ResetsAt: reset}, reset},
		"three calls at least":    {post.Budget{Total: 10, Remaining: 3, ResetsAt: reset}, reset},
		"a tiny allowance":        {post.Budget{Total: 3, Remaining: 3, ResetsAt: reset}, atOnce},
		"a tiny allowance, used":  {post.Budget{Total: 3, Remaining: 2, ResetsAt: reset}, reset},
		"an allowance of one":     {post.Budget{Total: 1, Remaining: 1, ResetsAt: reset}, atOnce},
		"nothing left":            {post.Budget{Total: 100, ResetsAt: reset}, reset},
		"79 % used":               {post.Budget{Total: 100, Remaining: 21, SeenAt: now}, atOnce},
		"80 % used, no end known": {post.Budget{Total: 100, Remaining: 20, SeenAt: now}, now.Add(10 * time.Minute)},
		"an old word":             {post.Budget{Total: 100, Remaining: 0, SeenAt: now.Add(-10 * time.Minute)}, atOnce},
		"reset":                   {post.Budget{Total: 25, Remaining: 0, ResetsAt: now}, atOnce},
		"asked to wait":           {post.Budget{ResetsAt: reset}, reset},
		"spent by reading only":   {post.Budget{Total: 25, ResetsAt: reset, ReadOnly: true}, atOnce},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.budget.HoldsUntil(now); !got.Equal(tt.want) {
				t.Errorf("held until %v, want %v", got, tt.want)
			}
		})
	}
	both := post.ChannelHealth{Budgets: []post.Budget{
		{Total: 25, ResetsAt: reset}, {Total: 100, ResetsAt: reset.Add(time.Hour)}, {Total: 50, Remaining: 50},
	}}
	if got := both.HoldsUntil(now); !got.Equal(reset.Add(time.Hour)) {
		t.Errorf("of several, the last end counts: %v", got)
	}
}
