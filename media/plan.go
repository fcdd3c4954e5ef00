package media

import "math"

// ratioSlack forgives the last digits of a ratio written as a decimal.
const ratioSlack = 1e-9

// Centre is the focal point of a picture whose author chose none.
func Centre() Focal { return Focal{X: 0.5, Y: 0.5} }

// PlanFor says what a picture of width × height pixels becomes under a spec.
// It is cropped into the range of ratios, with the focal point as near to the
// middle of the crop as the edges allow, then shrunk to the bounds. It is
// never enlarged, and the crop never leaves the picture. The ratio of the
// result lies within the range wherever whole pixels can express that.
//
// PlanFor is pure: previews and the encoder get the same answer. A picture
// without pixels gets a zero plan.
func PlanFor(width, height int, focal Focal, spec Spec) Plan {
	plan := Plan{Spec: spec}
	if width <= 0 || height <= 0 {
		return plan
	}
	low, high := ratioRange(spec)
	cw, ch := cropSize(width, height, low, high)
	plan.Crop = Crop{
		X:      cropStart(focal.X, width, cw),
		Y:      cropStart(focal.Y, height, ch),
		Width:  cw,
		Height: ch,
	}
	plan.Width, plan.Height = shrinkSize(cw, ch, spec.MaxWidth, spec.MaxHeight, low, high)
	return plan
}

// ratioRange reads the spec's range; a bound that makes no sense is none.
func ratioRange(spec Spec) (low, high float64) {
	low, high = spec.MinRatio, spec.MaxRatio
	if !(low > 0) || math.IsInf(low, 0) {
		low = 0
	}
	if !(high > 0) {
		high = math.Inf(1)
	}
	if low > high {
		low = high
	}
	return low, high
}

// cropSize is the largest window within the range of ratios.
func cropSize(width, height int, low, high float64) (int, int) {
	w, h := float64(width), float64(height)
	switch ratio := w / h; {
	case ratio > high+ratioSlack:
		w = h * high
	case ratio < low-ratioSlack:
		h = w / low
	default:
		return width, height
	}
	return nearest(w, h, width, height, low, high)
}

// shrinkSize fits a window into the bounds.
func shrinkSize(width, height, maxWidth, maxHeight int, low, high float64) (int, int) {
	w, h := float64(width), float64(height)
	scale := 1.0
	if maxWidth > 0 {
		scale = min(scale, float64(maxWidth)/w)
	} else {
		maxWidth = width
	}
	if maxHeight > 0 {
		scale = min(scale, float64(maxHeight)/h)
	} else {
		maxHeight = height
	}
	if scale >= 1 {
		return width, height
	}
	return nearest(w*scale, h*scale, min(width, maxWidth), min(height, maxHeight), low, high)
}

// nearest picks the whole pixels around w × h, at most maxWidth × maxHeight,
// whose ratio lies within the range; among those the ones that distort the
// picture least.
func nearest(w, h float64, maxWidth, maxHeight int, low, high float64) (int, int) {
	bestW, bestH, best := 0, 0, math.Inf(1)
	for _, cw := range []int{int(math.Floor(w + ratioSlack)), int(math.Ceil(w - ratioSlack))} {
		cw = min(max(cw, 1), maxWidth)
		for _, ch := range []int{int(math.Floor(h + ratioSlack)), int(math.Ceil(h - ratioSlack))} {
			ch = min(max(ch, 1), maxHeight)
			ratio := float64(cw) / float64(ch)
			cost := math.Abs(float64(cw)-w)/w + math.Abs(float64(ch)-h)/h
			if ratio > high+ratioSlack || ratio < low-ratioSlack {
				// Outside the range only where nothing is inside it.
				cost += 1e6 * (1 + math.Max(ratio-high, low-ratio))
			}
			if cost < best {
				bestW, bestH, best = cw, ch, cost
			}
		}
	}
	return bestW, bestH
}

// cropStart puts a window of size pixels around the focal point on one axis.
func cropStart(focal float64, length, size int) int {
	if math.IsNaN(focal) {
		focal = 0.5
	}
	focal = min(max(focal, 0), 1)
	start := int(math.Round(focal*float64(length) - float64(size)/2))
	return min(max(start, 0), length-size)
}

// whole reports whether a plan leaves a picture of this size untouched.
func (p Plan) whole(width, height int) bool {
	return p.Crop == Crop{Width: width, Height: height} && p.Width == width && p.Height == height
}

// fits reports whether a plan can be carried out on a picture of this size.
func (p Plan) fits(width, height int) bool {
	c := p.Crop
	return c.X >= 0 && c.Y >= 0 && c.Width > 0 && c.Height > 0 &&
		c.Width <= width-c.X && c.Height <= height-c.Y &&
		p.Width > 0 && p.Height > 0 && p.Width <= c.Width && p.Height <= c.Height
}
