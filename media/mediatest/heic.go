package mediatest

import (
	_ "embed"
	"encoding/binary"
)

var (
	//go:embed testdata/scene.hevc
	hevc []byte
	//go:embed testdata/scene.hvcc
	hevcSetup []byte
)

// The size of the one picture that HEIC and HEICGrid are made of: the scene
// without texture, encoded by heif-enc.
const (
	HEICWidth  = 256
	HEICHeight = 192
)

// VideoLevels says in the container that the picture has video levels (black
// at 16) in the matrix of JPEG. HEIC only.
func VideoLevels() Option {
	return func(o *options) { o.nclx = []byte{0, 1, 0, 13, 0, 6, 0x00} }
}

// HDMatrix says in the container that the picture has full levels in the
// matrix of HD video. HEIC only.
func HDMatrix() Option {
	return func(o *options) { o.nclx = []byte{0, 1, 0, 13, 0, 1, 0x80} }
}

// HEIC is the scene as an iPhone's picture, HEICWidth × HEICHeight as
// stored. Orientation is written as the container's turn and mirror; the
// pixels are not turned.
func HEIC(opts ...Option) []byte { return collect(opts).heic(1, 1) }

// HEICGrid repeats the scene, tile by tile, as iPhones cut their pictures.
func HEICGrid(columns, rows int, opts ...Option) []byte {
	return collect(opts).heic(columns, rows)
}

// heic builds the container (ISO/IEC 14496-12 and 23008-12): item 1 is the
// picture, or the grid whose tiles are the items that follow; all tiles share
// the same bytes.
func (o options) heic(columns, rows int) []byte {
	grid := columns*rows > 1
	size := func(w, h int) []byte {
		return full("ispe", u32(uint32(w)), u32(uint32(h)))
	}
	properties := [][]byte{
		box("hvcC", hevcSetup),
		size(HEICWidth, HEICHeight),
		size(HEICWidth*columns, HEICHeight*rows),
	}
	own, tile := []byte{1, 2}, []byte{1, 2}
	if grid {
		own = []byte{3}
	}
	add := func(property []byte) {
		properties = append(properties, property)
		own = append(own, byte(len(properties)))
	}
	addColour := func(property []byte) {
		add(property)
		tile = append(tile, byte(len(properties)))
	}
	if o.profile != nil {
		addColour(box("colr", []byte("prof"), o.profile))
	}
	if o.nclx != nil {
		addColour(box("colr", []byte("nclx"), o.nclx))
	}
	turn, mirror := heicTurn(o.orientation)
	if mirror {
		// About the vertical axis, before the turn.
		add(box("imir", []byte{1}))
	}
	if turn > 0 {
		add(box("irot", []byte{turn}))
	}

	tiles := 1
	var infe, locations, links, uses []byte
	item := func(id int, kind string, offset, n uint32, use []byte) {
		infe = append(infe, fullVersion("infe", 2, u16(uint16(id)), u16(0), []byte(kind), []byte{0})...)
		locations = append(append(append(locations, u16(uint16(id))...), u16(0)...), u16(1)...)
		locations = append(append(locations, u32(offset)...), u32(n)...)
		uses = append(append(append(uses, u16(uint16(id))...), byte(len(use))), use...)
	}
	build := func(data uint32) []byte {
		infe, locations, links, uses = nil, nil, nil, nil
		if grid {
			tiles = columns * rows
			item(1, "grid", data+uint32(len(hevc)), 12, own)
			links = append(u16(1), u16(uint16(tiles))...)
			for i := range tiles {
				item(2+i, "hvc1", data, uint32(len(hevc)), tile)
				links = append(links, u16(uint16(2+i))...)
			}
		} else {
			item(1, "hvc1", data, uint32(len(hevc)), own)
		}
		count := len(locations) / 14
		parts := [][]byte{
			full("hdlr", u32(0), []byte("pict"), make([]byte, 13)),
			full("pitm", u16(1)),
			full("iloc", []byte{0x44, 0x00}, u16(uint16(count)), locations),
			full("iinf", u16(uint16(count)), infe),
			box("iprp", box("ipco", properties...), full("ipma", u32(uint32(count)), uses)),
		}
		if grid {
			parts = append(parts, full("iref", box("dimg", links)))
		}
		return full("meta", parts...)
	}
	head := box("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	// The length of the description does not depend on the offsets in it.
	data := uint32(len(head) + len(build(0)) + 8)
	description := build(data)
	body := append([]byte{}, hevc...)
	if grid {
		body = append(body, 0, 1, byte(rows-1), byte(columns-1))
		body = append(append(body, u32(uint32(HEICWidth*columns))...), u32(uint32(HEICHeight*rows))...)
	}
	return append(append(head, description...), box("mdat", body)...)
}

// heicTurn says an EXIF orientation as a mirror about the vertical axis and
// then quarter turns counter-clockwise.
func heicTurn(orientation int) (turn byte, mirror bool) {
	switch orientation {
	case 2:
		return 0, true
	case 3:
		return 2, false
	case 4:
		return 2, true
	case 5:
		return 1, true
	case 6:
		return 3, false
	case 7:
		return 3, true
	case 8:
		return 1, false
	}
	return 0, false
}

func box(kind string, parts ...[]byte) []byte {
	out := append(make([]byte, 4), kind...)
	for _, p := range parts {
		out = append(out, p...)
	}
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

func full(kind string, parts ...[]byte) []byte { return fullVersion(kind, 0, parts...) }

func fullVersion(kind string, version byte, parts ...[]byte) []byte {
	return box(kind, append([][]byte{{version, 0, 0, 0}}, parts...)...)
}

func u16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }
func u32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
