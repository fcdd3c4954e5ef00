package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxHEIFMeta bounds the box that describes the items. Phones write a few
// kilobytes, most of it the colour profile.
const maxHEIFMeta = 4 << 20

// yuvRange is how a video coder stored colour (ITU-T H.273).
type yuvRange struct {
	fullRange bool
	// bt709: the matrix of HD video; everything else is taken as BT.601, as
	// JPEG has it.
	bt709 bool
}

// isHEIC looks at the brands of the file type box: HEVC pictures only. AVIF
// shares the container and is not decoded.
func isHEIC(head []byte) bool {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return false
	}
	known := []string{"heic", "heix", "heim", "heis"}
	if slices.Contains(known, string(head[8:12])) {
		return true
	}
	if string(head[8:12]) != "mif1" {
		return false
	}
	end := min(int64(binary.BigEndian.Uint32(head)), int64(len(head)))
	for at := int64(16); at+4 <= end; at += 4 {
		if slices.Contains(known, string(head[at:at+4])) {
			return true
		}
	}
	return false
}

// heifBox is one box with its body.
type heifBox struct {
	kind string
	body []byte
}

// readBox takes the first box off a slice.
func readBox(b []byte) (box heifBox, rest []byte, err error) {
	if len(b) < 8 {
		return box, nil, io.ErrUnexpectedEOF
	}
	n, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
	switch n {
	case 0:
		n = uint64(len(b))
	case 1:
		if len(b) < 16 {
			return box, nil, io.ErrUnexpectedEOF
		}
		n, head = binary.BigEndian.Uint64(b[8:]), 16
	}
	if n < head || n > uint64(len(b)) {
		return box, nil, fmt.Errorf("media: HEIF box %q: %w", b[4:8], io.ErrUnexpectedEOF)
	}
	return heifBox{string(b[4:8]), b[head:n]}, b[n:], nil
}

// readBoxes splits a body into its boxes.
func readBoxes(b []byte) ([]heifBox, error) {
	var boxes []heifBox
	for len(b) > 0 {
		box, rest, err := readBox(b)
		if err != nil {
			return nil, err
		}
		boxes, b = append(boxes, box), rest
	}
	return boxes, nil
}

func child(boxes []heifBox, kind string) []byte {
	for _, b := range boxes {
		if b.kind == kind {
			return b.body
		}
	}
	return nil
}

// probeHEIF reads the properties of the primary item (ISO/IEC 23008-12). The
// decoder turns and mirrors by itself, as the format demands; its EXIF
// orientation is for information and is not obeyed.
func probeHEIF(src source) (Info, error) {
	info := Info{Format: HEIC, Orientation: 1, Frames: 1}
	meta, err := heifMeta(src)
	if err != nil {
		return info, err
	}
	boxes, err := readBoxes(meta)
	if err != nil {
		return info, err
	}
	primary, err := primaryItem(child(boxes, "pitm"))
	if err != nil {
		return info, err
	}
	properties, err := readBoxes(child(boxes, "iprp"))
	if err != nil {
		return info, err
	}
	all, err := readBoxes(child(properties, "ipco"))
	if err != nil {
		return info, err
	}
	own, err := itemProperties(child(properties, "ipma"), primary)
	if err != nil {
		return info, err
	}
	turned := false
	for _, i := range own {
		if i >= 1 && i <= len(all) {
			turned = readProperty(all[i-1], &info) != turned
		}
	}
	// Tiled pictures may carry the colour at their tiles only.
	for _, box := range all {
		if box.kind == "colr" {
			readColour(box.body, &info)
		}
	}
	if itemType(child(boxes, "iinf"), primary) == "grid" {
		// The decoder puts tiles together in JPEG's colours by itself.
		info.yuv = nil
	}
	if turned {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}

// heifMeta finds the meta box among the boxes of the file and returns its body
// behind version and flags.
func heifMeta(src source) ([]byte, error) {
	for at := int64(0); ; {
		head, err := src.at(at, 8)
		if err != nil {
			return nil, err
		}
		n := int64(binary.BigEndian.Uint32(head))
		if n < 8 {
			return nil, errors.New("media: HEIF without a description")
		}
		if string(head[4:]) == "meta" {
			if n < 12 || n > maxHEIFMeta {
				return nil, fmt.Errorf("media: HEIF description of %d bytes", n)
			}
			return src.at(at+12, n-12)
		}
		at += n
	}
}

func primaryItem(b []byte) (uint32, error) {
	switch {
	case len(b) >= 6 && b[0] == 0:
		return uint32(binary.BigEndian.Uint16(b[4:])), nil
	case len(b) >= 8:
		return binary.BigEndian.Uint32(b[4:]), nil
	}
	return 0, errors.New("media: HEIF without a primary picture")
}

// itemType returns how an item is coded, "" when it is not said.
func itemType(b []byte, item uint32) string {
	head := 6
	if len(b) > 0 && b[0] > 0 {
		head = 8
	}
	if len(b) < head {
		return ""
	}
	entries, err := readBoxes(b[head:])
	if err != nil {
		return ""
	}
	for _, e := range entries {
		r := &bigEndian{b: e.body}
		version := r.uint(1)
		r.uint(3)
		id := r.uint(2)
		if version == 3 {
			id = id<<16 | r.uint(2)
		}
		r.uint(2)
		if e.kind == "infe" && version >= 2 && id == item && len(r.b) >= 4 {
			return string(r.b[:4])
		}
	}
	return ""
}

// itemProperties returns the numbers of an item's properties, from 1.
func itemProperties(b []byte, item uint32) ([]int, error) {
	if len(b) < 8 {
		return nil, errors.New("media: HEIF without properties")
	}
	wideID, wideIndex := b[0] >= 1, b[3]&1 == 1
	r := &bigEndian{b: b[8:]}
	for n := binary.BigEndian.Uint32(b[4:]); n > 0 && !r.short; n-- {
		id := r.uint(2)
		if wideID {
			id = id<<16 | r.uint(2)
		}
		var own []int
		for k := r.uint(1); k > 0 && !r.short; k-- {
			if wideIndex {
				own = append(own, int(r.uint(2)&0x7fff))
			} else {
				own = append(own, int(r.uint(1)&0x7f))
			}
		}
		if id == item && !r.short {
			return own, nil
		}
	}
	return nil, errors.New("media: HEIF primary picture without properties")
}

// bigEndian reads whole numbers of up to four bytes; past the end it yields zero and says short.
type bigEndian struct {
	b     []byte
	short bool
}

func (r *bigEndian) uint(bytes int) uint32 {
	if len(r.b) < bytes {
		r.short = true
		return 0
	}
	var n uint32
	for _, b := range r.b[:bytes] {
		n = n<<8 | uint32(b)
	}
	r.b = r.b[bytes:]
	return n
}

// readProperty reports whether the property is a quarter turn.
func readProperty(box heifBox, info *Info) (quarterTurn bool) {
	b := box.body
	switch box.kind {
	case "ispe":
		if len(b) >= 12 {
			width, height := binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
			info.Width, info.Height = int(min(width, 1<<30)), int(min(height, 1<<30))
		}
	case "irot":
		return len(b) >= 1 && b[0]&1 == 1
	case "colr":
		readColour(b, info)
	}
	return false
}

// readColour keeps the first description of each sort.
func readColour(b []byte, info *Info) {
	if len(b) < 4 {
		return
	}
	switch body := b[4:]; string(b[:4]) {
	case "prof", "rICC":
		if info.profile == nil {
			info.profile = body
		}
	case "nclx":
		if info.yuv == nil && len(body) >= 7 {
			const bt709 = 1
			info.yuv = &yuvRange{
				fullRange: body[6]&0x80 != 0,
				bt709:     binary.BigEndian.Uint16(body[4:]) == bt709,
			}
		}
	}
}
