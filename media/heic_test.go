package media_test

import (
	"bytes"
	"image/color"
	"testing"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/media"
	"github.com/crieur/crieur/media/mediatest"
)

func TestIngestHEIC(t *testing.T) {
	// The scene as its numbers read under other descriptions of the same
	// planes; from the formulas of ITU-R BT.601 and BT.709.
	videoLevels := [4]color.NRGBA{
		{R: 211, G: 29, B: 29, A: 255},
		{R: 30, G: 166, B: 53, A: 255},
		{R: 29, G: 63, B: 200, A: 255},
		{R: 237, G: 214, B: 43, A: 255},
	}
	hdMatrix := [4]color.NRGBA{
		{R: 214, G: 55, B: 38, A: 255},
		{R: 31, G: 143, B: 58, A: 255},
		{R: 36, G: 74, B: 195, A: 255},
		{R: 224, G: 193, B: 43, A: 255},
	}
	tests := map[string]struct {
		data      []byte
		want      [4]color.NRGBA
		tolerance int
	}{
		"as it is":            {mediatest.HEIC(), mediatest.Colours(), 8},
		"tiles":               {mediatest.HEICGrid(2, 2, mediatest.Orientation(3)), mediatest.Seen(3), 8},
		"turned 2":            {mediatest.HEIC(mediatest.Orientation(2)), mediatest.Seen(2), 8},
		"turned 3":            {mediatest.HEIC(mediatest.Orientation(3)), mediatest.Seen(3), 8},
		"turned 4":            {mediatest.HEIC(mediatest.Orientation(4)), mediatest.Seen(4), 8},
		"turned 5":            {mediatest.HEIC(mediatest.Orientation(5)), mediatest.Seen(5), 8},
		"turned 6":            {mediatest.HEIC(mediatest.Orientation(6)), mediatest.Seen(6), 8},
		"turned 7":            {mediatest.HEIC(mediatest.Orientation(7)), mediatest.Seen(7), 8},
		"turned 8":            {mediatest.HEIC(mediatest.Orientation(8)), mediatest.Seen(8), 8},
		"iPhone P3":           {mediatest.HEIC(mediatest.Profile(mediatest.DisplayP3())), displayP3(), 10},
		"video levels":        {mediatest.HEIC(mediatest.VideoLevels()), videoLevels, 8},
		"video levels, tiles": {mediatest.HEICGrid(2, 2, mediatest.VideoLevels()), videoLevels, 8},
		"HD matrix":           {mediatest.HEIC(mediatest.HDMatrix()), hdMatrix, 8},
		"HD matrix, tiles":    {mediatest.HEICGrid(2, 2, mediatest.HDMatrix()), hdMatrix, 8},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l, _ := newLibrary(t)
			asset, stored := ingest(t, l, tt.data)
			wantClean(t, stored)
			img := decode(t, stored, "image/jpeg", asset.Width, asset.Height)
			wantCorners(t, img, tt.want, tt.tolerance)
			// The decoder's first pixels are not pixels until they are mended.
			first := color.NRGBAModel.Convert(img.At(0, 0)).(color.NRGBA)
			if !mediatest.Near(first, tt.want[0], tt.tolerance+8) {
				t.Errorf("the first pixel is %v, its corner %v", first, tt.want[0])
			}
		})
	}
}

func TestIngestHEICRefusesDamage(t *testing.T) {
	data := mediatest.HEIC()
	for name, broken := range map[string][]byte{
		"no pixels":    data[:len(data)-500],
		"wrong set-up": bytes.Replace(data, []byte("hvcC"), []byte("hvcX"), 1),
		"no primary":   bytes.Replace(data, []byte("pitm"), []byte("free"), 1),
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := newLibrary(t)
			_, err := l.Ingest(t.Context(), bytes.NewReader(broken))
			wantProblem(t, err, post.Invalid, media.CodeUnreadable, "abîmée")
		})
	}
}
