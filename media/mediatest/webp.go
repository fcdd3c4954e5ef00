package mediatest

import (
	_ "embed"
	"encoding/binary"
)

// The scene at 128 × 96, made from PNG and PNGAlpha of this package by cwebp:
// Go has no encoder.
var (
	//go:embed testdata/scene.lossy.webp
	lossyWebP []byte
	//go:embed testdata/scene.alpha.webp
	alphaWebP []byte
	//go:embed testdata/scene.lossless.webp
	losslessWebP []byte
)

// The size of the WebP pictures, which are kept and not drawn.
const (
	WebPWidth  = 128
	WebPHeight = 96
)

// WebP is the scene as a lossy WebP, WebPWidth × WebPHeight as stored.
// Orientation is written to the metadata only: the pixels are not turned.
func WebP(opts ...Option) []byte { return collect(opts).intoWebP(lossyWebP, 0) }

// WebPAlpha is the scene of PNGAlpha as a lossy WebP.
func WebPAlpha(opts ...Option) []byte { return collect(opts).intoWebP(alphaWebP, 1<<4) }

// WebPLossless is the scene of PNGAlpha as a lossless WebP.
func WebPLossless(opts ...Option) []byte { return collect(opts).intoWebP(losslessWebP, 1<<4) }

// intoWebP puts the picture into the extended form, where there is something
// to add.
func (o options) intoWebP(data []byte, flags byte) []byte {
	exif := o.exif()
	if exif == nil && o.profile == nil && !o.xmp {
		return append([]byte{}, data...)
	}
	body := vp8x(flags | 1<<2 | 1<<3 | 1<<5)
	if o.profile != nil {
		body = appendRIFF(body, "ICCP", o.profile)
	}
	for _, c := range riffChunks(data) {
		if c.kind != "VP8X" {
			body = appendRIFF(body, c.kind, c.body)
		}
	}
	if exif != nil {
		body = appendRIFF(body, "EXIF", exif)
	}
	if o.xmp {
		body = appendRIFF(body, "XMP ", xmpPacket())
	}
	return riff(body)
}

// AnimatedWebP shows the scene twice, at a place on a canvas of twice its
// size, or on all of it when it is covered.
func AnimatedWebP(covered bool) []byte {
	head := vp8x(1 << 1)
	frame := make([]byte, 16)
	if !covered {
		putUint24(head[8+4:], 2*WebPWidth-1)
		putUint24(head[8+7:], 2*WebPHeight-1)
		putUint24(frame, WebPWidth/4) // in units of two pixels
		putUint24(frame[3:], WebPHeight/4)
	}
	putUint24(frame[6:], WebPWidth-1)
	putUint24(frame[9:], WebPHeight-1)
	for _, c := range riffChunks(lossyWebP) {
		frame = appendRIFF(frame, c.kind, c.body)
	}
	body := appendRIFF(head, "ANIM", make([]byte, 6))
	body = appendRIFF(body, "ANMF", frame)
	return riff(appendRIFF(body, "ANMF", frame))
}

func vp8x(flags byte) []byte {
	head := make([]byte, 10)
	head[0] = flags
	putUint24(head[4:], WebPWidth-1)
	putUint24(head[7:], WebPHeight-1)
	return appendRIFF(nil, "VP8X", head)
}

func riff(body []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body)+4))
	return append(append(out, "WEBP"...), body...)
}

func appendRIFF(out []byte, kind string, body []byte) []byte {
	out = append(out, kind...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

type riffChunk struct {
	kind string
	body []byte
}

func riffChunks(data []byte) []riffChunk {
	var out []riffChunk
	for at := 12; at+8 <= len(data); {
		n := int(binary.LittleEndian.Uint32(data[at+4:]))
		end := min(at+8+n, len(data))
		out = append(out, riffChunk{string(data[at : at+4]), data[at+8 : end]})
		at = end + n&1
	}
	return out
}

func putUint24(b []byte, n int) { b[0], b[1], b[2] = byte(n), byte(n>>8), byte(n>>16) }
