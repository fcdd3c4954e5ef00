package media

import (
	"encoding/binary"
	"math"
)

// Fixed point of the colour arithmetic: one is 1<<lightBits.
const (
	lightBits = 14
	lightOne  = 1 << lightBits
)

// pngGammaSRGB is gAMA for sRGB (PNG, third edition, 11.3.2.5).
const pngGammaSRGB = 45455

// transform takes 8-bit colours of some RGB or grey space to sRGB: a curve for
// each channel to linear light, a matrix, and the sRGB curve back. Colours
// outside sRGB are clipped, which is what relative colorimetric intent means
// for such profiles.
type transform struct {
	light  [3][256]int32
	matrix [9]int
	back   [lightOne + 1]uint8
}

// newTransform reads what a picture says about its colours. It returns nil
// where the pixels are to be kept as they are: in sRGB, or without a profile,
// or under one that is not understood. Understood are the matrix and grey
// profiles of ICC.1:2022 (8.3.3 and 8.2.2), which is what cameras, phones and
// screens use (Display P3, Adobe RGB, ProPhoto). Profiles made of lookup
// tables, mostly those of printing presses, are not: the pixels are then taken
// as sRGB, or, for CMYK, converted by the plain formula.
func newTransform(info Info) *transform {
	var t *transform
	switch {
	case info.profile != nil:
		t = parseProfile(info.profile, info.Format == JPEG && info.components == 1)
	case info.gamma > 0 && (info.gamma < pngGammaSRGB-1000 || info.gamma > pngGammaSRGB+1000):
		exponent := 100_000 / float64(info.gamma)
		curve := sampleCurve(func(v float64) float64 { return math.Pow(v, exponent) })
		t = makeTransform([3][256]float64{curve, curve, curve}, identity())
	}
	if t == nil || t.isNothing() {
		return nil
	}
	return t
}

func makeTransform(curves [3][256]float64, m [9]float64) *transform {
	t := new(transform)
	for c := range curves {
		for v, light := range curves[c] {
			t.light[c][v] = int32(math.Round(min(max(light, 0), 1) * lightOne))
		}
	}
	for i := range m {
		t.matrix[i] = int(math.Round(m[i] * lightOne))
	}
	for i := range t.back {
		t.back[i] = uint8(math.Round(255 * encodeSRGB(float64(i)/lightOne)))
	}
	return t
}

// rgb converts one colour.
func (t *transform) rgb(r, g, b uint8) (uint8, uint8, uint8) {
	lr, lg, lb := int(t.light[0][r]), int(t.light[1][g]), int(t.light[2][b])
	m := &t.matrix
	return t.back[clampLight((m[0]*lr+m[1]*lg+m[2]*lb)>>lightBits)],
		t.back[clampLight((m[3]*lr+m[4]*lg+m[5]*lb)>>lightBits)],
		t.back[clampLight((m[6]*lr+m[7]*lg+m[8]*lb)>>lightBits)]
}

func clampLight(v int) int { return min(max(v, 0), lightOne) }

// isNothing reports whether the transform moves no colour by more than the
// rounding of one profile of sRGB against another.
func (t *transform) isNothing() bool {
	const step, tolerance = 15, 2
	for r := 0; r < 256; r += step {
		for g := 0; g < 256; g += step {
			for b := 0; b < 256; b += step {
				r2, g2, b2 := t.rgb(uint8(r), uint8(g), uint8(b))
				if distance(r, r2) > tolerance || distance(g, g2) > tolerance || distance(b, b2) > tolerance {
					return false
				}
			}
		}
	}
	return true
}

func distance(a int, b uint8) int { return max(a-int(b), int(b)-a) }

func identity() [9]float64 { return [9]float64{1, 0, 0, 0, 1, 0, 0, 0, 1} }

// encodeSRGB is the curve of IEC 61966-2-1, from linear light.
func encodeSRGB(v float64) float64 {
	if v <= 0.0031308 {
		return 12.92 * v
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}

// fromPCS takes XYZ under D50, in which profiles state their primaries, to
// linear sRGB: the inverse of the sRGB primaries adapted by Bradford's method.
func fromPCS() [9]float64 {
	return [9]float64{
		3.1338561, -1.6168667, -0.4906146,
		-0.9787684, 1.9161415, 0.0334540,
		0.0719453, -0.2289914, 1.4052427,
	}
}

// parseProfile returns nil for anything that it does not understand.
func parseProfile(p []byte, grey bool) *transform {
	tags := profileTags(p)
	if tags == nil || string(p[20:24]) != "XYZ " && !grey {
		return nil
	}
	switch space := string(p[16:20]); {
	case space == "GRAY" && grey:
		curve, ok := parseCurve(tags["kTRC"])
		if !ok {
			return nil
		}
		return makeTransform([3][256]float64{curve, curve, curve}, identity())
	case space == "RGB ":
		var curves [3][256]float64
		var primaries [9]float64
		for c, name := range []string{"r", "g", "b"} {
			curve, ok := parseCurve(tags[name+"TRC"])
			xyz, ok2 := parseXYZ(tags[name+"XYZ"])
			if !ok || !ok2 {
				return nil
			}
			curves[c] = curve
			for row, v := range xyz {
				primaries[3*row+c] = v
			}
		}
		return makeTransform(curves, multiply(fromPCS(), primaries))
	}
	return nil
}

// profileTags reads the tag table; nil when the header is not one.
func profileTags(p []byte) map[string][]byte {
	const header = 128
	if len(p) < header+4 || string(p[36:40]) != "acsp" {
		return nil
	}
	tags := map[string][]byte{}
	table := p[header+4:]
	for n := binary.BigEndian.Uint32(p[header:]); n > 0 && len(table) >= 12; n-- {
		at, size := uint64(binary.BigEndian.Uint32(table[4:])), uint64(binary.BigEndian.Uint32(table[8:]))
		if at+size <= uint64(len(p)) {
			tags[string(table[:4])] = p[at : at+size]
		}
		table = table[12:]
	}
	return tags
}

func parseXYZ(b []byte) (xyz [3]float64, ok bool) {
	if len(b) < 20 || string(b[:4]) != "XYZ " {
		return xyz, false
	}
	for i := range xyz {
		xyz[i] = fixed16(b[8+4*i:])
	}
	return xyz, true
}

// fixed16 reads an s15Fixed16Number.
func fixed16(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 } //nolint:gosec // two's complement is meant

// parseCurve samples a tone curve of type curv or para at the 256 values.
func parseCurve(b []byte) (curve [256]float64, ok bool) {
	if len(b) < 12 {
		return curve, false
	}
	switch string(b[:4]) {
	case "curv":
		return parseTable(b[8:])
	case "para":
		return parseParametric(b[8:])
	}
	return curve, false
}

func parseTable(b []byte) (curve [256]float64, ok bool) {
	n := int64(binary.BigEndian.Uint32(b))
	b = b[4:]
	if n > int64(len(b)/2) {
		return curve, false
	}
	switch n {
	case 0:
		return sampleCurve(func(v float64) float64 { return v }), true
	case 1:
		gamma := float64(binary.BigEndian.Uint16(b)) / 256
		return sampleCurve(func(v float64) float64 { return math.Pow(v, gamma) }), true
	}
	entry := func(i int) float64 { return float64(binary.BigEndian.Uint16(b[2*i:])) / 65535 }
	return sampleCurve(func(v float64) float64 {
		at := v * float64(n-1)
		i := min(int(at), int(n)-2)
		part := at - float64(i)
		return entry(i)*(1-part) + entry(i+1)*part
	}), true
}

// parseParametric reads the function types 0 to 4 of ICC.1:2022, table 67, all
// of which are special cases of the last.
func parseParametric(b []byte) (curve [256]float64, ok bool) {
	counts := []int{1, 3, 4, 5, 7}
	kind := int(binary.BigEndian.Uint16(b))
	b = b[4:]
	if kind >= len(counts) || len(b) < 4*counts[kind] {
		return curve, false
	}
	var p [7]float64
	for i := range counts[kind] {
		p[i] = fixed16(b[4*i:])
	}
	g, a, bb, c, d, e, f := p[0], 1.0, 0.0, 0.0, 0.0, 0.0, 0.0
	switch kind {
	case 1, 2:
		// Type 2 adds its constant on both sides of the break.
		a, bb, e, f = p[1], p[2], p[3], p[3]
		if a == 0 {
			return curve, false
		}
		d = -bb / a
	case 3, 4:
		a, bb, c, d, e, f = p[1], p[2], p[3], p[4], p[5], p[6]
	}
	return sampleCurve(func(v float64) float64 {
		if v >= d {
			return math.Pow(max(0, a*v+bb), g) + e
		}
		return c*v + f
	}), true
}

func sampleCurve(f func(float64) float64) (curve [256]float64) {
	for i := range curve {
		if v := f(float64(i) / 255); !math.IsNaN(v) {
			curve[i] = v
		}
	}
	return curve
}

// multiply returns a × b, row by row.
func multiply(a, b [9]float64) (out [9]float64) {
	for row := range 3 {
		for col := range 3 {
			for k := range 3 {
				out[3*row+col] += a[3*row+k] * b[3*k+col]
			}
		}
	}
	return out
}
