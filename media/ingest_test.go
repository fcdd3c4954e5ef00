package media_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/webp"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

func clock() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) }

func newLibrary(t *testing.T) (*media.Library, *mediatest.Blobs) {
	t.Helper()
	blobs := mediatest.NewBlobs()
	return media.NewLibrary(blobs, clock, media.Options{TempDir: t.TempDir()}), blobs
}

// ingest stores a picture and returns it with the stored bytes.
func ingest(t *testing.T, l *media.Library, data []byte) (media.Asset, []byte) {
	t.Helper()
	asset, err := l.Ingest(t.Context(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.File(t.Context(), asset.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if int64(len(stored)) != asset.Bytes {
		t.Errorf("%d bytes stored, %d said", len(stored), asset.Bytes)
	}
	return asset, stored
}

// decode reads a picture as its content type says, and checks the size.
func decode(t *testing.T, data []byte, contentType string, width, height int) image.Image {
	t.Helper()
	var img image.Image
	var err error
	switch contentType {
	case "image/jpeg":
		img, err = jpeg.Decode(bytes.NewReader(data))
	case "image/png":
		img, err = png.Decode(bytes.NewReader(data))
	case "image/gif":
		img, err = gif.Decode(bytes.NewReader(data))
	case "image/webp":
		img, err = webp.Decode(bytes.NewReader(data))
	default:
		t.Fatalf("content type %q", contentType)
	}
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size != image.Pt(width, height) {
		t.Errorf("the picture has %v pixels, %d × %d said", size, width, height)
	}
	return img
}

func wantCorners(t *testing.T, img image.Image, want [4]color.NRGBA, tolerance int) {
	t.Helper()
	got := mediatest.CornerColours(img)
	for i := range want {
		if !mediatest.Near(got[i], want[i], tolerance) {
			t.Errorf("corner %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func wantClean(t *testing.T, data []byte) {
	t.Helper()
	if found := mediatest.HasMetadata(data); len(found) > 0 {
		t.Errorf("metadata left: %v", found)
	}
}

// Fifty ways in which cameras store a picture, one way in which it comes out.
func TestIngestTurnsUprightAndStripsMetadata(t *testing.T) {
	everything := []mediatest.Option{mediatest.GPS(), mediatest.XMP(), mediatest.Profile(mediatest.SRGB())}
	kinds := map[string]func(o int) []byte{
		"JPEG":         func(o int) []byte { return mediatest.JPEG(96, 64, append(everything, mediatest.Orientation(o))...) },
		"JPEG, odd":    func(o int) []byte { return mediatest.JPEG(97, 63, append(everything, mediatest.Orientation(o))...) },
		"PNG":          func(o int) []byte { return mediatest.PNG(96, 64, append(everything, mediatest.Orientation(o))...) },
		"PNG of one":   func(o int) []byte { return mediatest.PNG(4, 4, append(everything, mediatest.Orientation(o))...) },
		"JPEG, bigger": func(o int) []byte { return mediatest.JPEG(640, 480, append(everything, mediatest.Orientation(o))...) },
	}
	for name, make := range kinds {
		for o := 1; o <= 8; o++ {
			t.Run(name, func(t *testing.T) {
				l, _ := newLibrary(t)
				source := make(o)
				if found := mediatest.HasMetadata(source); !slices.Contains(found, "GPS") || !slices.Contains(found, "ICC") {
					t.Fatalf("the source must carry metadata, has %v", found)
				}
				asset, stored := ingest(t, l, source)
				wantClean(t, stored)
				img := decode(t, stored, asset.ContentType, asset.Width, asset.Height)
				if asset.Width < asset.Height {
					t.Errorf("orientation %d: %d × %d lies on its side", o, asset.Width, asset.Height)
				}
				wantCorners(t, img, mediatest.Colours(), 6)
			})
		}
	}
}

func TestIngestObeysTheContainersOrientation(t *testing.T) {
	for o := 1; o <= 8; o++ {
		l, _ := newLibrary(t)
		asset, stored := ingest(t, l, mediatest.WebP(mediatest.Orientation(o), mediatest.GPS(), mediatest.XMP()))
		wantClean(t, stored)
		if o > 1 {
			wantCorners(t, decode(t, stored, asset.ContentType, asset.Width, asset.Height), mediatest.Seen(o), 6)
		}
	}
}

// What is already upright, in sRGB and readable keeps its pixels bit for bit.
func TestIngestKeepsCompressedPixels(t *testing.T) {
	pixels := func(t *testing.T, data []byte, contentType string) []byte {
		t.Helper()
		info, err := media.Probe(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		return rawPixels(decode(t, data, contentType, info.Width, info.Height))
	}
	tests := map[string]struct {
		data        []byte
		contentType string
	}{
		"JPEG":              {mediatest.JPEG(120, 80, mediatest.GPS(), mediatest.XMP()), "image/jpeg"},
		"JPEG tagged sRGB":  {mediatest.JPEG(120, 80, mediatest.Profile(mediatest.SRGB())), "image/jpeg"},
		"JPEG, low quality": {mediatest.JPEG(120, 80, mediatest.Quality(30), mediatest.GPS()), "image/jpeg"},
		"JPEG, progressive": {mediatest.ProgressiveJPEG(128, 64, mediatest.GPS()), "image/jpeg"},
		"JPEG, thumbnails":  {mediatest.JPEG(120, 80, mediatest.Thumbnail()), "image/jpeg"},
		"PNG, sRGB's gamma": {mediatest.PNG(120, 80, mediatest.Gamma(45455)), "image/png"},
		"JPEG with a film behind it": {append(mediatest.JPEG(120, 80),
			append([]byte("\x00\x00\x00\x18ftypmp42 Dupont SERIAL0042"), mediatest.JPEG(8, 8, mediatest.GPS())...)...), "image/jpeg"},
		"JPEG, printer's profile": {mediatest.JPEG(120, 80, mediatest.Profile(mediatest.PressProfile())), "image/jpeg"},
		"PNG":                     {mediatest.PNG(120, 80, mediatest.GPS(), mediatest.XMP()), "image/png"},
		"PNG with alpha":          {mediatest.PNGAlpha(120, 80, mediatest.XMP(), mediatest.Profile(mediatest.SRGB())), "image/png"},
		"PNG with remains":        {append(mediatest.PNG(120, 80), "the uncropped picture of Dupont"...), "image/png"},
		"WebP":                    {mediatest.WebP(mediatest.GPS(), mediatest.XMP()), "image/webp"},
		"WebP with alpha":         {mediatest.WebPAlpha(mediatest.GPS()), "image/webp"},
		"WebP, lossless":          {mediatest.WebPLossless(mediatest.XMP()), "image/webp"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, _ := newLibrary(t)
			asset, stored := ingest(t, l, tt.data)
			if asset.ContentType != tt.contentType {
				t.Fatalf("stored as %s, want %s", asset.ContentType, tt.contentType)
			}
			wantClean(t, stored)
			if !bytes.Equal(pixels(t, stored, tt.contentType), pixels(t, tt.data, tt.contentType)) {
				t.Error("the pixels changed")
			}
			if len(stored) > len(tt.data)+32 {
				t.Errorf("%d bytes became %d", len(tt.data), len(stored))
			}
			again, _ := ingest(t, l, stored)
			if again != asset {
				t.Errorf("stored once more it is %+v, was %+v", again, asset)
			}
		})
	}
}

func rawPixels(img image.Image) []byte {
	b := img.Bounds()
	out := make([]byte, 0, 4*b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c, _ := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			out = append(out, c.R, c.G, c.B, c.A)
		}
	}
	return out
}

// The numbers of the scene mean other colours under a wide-gamut profile. The
// wanted ones were computed from the primaries that the standards state, under
// their own white and in floating point, apart from the code under test.
func TestIngestConvertsColours(t *testing.T) {
	p3 := displayP3()
	linear := [4]color.NRGBA{{R: 229, G: 110, B: 110, A: 255}, {R: 110, G: 208, B: 133, A: 255}, {R: 110, G: 143, B: 224, A: 255}, {R: 239, G: 229, B: 122, A: 255}}
	adobe := [4]color.NRGBA{{R: 233, G: 35, B: 35, A: 255}, {R: 0, G: 161, B: 47, A: 255}, {R: 2, G: 68, B: 195, A: 255}, {R: 228, G: 201, B: 12, A: 255}}
	tests := map[string]struct {
		data      []byte
		want      [4]color.NRGBA
		tolerance int
	}{
		"Display P3 JPEG":           {mediatest.JPEG(96, 64, mediatest.Profile(mediatest.DisplayP3())), p3, 8},
		"Display P3 JPEG, turned":   {mediatest.JPEG(96, 64, mediatest.Profile(mediatest.DisplayP3()), mediatest.Orientation(6)), p3, 8},
		"Display P3 PNG":            {mediatest.PNG(96, 64, mediatest.Profile(mediatest.DisplayP3())), p3, 2},
		"Display P3 WebP":           {mediatest.WebP(mediatest.Profile(mediatest.DisplayP3())), p3, 8},
		"Adobe RGB JPEG":            {mediatest.JPEG(96, 64, mediatest.Profile(mediatest.AdobeRGB())), adobe, 8},
		"Adobe RGB PNG":             {mediatest.PNG(96, 64, mediatest.Profile(mediatest.AdobeRGB())), adobe, 2},
		"PNG of linear light":       {mediatest.PNG(96, 64, mediatest.Gamma(100_000)), linear, 2},
		"CMYK JPEG":                 {mediatest.PressJPEG(96, 64, mediatest.CMYK), mediatest.Colours(), 6},
		"YCCK JPEG":                 {mediatest.PressJPEG(96, 64, mediatest.YCCK), mediatest.Colours(), 6},
		"CMYK with press profile":   {mediatest.PressJPEG(96, 64, mediatest.CMYK, mediatest.Profile(mediatest.PressProfile()), mediatest.XMP()), mediatest.Colours(), 6},
		"a profile that is damaged": {mediatest.JPEG(96, 64, mediatest.Profile(mediatest.DisplayP3()[:200])), mediatest.Colours(), 6},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, _ := newLibrary(t)
			asset, stored := ingest(t, l, tt.data)
			wantClean(t, stored)
			wantCorners(t, decode(t, stored, asset.ContentType, asset.Width, asset.Height), tt.want, tt.tolerance)
		})
	}
}

func TestIngestConvertsGrey(t *testing.T) {
	l, _ := newLibrary(t)
	asset, stored := ingest(t, l, mediatest.GreyJPEG(264, 16, mediatest.Profile(mediatest.GreyGamma(1.8))))
	wantClean(t, stored)
	img := decode(t, stored, asset.ContentType, 264, 16)
	// A quarter, a half and three quarters of the way, by the formulas.
	for x, want := range map[int]uint8{64: 80, 128: 145, 192: 203} {
		grey := color.NRGBA{R: want, G: want, B: want, A: 255}
		if got := mediatest.Mean(img, image.Rect(x+1, 1, x+7, 15)); !mediatest.Near(got, grey, 2) {
			t.Errorf("at %d: %v, want %v", x, got, grey)
		}
	}
}

// displayP3 is the scene when its numbers are Display P3's.
func displayP3() [4]color.NRGBA {
	return [4]color.NRGBA{{R: 218, G: 0, B: 26, A: 255}, {R: 0, G: 163, B: 40, A: 255}, {R: 29, G: 71, B: 197, A: 255}, {R: 224, G: 199, B: 0, A: 255}}
}

func TestIngestAnimations(t *testing.T) {
	t.Run("an animated GIF stays one, without its comments", func(t *testing.T) {
		l, _ := newLibrary(t)
		asset, stored := ingest(t, l, mediatest.GIF(60, 40, 3, mediatest.XMP()))
		wantClean(t, stored)
		g, err := gif.DecodeAll(bytes.NewReader(stored))
		if err != nil {
			t.Fatal(err)
		}
		if len(g.Image) != 3 || g.LoopCount != 3 || asset.ContentType != "image/gif" {
			t.Errorf("%d frames, %d loops, %s", len(g.Image), g.LoopCount, asset.ContentType)
		}
	})
	t.Run("a still GIF becomes PNG", func(t *testing.T) {
		l, _ := newLibrary(t)
		asset, stored := ingest(t, l, mediatest.GIF(60, 40, 1, mediatest.XMP()))
		wantClean(t, stored)
		wantCorners(t, decode(t, stored, "image/png", asset.Width, asset.Height), mediatest.Colours(), 0)
	})
	t.Run("an animated WebP becomes its first frame", func(t *testing.T) {
		l, _ := newLibrary(t)
		asset, stored := ingest(t, l, mediatest.AnimatedWebP(true))
		img := decode(t, stored, "image/webp", asset.Width, asset.Height)
		if img.Bounds().Dx() != mediatest.WebPWidth {
			t.Errorf("bounds %v", img.Bounds())
		}
	})
	t.Run("at its place on the canvas", func(t *testing.T) {
		l, _ := newLibrary(t)
		asset, stored := ingest(t, l, mediatest.AnimatedWebP(false))
		img := decode(t, stored, "image/png", asset.Width, asset.Height)
		const w, h = mediatest.WebPWidth, mediatest.WebPHeight
		sub, ok := img.(interface {
			SubImage(image.Rectangle) image.Image
		})
		if !ok {
			t.Fatalf("%T", img)
		}
		wantCorners(t, sub.SubImage(image.Rect(w/2, h/2, w/2+w, h/2+h)), mediatest.Colours(), 6)
		if c := mediatest.Mean(img, image.Rect(0, 0, w/2, h/2)); c.A != 0 {
			t.Errorf("the canvas beside the frame is %v", c)
		}
	})
}

func TestIngestRefuses(t *testing.T) {
	jpegData, pngData := mediatest.JPEG(200, 200), mediatest.PNG(64, 64)
	damaged := bytes.Clone(pngData)
	damaged[len(damaged)/2] ^= 0xff
	tests := map[string]struct {
		data []byte
		kind post.ProblemKind
		code string
	}{
		"nothing":                  {nil, post.Invalid, media.CodeEmpty},
		"text":                     {[]byte("name,date\nBrocante,2026-05-01\n"), post.Invalid, media.CodeType},
		"a bomb":                   {mediatest.HugePNG(60_000, 60_000), post.Invalid, media.CodeTooManyPixels},
		"half a JPEG":              {jpegData[:len(jpegData)/2], post.Invalid, media.CodeUnreadable},
		"a damaged PNG":            {damaged, post.Invalid, media.CodeUnreadable},
		"a header without pixels":  {mediatest.HugePNG(100, 100), post.Invalid, media.CodeUnreadable},
		"a header of many pixels":  {mediatest.HugePNG(7000, 7000), post.Invalid, media.CodeUnreadable},
		"a JPEG of endless scans":  {manyScans(), post.Invalid, media.CodeUnreadable},
		"more bytes than accepted": {append(jpegData, make([]byte, media.MaxUpload)...), post.TooLarge, media.CodeTooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, blobs := newLibrary(t)
			_, err := l.Ingest(t.Context(), bytes.NewReader(tt.data))
			wantProblem(t, err, tt.kind, tt.code, "")
			if keys := blobs.Keys(); len(keys) != 0 {
				t.Errorf("stored all the same: %v", keys)
			}
		})
	}
}

// manyScans repeats the last scan of a progressive JPEG: each repetition costs
// a pass over the picture for a few bytes.
func manyScans() []byte {
	data := mediatest.ProgressiveJPEG(64, 64)
	at := bytes.LastIndex(data, []byte("\xff\xda"))
	scan := data[at : len(data)-2]
	out := bytes.Clone(data[:at])
	return append(append(out, bytes.Repeat(scan, 200)...), 0xff, 0xd9)
}

// A JPEG without its end marker is whole for every viewer.
func TestIngestAddsTheMissingEnd(t *testing.T) {
	l, _ := newLibrary(t)
	whole := mediatest.JPEG(64, 64)
	asset, stored := ingest(t, l, whole[:len(whole)-2])
	wantCorners(t, decode(t, stored, asset.ContentType, 64, 64), mediatest.Colours(), 6)
}

func TestIngestPassesFailuresOn(t *testing.T) {
	l, blobs := newLibrary(t)
	full := errors.New("no space left on device")
	blobs.FailPuts(full)
	if _, err := l.Ingest(t.Context(), bytes.NewReader(mediatest.JPEG(32, 32))); !errors.Is(err, full) {
		t.Errorf("a full disk: got %v", err)
	}
	reset := errors.New("connection reset by peer")
	if _, err := l.Ingest(t.Context(), io.MultiReader(strings.NewReader("\xff\xd8"), failing{reset})); !errors.Is(err, reset) {
		t.Errorf("a broken upload: got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Whatever the bytes, Ingest stores a picture that is clean and can be shown,
// or says what is wrong with the file. HEIC is left to its own sandbox: it is
// too slow to be tried a million times.
func FuzzIngest(f *testing.F) {
	for _, data := range [][]byte{
		mediatest.JPEG(32, 16, mediatest.Orientation(6), mediatest.GPS(), mediatest.Profile(mediatest.DisplayP3())),
		mediatest.PressJPEG(16, 16, mediatest.YCCK), mediatest.ProgressiveJPEG(16, 16, mediatest.XMP()),
		mediatest.PNGAlpha(16, 16, mediatest.Orientation(3), mediatest.XMP(), mediatest.Profile(mediatest.SRGB())),
		mediatest.GIF(16, 16, 1), mediatest.GIF(16, 16, 3, mediatest.XMP()),
		mediatest.WebP(mediatest.GPS()), mediatest.WebPAlpha(), mediatest.WebPLossless(), mediatest.AnimatedWebP(false),
	} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := media.Probe(bytes.NewReader(data), int64(len(data)))
		if err == nil && (info.Format == media.HEIC || info.Width*info.Height > 1_000_000) {
			return
		}
		l, _ := newLibrary(t)
		asset, err := l.Ingest(t.Context(), bytes.NewReader(data))
		if err != nil {
			var p *post.Problem
			if !errors.As(err, &p) {
				t.Fatalf("not a problem: %v", err)
			}
			return
		}
		f, err := l.File(t.Context(), asset.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		decode(t, stored, asset.ContentType, asset.Width, asset.Height)
		plan := media.PlanFor(asset.Width, asset.Height, media.Centre(), jpegOnly(media.Spec{MaxWidth: 9, MaxHeight: 9}))
		if _, err := l.Rendition(t.Context(), asset.SHA256, asset.ContentType, plan); err != nil {
			t.Fatal(err)
		}
	})
}
