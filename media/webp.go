package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Flags of the VP8X chunk (RFC 9649, section 2.7).
const (
	webpAnimation = 1 << 1
	webpAlpha     = 1 << 4
)

// riffChunk is one chunk of a RIFF file; offset and n are of its body.
type riffChunk struct {
	kind      string
	offset, n int64
}

// next is where the following chunk starts: bodies are padded to even length.
func (c riffChunk) next() int64 { return c.offset + c.n + c.n&1 }

func readChunk(src source, at int64) (riffChunk, error) {
	head, err := src.at(at, 8)
	if err != nil {
		return riffChunk{}, err
	}
	c := riffChunk{string(head[:4]), at + 8, int64(binary.LittleEndian.Uint32(head[4:]))}
	if c.offset+c.n > src.size {
		return riffChunk{}, fmt.Errorf("media: WebP chunk %q: %w", c.kind, io.ErrUnexpectedEOF)
	}
	return c, nil
}

// probeWebP walks all chunks: orientation stands behind the pixels.
func probeWebP(src source) (Info, error) {
	info := Info{Format: WebP, Orientation: 1, Frames: 1}
	frames := 0
	for at := int64(12); at+8 <= src.size; {
		c, err := readChunk(src, at)
		if err != nil {
			return info, err
		}
		at = c.next()
		switch c.kind {
		case "VP8X", "VP8 ", "VP8L", "ANMF":
			if c.kind == "ANMF" {
				frames++
			}
			if info.Width != 0 {
				info.lossless = info.lossless || c.kind == "VP8L"
				continue
			}
			if info.Width, info.Height, err = webpSize(src, c); err != nil {
				return info, err
			}
			if err := checkSize(int64(info.Width), int64(info.Height)); err != nil {
				return info, err
			}
			info.lossless = c.kind == "VP8L"
		case "EXIF", "ICCP":
			if c.n > maxProfile {
				continue
			}
			b, err := src.at(c.offset, c.n)
			if err != nil {
				return info, err
			}
			if c.kind == "EXIF" {
				info.Orientation = exifOrientation(b)
			} else {
				info.profile = b
			}
		}
	}
	if info.Width == 0 {
		return info, errors.New("media: WebP without a picture")
	}
	info.Frames = max(1, frames)
	return info, nil
}

// webpSize reads the size from the first chunk that has one.
func webpSize(src source, c riffChunk) (int, int, error) {
	b, err := src.at(c.offset, min(c.n, 10))
	if err != nil {
		return 0, 0, err
	}
	switch {
	case c.kind == "VP8X" && len(b) == 10:
		return 1 + uint24(b[4:]), 1 + uint24(b[7:]), nil
	case c.kind == "VP8 " && len(b) == 10:
		const mask = 1<<14 - 1
		return int(binary.LittleEndian.Uint16(b[6:])) & mask, int(binary.LittleEndian.Uint16(b[8:])) & mask, nil
	case c.kind == "VP8L" && len(b) >= 5:
		bits := binary.LittleEndian.Uint32(b[1:])
		return 1 + int(bits&(1<<14-1)), 1 + int(bits>>14&(1<<14-1)), nil
	}
	return 0, 0, fmt.Errorf("media: WebP chunk %q is too short", c.kind)
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// stripWebP keeps the chunks that make the picture. Of an animation it keeps
// the first frame, in which case frame is its place on a larger canvas.
func stripWebP(data []byte) (out []byte, frame webpFrame, err error) {
	src := source{bytes.NewReader(data), int64(len(data))}
	var picture []byte
	var alpha, lossless bool
	add := func(kind string, body []byte) {
		picture = appendChunk(picture, kind, body)
	}
	for at := int64(12); at+8 <= src.size; {
		c, err := readChunk(src, at)
		if err != nil {
			return nil, frame, err
		}
		at = c.next()
		body := data[c.offset : c.offset+c.n]
		switch c.kind {
		case "VP8X":
			if len(body) < 10 {
				return nil, frame, errors.New("media: short VP8X chunk")
			}
			frame.canvasWidth, frame.canvasHeight = 1+uint24(body[4:]), 1+uint24(body[7:])
			frame.animated = body[0]&webpAnimation != 0
		case "ANMF":
			if len(body) < 16 || len(picture) > 0 {
				continue
			}
			frame.x, frame.y = 2*uint24(body), 2*uint24(body[3:])
			frame.width, frame.height = 1+uint24(body[6:]), 1+uint24(body[9:])
			// The frame's own chunks follow its header.
			at = c.offset + 16
		case "ALPH":
			if !alpha {
				alpha = true
				add(c.kind, body)
			}
		case "VP8 ", "VP8L":
			lossless = c.kind == "VP8L"
			add(c.kind, body)
			if frame.width == 0 {
				frame.width, frame.height = frame.canvasWidth, frame.canvasHeight
			}
			return assembleWebP(picture, alpha && !lossless, frame), frame, nil
		}
	}
	return nil, frame, errors.New("media: WebP without a picture")
}

// webpFrame is where the kept picture lies on its canvas; all zero for a file
// without a canvas.
type webpFrame struct {
	animated                  bool
	canvasWidth, canvasHeight int
	x, y, width, height       int
}

// covers reports whether the frame is the whole canvas.
func (f webpFrame) covers() bool {
	return f.x == 0 && f.y == 0 && f.width == f.canvasWidth && f.height == f.canvasHeight
}

// assembleWebP writes a still picture: the extended header is needed for the
// alpha of a lossy one only.
func assembleWebP(picture []byte, extended bool, frame webpFrame) []byte {
	var body []byte
	if extended {
		head := make([]byte, 10)
		head[0] = webpAlpha
		putUint24(head[4:], frame.width-1)
		putUint24(head[7:], frame.height-1)
		body = appendChunk(body, "VP8X", head)
	}
	body = append(body, picture...)
	out := make([]byte, 0, len(body)+12)
	out = append(out, "RIFF"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)+4)) //nolint:gosec // below MaxUpload
	out = append(out, "WEBP"...)
	return append(out, body...)
}

func appendChunk(out []byte, kind string, body []byte) []byte {
	out = append(out, kind...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body))) //nolint:gosec // below MaxUpload
	out = append(out, body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func putUint24(b []byte, n int) { b[0], b[1], b[2] = low8(n), low8(n>>8), low8(n>>16) }
