package media

import (
	"image"
	"image/color"
	"math"

	"github.com/disintegration/imaging"
)

// toSRGB brings decoded pixels to full-range sRGB, in place where their type
// allows. A nil transform leaves colours alone.
func toSRGB(img image.Image, t *transform) image.Image {
	if cmyk, ok := img.(*image.CMYK); ok {
		// The profile of a CMYK picture is one of lookup tables.
		return fromCMYK(cmyk)
	}
	if t == nil {
		return img
	}
	switch img := img.(type) {
	case *image.YCbCr:
		t.planes(img)
		return img
	case *image.Gray:
		for i, v := range img.Pix {
			_, img.Pix[i], _ = t.rgb(v, v, v)
		}
		return img
	default:
		n := asNRGBA(img)
		for p := n.Pix; len(p) >= 4; p = p[4:] {
			p[0], p[1], p[2] = t.rgb(p[0], p[1], p[2])
		}
		return n
	}
}

// asNRGBA returns pixels that may be written to.
func asNRGBA(img image.Image) *image.NRGBA {
	if n, ok := img.(*image.NRGBA); ok && n.Rect.Min == (image.Point{}) {
		return n
	}
	return imaging.Clone(img)
}

// planes converts a planar picture where it lies: all pixels that share a
// chroma sample, then the mean of their chroma. That saves the four bytes a
// pixel of an RGB copy.
func (t *transform) planes(img *image.YCbCr) {
	hx, vy := subsampling(img.SubsampleRatio)
	width, height := img.Rect.Dx(), img.Rect.Dy()
	for cy := 0; cy*vy < height; cy++ {
		for cx := 0; cx*hx < width; cx++ {
			c := cy*img.CStride + cx
			cb, cr := img.Cb[c], img.Cr[c]
			var sumB, sumR, n int
			for y := cy * vy; y < min((cy+1)*vy, height); y++ {
				row := img.Y[y*img.YStride:]
				for x := cx * hx; x < min((cx+1)*hx, width); x++ {
					r, g, b := color.YCbCrToRGB(row[x], cb, cr)
					y2, cb2, cr2 := color.RGBToYCbCr(t.rgb(r, g, b))
					row[x] = y2
					sumB += int(cb2)
					sumR += int(cr2)
					n++
				}
			}
			img.Cb[c], img.Cr[c] = low8((sumB+n/2)/n), low8((sumR+n/2)/n)
		}
	}
}

// subsampling returns how many pixels share a chroma sample on each axis.
func subsampling(ratio image.YCbCrSubsampleRatio) (hx, vy int) {
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	case image.YCbCrSubsampleRatio444:
	}
	return 1, 1
}

// fromCMYK converts in place: four bytes become four bytes. The JPEG decoder
// has already undone Adobe's inversion and the YCCK coding.
func fromCMYK(img *image.CMYK) *image.NRGBA {
	for p := img.Pix; len(p) >= 4; p = p[4:] {
		light := 255 - uint32(p[3])
		for i, ink := range p[:3] {
			p[i] = low8(((255-uint32(ink))*light + 127) / 255)
		}
		p[3] = 255
	}
	return &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}

// expandRange takes video levels, black at 16 and white at 235, to the full
// range that Go's colour model means (golang/go issue 40173): without it every
// lossy WebP looks washed out.
func expandRange(img *image.YCbCr) {
	var luma, chroma [256]uint8
	for i := range 256 {
		luma[i] = clampByte((float64(i) - 16) * 255 / 219)
		chroma[i] = clampByte((float64(i)-128)*255/224 + 128)
	}
	replace(img.Y, &luma)
	replace(img.Cb, &chroma)
	replace(img.Cr, &chroma)
}

func replace(plane []uint8, table *[256]uint8) {
	for i, v := range plane {
		plane[i] = table[v]
	}
}

// low8 narrows what is known to be at most 255, as a mean of bytes is.
func low8[T int | uint32 | uint64](v T) uint8 { return uint8(v & 0xff) }

func clampByte(v float64) uint8 { return uint8(math.Round(min(max(v, 0), 255))) }

// fromBT709 takes full-range BT.709 planes to the BT.601 matrix of JPEG. Both
// are linear in the same R'G'B', so the new chroma depends on the old chroma
// alone, and the luma on its own value and its chroma.
func fromBT709(img *image.YCbCr) {
	hx, vy := subsampling(img.SubsampleRatio)
	for y := range img.Rect.Dy() {
		row := img.Y[y*img.YStride:][:img.Rect.Dx()]
		chroma := y / vy * img.CStride
		for x := range row {
			c := chroma + x/hx
			cb, cr := float64(img.Cb[c])-128, float64(img.Cr[c])-128
			row[x] = clampByte(float64(row[x]) + 0.101579*cb + 0.196076*cr)
		}
	}
	for i := range img.Cb {
		cb, cr := float64(img.Cb[i])-128, float64(img.Cr[i])-128
		img.Cb[i] = clampByte(0.989854*cb - 0.110653*cr + 128)
		img.Cr[i] = clampByte(0.983398*cr - 0.072453*cb + 128)
	}
}
