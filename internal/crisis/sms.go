package crisis

import (
	"strings"
	"unicode/utf16"
)

// SMSEncoding is how phones write a text.
type SMSEncoding string

const (
	SMSGSM7 SMSEncoding = "gsm7"
	SMSUCS2 SMSEncoding = "ucs2"
)

// What one SMS holds, and what each part of a longer one holds beside the header
// that joins the parts (3GPP TS 23.040).
const (
	gsm7Alone, gsm7Part = 160, 153
	ucs2Alone, ucs2Part = 70, 67
)

// The alphabet of 3GPP TS 23.038, without the escape, and the signs of its
// extension table, which take two septets.
const (
	gsm7Basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsm7Extended = "\f^{}\\[~]|€"
)

// septets is what a sign takes in GSM 7; 0: it is not in it.
func septets(r rune) int {
	switch {
	case strings.ContainsRune(gsm7Basic, r):
		return 1
	case strings.ContainsRune(gsm7Extended, r):
		return 2
	}
	return 0
}

// smsSize is what a text takes as SMS.
type smsSize struct {
	encoding SMSEncoding
	// length is in septets or UTF-16 units.
	length   int
	segments int
}

func measureSMS(text string) smsSize {
	total := 0
	for _, r := range text {
		n := septets(r)
		if n == 0 {
			return measureUCS2(text)
		}
		total += n
	}
	return smsSize{SMSGSM7, total, segments(text, total, gsm7Alone, gsm7Part, septets)}
}

func measureUCS2(text string) smsSize {
	total := len(utf16.Encode([]rune(text)))
	return smsSize{SMSUCS2, total, segments(text, total, ucs2Alone, ucs2Part, utf16.RuneLen)}
}

// segments counts the parts of a text. A sign of two units is never split over
// two parts, so that parts may end one unit early.
func segments(text string, total, alone, part int, size func(rune) int) int {
	if total <= alone {
		return 1
	}
	n, used := 1, 0
	for _, r := range text {
		units := size(r)
		if used+units > part {
			n, used = n+1, 0
		}
		used += units
	}
	return n
}
