package media

// Format is an encoding that Crieur writes. What it reads is the allow-list of
// probe.go.
type Format string

// The formats that a spec may name.
const (
	JPEG Format = "image/jpeg"
	PNG  Format = "image/png"
	WebP Format = "image/webp"
	GIF  Format = "image/gif"
)

// Spec is what a channel takes, as data: a rendition is made to fit it.
// Zero values mean "no bound".
type Spec struct {
	// Formats are accepted as they are; the first is what is written when a
	// picture must be encoded again.
	Formats []Format `json:"formats"`
	// MaxBytes bounds one encoded picture.
	MaxBytes int64 `json:"max_bytes,omitempty"`
	// MaxWidth and MaxHeight bound the pixels after rotation. Pictures are
	// shrunk to them and never enlarged.
	MaxWidth  int `json:"max_width,omitempty"`
	MaxHeight int `json:"max_height,omitempty"`
	// MinRatio and MaxRatio bound width/height; outside them the picture is
	// cropped around its focal point.
	MinRatio float64 `json:"min_ratio,omitempty"`
	MaxRatio float64 `json:"max_ratio,omitempty"`
}

// Crop is a window of the upright source, in pixels.
type Crop struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Focal is what a crop must keep, as fractions of width and height in [0, 1].
type Focal struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Plan says what a rendition will be, before any pixel is touched: previews
// show it and the encoder obeys it.
type Plan struct {
	Crop   Crop `json:"crop"`
	Width  int  `json:"width"`
	Height int  `json:"height"`
	Spec   Spec `json:"spec"`
}
