package crisis

import "testing"

func TestASentenceWithAnEmptyBlankIsLeftOut(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"L’eau est potable : {lieu}. Merci.", "L’eau est potable : rue Haute. Merci."},
		{"Restez chez vous. {consigne}. Jusqu’à {fin}.", "Restez chez vous."},
		{"{consigne}.\nDanger : 112.", "Danger : 112."},
		{"Déviation par la N90. Infos : {contact}. Merci !", "Déviation par la N90. Merci !"},
	} {
		if got := fill(c.text, map[string]string{"lieu": "rue Haute"}); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestPartsOfLongSMS(t *testing.T) {
	repeat := func(sign string, n int) string {
		text := ""
		for range n {
			text += sign
		}
		return text
	}
	for _, c := range []struct {
		text     string
		encoding SMSEncoding
		length   int
		parts    int
	}{
		{repeat("a", 160), SMSGSM7, 160, 1},
		{repeat("a", 161), SMSGSM7, 161, 2},
		{repeat("a", 306), SMSGSM7, 306, 2},
		{repeat("a", 307), SMSGSM7, 307, 3},
		{repeat("€", 80), SMSGSM7, 160, 1},
		{repeat("a", 152) + repeat("€", 77), SMSGSM7, 306, 3}, // no sign is split over two parts
		{repeat("ê", 70), SMSUCS2, 70, 1},
		{repeat("ê", 71), SMSUCS2, 71, 2},
		{repeat("ê", 134), SMSUCS2, 134, 2},
		{repeat("ê", 135), SMSUCS2, 135, 3},
		{repeat("🚨", 35), SMSUCS2, 70, 1},
		{repeat("🚨", 67), SMSUCS2, 134, 3},
	} {
		if got := measureSMS(c.text); got != (smsSize{c.encoding, c.length, c.parts}) {
			t.Errorf("%.10s… × %d: %+v, want %v %d %d", c.text, len([]rune(c.text)), got, c.encoding, c.length, c.parts)
		}
	}
}
