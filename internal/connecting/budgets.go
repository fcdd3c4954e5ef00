package connecting

import (
	"context"
	"sync"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

const (
	// budgetRest is how long an allowance that is far from its end is not
	// written again.
	budgetRest = 30 * time.Second
	// budgetPatience bounds one write: a publication waits for it, so that the
	// next one of the lane finds it.
	budgetPatience = 2 * time.Second
)

// budgets writes into the ledger what networks say of allowances. Most answers
// change nothing that anybody acts on: as long as more than half is left, a
// word is written once in a while.
type budgets struct {
	save func(ctx context.Context, channelID string, budgets []post.Budget) error
	now  func() time.Time

	mu   sync.Mutex
	last map[budgetKey]post.Budget
}

type budgetKey struct{ channelID, bucket string }

func newBudgets(save func(context.Context, string, []post.Budget) error, now func() time.Time) *budgets {
	return &budgets{save: save, now: now, last: map[budgetKey]post.Budget{}}
}

// heard writes what matters of an answer.
func (b *budgets) heard(ctx context.Context, channelID string, told []channels.Budget) error {
	news := b.news(channelID, told)
	if len(news) == 0 {
		return nil
	}
	// The network has counted the call, whatever became of the caller.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), budgetPatience)
	defer cancel()
	if err := b.save(ctx, channelID, news); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, budget := range news {
		b.last[budgetKey{channelID, budget.Bucket}] = budget
	}
	return nil
}

// news is what of an answer is to be written. Of one bucket the least counts:
// an INSERT takes each once.
func (b *budgets) news(channelID string, told []channels.Budget) []post.Budget {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	var news []post.Budget
	seen := map[string]int{}
	for _, t := range told {
		budget := post.Budget{
			Bucket: t.Bucket, Total: t.Total, Remaining: t.Remaining, ResetsAt: t.ResetsAt, SeenAt: now, ReadOnly: t.ReadOnly,
		}
		if i, ok := seen[t.Bucket]; ok {
			if budget.Remaining < news[i].Remaining {
				news[i] = budget
			}
			continue
		}
		old, known := b.last[budgetKey{channelID, t.Bucket}]
		if known && plenty(old) && plenty(budget) && old.ResetsAt.Equal(budget.ResetsAt) && now.Sub(old.SeenAt) < budgetRest {
			continue
		}
		seen[t.Bucket] = len(news)
		news = append(news, budget)
	}
	return news
}

func plenty(b post.Budget) bool { return b.ReadOnly || 2*b.Remaining > b.Total }
