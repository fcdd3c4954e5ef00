package media

import (
	"image"

	"github.com/disintegration/imaging"
)

// upright turns and mirrors a picture as its orientation asks. Planar pictures
// stay planar.
func upright(img image.Image, orientation int) image.Image {
	if orientation <= 1 || orientation > 8 {
		return img
	}
	switch img := img.(type) {
	case *image.Gray:
		w, h := img.Rect.Dx(), img.Rect.Dy()
		pix, w, h := turnPlane(img.Pix, img.Stride, w, h, orientation)
		return &image.Gray{Pix: pix, Stride: w, Rect: image.Rect(0, 0, w, h)}
	case *image.YCbCr:
		if turned, ok := turnPlanes(img, orientation); ok {
			return turned
		}
	}
	n := asNRGBA(img)
	switch orientation {
	case 2:
		return imaging.FlipH(n)
	case 3:
		return imaging.Rotate180(n)
	case 4:
		return imaging.FlipV(n)
	case 5:
		return imaging.Transpose(n)
	case 6:
		return imaging.Rotate270(n) // counter-clockwise
	case 7:
		return imaging.Transverse(n)
	default:
		return imaging.Rotate90(n)
	}
}

// turnPlanes turns the three planes by themselves. Where a mirrored side is
// odd, chroma moves by half of its sample, at most one pixel.
func turnPlanes(img *image.YCbCr, orientation int) (*image.YCbCr, bool) {
	ratio := img.SubsampleRatio
	if orientation >= 5 {
		switch ratio {
		case image.YCbCrSubsampleRatio422:
			ratio = image.YCbCrSubsampleRatio440
		case image.YCbCrSubsampleRatio440:
			ratio = image.YCbCrSubsampleRatio422
		case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
			// Their transposed forms do not exist.
			return nil, false
		case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420:
		}
	}
	hx, vy := subsampling(img.SubsampleRatio)
	width, height := img.Rect.Dx(), img.Rect.Dy()
	cw, ch := (width+hx-1)/hx, (height+vy-1)/vy
	out := &image.YCbCr{SubsampleRatio: ratio}
	out.Y, width, height = turnPlane(img.Y, img.YStride, width, height, orientation)
	out.Cb, _, _ = turnPlane(img.Cb, img.CStride, cw, ch, orientation)
	out.Cr, cw, _ = turnPlane(img.Cr, img.CStride, cw, ch, orientation)
	out.YStride, out.CStride = width, cw
	out.Rect = image.Rect(0, 0, width, height)
	return out, true
}

// turnPlane applies an orientation to one plane and returns its new size.
func turnPlane(src []uint8, stride, width, height, orientation int) (dst []uint8, newWidth, newHeight int) {
	transposed := orientation >= 5
	mirrorX := orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8
	mirrorY := orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7
	// The source position for the result's (0, 0), and the steps from there
	// when the result moves right and down.
	start, right, down := 0, 1, stride
	if mirrorX {
		start += width - 1
		right = -1
	}
	if mirrorY {
		start += (height - 1) * stride
		down = -stride
	}
	if transposed {
		right, down = down, right
		width, height = height, width
	}
	dst = make([]uint8, width*height)
	// Square blocks keep a transposition within the cache.
	const block = 32
	for by := 0; by < height; by += block {
		for bx := 0; bx < width; bx += block {
			for y := by; y < min(by+block, height); y++ {
				row := dst[y*width:][:width]
				at := start + y*down + bx*right
				for x := bx; x < min(bx+block, width); x++ {
					row[x] = src[at]
					at += right
				}
			}
		}
	}
	return dst, width, height
}
