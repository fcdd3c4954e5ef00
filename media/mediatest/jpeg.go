package mediatest

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
)

// JPEG writes the scene as a photograph, width × height when upright.
func JPEG(width, height int, opts ...Option) []byte {
	o := collect(opts)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, turned(width, height, o.orientation), &jpeg.Options{Quality: o.quality}); err != nil {
		panic(err) // a buffer does not fail, and the picture is ours
	}
	return o.intoJPEG(b.Bytes())
}

// intoJPEG puts the metadata behind the start marker.
func (o options) intoJPEG(data []byte) []byte {
	out := append([]byte{}, data[:2]...)
	if o.thumbnail {
		small := bytes.Repeat([]byte("Dupont"), 2) // four pixels
		out = appendSegment(out, 0xe0, append([]byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x02\x02"), small...))
		out = appendSegment(out, 0xe0, append([]byte("JFXX\x00\x13\x02\x02"), small...))
	}
	if exif := o.exif(); exif != nil {
		out = appendSegment(out, 0xe1, append([]byte("Exif\x00\x00"), exif...))
	}
	if o.xmp {
		out = appendSegment(out, 0xe1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), xmpPacket()...))
		out = appendSegment(out, 0xed, []byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0b\x1c\x02\x5a\x00\x06Dinant\x00"))
		out = appendSegment(out, 0xfe, []byte("made by Jeanne Dupont"))
	}
	if o.profile != nil {
		// In two parts, out of order, as the standard allows.
		half := len(o.profile) / 2
		part := func(n byte, b []byte) []byte {
			return append([]byte("ICC_PROFILE\x00"+string([]byte{n, 2})), b...)
		}
		out = appendSegment(out, 0xe2, part(2, o.profile[half:]))
		out = appendSegment(out, 0xe2, part(1, o.profile[:half]))
	}
	return append(out, data[2:]...)
}

func appendSegment(out []byte, marker byte, body []byte) []byte {
	out = append(out, 0xff, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(out, body...)
}

// GreyJPEG writes a grey ramp from black to white, left to right, in one
// component. Both sides must be multiples of 8.
func GreyJPEG(width, height int, opts ...Option) []byte {
	f := flat{width: width, height: height, components: 1}
	f.colour = func(x, _ int) []int { return []int{255 * x / (width - 8)} }
	return collect(opts).intoJPEG(f.encode(0xc0, nil))
}

// Ink is how a four-colour JPEG codes its colours.
type Ink int

const (
	// CMYK as Adobe writes it: inverted.
	CMYK Ink = iota
	// YCCK is the same, with the first three turned into luma and chroma.
	YCCK
)

// PressJPEG writes the scene without texture in four colours, as a printer's
// file. Both sides must be multiples of 16.
func PressJPEG(width, height int, ink Ink, opts ...Option) []byte {
	transform := byte(0)
	if ink == YCCK {
		transform = 2
	}
	f := flat{width: width, height: height, components: 4}
	f.colour = func(x, y int) []int {
		c := Colours()[2*(2*y/height)+2*x/width]
		k := 255 - int(max(c.R, c.G, c.B))
		ink := func(v uint8) int { return 255 - int(v)*255/(255-k) }
		// Adobe stores 255 minus each ink; coded as luma and chroma, the three
		// are inverted once more.
		if transform == 2 {
			return append(ycc(ink(c.R), ink(c.G), ink(c.B)), 255-k)
		}
		return []int{255 - ink(c.R), 255 - ink(c.G), 255 - ink(c.B), 255 - k}
	}
	adobe := append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), transform)
	return collect(opts).intoJPEG(f.encode(0xc0, adobe))
}

// ProgressiveJPEG writes the scene without texture in several scans. Both
// sides must be multiples of 16.
func ProgressiveJPEG(width, height int, opts ...Option) []byte {
	f := flat{width: width, height: height, components: 3}
	f.colour = func(x, y int) []int {
		c := Colours()[2*(2*y/height)+2*x/width]
		return ycc(int(c.R), int(c.G), int(c.B))
	}
	return collect(opts).intoJPEG(f.encode(0xc2, nil))
}

// ycc is the conversion of JFIF.
func ycc(r, g, b int) []int {
	return []int{
		(299*r + 587*g + 114*b + 500) / 1000,
		128 + (-168736*r-331264*g+500000*b)/1000000,
		128 + (500000*r-418688*g-81312*b)/1000000,
	}
}

// flat is a JPEG whose blocks of 8 × 8 pixels have one colour each, which
// needs no transform to write: only their means are coded.
type flat struct {
	width, height, components int
	colour                    func(x, y int) []int
}

func (f flat) encode(frame byte, adobe []byte) []byte {
	out := []byte{0xff, 0xd8}
	if adobe != nil {
		out = appendSegment(out, 0xee, adobe)
	}
	quantiser := bytes.Repeat([]byte{1}, 65)
	quantiser[0] = 0
	// A step of eight makes the mean of a block its coefficient.
	quantiser[1] = 8
	out = appendSegment(out, 0xdb, quantiser)
	head := []byte{8}
	head = binary.BigEndian.AppendUint16(head, uint16(f.height))
	head = binary.BigEndian.AppendUint16(head, uint16(f.width))
	head = append(head, byte(f.components))
	scan := []byte{byte(f.components)}
	for c := range f.components {
		head = append(head, byte(c+1), 0x11, 0)
		scan = append(scan, byte(c+1), 0)
	}
	out = appendSegment(out, frame, head)
	// Means: the ten lengths 0 to 9, all coded in four bits. The rest: only
	// "end of block", in one.
	out = appendSegment(out, 0xc4, append([]byte{0x00, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
	out = appendSegment(out, 0xc4, []byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	progressive := frame == 0xc2
	if progressive {
		out = appendSegment(out, 0xda, append(scan, 0, 0, 0))
		out = append(out, f.scan(-1, true, false)...)
		// One more scan for each component's remaining coefficients, all zero.
		for c := range f.components {
			out = appendSegment(out, 0xda, []byte{1, byte(c + 1), 0, 1, 63, 0})
			out = append(out, f.scan(c, false, true)...)
		}
	} else {
		out = appendSegment(out, 0xda, append(scan, 0, 63, 0))
		out = append(out, f.scan(-1, true, true)...)
	}
	return append(out, 0xff, 0xd9)
}

// scan codes the blocks, of one component or of all in turn.
func (f flat) scan(only int, means, rest bool) []byte {
	var w bitWriter
	previous := make([]int, f.components)
	for y := 0; y < f.height; y += 8 {
		for x := 0; x < f.width; x += 8 {
			colour := f.colour(x, y)
			for c := range f.components {
				if only >= 0 && c != only {
					continue
				}
				if means {
					value := colour[c] - 128
					w.mean(value - previous[c])
					previous[c] = value
				}
				if rest {
					w.write(0, 1)
				}
			}
		}
	}
	return w.flush()
}

// bitWriter writes bits, the highest first, with a zero after each 0xff.
type bitWriter struct {
	out  []byte
	bits uint32
	n    int
}

func (w *bitWriter) write(v uint32, n int) {
	w.bits = w.bits<<n | v&(1<<n-1)
	for w.n += n; w.n >= 8; w.n -= 8 {
		b := byte(w.bits >> (w.n - 8))
		if w.out = append(w.out, b); b == 0xff {
			w.out = append(w.out, 0)
		}
	}
}

func (w *bitWriter) mean(diff int) {
	size := 0
	for v := max(diff, -diff); v > 0; v >>= 1 {
		size++
	}
	w.write(uint32(size), 4)
	if diff < 0 {
		diff--
	}
	w.write(uint32(diff), size)
}

func (w *bitWriter) flush() []byte {
	if w.n > 0 {
		w.write(1<<7-1, 8-w.n)
	}
	return w.out
}
