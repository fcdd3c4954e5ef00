package media

import (
	"fmt"
	"strconv"

	"github.com/crieur/crieur/internal/post"
)

// What may come in. Phones make up to 48 megapixels and 8,064 pixels a side;
// anything above the limits is a mistake or an attack.
const (
	// MaxUpload bounds the bytes of one file.
	MaxUpload = 64 << 20
	// MaxPixels bounds width × height of one frame.
	MaxPixels = 50_000_000
	// MaxSide bounds width and height, in pixels.
	MaxSide = 12_000
	// maxHEIC bounds the pixels of a HEIC. Its decoder takes about twenty times
	// that in bytes, and phones make 12 or 24 megapixels unless they are told
	// otherwise.
	maxHEIC = 26_000_000
	// maxAnimation bounds the pixels of all frames of an animation; a longer
	// one is kept as its first frame.
	maxAnimation = 8 * MaxPixels
	// maxScans bounds the passes of a progressive JPEG: each costs time in
	// proportion to the picture, however few bytes it has. Encoders use about
	// ten.
	maxScans = 64
	// maxProfile bounds a colour profile, unpacked. Real ones of the kind that
	// is understood here have a few kilobytes.
	maxProfile = 4 << 20
)

// Codes of the problems that Probe and Library.Ingest report. They are stable.
const (
	CodeEmpty         = "media_empty"
	CodeType          = "media_type"
	CodeTooManyPixels = "media_too_many_pixels"
	CodeTooLarge      = "media_too_large"
	CodeUnreadable    = "media_unreadable"
	// CodeBusy: the decoder that this file needs did not become free in time.
	CodeBusy = "media_busy"
)

func problem(kind post.ProblemKind, code, detail string, cause error) *post.Problem {
	return &post.Problem{
		Kind:   kind,
		Code:   code,
		Detail: detail,
		Fields: []post.Field{{Field: "file", Code: code, Message: detail}},
		Err:    cause,
	}
}

func problemEmpty() error {
	return problem(post.Invalid, CodeEmpty,
		"Ce fichier est vide. Choisissez-le de nouveau.", nil)
}

func problemType(what string) error {
	detail := "Ce fichier n’est pas une image que Crieur sait lire. Choisissez une image JPEG, PNG, WebP, GIF ou HEIC."
	if what != "" {
		detail = "Ce fichier est " + what + ". Choisissez une image JPEG, PNG, WebP, GIF ou HEIC."
	}
	return problem(post.Invalid, CodeType, detail, nil)
}

func problemTooLarge() error {
	return problem(post.TooLarge, CodeTooLarge, fmt.Sprintf(
		"Ce fichier dépasse %d Mo. Choisissez une image plus légère.", MaxUpload>>20), nil)
}

func problemUnreadable(cause error) error {
	return problem(post.Invalid, CodeUnreadable,
		"Cette image est abîmée ou incomplète. Ouvrez-la, enregistrez-la de nouveau en JPEG et réessayez.",
		cause)
}

func problemPixels(width, height int64) error {
	return problem(post.Invalid, CodeTooManyPixels, fmt.Sprintf(
		"Cette image fait %s × %s pixels. Le maximum est de %s pixels de côté et de %d millions de pixels\u00a0: réduisez-la puis réessayez.",
		thousands(width), thousands(height), thousands(MaxSide), MaxPixels/1_000_000), nil)
}

func problemHEIC(width, height int64) error {
	return problem(post.Invalid, CodeTooManyPixels, fmt.Sprintf(
		"Cette photo HEIC fait %s × %s pixels. Au-delà de %d millions de pixels, envoyez-la en JPEG.",
		thousands(width), thousands(height), maxHEIC/1_000_000), nil)
}

func problemBusy(cause error) error {
	return problem(post.Unavailable, CodeBusy,
		"Le serveur convertit déjà d’autres photos HEIC. Réessayez dans une minute, ou envoyez la photo en JPEG.", cause)
}

// thousands writes n as French does, with a narrow no-break space.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// checkSize refuses dimensions before any pixel is allocated.
func checkSize(width, height int64) error {
	if width <= 0 || height <= 0 {
		return problemUnreadable(fmt.Errorf("media: %d × %d pixels", width, height))
	}
	if width > MaxSide || height > MaxSide || width*height > MaxPixels {
		return problemPixels(width, height)
	}
	return nil
}
