package media_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/media"
)

func TestPlanFor(t *testing.T) {
	instagram := media.Spec{MaxWidth: 1440, MinRatio: 0.8, MaxRatio: 1.91}
	link := media.Spec{MaxWidth: 1200, MaxHeight: 630, MinRatio: 1200.0 / 630, MaxRatio: 1200.0 / 630}
	portrait := media.Spec{MaxWidth: 1080, MaxHeight: 1350, MinRatio: 0.8, MaxRatio: 0.8}
	tests := map[string]struct {
		width, height int
		focal         media.Focal
		spec          media.Spec
		crop          media.Crop
		w, h          int
	}{
		"no bounds":                     {4032, 3024, media.Centre(), media.Spec{}, media.Crop{Width: 4032, Height: 3024}, 4032, 3024},
		"fit":                           {4032, 3024, media.Centre(), media.Spec{MaxWidth: 1600, MaxHeight: 1600}, media.Crop{Width: 4032, Height: 3024}, 1600, 1200},
		"fit by height":                 {3024, 4032, media.Centre(), media.Spec{MaxHeight: 1600}, media.Crop{Width: 3024, Height: 4032}, 1200, 1600},
		"never enlarged":                {320, 240, media.Centre(), media.Spec{MaxWidth: 1600}, media.Crop{Width: 320, Height: 240}, 320, 240},
		"cropped and not enlarged":      {500, 500, media.Centre(), link, media.Crop{Y: 119, Width: 500, Height: 263}, 500, 263},
		"link card from the centre":     {4000, 3000, media.Centre(), link, media.Crop{Y: 450, Width: 4000, Height: 2100}, 1200, 630},
		"link card from the top":        {4000, 3000, media.Focal{X: 0.5, Y: 0}, link, media.Crop{Width: 4000, Height: 2100}, 1200, 630},
		"link card, face at 30 percent": {4000, 3000, media.Focal{X: 0.5, Y: 0.4}, link, media.Crop{Y: 150, Width: 4000, Height: 2100}, 1200, 630},
		"portrait around the left":      {4000, 3000, media.Focal{X: 0.1, Y: 0.5}, portrait, media.Crop{Width: 2400, Height: 3000}, 1080, 1350},
		"portrait around the right":     {4000, 3000, media.Focal{X: 0.7, Y: 0.5}, portrait, media.Crop{X: 1600, Width: 2400, Height: 3000}, 1080, 1350},
		"within a range":                {1080, 1350, media.Centre(), instagram, media.Crop{Width: 1080, Height: 1350}, 1080, 1350},
		"too tall for a range":          {1000, 2000, media.Centre(), instagram, media.Crop{Y: 375, Width: 1000, Height: 1250}, 1000, 1250},
		"panorama":                      {8000, 1000, media.Centre(), instagram, media.Crop{X: 3045, Width: 1910, Height: 1000}, 1440, 754},
		"a focal point outside":         {4000, 3000, media.Focal{X: 7, Y: -3}, portrait, media.Crop{X: 1600, Width: 2400, Height: 3000}, 1080, 1350},
		"a focal point that is none":    {4000, 3000, media.Focal{X: math.NaN(), Y: math.NaN()}, portrait, media.Crop{X: 800, Width: 2400, Height: 3000}, 1080, 1350},
		"one pixel":                     {1, 1, media.Centre(), link, media.Crop{Width: 1, Height: 1}, 1, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			want := media.Plan{Crop: tt.crop, Width: tt.w, Height: tt.h, Spec: tt.spec}
			if diff := cmp.Diff(want, media.PlanFor(tt.width, tt.height, tt.focal, tt.spec)); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(media.Plan{}, media.PlanFor(0, 10, media.Centre(), media.Spec{})); diff != "" {
		t.Errorf("a picture without pixels (-want +got):\n%s", diff)
	}
}

func FuzzPlanFor(f *testing.F) {
	f.Add(4032, 3024, 0.5, 0.3, 1200, 630, 1.9, 1.91)
	f.Add(1, 12000, 1.0, 0.0, 0, 1, 0.0, 0.0)
	f.Add(997, 13, math.Inf(1), math.NaN(), 7, 7, 3.0, 0.1)
	f.Fuzz(func(t *testing.T, width, height int, x, y float64, maxWidth, maxHeight int, low, high float64) {
		width, height = 1+abs(width)%media.MaxSide, 1+abs(height)%media.MaxSide
		spec := media.Spec{MaxWidth: maxWidth, MaxHeight: maxHeight, MinRatio: low, MaxRatio: high}
		p := media.PlanFor(width, height, media.Focal{X: x, Y: y}, spec)
		c := p.Crop
		if c.X < 0 || c.Y < 0 || c.Width < 1 || c.Height < 1 || c.X+c.Width > width || c.Y+c.Height > height {
			t.Fatalf("crop %+v leaves %d × %d", c, width, height)
		}
		if p.Width < 1 || p.Height < 1 || p.Width > c.Width || p.Height > c.Height {
			t.Fatalf("%d × %d from a crop of %d × %d", p.Width, p.Height, c.Width, c.Height)
		}
		if maxWidth > 0 && p.Width > maxWidth || maxHeight > 0 && p.Height > maxHeight {
			t.Fatalf("%d × %d above the bounds %d × %d", p.Width, p.Height, maxWidth, maxHeight)
		}
		if again := media.PlanFor(width, height, media.Focal{X: x, Y: y}, spec); p.Crop != again.Crop || p.Width != again.Width || p.Height != again.Height {
			t.Fatal("two answers to one question")
		}
		if c.Width != width && c.Height != height {
			t.Fatalf("crop %+v of %d × %d is not the largest", c, width, height)
		}
		// A range as wide as networks have can be kept to a pixel.
		ratio := float64(p.Width) / float64(p.Height)
		if low > 0.3 && high < 3 && high > low*1.2 && min(p.Width, p.Height) > 20 && (ratio < low-1e-9 || ratio > high+1e-9) {
			t.Fatalf("ratio %v of %d × %d is outside [%v, %v]", ratio, p.Width, p.Height, low, high)
		}
	})
}

func abs(n int) int { return max(n, -(n + 1)) }
