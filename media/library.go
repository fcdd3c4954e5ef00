package media

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"
)

// pipelineVersion is part of the key of every cached rendition. It grows with
// any change that makes other bytes from the same picture and plan.
const pipelineVersion = 1

// worthFreeing is the estimated size from which a picture's memory is given
// back to the system at once. The collector would do that only minutes later,
// and until then the process looks as if it needed several pictures' worth; a
// phone's ordinary photograph is below and not worth a collection.
const worthFreeing = 96 << 20

// Blobs keeps bytes under keys such as "ab/abcd…/original". Put is durable
// when it returns, and a reader sees either the old bytes or the new ones.
// What is not there is fs.ErrNotExist.
type Blobs interface {
	Put(ctx context.Context, key string, data []byte) error
	Get(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Delete removes the key and every key below it. It is no error when there
	// is none.
	Delete(ctx context.Context, key string) error
}

// Asset is a picture as it was stored: upright, in sRGB, without metadata.
type Asset struct {
	SHA256      string
	ContentType string
	Width       int
	Height      int
	Bytes       int64
}

// Encoded is a picture as it leaves. Width and Height are smaller than the
// plan's only where the byte budget left no other way.
type Encoded struct {
	Data        []byte
	ContentType string
	Width       int
	Height      int
}

// Options of a Library. Every zero value has a sensible meaning.
type Options struct {
	// MemoryBudget bounds the estimated bytes of all pictures that are being
	// decoded at the same time; a single picture above it is decoded alone.
	// Default 256 MiB.
	MemoryBudget int64
	// TempDir holds uploads while they arrive; default os.TempDir.
	TempDir string
	// Observe is told how long each ingestion and each decoding for renditions
	// took.
	Observe func(operation string, took time.Duration, err error)
	// Log receives what does not fail a call, such as a full disk under the
	// cache; default: nowhere.
	Log *slog.Logger
}

// Library stores pictures and makes renditions of them. It is safe for
// concurrent use and holds no pixels between calls.
type Library struct {
	blobs   Blobs
	now     func() time.Time
	budget  int64
	memory  *semaphore.Weighted
	tempDir string
	observe func(string, time.Duration, error)
	log     *slog.Logger
}

// NewLibrary makes a Library over a store of bytes.
func NewLibrary(blobs Blobs, now func() time.Time, o Options) *Library {
	l := &Library{
		blobs:   blobs,
		now:     now,
		budget:  cmp.Or(o.MemoryBudget, 256<<20),
		tempDir: o.TempDir,
		observe: o.Observe,
		log:     o.Log,
	}
	if l.observe == nil {
		l.observe = func(string, time.Duration, error) {}
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	l.memory = semaphore.NewWeighted(l.budget)
	return l
}

// Rendition makes the picture that a plan asks for; see Renditions.
func (l *Library) Rendition(ctx context.Context, sha, contentType string, plan Plan) (Encoded, error) {
	out, err := l.Renditions(ctx, sha, contentType, []Plan{plan})
	if err != nil {
		return Encoded{}, err
	}
	return out[0], nil
}

// Renditions makes pictures from a stored one with a single decoding, in the
// order of the plans. A plan that asks for the whole picture, in a format and
// a number of bytes that the stored file already has, gets the stored bytes;
// others are cached below the picture's key.
//
// The error is fs.ErrNotExist where the stored file is missing and ErrAltered
// where it is not what was stored.
func (l *Library) Renditions(ctx context.Context, sha, contentType string, plans []Plan) ([]Encoded, error) {
	out := make([]Encoded, len(plans))
	missing := make([]int, 0, len(plans))
	for i, plan := range plans {
		cached, ok, err := l.cached(ctx, sha, plan)
		if err != nil {
			return nil, err
		}
		if out[i] = cached; !ok {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	data, err := l.stored(ctx, sha)
	if err != nil {
		return nil, err
	}
	info, err := Probe(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	if string(info.Format) != contentType {
		return nil, fmt.Errorf("media: %s is %s and not %s", sha, info.Format, contentType)
	}
	work := missing[:0]
	for _, i := range missing {
		if !plans[i].fits(info.Width, info.Height) {
			return nil, fmt.Errorf("media: plan %+v does not fit %d × %d pixels", plans[i].Crop, info.Width, info.Height)
		}
		if accepted(plans[i], info, len(data)) {
			out[i] = Encoded{Data: data, ContentType: contentType, Width: info.Width, Height: info.Height}
			continue
		}
		work = append(work, i)
	}
	if len(work) == 0 {
		return out, nil
	}
	return out, l.render(ctx, sha, data, info, plans, work, out)
}

// accepted reports whether a plan is met by the stored bytes.
func accepted(plan Plan, info Info, size int) bool {
	return plan.whole(info.Width, info.Height) &&
		(len(plan.Spec.Formats) == 0 || slices.Contains(plan.Spec.Formats, info.Format)) &&
		(plan.Spec.MaxBytes <= 0 || int64(size) <= plan.Spec.MaxBytes)
}

// render decodes once and fills the results whose numbers are in work.
func (l *Library) render(ctx context.Context, sha string, data []byte, info Info, plans []Plan, work []int, out []Encoded) (err error) {
	// Biggest first: the smaller ones find their memory already there.
	slices.SortStableFunc(work, func(a, b int) int {
		return cmp.Compare(windowPixels(plans[b]), windowPixels(plans[a]))
	})
	cost := decodeCost(info, int64(len(data))) + 12*windowPixels(plans[work[0]])
	return l.weighed(ctx, "render", cost, func() error {
		img, err := decode(ctx, data, info)
		if err != nil {
			return err
		}
		img = upright(toSRGB(img, newTransform(info)), info.Orientation)
		for _, i := range work {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if out[i], err = encodeWithin(window(img, plans[i]), plans[i]); err != nil {
				return err
			}
			l.cache(ctx, sha, plans[i], out[i])
		}
		return nil
	})
}

// windowPixels estimates the pixels that a rendition holds before its filter:
// less than two on each side for one of the result, and never more than the
// crop has.
func windowPixels(p Plan) int64 {
	crop := int64(p.Crop.Width) * int64(p.Crop.Height)
	return min(crop, 4*int64(p.Width)*int64(p.Height))
}

// weighed runs work that takes an estimated number of bytes when there is room
// for it.
func (l *Library) weighed(ctx context.Context, operation string, cost int64, work func() error) error {
	cost = min(cost, l.budget)
	if err := l.memory.Acquire(ctx, cost); err != nil {
		return context.Cause(ctx)
	}
	defer l.memory.Release(cost)
	start := l.now()
	err := guarded(work)
	l.observe(operation, l.now().Sub(start), err)
	if cost >= worthFreeing {
		debug.FreeOSMemory()
	}
	return err
}

// File opens a stored picture after checking that it is what was stored. The
// error is fs.ErrNotExist or ErrAltered otherwise.
func (l *Library) File(ctx context.Context, sha string) (io.ReadSeekCloser, error) {
	key, err := originalKey(sha)
	if err != nil {
		return nil, err
	}
	f, err := l.blobs.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err == nil && hex.EncodeToString(h.Sum(nil)) != sha {
		err = fmt.Errorf("%w: %s", ErrAltered, sha)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Verify checks that a stored picture is there and unaltered, as before a post
// is due.
func (l *Library) Verify(ctx context.Context, sha string) error {
	f, err := l.File(ctx, sha)
	if err != nil {
		return err
	}
	return f.Close()
}

// Delete removes a stored picture and all its renditions. Pictures are shared
// by everybody who sent the same one: the caller knows that nobody is left.
func (l *Library) Delete(ctx context.Context, sha string) error {
	folder, err := folderKey(sha)
	if err != nil {
		return err
	}
	return l.blobs.Delete(ctx, folder)
}

// stored reads a picture and checks it.
func (l *Library) stored(ctx context.Context, sha string) (data []byte, err error) {
	f, err := l.File(ctx, sha)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(f)
}

// cached returns a rendition that was made before. A damaged one counts as
// none: it is made again.
func (l *Library) cached(ctx context.Context, sha string, plan Plan) (Encoded, bool, error) {
	key, err := renditionKey(sha, plan)
	if err != nil {
		return Encoded{}, false, err
	}
	f, err := l.blobs.Get(ctx, key)
	if errors.Is(err, fs.ErrNotExist) {
		return Encoded{}, false, nil
	}
	if err != nil {
		return Encoded{}, false, err
	}
	b, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return Encoded{}, false, err
	}
	if len(b) < sha256.Size || sha256.Sum256(b[sha256.Size:]) != [sha256.Size]byte(b) {
		l.log.WarnContext(ctx, "a cached rendition was altered and is made again", "key", key)
		return Encoded{}, false, nil
	}
	data := b[sha256.Size:]
	info, err := Probe(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Encoded{}, false, err
	}
	return Encoded{Data: data, ContentType: string(info.Format), Width: info.Width, Height: info.Height}, true, nil
}

// cache keeps a rendition behind its own checksum. A failure costs only the
// time of making it again.
func (l *Library) cache(ctx context.Context, sha string, plan Plan, e Encoded) {
	key, err := renditionKey(sha, plan)
	if err == nil {
		sum := sha256.Sum256(e.Data)
		err = l.blobs.Put(ctx, key, append(sum[:], e.Data...))
	}
	if err != nil {
		l.log.WarnContext(ctx, "a rendition could not be cached", "key", key, "error", err)
	}
}

// folderKey is where everything made from one picture lies.
func folderKey(sha string) (string, error) {
	if b, err := hex.DecodeString(sha); err != nil || len(b) != sha256.Size || hex.EncodeToString(b) != sha {
		return "", fmt.Errorf("media: %q is not a SHA-256: %w", sha, fs.ErrNotExist)
	}
	return sha[:2] + "/" + sha, nil
}

func originalKey(sha string) (string, error) {
	folder, err := folderKey(sha)
	return folder + "/original", err
}

func renditionKey(sha string, plan Plan) (string, error) {
	folder, err := folderKey(sha)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(plan)
	if err != nil {
		return "", fmt.Errorf("media: plan: %w", err)
	}
	sum := sha256.Sum256(b)
	return fmt.Sprintf("%s/v%d-%x", folder, pipelineVersion, sum[:16]), nil
}

// spool keeps an upload in a file without a name while it is examined, so that
// waiting uploads cost no memory.
func (l *Library) spool(r io.Reader) (f *os.File, size int64, err error) {
	f, err = os.CreateTemp(l.tempDir, "crieur-upload-*")
	if err != nil {
		return nil, 0, fmt.Errorf("media: upload: %w", err)
	}
	err = os.Remove(f.Name())
	if err == nil {
		size, err = io.Copy(f, io.LimitReader(r, MaxUpload+1))
	}
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("media: upload: %w", err), f.Close())
	}
	return f, size, nil
}
