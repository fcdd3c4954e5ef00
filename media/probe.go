package media

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/crieur/crieur/internal/post"
)

// HEIC is what iPhones make. It is read and never written.
const HEIC Format = "image/heic"

// Info is what the headers of a file say. No pixel has been decoded.
type Info struct {
	Format Format
	// Width and Height are in pixels, upright: after Orientation is applied.
	Width, Height int
	// Orientation is what must be done to the decoded pixels, as EXIF counts
	// it: 1 is nothing, 6 is a quarter turn clockwise.
	Orientation int
	// Frames is 1 for a still picture. Only GIF and WebP are counted.
	Frames int

	// profile is the embedded ICC profile, nil without one.
	profile []byte
	// gamma is PNG's gAMA × 100,000, zero without one.
	gamma uint32
	// components and progressive describe a JPEG, for the memory that decoding
	// takes; scans is known only after the scan data was walked.
	components  int
	subsampled  bool
	progressive bool
	// lossless: the file's pixels are exact, and an encoding that rounds them
	// would be a loss.
	lossless bool
	// yuv is how a HEIC stores colour where it says so.
	yuv *yuvRange
}

// pixels is the area of one frame.
func (i Info) pixels() int64 { return int64(i.Width) * int64(i.Height) }

// Probe recognises a file by its first bytes and reads its headers. It
// allocates no pixels and holds no more than a colour profile in memory.
//
// The errors are *post.Problem with the field "file" and one of the codes
// media_empty, media_type, media_too_many_pixels, media_too_large and
// media_unreadable; a failing reader's own error is wrapped.
func Probe(r io.ReaderAt, size int64) (Info, error) {
	switch {
	case size <= 0:
		return Info{}, problemEmpty()
	case size > MaxUpload:
		return Info{}, problemTooLarge()
	}
	src := source{r, size}
	head, err := src.upTo(0, 64)
	if err != nil {
		return Info{}, err
	}
	var info Info
	switch format := sniff(head); format {
	case JPEG:
		info, err = probeJPEG(src)
	case PNG:
		info, err = probePNG(src)
	case WebP:
		info, err = probeWebP(src)
	case GIF:
		info, err = probeGIF(src)
	case HEIC:
		info, err = probeHEIF(src)
	default:
		return Info{}, problemType(nameOf(head))
	}
	if err != nil {
		return Info{}, asProblem(err)
	}
	if err := checkSize(int64(info.Width), int64(info.Height)); err != nil {
		return Info{}, err
	}
	if info.Format == HEIC && info.pixels() > maxHEIC {
		return Info{}, problemHEIC(int64(info.Width), int64(info.Height))
	}
	if info.Orientation >= 5 {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}

// sniff is the allow-list. An empty format is none of it.
func sniff(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xd8, 0xff}):
		return JPEG
	case bytes.HasPrefix(head, []byte(pngSignature)):
		return PNG
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return GIF
	case isHEIC(head):
		return HEIC
	}
	return ""
}

// nameOf names the files that people send by mistake, for the message.
func nameOf(head []byte) string {
	box := ""
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		box = string(head[8:12])
	}
	switch {
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "un document PDF"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "un document ou une archive"
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return "une image TIFF ou RAW"
	case bytes.HasPrefix(head, []byte("BM")) && len(head) > 14:
		return "une image BMP"
	case box == "avif" || box == "avis":
		return "une image AVIF"
	case box != "":
		return "une vidéo"
	case bytes.Contains(head, []byte("<svg")):
		return "un dessin SVG"
	}
	return ""
}

// asProblem makes a complaint about the file's structure one that a person can
// act on, and leaves problems and failures of the reader as they are.
func asProblem(err error) error {
	var p *post.Problem
	if errors.As(err, &p) || errors.Is(err, errRead) {
		return err
	}
	return problemUnreadable(err)
}

// errRead marks a failure of the storage below, which says nothing about the
// picture.
var errRead = errors.New("media: reading failed")

// source reads a file by position and never past its end.
type source struct {
	r    io.ReaderAt
	size int64
}

// at returns exactly n bytes.
func (s source) at(offset, n int64) ([]byte, error) {
	if offset < 0 || n < 0 || offset > s.size-n {
		return nil, fmt.Errorf("media: truncated at byte %d: %w", offset, io.ErrUnexpectedEOF)
	}
	b := make([]byte, n)
	if got, err := s.r.ReadAt(b, offset); int64(got) < n {
		return nil, fmt.Errorf("%w: %w", errRead, err)
	}
	return b, nil
}

// upTo returns n bytes, or fewer at the end of the file.
func (s source) upTo(offset, n int64) ([]byte, error) {
	return s.at(offset, min(n, max(0, s.size-offset)))
}
