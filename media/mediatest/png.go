package mediatest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image/png"
)

// PNG writes the scene, width × height when upright.
func PNG(width, height int, opts ...Option) []byte {
	o := collect(opts)
	return o.encodePNG(width, height, false)
}

// PNGAlpha writes the scene with a transparent band across its middle, a fifth
// of the height.
func PNGAlpha(width, height int, opts ...Option) []byte {
	o := collect(opts)
	return o.encodePNG(width, height, true)
}

func (o options) encodePNG(width, height int, band bool) []byte {
	img := turned(width, height, o.orientation)
	if band {
		b := img.Bounds()
		for y := range b.Dy() {
			for x := range b.Dx() {
				_, at := uprightPlace(x, y, b.Dx(), b.Dy(), o.orientation)
				if 5*at >= 2*height && 5*at < 3*height {
					img.Pix[img.PixOffset(x, y)+3] = 0
				}
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a buffer does not fail, and the picture is ours
	}
	return o.intoPNG(b.Bytes())
}

// intoPNG puts a profile before the pixels, and everything else behind them.
func (o options) intoPNG(data []byte) []byte {
	const header = 8 + 12 + 13
	end := len(data) - 12
	out := append([]byte{}, data[:header]...)
	if o.profile != nil {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, err := w.Write(o.profile)
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			panic(err) // a buffer does not fail
		}
		out = appendPNGChunk(out, "iCCP", append([]byte("Profile\x00\x00"), z.Bytes()...))
	}
	if o.gamma > 0 {
		out = appendPNGChunk(out, "gAMA", binary.BigEndian.AppendUint32(nil, o.gamma))
	}
	out = append(out, data[header:end]...)
	if exif := o.exif(); exif != nil {
		out = appendPNGChunk(out, "eXIf", exif)
	}
	if o.xmp {
		out = appendPNGChunk(out, "iTXt", append([]byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"), xmpPacket()...))
		out = appendPNGChunk(out, "tEXt", []byte("Author\x00Jeanne Dupont"))
	}
	return append(out, data[end:]...)
}

func appendPNGChunk(out []byte, kind string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	start := len(out)
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}

// HugePNG is a PNG of a few bytes whose header announces any size.
func HugePNG(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, width)
	head = binary.BigEndian.AppendUint32(head, height)
	head = append(head, 8, 6, 0, 0, 0)
	out := appendPNGChunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", head)
	return appendPNGChunk(out, "IEND", nil)
}
