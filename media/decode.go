package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"

	"golang.org/x/image/webp"
)

// decode turns a file into pixels with the decoder that its magic bytes name.
// The result is neither upright nor in sRGB yet, but of full range and of the
// whole canvas. It must run inside guarded.
func decode(ctx context.Context, data []byte, info Info) (image.Image, error) {
	r := &contextReader{ctx, bytes.NewReader(data)}
	var img image.Image
	var err error
	switch info.Format {
	case JPEG:
		img, err = jpeg.Decode(r)
	case PNG:
		img, err = png.Decode(r)
	case WebP:
		img, err = decodeWebP(ctx, data)
	case GIF:
		img, err = decodeGIF(r, info)
	case HEIC:
		img, err = decodeHEIC(ctx, data, info)
	default:
		return nil, problemType("")
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, asProblem(err)
	}
	// The header promised a size, and memory was set aside for that.
	if b := img.Bounds(); int64(b.Dx())*int64(b.Dy()) > info.pixels() {
		return nil, problemUnreadable(fmt.Errorf("media: %v decoded where %d × %d was announced",
			b.Size(), info.Width, info.Height))
	}
	return img, nil
}

// decodeGIF returns the first frame on its canvas.
func decodeGIF(r io.Reader, info Info) (image.Image, error) {
	img, err := gif.Decode(r)
	if err != nil {
		return nil, err
	}
	return onCanvas(img, img.Bounds().Min, info.Width, info.Height), nil
}

// decodeWebP returns the picture, or the first frame of an animation on its
// canvas.
func decodeWebP(ctx context.Context, data []byte) (image.Image, error) {
	still, frame, err := stripWebP(data)
	if err != nil {
		return nil, err
	}
	img, err := webp.Decode(&contextReader{ctx, bytes.NewReader(still)})
	if err != nil {
		return nil, err
	}
	switch img := img.(type) {
	case *image.YCbCr:
		expandRange(img)
	case *image.NYCbCrA:
		expandRange(&img.YCbCr)
	}
	if !frame.animated {
		return img, nil
	}
	return onCanvas(img, image.Pt(frame.x, frame.y), frame.canvasWidth, frame.canvasHeight), nil
}

// onCanvas puts a frame at its place on a transparent canvas, unless it covers
// all of it.
func onCanvas(img image.Image, at image.Point, width, height int) image.Image {
	canvas := image.Rect(0, 0, width, height)
	if img.Bounds() == canvas && at == (image.Point{}) {
		return img
	}
	out := image.NewNRGBA(canvas)
	place := image.Rectangle{Min: at, Max: at.Add(img.Bounds().Size())}
	draw.Draw(out, place, img, img.Bounds().Min, draw.Src)
	return out
}

// opaque reports whether no pixel is transparent.
func opaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// guarded runs work that touches foreign bytes. A panic in a decoder is a
// broken picture and not the end of the process.
func guarded(work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = problemUnreadable(fmt.Errorf("media: panic: %v\n%s", r, debug.Stack()))
		}
	}()
	return work()
}

// contextReader ends a decoder when nobody waits for it any more.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}

// decodeCost estimates the bytes that decoding takes at its peak, the file
// itself included.
func decodeCost(info Info, size int64) int64 {
	var perPixel float64
	switch info.Format {
	case JPEG:
		samples := float64(info.components)
		if info.subsampled {
			samples = 2
		}
		perPixel = samples
		if info.components == 4 {
			perPixel += 4
		}
		if info.progressive {
			// Coefficients are kept as 32-bit numbers until the last scan.
			perPixel += 4 * samples
		}
	case PNG:
		perPixel = float64(info.components)
	case GIF:
		perPixel = 5
	case WebP:
		perPixel = 6
		if info.lossless {
			perPixel = 9
		}
	case HEIC:
		perPixel = heicBytesPerPixel
	}
	return size + int64(perPixel*float64(info.pixels()))
}

// ErrAltered means that a stored picture is not what was stored.
var ErrAltered = errors.New("media: stored picture was altered")
