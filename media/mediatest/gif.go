package mediatest

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
)

// GIF shows the scene in the given number of frames. With XMP it carries a
// comment and an XMP packet.
func GIF(width, height, frames int, opts ...Option) []byte {
	o := collect(opts)
	colours := Colours()
	palette := make(color.Palette, 0, len(colours))
	for _, c := range colours {
		palette = append(palette, c)
	}
	img := image.NewPaletted(image.Rect(0, 0, width, height), palette)
	draw.Draw(img, img.Rect, Scene(width, height), image.Point{}, draw.Src)
	g := &gif.GIF{LoopCount: 3}
	for range frames {
		g.Image = append(g.Image, img)
		g.Delay = append(g.Delay, 20)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		panic(err) // a buffer does not fail, and the picture is ours
	}
	data := b.Bytes()
	if !o.xmp {
		return data
	}
	comment := []byte("\x21\xfe\x11made by J. Dupont\x00")
	// An XMP packet is text and not sub-blocks: a ramp at its end leads
	// readers that take it for sub-blocks out of it.
	packet := append([]byte("\x21\xff\x0bXMP DataXMP"), xmpPacket()...)
	packet = append(packet, 1)
	for i := 255; i >= 0; i-- {
		packet = append(packet, byte(i))
	}
	packet = append(packet, 0)
	end := len(data) - 1
	out := append([]byte{}, data[:end]...)
	return append(append(append(out, comment...), packet...), data[end])
}
