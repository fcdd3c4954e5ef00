package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"slices"
)

const (
	// startQuality is where the search begins: above it a photograph grows
	// without looking better.
	startQuality = 88
	// floorQuality is where blocks begin to show; below it a smaller picture
	// looks better than a coarser one.
	floorQuality = 60
	// storeQuality is for pictures that had to be decoded on their way in,
	// which are encoded again for each channel.
	storeQuality = 93
	// smallestSide ends the search: a budget that only a dot satisfies is an
	// error of the spec.
	smallestSide = 16
)

// errBudget: no encoding of any size fits the spec's byte budget.
var errBudget = errors.New("media: the byte budget is too small for any picture")

// encodeWithin encodes a plan's pixels within the spec's bytes: quality gives
// way first, down to floorQuality, then the dimensions.
func encodeWithin(pixels *image.NRGBA, plan Plan) (Encoded, error) {
	format, err := writeFormat(plan.Spec.Formats)
	if err != nil {
		return Encoded{}, err
	}
	budget := plan.Spec.MaxBytes
	if budget <= 0 {
		budget = math.MaxInt64
	}
	canJPEG := len(plan.Spec.Formats) == 0 || slices.Contains(plan.Spec.Formats, JPEG)
	low, high := ratioRange(plan.Spec)
	for width, height := plan.Width, plan.Height; ; {
		img := resize(pixels, width, height)
		var data []byte
		var size int64
		if format == PNG {
			data, size, err = encodePNG(img, budget)
			if err == nil && data == nil && canJPEG {
				format = JPEG
			}
		}
		if err == nil && format == JPEG {
			flatten(img)
			data, size, err = searchQuality(img, budget)
		}
		if err != nil {
			return Encoded{}, err
		}
		if data != nil {
			return Encoded{Data: data, ContentType: string(format), Width: width, Height: height}, nil
		}
		if max(width, height) <= smallestSide {
			return Encoded{}, fmt.Errorf("%w: %d bytes", errBudget, budget)
		}
		// By at least a tenth, so that the search ends.
		scale := min(0.9, 0.97*math.Sqrt(float64(budget)/float64(size)))
		width, height = shrinkSize(plan.Crop.Width, plan.Crop.Height,
			max(1, int(float64(width)*scale)), max(1, int(float64(height)*scale)), low, high)
	}
}

// writeFormat is the first accepted format that can be written. GIF is not:
// 256 colours ruin a photograph. Nor is WebP: there is no encoder in Go.
func writeFormat(formats []Format) (Format, error) {
	if len(formats) == 0 {
		return JPEG, nil
	}
	for _, f := range formats {
		if f == JPEG || f == PNG {
			return f, nil
		}
	}
	return "", fmt.Errorf("media: none of the formats %v can be written", formats)
}

// searchQuality finds the highest quality within the budget. A nil result
// means that even the floor does not fit; size is then that of the floor.
func searchQuality(img *image.NRGBA, budget int64) (data []byte, size int64, err error) {
	data, size, err = encodeJPEG(img, startQuality, budget)
	if err != nil || data != nil {
		return data, size, err
	}
	data, size, err = encodeJPEG(img, floorQuality, budget)
	if err != nil || data == nil {
		return nil, size, err
	}
	for low, high := floorQuality, startQuality; high-low > 1; {
		q := (low + high) / 2
		better, n, err := encodeJPEG(img, q, budget)
		if err != nil {
			return nil, 0, err
		}
		if better == nil {
			high = q
			continue
		}
		data, size, low = better, n, q
		if n > budget-budget/20 {
			break
		}
	}
	return data, size, nil
}

// encodeJPEG returns nil data, and the size all the same, when the budget is
// exceeded.
func encodeJPEG(img image.Image, quality int, budget int64) ([]byte, int64, error) {
	if n, ok := img.(*image.NRGBA); ok {
		// Opaque pixels mean the same in both models, and the encoder is
		// several times faster on this one.
		img = &image.RGBA{Pix: n.Pix, Stride: n.Stride, Rect: n.Rect}
	}
	w := &budgetWriter{budget: budget}
	err := jpeg.Encode(w, img, &jpeg.Options{Quality: quality})
	return w.result(), w.size, err
}

func encodePNG(img image.Image, budget int64) ([]byte, int64, error) {
	w := &budgetWriter{budget: budget}
	err := png.Encode(w, img)
	return w.result(), w.size, err
}

// budgetWriter keeps what fits and counts the rest.
type budgetWriter struct {
	buf    bytes.Buffer
	budget int64
	size   int64
}

var _ io.Writer = (*budgetWriter)(nil)

func (w *budgetWriter) Write(p []byte) (int, error) {
	w.size += int64(len(p))
	if w.size > w.budget {
		w.buf = bytes.Buffer{}
		return len(p), nil
	}
	return w.buf.Write(p)
}

func (w *budgetWriter) result() []byte {
	if w.size > w.budget {
		return nil
	}
	return w.buf.Bytes()
}

// flatten puts white below transparent pixels: JPEG has no transparency, and
// what is left out would come out black.
func flatten(img *image.NRGBA) {
	for p := img.Pix; len(p) >= 4; p = p[4:] {
		alpha := uint32(p[3])
		if alpha == 255 {
			continue
		}
		for i, v := range p[:3] {
			p[i] = low8((uint32(v)*alpha + 255*(255-alpha) + 127) / 255)
		}
		p[3] = 255
	}
}
