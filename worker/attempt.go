package worker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/media"
)

// attempt is what a channel sees of the ledger while it publishes.
type attempt struct {
	worker   *Worker
	claim    *store.Claim
	number   int
	rendered channels.Rendered
	// phase is phaseCreating once the channel was allowed to make the creating
	// call, and phaseAbandoned once nobody waits for it any more.
	phase atomic.Int32
	// noted is when the send journal was told; zero: it was not.
	noted time.Time
	// refusal is the error with which the attempt itself answered the channel.
	refusal atomic.Pointer[error]
}

var _ channels.Attempt = (*attempt)(nil)

const (
	phaseOpen int32 = iota
	phaseCreating
	phaseAbandoned
)

func (a *attempt) created() bool { return a.phase.Load() == phaseCreating }

// abandon refuses the creating call from now on, unless it was made.
func (a *attempt) abandon() { a.phase.CompareAndSwap(phaseOpen, phaseAbandoned) }

// refused keeps an error on its way to the channel. A channel wraps what it
// cannot judge; what the attempt said itself is known better here.
func (a *attempt) refused(err error) error {
	if err != nil {
		a.refusal.Store(&err)
	}
	return err
}

// reason is the attempt's own refusal, where it stopped the channel before the
// creating call; else what the channel said. ours: the network has no part in
// it.
func (a *attempt) reason(said error) (ours bool, err error) {
	if own := a.refusal.Load(); said != nil && own != nil && !a.created() {
		return true, *own
	}
	return false, said
}

func (a *attempt) Key() string { return a.rendered.Key }

func (a *attempt) Number() int { return a.number }

func (a *attempt) Step(kind channels.StepKind, position int) (string, bool) {
	now := a.worker.clock.now()
	for _, step := range a.claim.Steps {
		if step.Kind == post.StepKind(kind) && step.Position == position && step.RemoteID != "" && (step.ExpiresAt.IsZero() || step.ExpiresAt.After(now)) {
			return step.RemoteID, true
		}
	}
	return "", false
}

func (a *attempt) SaveStep(ctx context.Context, kind channels.StepKind, position int, remoteID string, expires time.Time) error {
	d := &a.claim.Delivery
	// The network has made the object: its id is saved even if the call's time
	// is over.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishPatience)
	defer cancel()
	failpoint.Hit(failpoint.StepBefore)
	err := a.worker.Ledger.SaveStep(ctx, d.ID, d.Epoch, post.Step{
		Kind: post.StepKind(kind), Position: position, RemoteID: remoteID, ExpiresAt: expires, At: a.worker.clock.now(),
	})
	if err != nil {
		return a.refused(temporary("step", err))
	}
	return nil
}

// Creating commits the point of no return. An error means that this process
// lets nothing leave, so the attempt is proved not sent whether or not the
// commit reached the database; the commit itself speaks for a process that
// dies.
func (a *attempt) Creating(ctx context.Context) error { return a.refused(a.create(ctx)) }

func (a *attempt) create(ctx context.Context) error {
	d := &a.claim.Delivery
	if a.created() {
		return &channels.Error{Kind: channels.Internal, Op: "creating", Code: "created_twice", Err: errors.New("the channel asked to create twice in one attempt")}
	}
	now := a.worker.clock.now()
	failpoint.Hit(failpoint.CreatingBefore)
	if err := a.worker.Ledger.Creating(ctx, d.ID, d.Epoch, a.number, now); err != nil {
		return stopped(err)
	}
	if err := a.note(now); err != nil {
		return err
	}
	failpoint.Hit(failpoint.CreatingCommitted)
	// A process that was stopped for minutes wakes up here: its time is over,
	// and its claim may be another's.
	if err := ctx.Err(); err != nil {
		return temporary("creating", err)
	}
	if !a.phase.CompareAndSwap(phaseOpen, phaseCreating) {
		return temporary("creating", errAbandoned)
	}
	return nil
}

func (a *attempt) Image(ctx context.Context, i int) (channels.EncodedImage, error) {
	image, err := a.image(ctx, i)
	return image, a.refused(err)
}

func (a *attempt) image(ctx context.Context, i int) (channels.EncodedImage, error) {
	if i < 0 || i >= len(a.rendered.Images) {
		return channels.EncodedImage{}, &channels.Error{Kind: channels.Internal, Op: "picture", Code: "picture_unknown", Err: fmt.Errorf("picture %d of %d", i, len(a.rendered.Images))}
	}
	image := a.rendered.Images[i]
	failpoint.Hit(failpoint.PictureBefore)
	e, err := a.worker.rendition(ctx, a.claim.Delivery.CommuneID, image)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, media.ErrAltered) {
		return channels.EncodedImage{}, mediaLost(err)
	}
	if err != nil {
		return channels.EncodedImage{}, &channels.Error{
			Kind: channels.Temporary, Op: "picture", Code: "picture", Err: err,
			Message: "Crieur n’a pas pu préparer une image. Rien n’a été publié.",
		}
	}
	failpoint.Hit(failpoint.PictureMade)
	return encoded(e), nil
}
