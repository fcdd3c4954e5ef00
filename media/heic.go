package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/gen2brain/heic"
)

const (
	// heicBytesPerPixel is what the decoder takes at its peak, measured: it
	// runs in a WebAssembly machine whose memory only grows.
	heicBytesPerPixel = 32
	// heicPatience is how long a picture may take, its wait for the decoder
	// included. Twelve megapixels take about three seconds of a processor.
	heicPatience = 2 * time.Minute
	// heicDirty is how many bytes at the start of the decoder's result it has
	// already given back to its allocator (v0.4.9): they hold list pointers
	// instead of pixels.
	heicDirty = 32
	// heicNarrow is the least width whose rows the decoder reads right
	// (v0.4.9): libheif gives no plane rows of less than 64 bytes, and chroma
	// has half the width. No camera makes such pictures.
	heicNarrow = 128
)

// heicSlot lets one HEIC through at a time. It belongs to the process and not
// to a Library, because the decoder's machine and its mode do.
var heicSlot = make(chan struct{}, 1) //nolint:gochecknoglobals // guards a process-wide machine

// decodeHEIC runs the decoder in WebAssembly, where a crafted file can reach
// nothing. The machine cannot be interrupted, so the caller stops waiting
// after heicPatience; a picture that hangs the machine keeps its slot, and
// later ones are told that the decoder is busy.
func decodeHEIC(ctx context.Context, data []byte, info Info) (image.Image, error) {
	waiting, cancel := context.WithTimeout(ctx, heicPatience)
	defer cancel()
	select {
	case heicSlot <- struct{}{}:
	case <-waiting.Done():
		return nil, heicGivenUp(ctx)
	}
	type result struct {
		img image.Image
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		r.err = guarded(func() (err error) {
			r.img, err = runHEIC(data, info)
			return err
		})
		<-heicSlot
		done <- r
	}()
	select {
	case r := <-done:
		return r.img, r.err
	case <-waiting.Done():
		return nil, heicGivenUp(ctx)
	}
}

func heicGivenUp(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return problemBusy(errors.New("media: the HEIC decoder did not answer"))
}

// runHEIC decodes and copies the pixels out of the machine's memory, which
// would live as long as they do.
func runHEIC(data []byte, info Info) (image.Image, error) {
	// Without this the decoder loads libheif from the system, where it is
	// installed: C code, in this process. Only the holder of the slot sets it.
	heic.ForceWasmMode = true
	img, err := heic.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if img.Bounds().Dx() < heicNarrow {
		return nil, fmt.Errorf("media: HEIC of %v pixels is too narrow", img.Bounds().Size())
	}
	switch img := img.(type) {
	case *image.YCbCr:
		repairStart(img.Y, img.YStride)
		repairBorder(img.Cb, img)
		repairBorder(img.Cr, img)
		out := *img
		out.Y, out.Cb, out.Cr = bytes.Clone(img.Y), bytes.Clone(img.Cb), bytes.Clone(img.Cr)
		if yuv := info.yuv; yuv != nil {
			if !yuv.fullRange {
				expandRange(&out)
			}
			if yuv.bt709 {
				fromBT709(&out)
			}
		}
		return &out, nil
	case *image.Gray:
		repairStart(img.Pix, img.Stride)
		out := *img
		out.Pix = bytes.Clone(img.Pix)
		return &out, nil
	case *image.NRGBA:
		repairStart(img.Pix, img.Stride)
		out := *img
		out.Pix = bytes.Clone(img.Pix)
		return &out, nil
	case *image.RGBA:
		repairStart(img.Pix, img.Stride)
		return asNRGBA(img), nil
	}
	return nil, errors.New("media: HEIC of an unknown kind of pixels")
}

// repairStart fills the dirty bytes of the first row from the second one.
func repairStart(pix []uint8, stride int) {
	n := min(heicDirty, stride)
	if len(pix) >= stride+n {
		copy(pix[:n], pix[stride:stride+n])
	}
}

// repairBorder replaces the outermost chroma samples by their neighbours. In
// pictures that are not tiled the decoder (v0.4.9) mixes them with samples from
// elsewhere, which shows as a coloured frame of two pixels.
func repairBorder(chroma []uint8, img *image.YCbCr) {
	hx, vy := subsampling(img.SubsampleRatio)
	width, height := (img.Rect.Dx()+hx-1)/hx, (img.Rect.Dy()+vy-1)/vy
	stride := img.CStride
	if width < 3 || height < 3 {
		return
	}
	for y := range height {
		row := chroma[y*stride:][:width]
		row[0], row[width-1] = row[1], row[width-2]
	}
	copy(chroma[:width], chroma[stride:])
	copy(chroma[(height-1)*stride:][:width], chroma[(height-2)*stride:])
}
