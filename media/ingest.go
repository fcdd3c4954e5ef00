package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"io"
	"math"
)

// Ingest stores a picture: upright, in sRGB, without metadata, under the
// SHA-256 of the stored bytes. JPEG, PNG, WebP and animated GIF that are
// already upright and in sRGB keep their compressed pixels. Everything else is
// encoded once: as PNG where the source was exact or has transparency, else as
// JPEG.
//
// The picture is decoded in any case: what cannot be shown is refused now and
// not when it is due. The errors for the file are those of Probe.
func (l *Library) Ingest(ctx context.Context, r io.Reader) (asset Asset, err error) {
	f, size, err := l.spool(r)
	if err != nil {
		return Asset{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := Probe(f, size)
	if err != nil {
		return Asset{}, err
	}
	// Beside the decoded pixels: a turned copy, and what the encoder writes.
	cost := decodeCost(info, 2*size) + 4*info.pixels()
	var out Encoded
	err = l.weighed(ctx, "ingest", cost, func() error {
		data, err := io.ReadAll(io.NewSectionReader(f, 0, size))
		if err != nil {
			return err
		}
		out, err = normalise(ctx, data, info)
		return err
	})
	if err != nil {
		return Asset{}, err
	}
	sum := sha256.Sum256(out.Data)
	sha := hex.EncodeToString(sum[:])
	key, err := originalKey(sha)
	if err != nil {
		return Asset{}, err
	}
	if err := l.blobs.Put(ctx, key, out.Data); err != nil {
		return Asset{}, err
	}
	return Asset{
		SHA256:      sha,
		ContentType: out.ContentType,
		Width:       out.Width,
		Height:      out.Height,
		Bytes:       int64(len(out.Data)),
	}, nil
}

// normalise decodes a file, to know that it can be, and returns what is
// stored.
func normalise(ctx context.Context, data []byte, info Info) (Encoded, error) {
	kept, err := keepable(data, info)
	if err != nil {
		return Encoded{}, asProblem(err)
	}
	if kept != nil {
		// What is decoded is what is stored.
		data = kept
	}
	img, err := decode(ctx, data, info)
	if err != nil {
		return Encoded{}, err
	}
	t := newTransform(info)
	if kept != nil && t == nil && info.Orientation == 1 && !isCMYK(img) {
		return Encoded{Data: kept, ContentType: string(info.Format), Width: info.Width, Height: info.Height}, nil
	}
	img = upright(toSRGB(img, t), info.Orientation)
	return encodeStored(img, info)
}

func isCMYK(img image.Image) bool {
	_, ok := img.(*image.CMYK)
	return ok
}

// keepable returns the file without its metadata, or nil where its compressed
// pixels are not what is to be stored.
func keepable(data []byte, info Info) ([]byte, error) {
	switch info.Format {
	case JPEG:
		return stripJPEG(data)
	case PNG:
		return stripPNG(data)
	case WebP:
		still, frame, err := stripWebP(data)
		if err != nil || frame.animated && !frame.covers() {
			return nil, err
		}
		return still, nil
	case GIF:
		if info.Frames == 1 || int64(info.Frames)*info.pixels() > maxAnimation {
			return nil, nil
		}
		return stripGIF(data)
	default:
		return nil, nil
	}
}

// encodeStored encodes a picture that could not be kept.
func encodeStored(img image.Image, info Info) (Encoded, error) {
	out := Encoded{Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	var err error
	if info.lossless || !opaque(img) {
		out.ContentType = string(PNG)
		out.Data, _, err = encodePNG(img, math.MaxInt64)
	} else {
		out.ContentType = string(JPEG)
		out.Data, _, err = encodeJPEG(img, storeQuality, math.MaxInt64)
	}
	return out, err
}
