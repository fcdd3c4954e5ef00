package media_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io/fs"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

func jpegOnly(spec media.Spec) media.Spec {
	spec.Formats = []media.Format{media.JPEG}
	return spec
}

// render stores a picture and makes one rendition of it.
func render(t *testing.T, data []byte, focal media.Focal, spec media.Spec) (media.Encoded, image.Image) {
	t.Helper()
	l, _ := newLibrary(t)
	asset, err := l.Ingest(t.Context(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, media.PlanFor(asset.Width, asset.Height, focal, spec))
	if err != nil {
		t.Fatal(err)
	}
	wantClean(t, out.Data)
	return out, decode(t, out.Data, out.ContentType, out.Width, out.Height)
}

func TestRenditionShrinksEveryFormat(t *testing.T) {
	spec := jpegOnly(media.Spec{MaxWidth: 60, MaxHeight: 60})
	sources := map[string]struct {
		data          []byte
		width, height int
	}{
		"JPEG":              {mediatest.JPEG(400, 300), 60, 45},
		"JPEG, turned":      {mediatest.JPEG(400, 300, mediatest.Orientation(6), mediatest.GPS()), 60, 45},
		"JPEG, odd":         {mediatest.JPEG(401, 299), 60, 45},
		"JPEG, progressive": {mediatest.ProgressiveJPEG(400, 304), 60, 46},
		"JPEG, CMYK":        {mediatest.PressJPEG(400, 304, mediatest.CMYK), 60, 46},
		"PNG":               {mediatest.PNG(400, 300), 60, 45},
		"PNG, odd":          {mediatest.PNG(403, 301), 60, 45},
		"GIF":               {mediatest.GIF(400, 300, 3), 60, 45},
		"WebP":              {mediatest.WebP(), 60, 45},
		"WebP with profile": {mediatest.WebP(mediatest.Profile(mediatest.SRGB())), 60, 45},
		"HEIC":              {mediatest.HEIC(), 60, 45},
	}
	for name, tt := range sources {
		t.Run(name, func(t *testing.T) {
			out, img := render(t, tt.data, media.Centre(), spec)
			if out.ContentType != "image/jpeg" || out.Width != tt.width || out.Height != tt.height {
				t.Errorf("%s of %d × %d, want JPEG of %d × %d", out.ContentType, out.Width, out.Height, tt.width, tt.height)
			}
			wantCorners(t, img, mediatest.Colours(), 10)
		})
	}
}

// Black must come out black: a decoder that takes video levels for full ones
// makes it 16 and the picture grey.
func TestRenditionOfWebPIsNotWashedOut(t *testing.T) {
	_, fromWebP := render(t, mediatest.WebP(), media.Centre(), jpegOnly(media.Spec{MaxWidth: 64}))
	_, fromPNG := render(t, mediatest.PNG(mediatest.WebPWidth, mediatest.WebPHeight), media.Centre(), jpegOnly(media.Spec{MaxWidth: 64}))
	wantCorners(t, fromWebP, mediatest.CornerColours(fromPNG), 6)
}

func TestRenditionCropsAroundTheFocalPoint(t *testing.T) {
	c := mediatest.Colours()
	square := jpegOnly(media.Spec{MinRatio: 1, MaxRatio: 1, MaxWidth: 80})
	banner := jpegOnly(media.Spec{MinRatio: 4, MaxRatio: 4, MaxWidth: 120})
	tests := map[string]struct {
		focal media.Focal
		spec  media.Spec
		want  int // the colour of the first corner
	}{
		"square, left":   {media.Focal{X: 0, Y: 0.5}, square, 0},
		"square, right":  {media.Focal{X: 1, Y: 0.5}, square, 1},
		"banner, top":    {media.Focal{X: 0.5, Y: 0}, banner, 0},
		"banner, bottom": {media.Focal{X: 0.5, Y: 1}, banner, 2},
	}
	sources := map[string][]byte{
		"JPEG": mediatest.JPEG(600, 300, mediatest.Orientation(8)),
		"PNG":  mediatest.PNG(600, 300, mediatest.Orientation(5)),
	}
	for name, tt := range tests {
		for format, data := range sources {
			t.Run(name+" of "+format, func(t *testing.T) {
				_, img := render(t, data, tt.focal, tt.spec)
				got := mediatest.CornerColours(img)
				if !mediatest.Near(got[0], c[tt.want], 10) {
					t.Errorf("first corner %v, want %v", got[0], c[tt.want])
				}
			})
		}
	}
}

func TestRenditionKeepsWhatIsWithinTheSpec(t *testing.T) {
	all := []media.Format{media.JPEG, media.PNG, media.WebP, media.GIF}
	for name, data := range map[string][]byte{
		"JPEG":          mediatest.JPEG(200, 150),
		"PNG":           mediatest.PNGAlpha(200, 150),
		"WebP":          mediatest.WebP(),
		"animated GIF":  mediatest.GIF(60, 40, 2),
		"turned before": mediatest.JPEG(200, 150, mediatest.Orientation(6)),
	} {
		t.Run(name, func(t *testing.T) {
			l, blobs := newLibrary(t)
			asset, stored := ingest(t, l, data)
			for _, spec := range []media.Spec{
				{},
				{Formats: all, MaxBytes: asset.Bytes, MaxWidth: asset.Width, MaxHeight: asset.Height, MinRatio: 1, MaxRatio: 2},
			} {
				out, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, media.PlanFor(asset.Width, asset.Height, media.Centre(), spec))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(out.Data, stored) || out.ContentType != asset.ContentType ||
					out.Width != asset.Width || out.Height != asset.Height {
					t.Errorf("%s of %d bytes, want the %d stored ones", out.ContentType, len(out.Data), len(stored))
				}
			}
			if keys := blobs.Keys(); len(keys) != 1 {
				t.Errorf("the same bytes were kept twice: %v", keys)
			}
		})
	}
}

func TestRenditionPutsWhiteBelowTransparency(t *testing.T) {
	for name, data := range map[string][]byte{
		"PNG":            mediatest.PNGAlpha(200, 150),
		"WebP, lossy":    mediatest.WebPAlpha(),
		"WebP, lossless": mediatest.WebPLossless(),
	} {
		t.Run(name, func(t *testing.T) {
			_, img := render(t, data, media.Centre(), jpegOnly(media.Spec{MaxWidth: 50}))
			wantCorners(t, img, mediatest.Colours(), 10)
			b := img.Bounds()
			band := image.Rect(2, b.Dy()*9/20, b.Dx()-2, b.Dy()*11/20)
			if c := mediatest.Mean(img, band); min(c.R, c.G, c.B) < 245 {
				t.Errorf("the transparent band is %v, want white", c)
			}
		})
	}
	t.Run("and keeps it in PNG", func(t *testing.T) {
		spec := media.Spec{Formats: []media.Format{media.PNG}, MaxWidth: 50}
		out, img := render(t, mediatest.PNGAlpha(200, 150), media.Centre(), spec)
		if c := mediatest.Mean(img, image.Rect(10, 17, 40, 20)); c.A > 10 || out.ContentType != "image/png" {
			t.Errorf("%s, the band is %v", out.ContentType, c)
		}
	})
}

func TestRenditionKeepsToTheBytes(t *testing.T) {
	data := mediatest.JPEG(800, 600, mediatest.Quality(95))
	bound := media.Spec{MaxWidth: 640, MaxHeight: 640}
	free, _ := render(t, data, media.Centre(), jpegOnly(bound))
	last := math.MaxInt
	for _, part := range []int{2, 3, 8, 40} {
		spec := bound
		spec.MaxBytes = int64(len(free.Data) / part)
		out, img := render(t, data, media.Centre(), jpegOnly(spec))
		if int64(len(out.Data)) > spec.MaxBytes {
			t.Errorf("%d bytes, at most %d asked for", len(out.Data), spec.MaxBytes)
		}
		if len(out.Data) >= last || out.Width > 640 {
			t.Errorf("%d bytes and %d pixels wide after %d bytes", len(out.Data), out.Width, last)
		}
		if ratio := float64(out.Width) / float64(out.Height); math.Abs(ratio-4.0/3) > 0.02 {
			t.Errorf("%d × %d is out of shape", out.Width, out.Height)
		}
		last = len(out.Data)
		wantCorners(t, img, mediatest.Colours(), 14)
	}
	t.Run("quality gives way before size", func(t *testing.T) {
		spec := jpegOnly(bound)
		spec.MaxBytes = int64(len(free.Data) * 3 / 4)
		out, _ := render(t, data, media.Centre(), spec)
		if out.Width != 640 || int64(len(out.Data)) < spec.MaxBytes*3/4 {
			t.Errorf("%d wide with %d bytes of %d", out.Width, len(out.Data), spec.MaxBytes)
		}
	})
	t.Run("PNG gives way to JPEG", func(t *testing.T) {
		spec := media.Spec{Formats: []media.Format{media.PNG, media.JPEG}, MaxBytes: 20_000}
		out, _ := render(t, mediatest.PNG(300, 200), media.Centre(), spec)
		if out.ContentType != "image/jpeg" || out.Width != 300 {
			t.Errorf("%s, %d wide", out.ContentType, out.Width)
		}
	})
	t.Run("a budget for nothing is an error", func(t *testing.T) {
		l, _ := newLibrary(t)
		asset, _ := ingest(t, l, data)
		plan := media.PlanFor(asset.Width, asset.Height, media.Centre(), jpegOnly(media.Spec{MaxBytes: 50}))
		if out, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, plan); err == nil {
			t.Errorf("%d bytes", len(out.Data))
		}
	})
}

func TestRenditionsAreCachedByContentAndSpec(t *testing.T) {
	l, blobs := newLibrary(t)
	asset, _ := ingest(t, l, mediatest.JPEG(400, 300))
	plan := func(width int) media.Plan {
		return media.PlanFor(asset.Width, asset.Height, media.Centre(), jpegOnly(media.Spec{MaxWidth: width}))
	}
	plans := []media.Plan{plan(50), plan(200), plan(100)}
	first, err := l.Renditions(t.Context(), asset.SHA256, asset.ContentType, plans)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{50, 200, 100} {
		if first[i].Width != want {
			t.Errorf("rendition %d is %d wide, want %d", i, first[i].Width, want)
		}
	}
	if keys := blobs.Keys(); len(keys) != 4 {
		t.Fatalf("kept %v, want the picture and three renditions", keys)
	}

	t.Run("read back, even without the picture", func(t *testing.T) {
		alone, others := media.NewLibrary(blobs, clock, media.Options{}), 0
		for _, key := range blobs.Keys() {
			if strings.HasSuffix(key, "/original") {
				continue
			}
			others++
		}
		again, err := alone.Renditions(t.Context(), asset.SHA256, asset.ContentType, plans)
		if err != nil {
			t.Fatal(err)
		}
		for i := range again {
			if !bytes.Equal(again[i].Data, first[i].Data) {
				t.Errorf("rendition %d changed", i)
			}
		}
		if got := len(blobs.Keys()); got != others+1 {
			t.Errorf("%d blobs after reading, %d before", got, others+1)
		}
	})
	t.Run("made again when damaged", func(t *testing.T) {
		for _, key := range blobs.Keys() {
			if !strings.HasSuffix(key, "/original") {
				blobs.Alter(key)
			}
		}
		again, err := l.Renditions(t.Context(), asset.SHA256, asset.ContentType, plans)
		if err != nil {
			t.Fatal(err)
		}
		for i := range again {
			if !bytes.Equal(again[i].Data, first[i].Data) {
				t.Errorf("rendition %d is damaged", i)
			}
		}
	})
	t.Run("not needed to publish", func(t *testing.T) {
		blobs.FailPuts(errors.New("no space left on device"))
		defer blobs.FailPuts(nil)
		if out, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, plan(77)); err != nil || out.Width != 77 {
			t.Errorf("%d wide, %v", out.Width, err)
		}
	})
	t.Run("gone with their picture", func(t *testing.T) {
		if err := l.Delete(t.Context(), asset.SHA256); err != nil {
			t.Fatal(err)
		}
		if keys := blobs.Keys(); len(keys) != 0 {
			t.Errorf("left: %v", keys)
		}
		if _, err := l.File(t.Context(), asset.SHA256); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
}

func TestStoredPicturesAreChecked(t *testing.T) {
	l, blobs := newLibrary(t)
	asset, _ := ingest(t, l, mediatest.JPEG(100, 80))
	plan := media.PlanFor(100, 80, media.Centre(), jpegOnly(media.Spec{MaxWidth: 50}))
	calls := func(sha string) map[string]error {
		f, fileErr := l.File(t.Context(), sha)
		if fileErr == nil {
			fileErr = f.Close()
		}
		_, renditionErr := l.Rendition(t.Context(), sha, asset.ContentType, plan)
		return map[string]error{"File": fileErr, "Verify": l.Verify(t.Context(), sha), "Rendition": renditionErr}
	}
	for _, sha := range []string{strings.Repeat("0", 64), "", "../../etc/passwd", strings.ToUpper(asset.SHA256)} {
		for name, err := range calls(sha) {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s of %q: got %v, want not exist", name, sha, err)
			}
		}
	}
	if err := l.Verify(t.Context(), asset.SHA256); err != nil {
		t.Errorf("an intact picture: %v", err)
	}
	blobs.Alter(asset.SHA256[:2] + "/" + asset.SHA256 + "/original")
	for name, err := range calls(asset.SHA256) {
		if !errors.Is(err, media.ErrAltered) {
			t.Errorf("%s of an altered picture: got %v", name, err)
		}
	}
}

func TestRenditionRefusesAForeignPlan(t *testing.T) {
	l, _ := newLibrary(t)
	asset, _ := ingest(t, l, mediatest.JPEG(100, 80))
	for name, plan := range map[string]media.Plan{
		"of a larger picture": media.PlanFor(200, 160, media.Centre(), media.Spec{}),
		"outside":             {Crop: media.Crop{X: 90, Width: 20, Height: 20}, Width: 20, Height: 20},
		"enlarged":            {Crop: media.Crop{Width: 20, Height: 20}, Width: 40, Height: 40},
		"empty":               {},
		"overflowing":         {Crop: media.Crop{X: math.MaxInt, Width: 1, Height: 1}, Width: 1, Height: 1},
	} {
		if _, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, plan); err == nil {
			t.Errorf("a plan %s was carried out", name)
		}
	}
	if _, err := l.Rendition(t.Context(), asset.SHA256, "image/png", media.PlanFor(100, 80, media.Centre(), media.Spec{})); err == nil {
		t.Error("another content type than the stored one was accepted")
	}
}

// A budget smaller than one picture lets pictures through one by one.
func TestLibraryWorksUnderATinyMemoryBudget(t *testing.T) {
	blobs := mediatest.NewBlobs()
	l := media.NewLibrary(blobs, clock, media.Options{MemoryBudget: 1, TempDir: t.TempDir()})
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			asset, err := l.Ingest(t.Context(), bytes.NewReader(mediatest.JPEG(100+i, 80, mediatest.Orientation(6))))
			if err != nil {
				t.Error(err)
				return
			}
			plan := media.PlanFor(asset.Width, asset.Height, media.Centre(), jpegOnly(media.Spec{MaxWidth: 40}))
			if _, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, plan); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// A progressive JPEG keeps all its coefficients while it is decoded: two of
// them are more than the budget where two ordinary ones are not.
func TestLibraryWeighsPictures(t *testing.T) {
	for name, tt := range map[string]struct {
		data     []byte
		together int32
	}{
		"ordinary":    {mediatest.JPEG(256, 256), 2},
		"progressive": {mediatest.ProgressiveJPEG(256, 256), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var running atomic.Int32
				release := make(chan struct{})
				l := media.NewLibrary(mediatest.NewBlobs(), clock, media.Options{
					MemoryBudget: 1_600_000,
					TempDir:      t.TempDir(),
					// Called while the picture's weight is still held.
					Observe: func(string, time.Duration, error) {
						running.Add(1)
						<-release
					},
				})
				var wg sync.WaitGroup
				for range 2 {
					wg.Go(func() {
						if _, err := l.Ingest(t.Context(), bytes.NewReader(tt.data)); err != nil {
							t.Error(err)
						}
					})
				}
				synctest.Wait()
				if got := running.Load(); got != tt.together {
					t.Errorf("%d at the same time, want %d", got, tt.together)
				}
				close(release)
				wg.Wait()
			})
		})
	}
}

func TestLibraryStopsWithItsContext(t *testing.T) {
	l, _ := newLibrary(t)
	asset, _ := ingest(t, l, mediatest.JPEG(100, 80))
	gone := errors.New("the client went away")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := l.Ingest(ctx, bytes.NewReader(mediatest.JPEG(100, 80))); !errors.Is(err, gone) {
		t.Errorf("Ingest: got %v", err)
	}
	plan := media.PlanFor(100, 80, media.Centre(), jpegOnly(media.Spec{MaxWidth: 40}))
	if _, err := l.Rendition(ctx, asset.SHA256, asset.ContentType, plan); err == nil {
		t.Error("Rendition went on")
	}
}
