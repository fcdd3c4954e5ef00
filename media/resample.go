package media

import (
	"image"
	"image/color"

	"github.com/disintegration/imaging"
)

// window cuts a plan's crop out of a picture and shrinks it by whole powers of
// two as far as the plan allows, in one pass and without a full-size copy. The
// filter that follows has at most a factor of two left to do, which is where
// the time goes otherwise.
func window(img image.Image, plan Plan) *image.NRGBA {
	c := plan.Crop
	area := image.Rect(c.X, c.Y, c.X+c.Width, c.Y+c.Height).Add(img.Bounds().Min)
	k := 1
	for c.Width >= 2*k*plan.Width && c.Height >= 2*k*plan.Height {
		k *= 2
	}
	if planar, ok := img.(*image.YCbCr); ok {
		return shrinkPlanes(planar, area, k)
	}
	return shrinkPixels(img, area, k)
}

// resize finishes what window began.
func resize(img *image.NRGBA, width, height int) *image.NRGBA {
	if img.Rect.Dx() == width && img.Rect.Dy() == height {
		return img
	}
	return imaging.Resize(img, width, height, imaging.Lanczos)
}

// shrinkPlanes averages k × k pixels. Chroma is averaged on its own smaller
// plane, as far as that has the resolution.
func shrinkPlanes(img *image.YCbCr, area image.Rectangle, k int) *image.NRGBA {
	width, height := (area.Dx()+k-1)/k, (area.Dy()+k-1)/k
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	hx, vy := subsampling(img.SubsampleRatio)
	full := img.Rect
	luma := plane{img.Y, img.YStride, full.Dx(), full.Dy()}
	cb := plane{img.Cb, img.CStride, (full.Dx() + hx - 1) / hx, (full.Dy() + vy - 1) / vy}
	cr := cb
	cr.pix = img.Cr
	rows := make([]uint8, 3*width)
	ys, cbs, crs := rows[:width], rows[width:2*width], rows[2*width:]
	for y := range height {
		luma.average(ys, area.Min.X, area.Min.Y+y*k, 1, 1, k)
		cb.average(cbs, area.Min.X, area.Min.Y+y*k, hx, vy, k)
		cr.average(crs, area.Min.X, area.Min.Y+y*k, hx, vy, k)
		pix := out.Pix[y*out.Stride:][:4*width]
		for x := range ys {
			r, g, b := color.YCbCrToRGB(ys[x], cbs[x], crs[x])
			p := pix[4*x : 4*x+4 : 4*x+4]
			p[0], p[1], p[2], p[3] = r, g, b, 255
		}
	}
	return out
}

// plane is one component of a picture.
type plane struct {
	pix                   []uint8
	stride, width, height int
}

// average fills a row with the means of the plane's samples below k × k pixels
// each, starting at pixel (x, y); hx × vy pixels share one sample. Samples
// outside the plane do not count.
func (p plane) average(row []uint8, x, y, hx, vy, k int) {
	top := y / vy
	bottom := min(max(top+1, (y+k)/vy), p.height)
	if hx == 1 && k == 2 && bottom-top == 2 && x+2*len(row) <= p.width {
		upper, lower := p.pix[top*p.stride+x:], p.pix[(top+1)*p.stride+x:]
		upper, lower = upper[:2*len(row)], lower[:2*len(row)]
		for i := range row {
			row[i] = low8((uint32(upper[2*i]) + uint32(upper[2*i+1]) +
				uint32(lower[2*i]) + uint32(lower[2*i+1]) + 2) / 4)
		}
		return
	}
	if hx == k && bottom-top == 1 && x/hx+len(row) <= p.width {
		// Chroma that is as coarse as the result.
		copy(row, p.pix[top*p.stride+x/hx:])
		return
	}
	for i := range row {
		left := min((x+i*k)/hx, p.width-1)
		right := min(max(left+1, (x+i*k+k)/hx), p.width)
		if right-left == 1 && bottom-top == 1 {
			row[i] = p.pix[top*p.stride+left]
			continue
		}
		var sum, n uint64
		for sy := top; sy < bottom; sy++ {
			for _, v := range p.pix[sy*p.stride+left : sy*p.stride+right] {
				sum += uint64(v)
				n++
			}
		}
		row[i] = low8((sum + n/2) / n)
	}
}

// shrinkPixels handles every other kind of picture, in strips, so that no
// full-size copy is made. Transparent pixels carry no colour into the mean.
func shrinkPixels(img image.Image, area image.Rectangle, k int) *image.NRGBA {
	if k == 1 {
		return imaging.Crop(img, area)
	}
	const rows = 32
	width, height := (area.Dx()+k-1)/k, (area.Dy()+k-1)/k
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := 0; y < height; y += rows {
		strip := area
		strip.Min.Y = area.Min.Y + y*k
		strip.Max.Y = min(strip.Min.Y+rows*k, area.Max.Y)
		pixels := imaging.Crop(img, strip)
		for i := 0; i < rows && y+i < height; i++ {
			averagePixels(out.Pix[(y+i)*out.Stride:][:4*width], pixels, i*k, k)
		}
	}
	return out
}

func averagePixels(row []uint8, src *image.NRGBA, top, k int) {
	bottom := min(top+k, src.Rect.Dy())
	for x := 0; 4*x < len(row); x++ {
		right := min((x+1)*k, src.Rect.Dx())
		var r, g, b, a, n uint64
		for y := top; y < bottom; y++ {
			for p := src.Pix[y*src.Stride+4*x*k : y*src.Stride+4*right]; len(p) >= 4; p = p[4:] {
				alpha := uint64(p[3])
				r += uint64(p[0]) * alpha
				g += uint64(p[1]) * alpha
				b += uint64(p[2]) * alpha
				a += alpha
				n++
			}
		}
		if a == 0 {
			continue
		}
		p := row[4*x : 4*x+4 : 4*x+4]
		p[0], p[1], p[2] = low8((r+a/2)/a), low8((g+a/2)/a), low8((b+a/2)/a)
		p[3] = low8((a + n/2) / n)
	}
}
