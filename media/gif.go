package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Introducers and labels of GIF89a.
const (
	gifExtension   = 0x21
	gifImage       = 0x2c
	gifTrailer     = 0x3b
	gifControl     = 0xf9
	gifApplication = 0xff
)

// gifBlock is one block: an extension with its label, or a picture.
type gifBlock struct {
	introducer, label byte
	start, end        int64
	// body is where an extension's sub-blocks start.
	body int64
}

func probeGIF(src source) (Info, error) {
	info := Info{Format: GIF, Orientation: 1, lossless: true}
	head, err := src.at(0, 13)
	if err != nil {
		return info, err
	}
	info.Width = int(binary.LittleEndian.Uint16(head[6:]))
	info.Height = int(binary.LittleEndian.Uint16(head[8:]))
	if err := checkSize(int64(info.Width), int64(info.Height)); err != nil {
		return info, err
	}
	err = walkGIF(src, func(b gifBlock) error {
		if b.introducer == gifImage {
			info.Frames++
		}
		return nil
	})
	if err == nil && info.Frames == 0 {
		err = errors.New("media: GIF without a picture")
	}
	return info, err
}

// walkGIF visits the blocks in order, the trailer excepted.
func walkGIF(src source, visit func(gifBlock) error) error {
	r := &byteReader{src: src}
	head, err := src.at(0, 13)
	if err != nil {
		return err
	}
	r.at = 13 + gifPalette(head[10])
	for pictures := 0; ; {
		if pictures > 0 && r.at == src.size {
			// Many encoders leave the trailer out.
			return nil
		}
		b := gifBlock{start: r.at}
		b.introducer = r.next()
		switch b.introducer {
		case gifTrailer:
			return r.err
		case gifExtension:
			b.label = r.next()
			b.body = r.at
		case gifImage:
			pictures++
			r.at += 8
			r.at += gifPalette(r.next())
			r.at++ // LZW minimum code size
		default:
			if r.err != nil {
				return r.err
			}
			return fmt.Errorf("media: GIF block %#x at byte %d", b.introducer, b.start)
		}
		for n := r.next(); n > 0; n = r.next() {
			r.at += int64(n)
		}
		if r.err != nil {
			return r.err
		}
		b.end = r.at
		if err := visit(b); err != nil {
			return err
		}
	}
}

// gifPalette is the length of the palette that a packed field announces.
func gifPalette(packed byte) int64 {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}

// stripGIF keeps pictures, timing and the loop count. Comments and application
// data, where XMP lives, are dropped.
func stripGIF(data []byte) ([]byte, error) {
	src := source{bytes.NewReader(data), int64(len(data))}
	head, err := src.at(0, 13)
	if err != nil {
		return nil, err
	}
	palette := 13 + gifPalette(head[10])
	if palette > src.size {
		return nil, io.ErrUnexpectedEOF
	}
	out := append(make([]byte, 0, len(data)), data[:palette]...)
	err = walkGIF(src, func(b gifBlock) error {
		keep := b.introducer == gifImage || b.label == gifControl || isLoop(data, b)
		if keep {
			out = append(out, data[b.start:b.end]...)
		}
		return nil
	})
	return append(out, gifTrailer), err
}

func isLoop(data []byte, b gifBlock) bool {
	const loop = "\x0bNETSCAPE2.0\x03"
	return b.label == gifApplication && b.end-b.body >= int64(len(loop)) &&
		string(data[b.body:b.body+int64(len(loop))]) == loop
}

// byteReader reads single bytes through a small window and remembers the first
// error, after which it yields zeros.
type byteReader struct {
	src    source
	at     int64
	window []byte
	start  int64
	err    error
}

func (r *byteReader) next() byte {
	if r.err != nil {
		return 0
	}
	if i := r.at - r.start; i < 0 || i >= int64(len(r.window)) {
		r.start = r.at
		r.window, r.err = r.src.upTo(r.at, 4096)
		if r.err == nil && len(r.window) == 0 {
			r.err = fmt.Errorf("media: truncated: %w", io.ErrUnexpectedEOF)
		}
		if r.err != nil {
			return 0
		}
	}
	b := r.window[r.at-r.start]
	r.at++
	return b
}
