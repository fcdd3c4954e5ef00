package channeltest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"sync"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/media"
)

// RecordingAttempt is channels.Attempt over memory. The hooks are set before
// the first use; the rest is safe for concurrent use.
type RecordingAttempt struct {
	// OnCreating runs in Creating; its error is what Creating returns.
	OnCreating func(context.Context) error
	// OnSaveStep runs before a step is kept; with an error it is not kept.
	OnSaveStep func(channels.StepKind, int) error
	// OnImage runs before a picture is given; with an error it is not.
	OnImage func(int) error

	rendered channels.Rendered
	number   int
	images   []channels.EncodedImage

	mu        sync.Mutex
	steps     []savedStep
	creatings int
}

type savedStep struct {
	channels.SavedStep
	expires time.Time
}

var _ channels.Attempt = (*RecordingAttempt)(nil)

// NewAttempt is the first attempt at a rendering. Its pictures are made to
// their plans, each in a colour of its own.
func NewAttempt(r channels.Rendered) (*RecordingAttempt, error) {
	a := &RecordingAttempt{rendered: r, number: 1}
	for i, planned := range r.Images {
		encoded, err := encodePlanned(planned.Plan, i)
		if err != nil {
			return nil, fmt.Errorf("picture %d: %w", i, err)
		}
		a.images = append(a.images, encoded)
	}
	return a, nil
}

// Again is the next attempt at the same delivery: the steps that were saved
// are there, the hooks are not.
func (a *RecordingAttempt) Again() *RecordingAttempt {
	a.mu.Lock()
	defer a.mu.Unlock()
	return &RecordingAttempt{
		rendered: a.rendered, number: a.number + 1, images: a.images,
		steps: append([]savedStep(nil), a.steps...),
	}
}

// Key implements channels.Attempt.
func (a *RecordingAttempt) Key() string { return a.rendered.Key }

// Number implements channels.Attempt.
func (a *RecordingAttempt) Number() int { return a.number }

// Step implements channels.Attempt. Steps do not expire here.
func (a *RecordingAttempt) Step(kind channels.StepKind, position int) (string, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.steps {
		if s.Kind == kind && s.Position == position && s.RemoteID != "" {
			return s.RemoteID, true
		}
	}
	return "", false
}

// SaveStep implements channels.Attempt. A step that is saved again is replaced.
func (a *RecordingAttempt) SaveStep(
	ctx context.Context, kind channels.StepKind, position int, remoteID string, expires time.Time,
) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if a.OnSaveStep != nil {
		if err := a.OnSaveStep(kind, position); err != nil {
			return err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	step := savedStep{channels.SavedStep{Kind: kind, Position: position, RemoteID: remoteID}, expires}
	for i, s := range a.steps {
		if s.Kind == kind && s.Position == position {
			a.steps[i] = step
			return nil
		}
	}
	a.steps = append(a.steps, step)
	return nil
}

// Creating implements channels.Attempt. Like the ledger's, it refuses when ctx
// is over, because the commit would fail.
func (a *RecordingAttempt) Creating(ctx context.Context) error {
	a.mu.Lock()
	a.creatings++
	a.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if a.OnCreating != nil {
		return a.OnCreating(ctx)
	}
	return nil
}

// Image implements channels.Attempt.
func (a *RecordingAttempt) Image(ctx context.Context, i int) (channels.EncodedImage, error) {
	if err := ctx.Err(); err != nil {
		return channels.EncodedImage{}, err
	}
	if a.OnImage != nil {
		if err := a.OnImage(i); err != nil {
			return channels.EncodedImage{}, err
		}
	}
	if i < 0 || i >= len(a.images) {
		return channels.EncodedImage{}, fmt.Errorf("channeltest: no picture %d", i)
	}
	return a.images[i], nil
}

// Creatings counts the calls of Creating.
func (a *RecordingAttempt) Creatings() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.creatings
}

// Steps are what was saved, as a Probe carries it.
func (a *RecordingAttempt) Steps() []channels.SavedStep {
	a.mu.Lock()
	defer a.mu.Unlock()
	var steps []channels.SavedStep
	for _, s := range a.steps {
		steps = append(steps, s.SavedStep)
	}
	return steps
}

// Shown is how the pictures of the attempt should be seen. takesAlt is false
// where the network has no alternative texts.
func (a *RecordingAttempt) Shown(takesAlt bool) []SeenImage {
	var shown []SeenImage
	for i, encoded := range a.images {
		sum := sha256.Sum256(encoded.Data)
		seen := SeenImage{SHA256: hex.EncodeToString(sum[:]), Width: encoded.Width, Height: encoded.Height}
		if takesAlt {
			seen.Alt = a.rendered.Images[i].Alt
		}
		shown = append(shown, seen)
	}
	return shown
}

func encodePlanned(plan media.Plan, i int) (channels.EncodedImage, error) {
	if plan.Width <= 0 || plan.Height <= 0 {
		return channels.EncodedImage{}, fmt.Errorf("planned as %d×%d", plan.Width, plan.Height)
	}
	picture := image.NewRGBA(image.Rect(0, 0, plan.Width, plan.Height))
	hue := color.RGBA{R: byte(40 * i), G: byte(255 - 20*i), B: 90, A: 255}
	draw.Draw(picture, picture.Bounds(), image.NewUniform(hue), image.Point{}, draw.Src)

	format := media.JPEG
	if len(plan.Spec.Formats) > 0 {
		format = plan.Spec.Formats[0]
	}
	var data bytes.Buffer
	var err error
	switch format {
	case media.JPEG:
		err = jpeg.Encode(&data, picture, nil)
	case media.PNG:
		err = png.Encode(&data, picture)
	case media.WebP, media.GIF, media.HEIC:
		err = fmt.Errorf("nothing here writes %s", format)
	}
	return channels.EncodedImage{
		Data: data.Bytes(), ContentType: string(format), Width: plan.Width, Height: plan.Height,
	}, err
}
