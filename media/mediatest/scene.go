package mediatest

import (
	"image"
	"image/color"
)

// Colours returns what the corners of the scene show: red, green, blue and
// yellow, from the top left in reading order.
func Colours() [4]color.NRGBA {
	return [4]color.NRGBA{
		{R: 200, G: 40, B: 40, A: 255},
		{R: 40, G: 160, B: 60, A: 255},
		{R: 40, G: 70, B: 190, A: 255},
		{R: 220, G: 200, B: 50, A: 255},
	}
}

// colourAt is the scene at one place of its upright view.
func colourAt(x, y, width, height int) color.NRGBA {
	c := Colours()[2*(2*y/height)+2*x/width]
	if inCorner(x, width) && inCorner(y, height) {
		return c
	}
	// A texture that compresses as badly as foliage does, but the same each
	// time.
	n := uint32(x)*2654435761 ^ uint32(y)*2246822519
	n = (n ^ n>>15) * 2654435761
	d := int(n>>24)%49 - 24
	c.R, c.G, c.B = shade(c.R, d), shade(c.G, d), shade(c.B, d)
	return c
}

// inCorner reports whether a place lies in the outer quarter on its axis, where
// the scene has no texture.
func inCorner(at, length int) bool { return 4*at < length || 4*at >= 3*length }

func shade(v uint8, d int) uint8 { return uint8(min(max(int(v)+d, 0), 255)) }

// Scene draws the scene upright.
func Scene(width, height int) *image.NRGBA { return turned(width, height, 1) }

// turned draws the scene as a camera stores it that asks for an orientation.
func turned(width, height, orientation int) *image.NRGBA {
	w, h := width, height
	if orientation >= 5 {
		w, h = h, w
	}
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for sy := range h {
		for sx := range w {
			x, y := uprightPlace(sx, sy, w, h, orientation)
			img.SetNRGBA(sx, sy, colourAt(x, y, width, height))
		}
	}
	return img
}

// uprightPlace says where a stored pixel is seen (CIPA DC-008-2023, 4.6.5.1.6).
func uprightPlace(x, y, width, height, orientation int) (int, int) {
	right, bottom := width-1-x, height-1-y
	switch orientation {
	case 2:
		return right, y
	case 3:
		return right, bottom
	case 4:
		return x, bottom
	case 5:
		return y, x
	case 6:
		return bottom, x
	case 7:
		return bottom, right
	case 8:
		return y, right
	}
	return x, y
}

// CornerColours returns the mean colours of the corners of a picture, from the
// top left in reading order. Each is taken over a tenth of the sides.
func CornerColours(img image.Image) [4]color.NRGBA {
	b := img.Bounds()
	w, h := max(1, b.Dx()/10), max(1, b.Dy()/10)
	var out [4]color.NRGBA
	for i := range out {
		corner := image.Rect(0, 0, w, h).Add(b.Min)
		if i%2 == 1 {
			corner = corner.Add(image.Pt(b.Dx()-w, 0))
		}
		if i >= 2 {
			corner = corner.Add(image.Pt(0, b.Dy()-h))
		}
		out[i] = Mean(img, corner)
	}
	return out
}

// Mean is the mean colour of an area.
func Mean(img image.Image, area image.Rectangle) color.NRGBA {
	var r, g, b, a, n int
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c, _ := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			r, g, b, a, n = r+int(c.R), g+int(c.G), b+int(c.B), a+int(c.A), n+1
		}
	}
	if n == 0 {
		return color.NRGBA{}
	}
	return color.NRGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: uint8(a / n)}
}

// Near reports whether two colours differ by at most tolerance in each of red,
// green, blue and alpha.
func Near(a, b color.NRGBA, tolerance int) bool {
	near := func(a, b uint8) bool { return max(int(a)-int(b), int(b)-int(a)) <= tolerance }
	return near(a.R, b.R) && near(a.G, b.G) && near(a.B, b.B) && near(a.A, b.A)
}

// Seen returns the corners of the scene when its pixels are stored unturned
// and shown under an orientation.
func Seen(orientation int) [4]color.NRGBA {
	var out [4]color.NRGBA
	for i, c := range Colours() {
		x, y := uprightPlace(i%2, i/2, 2, 2, orientation)
		out[2*y+x] = c
	}
	return out
}
