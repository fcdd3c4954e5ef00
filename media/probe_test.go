package media_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

func TestProbeReadsTheHeaderOfEveryFormat(t *testing.T) {
	const w, h = mediatest.WebPWidth, mediatest.WebPHeight
	const hw, hh = mediatest.HEICWidth, mediatest.HEICHeight
	tests := map[string]struct {
		data          []byte
		format        media.Format
		width, height int
		frames        int
	}{
		"JPEG":                {mediatest.JPEG(300, 200), media.JPEG, 300, 200, 1},
		"JPEG, turned":        {mediatest.JPEG(300, 200, mediatest.Orientation(6)), media.JPEG, 300, 200, 1},
		"JPEG, progressive":   {mediatest.ProgressiveJPEG(64, 32), media.JPEG, 64, 32, 1},
		"JPEG, four colours":  {mediatest.PressJPEG(64, 32, mediatest.YCCK), media.JPEG, 64, 32, 1},
		"PNG":                 {mediatest.PNG(30, 20), media.PNG, 30, 20, 1},
		"PNG, turned":         {mediatest.PNGAlpha(30, 20, mediatest.Orientation(8)), media.PNG, 30, 20, 1},
		"GIF":                 {mediatest.GIF(30, 20, 1), media.GIF, 30, 20, 1},
		"GIF, animated":       {mediatest.GIF(30, 20, 3, mediatest.XMP()), media.GIF, 30, 20, 3},
		"WebP, lossy":         {mediatest.WebP(), media.WebP, w, h, 1},
		"WebP, turned":        {mediatest.WebP(mediatest.Orientation(6)), media.WebP, h, w, 1},
		"WebP, lossless":      {mediatest.WebPLossless(), media.WebP, w, h, 1},
		"WebP, animated":      {mediatest.AnimatedWebP(false), media.WebP, 2 * w, 2 * h, 2},
		"HEIC":                {mediatest.HEIC(), media.HEIC, hw, hh, 1},
		"HEIC, turned":        {mediatest.HEIC(mediatest.Orientation(6)), media.HEIC, hh, hw, 1},
		"HEIC, mirrored":      {mediatest.HEIC(mediatest.Orientation(2)), media.HEIC, hw, hh, 1},
		"HEIC, made of tiles": {mediatest.HEICGrid(3, 2), media.HEIC, 3 * hw, 2 * hh, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			info, err := media.Probe(bytes.NewReader(tt.data), int64(len(tt.data)))
			if err != nil {
				t.Fatal(err)
			}
			if info.Format != tt.format || info.Width != tt.width || info.Height != tt.height || info.Frames != tt.frames {
				t.Errorf("got %s, %d × %d, %d frames; want %s, %d × %d, %d frames", info.Format,
					info.Width, info.Height, info.Frames, tt.format, tt.width, tt.height, tt.frames)
			}
		})
	}
}

func TestProbeRefuses(t *testing.T) {
	tests := map[string]struct {
		data []byte
		kind post.ProblemKind
		code string
		says string
	}{
		"an empty file":            {nil, post.Invalid, media.CodeEmpty, "vide"},
		"text named .jpg":          {[]byte("Bonjour, ceci n'est pas une photo."), post.Invalid, media.CodeType, "pas une image"},
		"a PDF":                    {[]byte("%PDF-1.7 ........................"), post.Invalid, media.CodeType, "PDF"},
		"a TIFF":                   {[]byte("II*\x00........................"), post.Invalid, media.CodeType, "TIFF"},
		"a drawing":                {[]byte(`<svg xmlns="http://www.w3.org/2000/svg">`), post.Invalid, media.CodeType, "SVG"},
		"a film":                   {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), post.Invalid, media.CodeType, "vidéo"},
		"AVIF":                     {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"), post.Invalid, media.CodeType, "AVIF"},
		"two bytes":                {[]byte("\xff\xd8"), post.Invalid, media.CodeType, "pas une image"},
		"60,000 × 60,000":          {mediatest.HugePNG(60_000, 60_000), post.Invalid, media.CodeTooManyPixels, "60\u202f000 × 60\u202f000"},
		"a side too long":          {mediatest.HugePNG(12_001, 1), post.Invalid, media.CodeTooManyPixels, "12\u202f000"},
		"an area too large":        {mediatest.HugePNG(12_000, 4_200), post.Invalid, media.CodeTooManyPixels, "50 millions"},
		"a huge JPEG":              {hugeJPEG(), post.Invalid, media.CodeTooManyPixels, "pixels"},
		"a HEIC of 48 megapixels":  {mediatest.HEICGrid(31, 31), post.Invalid, media.CodeTooManyPixels, "en JPEG"},
		"no width":                 {mediatest.HugePNG(0, 10), post.Invalid, media.CodeUnreadable, "abîmée"},
		"a JPEG cut in its header": {mediatest.JPEG(64, 64)[:30], post.Invalid, media.CodeUnreadable, "abîmée"},
		"a PNG cut in its pixels":  {mediatest.PNG(64, 64)[:2000], post.Invalid, media.CodeUnreadable, "abîmée"},
		"a WebP cut":               {mediatest.WebP()[:600], post.Invalid, media.CodeUnreadable, "abîmée"},
		"a GIF cut":                {mediatest.GIF(64, 64, 1)[:60], post.Invalid, media.CodeUnreadable, "abîmée"},
		"a HEIC cut":               {mediatest.HEIC()[:200], post.Invalid, media.CodeUnreadable, "abîmée"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := media.Probe(bytes.NewReader(tt.data), int64(len(tt.data)))
			wantProblem(t, err, tt.kind, tt.code, tt.says)
		})
	}
	t.Run("too many bytes", func(t *testing.T) {
		_, err := media.Probe(bytes.NewReader(mediatest.PNG(8, 8)), media.MaxUpload+1)
		wantProblem(t, err, post.TooLarge, media.CodeTooLarge, "64 Mo")
	})
}

func hugeJPEG() []byte {
	data := mediatest.JPEG(16, 16)
	at := bytes.Index(data, []byte("\xff\xc0")) + 5
	copy(data[at:], "\xff\xff\xff\xff")
	return data
}

func wantProblem(t *testing.T, err error, kind post.ProblemKind, code, says string) {
	t.Helper()
	var p *post.Problem
	if !errors.As(err, &p) {
		t.Fatalf("got %v, want a problem %s", err, code)
	}
	if p.Kind != kind || p.Code != code || !strings.Contains(p.Detail, says) {
		t.Errorf("got %s %s %q, want %s %s and %q", p.Kind, p.Code, p.Detail, kind, code, says)
	}
	if len(p.Fields) != 1 || p.Fields[0].Field != "file" || p.Fields[0].Code != code {
		t.Errorf("fields %+v, want the field file", p.Fields)
	}
}

// A failing disk is not the picture's fault.
func TestProbePassesTheReadersFailureOn(t *testing.T) {
	_, err := media.Probe(brokenDisk{}, 1000)
	var p *post.Problem
	if !errors.Is(err, errDisk) || errors.As(err, &p) {
		t.Errorf("got %v, want the disk's error and no problem of the picture", err)
	}
}

var errDisk = errors.New("input/output error")

type brokenDisk struct{}

var _ io.ReaderAt = brokenDisk{}

func (brokenDisk) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

// Whatever the bytes, Probe answers with an Info within the limits or with a
// problem; it never panics and never promises more pixels than it allows.
func FuzzProbe(f *testing.F) {
	for _, data := range [][]byte{
		mediatest.JPEG(16, 16, mediatest.Orientation(6), mediatest.GPS(), mediatest.Profile(mediatest.DisplayP3())),
		mediatest.PNG(16, 16, mediatest.Orientation(3), mediatest.XMP(), mediatest.Profile(mediatest.SRGB())),
		mediatest.GIF(16, 16, 2, mediatest.XMP()),
		mediatest.WebPAlpha(mediatest.GPS(), mediatest.Profile(mediatest.AdobeRGB())),
		mediatest.AnimatedWebP(false),
		mediatest.HEIC(mediatest.Orientation(5), mediatest.Profile(mediatest.DisplayP3())),
		mediatest.HEICGrid(2, 2),
	} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := media.Probe(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			var p *post.Problem
			if !errors.As(err, &p) {
				t.Fatalf("not a problem: %v", err)
			}
			return
		}
		if info.Width < 1 || info.Height < 1 || info.Width > media.MaxSide || info.Height > media.MaxSide ||
			info.Width*info.Height > media.MaxPixels {
			t.Fatalf("%d × %d pixels got through", info.Width, info.Height)
		}
	})
}
