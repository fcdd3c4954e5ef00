package media_test

import (
	"bytes"
	"testing"

	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

// phone is a photograph of twelve megapixels, held upright.
func phone(b *testing.B, opts ...mediatest.Option) []byte {
	b.Helper()
	return mediatest.JPEG(4032, 3024, append(opts, mediatest.GPS(), mediatest.Quality(80))...)
}

// BenchmarkRenditions3 makes a link card, a portrait and a fitted picture from
// one stored photograph. The cache is emptied for each round.
func BenchmarkRenditions3(b *testing.B) {
	blobs := mediatest.NewBlobs()
	l := media.NewLibrary(blobs, clock, media.Options{TempDir: b.TempDir()})
	asset, err := l.Ingest(b.Context(), bytes.NewReader(phone(b)))
	if err != nil {
		b.Fatal(err)
	}
	var plans []media.Plan
	for _, spec := range []media.Spec{
		{MaxWidth: 1200, MaxHeight: 630, MinRatio: 1200.0 / 630, MaxRatio: 1200.0 / 630},
		{MaxWidth: 1080, MaxHeight: 1350, MinRatio: 0.8, MaxRatio: 0.8},
		{MaxWidth: 1600, MaxHeight: 1600},
	} {
		plans = append(plans, media.PlanFor(asset.Width, asset.Height, media.Centre(), jpegOnly(spec)))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Renditions(b.Context(), asset.SHA256, asset.ContentType, plans); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		forget(b, blobs)
		b.StartTimer()
	}
}

// forget removes the renditions and keeps the pictures.
func forget(b *testing.B, blobs *mediatest.Blobs) {
	b.Helper()
	for _, key := range blobs.Keys() {
		if bytes.HasSuffix([]byte(key), []byte("/original")) {
			continue
		}
		if err := blobs.Delete(b.Context(), key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIngest(b *testing.B) {
	for name, data := range map[string][]byte{
		"upright":       phone(b),
		"turned":        phone(b, mediatest.Orientation(6)),
		"turned and P3": phone(b, mediatest.Orientation(6), mediatest.Profile(mediatest.DisplayP3())),
		"HEIC":          mediatest.HEICGrid(16, 16, mediatest.Orientation(6), mediatest.Profile(mediatest.DisplayP3())),
	} {
		b.Run(name, func(b *testing.B) {
			l := media.NewLibrary(mediatest.NewBlobs(), clock, media.Options{TempDir: b.TempDir()})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Ingest(b.Context(), bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
