package importing

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const (
	// pollers is how many sources are read at once in a process.
	pollers = 4
	// lookEvery is the time between two looks for a source that is due.
	lookEvery = 15 * time.Second
	// pollTimeout bounds one reading with all that follows from it. The claim is
	// prolonged while it lasts, so that one of a process that died runs out soon.
	pollTimeout = 4 * time.Minute
	pollLease   = time.Minute
	pollBeat    = 15 * time.Second
	// maxNew is how many new items of a source are taken note of in a day; more
	// of them, and it is no source of news.
	maxNew = 300
	// takeAtOnce is how many posts are made in one reading; the others follow a
	// minute later.
	takeAtOnce = 25
	takeAgain  = time.Minute
	// slowest is the longest time between two readings of a source that fails.
	slowest = 24 * time.Hour
	// tellAfter is how many readings in a row fail before people are told.
	tellAfter = 5
)

// Outcome is what one reading found.
type Outcome struct {
	Source post.Source
	// Unchanged: the source said so.
	Unchanged bool
	// Seen counts the items that it showed; New those that were not known.
	Seen, New, Edited, Ours int
	// Taken counts what became a proposal, a draft or a post.
	Taken int
}

// Run reads sources that are due until ctx ends. Any number of processes may do
// so: each source is read by one at a time.
func (s *Service) Run(ctx context.Context) {
	var group sync.WaitGroup
	for range pollers {
		group.Go(func() { s.loop(ctx) })
	}
	group.Wait()
}

func (s *Service) loop(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for ctx.Err() == nil {
			found, err := s.PollDue(ctx)
			if err != nil && ctx.Err() == nil {
				s.Log.ErrorContext(ctx, "a source could not be read", "error", err)
			}
			if !found {
				break
			}
		}
	}
}

// PollDue reads one source that is due; found is false when none is.
func (s *Service) PollDue(ctx context.Context) (found bool, err error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	source, err := s.Store.ClaimDueSource(ctx, now, now.Add(pollLease))
	if errors.Is(err, post.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = s.poll(ctx, source)
	return true, err
}

// poll reads a source that was claimed, and gives the claim back. What the
// source does wrong is kept with it; an error is a fault of our own.
func (s *Service) poll(ctx context.Context, source post.Source) (Outcome, error) {
	work, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	out := Outcome{}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return out, err
	}
	p := &polling{Service: s, source: &source, now: now, out: &out}
	var beating sync.WaitGroup
	claimed := source
	beating.Go(func() { s.beat(work, cancel, claimed) })
	ours := p.run(work)
	cancel()
	beating.Wait()
	source.PolledAt = now
	out.Source = source
	err = s.Store.FinishSource(context.WithoutCancel(ctx), source)
	if errors.Is(err, post.ErrStale) {
		err = nil // a person changed the source meanwhile: it is read again
	}
	return out, errors.Join(ours, err)
}

// beat prolongs the claim of a source until ctx ends. Once the claim is lost,
// the reading is cut off: somebody else reads, or a person changed the source.
func (s *Service) beat(ctx context.Context, cutOff context.CancelFunc, claimed post.Source) {
	ticker := time.NewTicker(pollBeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now, err := s.Store.Now(ctx)
		if err == nil {
			err = s.Store.RenewSource(ctx, claimed, now.Add(pollLease))
		}
		if errors.Is(err, post.ErrStale) {
			cutOff()
			return
		}
	}
}

// polling is one reading.
type polling struct {
	*Service
	source *post.Source
	now    time.Time
	out    *Outcome
	// flooded: the source shows more that is new than any source of news would.
	flooded bool
	// left: posts are still to be made.
	left bool
}

// run reads, takes note of what is new, changes what was edited, and makes the
// posts that are still to be made. What the next reading needs of this one is
// kept only once everything that it showed is noted.
func (p *polling) run(ctx context.Context) error {
	before := p.source.Failures
	reading, theirs := p.read(ctx, p.source)
	var ours error
	if theirs == nil {
		p.out.Unchanged, p.out.Seen = reading.Unchanged, len(reading.Items)
		if ours = p.note(ctx, reading.Items); ours == nil && !p.flooded {
			p.source.ETag, p.source.LastModified, p.source.Cursor = reading.ETag, reading.LastModified, reading.Cursor
			p.source.Primed = true
		}
	}
	ours = errors.Join(ours, p.takePending(ctx))
	if ctx.Err() != nil {
		// It was cut off, by its time or by the end of the process. That is no
		// fault of the source.
		p.source.NextAt = p.now.Add(takeAgain)
		return nil //nolint:nilerr // it is taken again, and what was cut off says nothing
	}
	switch {
	case theirs != nil:
		p.source.Failures++
		p.source.Failure = explain(theirs)
		p.source.Enabled = p.source.Enabled && !gone(theirs)
	case p.flooded:
		p.source.Failures++
		p.source.Failure, p.source.Enabled = floodFailure(), false
	case ours == nil:
		p.source.Failures, p.source.Failure = 0, nil
	default:
		p.source.Failures++
	}
	p.source.NextAt = p.next(theirs)
	return errors.Join(ours, p.tellSource(ctx, before))
}

// next is when the source is read again: later and later while it fails, and
// never at the same second as others of its kind.
func (p *polling) next(theirs error) time.Time {
	if p.left && theirs == nil {
		return p.now.Add(takeAgain)
	}
	wait := p.source.Every
	for range min(p.source.Failures, 10) {
		wait = min(2*wait, max(slowest, p.source.Every))
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(p.source.ID + strconv.FormatInt(p.source.Epoch, 10))) // it never fails
	const shares = 1000
	wait += wait / 10 * time.Duration(h.Sum32()%shares) / shares
	next := p.now.Add(wait)
	var status *statusError
	if errors.As(theirs, &status) && status.retryAt.After(next) {
		const longest = 7 * 24 * time.Hour
		next = status.retryAt
		if most := p.now.Add(longest); next.After(most) {
			next = most
		}
	}
	return next
}

// tellSource tells people of a source that does not work, and that it works
// again.
func (p *polling) tellSource(ctx context.Context, before int) error {
	ctx = context.WithoutCancel(ctx)
	switch f := p.source.Failure; {
	case f != nil && (p.source.Failures == tellAfter || !p.source.Enabled):
		_, err := p.Store.OpenNotice(ctx, post.Notice{
			CommuneID: p.source.CommuneID, Kind: post.NoticeSource, Subject: p.source.ID, Severity: post.SeverityWarning,
			Title: "La source « " + p.source.Name + " » ne répond plus", Message: f.Message, NextStep: f.NextStep, CreatedAt: p.now,
		})
		return err
	case f == nil && before >= tellAfter:
		return p.Store.SettleNotice(ctx, p.source.CommuneID, post.NoticeSource, p.source.ID, p.now)
	}
	return nil
}

// note takes note of what is new, and of what was edited.
func (p *polling) note(ctx context.Context, items []Item) error {
	all := identify(items)
	if len(all) == 0 {
		return nil
	}
	var keys []string
	for _, one := range all {
		keys = append(keys, one.keys()...)
	}
	ledger, err := p.Store.SourceItemsByKeys(ctx, p.source.CommuneID, p.source.ID, keys)
	if err != nil {
		return err
	}
	match(all, ledger)
	var fresh []*seen
	for _, one := range all {
		if one.known == nil {
			fresh = append(fresh, one)
			continue
		}
		if err := p.known(ctx, one, ledger); err != nil {
			return err
		}
	}
	return p.fresh(ctx, fresh, ledger)
}

// known changes what was edited, and keeps the signs that an item has won.
func (p *polling) known(ctx context.Context, one *seen, ledger map[string]post.SourceItem) error {
	item := *one.known
	item.Keys = slices.DeleteFunc(one.keys(), func(k string) bool { _, ok := ledger[k]; return ok })
	if item.Hash != one.hashed {
		p.out.Edited++
		return p.edit(ctx, &item, one)
	}
	if len(item.Keys) == 0 {
		return nil
	}
	return p.Store.UpdateSourceItem(ctx, item)
}

// fresh takes note of new items, the oldest first, and says what becomes of
// each. Posts are made afterwards, from the notes: a reading that is cut off is
// taken up there.
func (p *polling) fresh(ctx context.Context, fresh []*seen, ledger map[string]post.SourceItem) error {
	if len(fresh) == 0 {
		return nil
	}
	judge, err := p.judge(ctx, fresh)
	if err != nil {
		return err
	}
	// Sources show the newest first.
	slices.Reverse(fresh)
	slices.SortStableFunc(fresh, func(a, b *seen) int { return a.Published.Compare(b.Published) })
	room, err := p.room(ctx)
	if err != nil {
		return err
	}
	for n, one := range fresh {
		if n >= room {
			p.flooded = true
			break
		}
		item := post.SourceItem{
			ID: p.NewID(), CommuneID: p.source.CommuneID, SourceID: p.source.ID, Keys: one.newKeys(ledger), Hash: one.hashed,
			Content: one.Content, PublishedAt: one.Published, PostID: p.NewID(), CreatedAt: p.now, UpdatedAt: p.now,
		}
		old := !p.source.Primed && n < len(fresh)-p.source.Backfill
		item.State, item.Notes = judge(one, old)
		err := p.Store.AddSourceItem(ctx, item)
		if errors.Is(err, post.ErrConflict) {
			continue // another poller has it
		}
		if err != nil {
			return err
		}
		p.out.New++
		if item.State == post.ItemOurs {
			p.out.Ours++
		}
	}
	return nil
}

// room is how many new items may still be noted today.
func (p *polling) room(ctx context.Context) (int, error) {
	n, err := p.Store.CountSourceItems(ctx, p.source.CommuneID, p.source.ID, p.now.Add(-24*time.Hour))
	return max(0, maxNew-n), err
}

// judge says what becomes of a new item before its post is made.
func (p *polling) judge(ctx context.Context, fresh []*seen) (func(one *seen, old bool) (post.ItemState, []string), error) {
	published, err := p.Store.Echoes(ctx, p.source.CommuneID, echoesRead)
	if err != nil {
		return nil, err
	}
	ours := newEchoes(published)
	var keys []string
	for _, one := range fresh {
		keys = append(keys, one.anywhere()...)
	}
	elsewhere, err := p.Store.SourceItemsByKeys(ctx, p.source.CommuneID, "", keys)
	if err != nil {
		return nil, err
	}
	return func(one *seen, old bool) (post.ItemState, []string) {
		another := slices.ContainsFunc(one.anywhere(), func(k string) bool {
			found, ok := elsewhere[k]
			return ok && found.SourceID != p.source.ID && near(found.PublishedAt, one.Published, repeat)
		})
		switch {
		case ours.has(p.source, &one.Item):
			return post.ItemOurs, []string{"Publié par Crieur : rien à reprendre."}
		case another:
			return post.ItemSkipped, []string{"Déjà repris d’une autre source."}
		case old:
			return post.ItemSkipped, []string{"Plus ancien que la première reprise."}
		case ruleFor(p.source, &one.Content).Action == post.ImportIgnore:
			return post.ItemSkipped, []string{"Une règle laisse passer cet article."}
		default:
			return post.ItemPending, nil
		}
	}, nil
}

// takePending makes the posts that are still to be made.
func (p *polling) takePending(ctx context.Context) error {
	pending, err := p.Store.PendingSourceItems(ctx, p.source.CommuneID, p.source.ID, takeAtOnce+1)
	if err != nil || len(pending) == 0 {
		return err
	}
	p.left = len(pending) > takeAtOnce
	commune, err := p.Store.CommuneByID(ctx, p.source.CommuneID)
	if err != nil {
		return err
	}
	for i := range pending[:min(len(pending), takeAtOnce)] {
		if err := p.take(ctx, &commune, &pending[i]); err != nil {
			p.left = true
			return err
		}
		if pending[i].State != post.ItemPending && pending[i].State != post.ItemFailed {
			p.out.Taken++
		}
	}
	return nil
}
