package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// probePNG walks all chunks: orientation may stand behind the pixels.
func probePNG(src source) (Info, error) {
	info := Info{Format: PNG, Orientation: 1, Frames: 1, lossless: true}
	for at := int64(len(pngSignature)); ; {
		head, err := src.at(at, 8)
		if err != nil {
			return info, err
		}
		n, kind := int64(binary.BigEndian.Uint32(head)), string(head[4:])
		body := at + 8
		at = body + n + 4
		if at > src.size {
			return info, fmt.Errorf("media: PNG chunk %q: %w", kind, io.ErrUnexpectedEOF)
		}
		if (kind == "IHDR") != (info.Width == 0) {
			return info, errors.New("media: PNG header is not first, or not alone")
		}
		switch kind {
		case "IHDR":
			b, err := src.at(body, n)
			if err != nil {
				return info, err
			}
			if len(b) != 13 {
				return info, errors.New("media: PNG header has a wrong length")
			}
			width, height := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
			if err := checkSize(int64(width), int64(height)); err != nil {
				return info, err
			}
			info.Width, info.Height = int(width), int(height)
			// Bytes per pixel once decoded, for the estimate of memory.
			info.components = 4 * (1 + int(b[8])/16)
		case "iCCP", "eXIf", "gAMA", "sRGB":
			if n > maxProfile {
				continue
			}
			b, err := src.at(body, n)
			if err != nil {
				return info, err
			}
			readPNGColour(kind, b, &info)
		case "IEND":
			return info, nil
		}
	}
}

func readPNGColour(kind string, b []byte, info *Info) {
	switch kind {
	case "iCCP":
		info.profile = inflateProfile(b)
	case "eXIf":
		info.Orientation = exifOrientation(b)
	case "gAMA":
		if len(b) == 4 {
			info.gamma = binary.BigEndian.Uint32(b)
		}
	case "sRGB":
		info.gamma = pngGammaSRGB
	}
}

// inflateProfile unpacks an iCCP chunk; nil where it cannot.
func inflateProfile(b []byte) []byte {
	_, packed, ok := bytes.Cut(b, []byte{0})
	if !ok || len(packed) < 1 || packed[0] != 0 {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return nil
	}
	profile, err := io.ReadAll(io.LimitReader(z, maxProfile))
	if err != nil {
		return nil
	}
	return profile
}

// stripPNG keeps the chunks that make the pixels and drops all others, with
// whatever follows the end: metadata, further frames, and the remains of a
// larger picture that some editors leave there.
func stripPNG(data []byte) ([]byte, error) {
	out := make([]byte, 0, len(data))
	out = append(out, pngSignature...)
	for at := len(pngSignature); len(data)-at >= 12; {
		n := int64(binary.BigEndian.Uint32(data[at:]))
		if n > int64(len(data)-at-12) {
			break
		}
		kind := string(data[at+4 : at+8])
		end := at + 12 + int(n)
		switch kind {
		case "IHDR", "PLTE", "tRNS", "IDAT":
			out = append(out, data[at:end]...)
		case "IEND":
			return append(out, data[at:end]...), nil
		}
		at = end
	}
	return nil, fmt.Errorf("media: PNG: %w", io.ErrUnexpectedEOF)
}
