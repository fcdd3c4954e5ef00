package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Markers of ITU-T T.81, table B.1.
const (
	markSOF0 = 0xc0
	markSOF1 = 0xc1
	markSOF2 = 0xc2
	markDHT  = 0xc4
	markJPG  = 0xc8
	markDAC  = 0xcc
	markRST0 = 0xd0
	markRST7 = 0xd7
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markAPP0 = 0xe0
	markAPP1 = 0xe1
	markAPP2 = 0xe2
	markAPPE = 0xee
	markAPPF = 0xef
	markCOM  = 0xfe
	markTEM  = 0x01
)

const (
	exifPrefix = "Exif\x00\x00"
	iccPrefix  = "ICC_PROFILE\x00"
)

// probeJPEG walks the segments up to the first scan.
func probeJPEG(src source) (Info, error) {
	info := Info{Format: JPEG, Orientation: 1, Frames: 1}
	profile := map[byte][]byte{}
	for at := int64(2); ; {
		head, err := src.at(at, 4)
		if err != nil {
			return info, err
		}
		if head[0] != 0xff {
			return info, fmt.Errorf("media: no JPEG marker at byte %d", at)
		}
		marker := head[1]
		if marker == 0xff || marker == markTEM || marker >= markRST0 && marker <= markRST7 {
			// Fill bytes, and markers without a length.
			at++
			if marker != 0xff {
				at++
			}
			continue
		}
		n := int64(binary.BigEndian.Uint16(head[2:])) - 2
		if n < 0 || marker == markEOI {
			return info, fmt.Errorf("media: JPEG ends at byte %d before its picture", at)
		}
		body := at + 4
		at = body + n
		switch {
		case marker == markSOS:
			if info.components == 0 {
				return info, errors.New("media: JPEG scan without a frame")
			}
			info.profile = joinProfile(profile)
			return info, nil
		case isFrame(marker):
			if err := readFrame(src, marker, body, n, &info); err != nil {
				return info, err
			}
			if err := checkSize(int64(info.Width), int64(info.Height)); err != nil {
				return info, err
			}
		case marker == markAPP1 || marker == markAPP2:
			b, err := src.at(body, n)
			if err != nil {
				return info, err
			}
			if marker == markAPP1 && bytes.HasPrefix(b, []byte(exifPrefix)) {
				info.Orientation = exifOrientation(b)
			}
			if marker == markAPP2 && len(b) > len(iccPrefix)+2 && bytes.HasPrefix(b, []byte(iccPrefix)) {
				profile[b[len(iccPrefix)]] = b[len(iccPrefix)+2:]
			}
		}
	}
}

func isFrame(marker byte) bool {
	return marker >= markSOF0 && marker <= 0xcf && marker != markDHT && marker != markJPG && marker != markDAC
}

func readFrame(src source, marker byte, at, n int64, info *Info) error {
	if marker > markSOF2 {
		return fmt.Errorf("media: JPEG process %#x is not supported", marker)
	}
	b, err := src.at(at, n)
	if err != nil {
		return err
	}
	if len(b) < 6 || len(b) < 6+3*int(b[5]) {
		return errors.New("media: short JPEG frame header")
	}
	info.Height = int(binary.BigEndian.Uint16(b[1:]))
	info.Width = int(binary.BigEndian.Uint16(b[3:]))
	info.components = int(b[5])
	info.progressive = marker == markSOF2
	if info.components == 0 {
		return errors.New("media: JPEG without components")
	}
	info.subsampled = info.components == 3 && b[7] != 0x11
	return nil
}

// joinProfile puts the numbered parts of an ICC profile together (ICC.1:2022,
// annex B.4). A gap means that there is none.
func joinProfile(parts map[byte][]byte) []byte {
	var out []byte
	for i := 1; i <= len(parts); i++ {
		part, ok := parts[byte(i)]
		if !ok || len(out)+len(part) > maxProfile {
			return nil
		}
		out = append(out, part...)
	}
	return out
}

// stripJPEG rewrites a JPEG without its metadata. The tables and the scans are
// copied bit for bit; of the application segments only JFIF's (without its
// thumbnail) and Adobe's, which say how colours are coded, are kept. What
// follows the end of the picture, where phones append further pictures and
// videos, is dropped; a missing end is added.
func stripJPEG(data []byte) ([]byte, error) {
	out := make([]byte, 0, len(data))
	out = append(out, 0xff, markSOI)
	scans := 0
	for at := 2; ; {
		marker, next, err := nextMarker(data, at)
		if err != nil {
			if scans > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
				return append(out, 0xff, markEOI), nil
			}
			return nil, err
		}
		if marker == markEOI {
			return append(out, 0xff, markEOI), nil
		}
		if marker == markTEM || marker >= markRST0 && marker <= markSOI {
			at = next
			continue
		}
		if len(data)-next < 2 {
			return nil, io.ErrUnexpectedEOF
		}
		n := int(binary.BigEndian.Uint16(data[next:]))
		if n < 2 || n > len(data)-next {
			return nil, fmt.Errorf("media: JPEG segment at byte %d: %w", next, io.ErrUnexpectedEOF)
		}
		body := data[next+2 : next+n]
		at = next + n
		switch {
		case marker == markAPP0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) >= 14:
			out = append(out, 0xff, markAPP0, 0, 16)
			out = append(out, body[:12]...)
			out = append(out, 0, 0)
		case marker == markAPPE && bytes.HasPrefix(body, []byte("Adobe")) && len(body) >= 12:
			out = append(out, 0xff, markAPPE, 0, 14)
			out = append(out, body[:12]...)
		case marker >= markAPP0 && marker <= markAPPF, marker == markCOM:
		default:
			out = append(out, 0xff, marker)
			out = append(out, data[next:at]...)
		}
		if marker == markSOS {
			if scans++; scans > maxScans {
				return nil, fmt.Errorf("media: more than %d JPEG scans", maxScans)
			}
			end := scanEnd(data, at)
			out = append(out, data[at:end]...)
			at = end
		}
	}
}

// nextMarker finds a marker at or after a position, as decoders do: bytes that
// belong to nothing are skipped. It returns the position behind the marker.
func nextMarker(data []byte, at int) (marker byte, next int, err error) {
	for ; at+1 < len(data); at++ {
		if data[at] == 0xff && data[at+1] != 0xff && data[at+1] != 0 {
			return data[at+1], at + 2, nil
		}
	}
	return 0, 0, io.ErrUnexpectedEOF
}

// scanEnd finds where entropy-coded data ends: at a marker that is neither a
// stuffed zero nor a restart.
func scanEnd(data []byte, at int) int {
	for at < len(data) {
		i := bytes.IndexByte(data[at:], 0xff)
		if i < 0 || at+i+1 >= len(data) {
			return len(data)
		}
		at += i
		next := data[at+1]
		switch {
		case next == 0, next >= markRST0 && next <= markRST7:
			at += 2
		case next == 0xff:
			at++
		default:
			return at
		}
	}
	return at
}
