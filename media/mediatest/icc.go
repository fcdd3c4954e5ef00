package mediatest

import (
	"encoding/binary"
	"math"
)

// DisplayP3 is the profile that iPhones embed: the primaries of DCI-P3 under
// D65 with the curve of sRGB, adapted to D50.
func DisplayP3() []byte {
	return rgbProfile([9]float64{
		0.51512, 0.24120, -0.00105,
		0.29198, 0.69225, 0.04189,
		0.15710, 0.06657, 0.78407,
	}, srgbCurve())
}

// AdobeRGB is the profile of many cameras: gamma 2.2 as a number.
func AdobeRGB() []byte {
	return rgbProfile([9]float64{
		0.60974, 0.31111, 0.01947,
		0.20528, 0.62567, 0.06087,
		0.14919, 0.06322, 0.74457,
	}, gammaCurve(563))
}

// SRGB is sRGB, with its curve as a table as scanners write it.
func SRGB() []byte {
	curve := []byte("curv\x00\x00\x00\x00\x00\x00\x04\x00")
	for i := range 1024 {
		v := float64(i) / 1023
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		curve = binary.BigEndian.AppendUint16(curve, uint16(math.Round(65535*v)))
	}
	return rgbProfile([9]float64{
		0.43607, 0.22249, 0.01392,
		0.38515, 0.71687, 0.09708,
		0.14307, 0.06061, 0.71410,
	}, curve)
}

// PressProfile is one of lookup tables, whose content nobody reads here.
func PressProfile() []byte {
	return profile("CMYK", "Lab ", map[string][]byte{"A2B0": make([]byte, 64)}, []string{"A2B0"})
}

// GreyGamma is a grey profile of the given gamma.
func GreyGamma(gamma float64) []byte {
	return profile("GRAY", "XYZ ", map[string][]byte{"kTRC": gammaCurve(uint16(math.Round(256 * gamma)))}, []string{"kTRC"})
}

func gammaCurve(fixed uint16) []byte {
	return binary.BigEndian.AppendUint16([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), fixed)
}

// srgbCurve is the parametric curve of type 3.
func srgbCurve() []byte {
	b := []byte("para\x00\x00\x00\x00\x00\x03\x00\x00")
	for _, v := range []float64{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045} {
		b = appendFixed(b, v)
	}
	return b
}

func appendFixed(b []byte, v float64) []byte {
	return binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(65536*v))))
}

// rgbProfile takes the XYZ of red, green and blue, one after the other.
func rgbProfile(xyz [9]float64, curve []byte) []byte {
	tags := map[string][]byte{}
	var order []string
	for i, name := range []string{"r", "g", "b"} {
		value := []byte("XYZ \x00\x00\x00\x00")
		for _, v := range xyz[3*i : 3*i+3] {
			value = appendFixed(value, v)
		}
		tags[name+"XYZ"], tags[name+"TRC"] = value, curve
		order = append(order, name+"XYZ", name+"TRC")
	}
	return profile("RGB ", "XYZ ", tags, order)
}

func profile(space, pcs string, tags map[string][]byte, order []string) []byte {
	head := make([]byte, 128)
	copy(head[8:], "\x04\x00\x00\x00mntr")
	copy(head[16:], space)
	copy(head[20:], pcs)
	copy(head[36:], "acsp")
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var data []byte
	at := 128 + 4 + 12*len(tags)
	for _, name := range order {
		table = append(table, name...)
		table = binary.BigEndian.AppendUint32(table, uint32(at+len(data)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(tags[name])))
		data = append(data, tags[name]...)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
	}
	out := append(append(head, table...), data...)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}
