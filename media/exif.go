package media

import (
	"bytes"
	"encoding/binary"
)

// orientationTag is EXIF tag 0x0112 of the first directory: where the camera's
// top left corner belongs, 1 to 8 (CIPA DC-008-2023, 4.6.5.1.6).
const orientationTag = 0x0112

// exifOrientation reads the orientation from an EXIF block, with or without
// the "Exif" prefix that JPEG puts before it. Anything unreadable is 1: the
// picture is shown as it is stored, as every viewer does.
func exifOrientation(block []byte) int {
	block = bytes.TrimPrefix(block, []byte("Exif\x00\x00"))
	if len(block) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(block[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	directory := int64(order.Uint32(block[4:]))
	if directory+2 > int64(len(block)) {
		return 1
	}
	entries := block[directory+2:]
	for n := int(order.Uint16(block[directory:])); n > 0 && len(entries) >= 12; n-- {
		if order.Uint16(entries) == orientationTag {
			const short = 3
			value := int(order.Uint16(entries[8:]))
			if order.Uint16(entries[2:]) != short || value < 1 || value > 8 {
				return 1
			}
			return value
		}
		entries = entries[12:]
	}
	return 1
}
