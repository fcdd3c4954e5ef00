package mediatest

import (
	"bytes"
	"encoding/binary"
)

// Option changes how a picture is written.
type Option func(*options)

type options struct {
	orientation int
	gps         bool
	xmp         bool
	quality     int
	profile     []byte
	nclx        []byte
	thumbnail   bool
	gamma       uint32
}

func collect(opts []Option) options {
	o := options{orientation: 1, quality: 85}
	for _, set := range opts {
		set(&o)
	}
	return o
}

// Orientation stores the picture turned, 1 to 8 as EXIF counts, and says so.
func Orientation(n int) Option { return func(o *options) { o.orientation = n } }

// GPS adds EXIF with the place where the picture was taken, the camera's make
// and its serial number.
func GPS() Option { return func(o *options) { o.gps = true } }

// XMP adds an XMP packet that names a person, and a comment.
func XMP() Option { return func(o *options) { o.xmp = true } }

// Quality sets the quality of a JPEG, 1 to 100; 85 without it.
func Quality(q int) Option { return func(o *options) { o.quality = q } }

// Profile embeds an ICC profile. The numbers of the pixels stay the same.
func Profile(icc []byte) Option { return func(o *options) { o.profile = icc } }

// Thumbnail puts small pictures into JFIF's own segments. JPEG only.
func Thumbnail() Option { return func(o *options) { o.thumbnail = true } }

// Gamma says the exponent of the pixels × 100,000, in place of a profile. PNG
// only.
func Gamma(n uint32) Option { return func(o *options) { o.gamma = n } }

// xmpPacket is what photo software writes.
func xmpPacket() []byte {
	return []byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="Jeanne Dupont"/></rdf:RDF></x:xmpmeta>`)
}

// exif builds a TIFF block: orientation, make, model and serial number, and a
// GPS directory for Dinant. Nil when there is nothing to say.
func (o options) exif() []byte {
	if o.orientation == 1 && !o.gps {
		return nil
	}
	const (
		ascii    = 2
		short    = 3
		long     = 4
		rational = 5
	)
	order := binary.BigEndian
	type entry struct {
		tag, kind uint16
		count     uint32
		value     []byte
	}
	u16 := func(v uint16) []byte { return order.AppendUint16(nil, v) }
	u32 := func(v ...uint32) []byte {
		var b []byte
		for _, v := range v {
			b = order.AppendUint32(b, v)
		}
		return b
	}
	text := func(tag uint16, s string) entry {
		return entry{tag, ascii, uint32(len(s) + 1), append([]byte(s), 0)}
	}
	write := func(at uint32, entries []entry) []byte {
		var dir, heap bytes.Buffer
		heapAt := at + 2 + 12*uint32(len(entries)) + 4
		dir.Write(u16(uint16(len(entries))))
		for _, e := range entries {
			dir.Write(u16(e.tag))
			dir.Write(u16(e.kind))
			dir.Write(u32(e.count))
			if len(e.value) <= 4 {
				dir.Write(append(bytes.Clone(e.value), make([]byte, 4-len(e.value))...))
				continue
			}
			dir.Write(u32(heapAt + uint32(heap.Len())))
			heap.Write(e.value)
			if heap.Len()%2 == 1 {
				heap.WriteByte(0)
			}
		}
		dir.Write(u32(0))
		return append(dir.Bytes(), heap.Bytes()...)
	}
	entries := []entry{{0x0112, short, 1, u16(uint16(o.orientation))}}
	if !o.gps {
		return append([]byte("MM\x00*\x00\x00\x00\x08"), write(8, entries)...)
	}
	camera := []entry{text(0x010f, "Pomme"), text(0x0110, "Telephone 12")}
	entries = append(camera, entries...)
	entries = append(entries, text(0xa431, "SERIAL0042"), entry{0x8825, long, 1, u32(0)})
	first := write(8, entries)
	// The offset of the GPS directory is known once the first is laid out.
	entries[len(entries)-1].value = u32(8 + uint32(len(first)))
	gps := write(8+uint32(len(first)), []entry{
		text(0x0001, "N"),
		{0x0002, rational, 3, u32(50, 1, 15, 1, 39, 1)},
		text(0x0003, "E"),
		{0x0004, rational, 3, u32(4, 1, 54, 1, 45, 1)},
	})
	return append(append([]byte("MM\x00*\x00\x00\x00\x08"), write(8, entries)...), gps...)
}
