package adapt_test

import (
	"testing"

	"github.com/crieur/crieur/channels/adapt"
)

func TestTypography(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"French stays", "« L’œuvre »\u202F: 17\u00A0h…", "« L’œuvre »\u202F: 17\u00A0h…"},
		{"NFC", "e\u0301te\u0301", "été"},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"ends of lines", "a \u00A0\nb\t\n", "a\nb"},
		{"blank lines", "a\n\n\n \nb", "a\n\nb"},
		{"controls", "a\x00b\x1b[31m", "ab[31m"},
		{"direction override", "facture\u202Efdp.exe", "facturefdp.exe"},
		{"soft hyphen and zero-width space", "com\u00ADmune\u200B", "commune"},
		{"emoji joiners stay", "👨‍👩‍👧", "👨‍👩‍👧"},
		{"tab", "a\tb", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := adapt.Typography(tt.text)
			if got != tt.want {
				t.Errorf("got %q want %q", got, tt.want)
			}
			if again := adapt.Typography(got); again != got {
				t.Errorf("the second time: %q", again)
			}
		})
	}
	if got, want := adapt.LightSpaces("non\u202F! 17\u00A0h"), "non\u00A0! 17\u00A0h"; got != want {
		t.Errorf("LightSpaces: got %q want %q", got, want)
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	same := [][2]string{
		{"Fête & bal : 17\u202Fh", "Fe\u0302te &amp; bal :\n17 h "},
		{"Voir https://commune.be/a?b=1&c=2.", "Voir https://t.co/AbC123."},
		{"Voir commune.be", "Voir https://t.co/AbC123"},
		{"l’été &lt;3", "l’été <3"},
		{"a &amp; b", "a &amp;amp; b"},
	}
	for _, pair := range same {
		if a, b := adapt.Canonical(pair[0]), adapt.Canonical(pair[1]); a != b {
			t.Errorf("%q → %q\n%q → %q", pair[0], a, pair[1], b)
		}
	}
	different := [][2]string{
		{"a.be", "a.be b.be"},
		{"Rue fermée", "Rue fermee"},
		{"ab", "a b"},
	}
	for _, pair := range different {
		if a := adapt.Canonical(pair[0]); a == adapt.Canonical(pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], a)
		}
	}
	if got, want := adapt.WithoutLastLink(adapt.Canonical("Fête https://t.co/abc")), "Fête"; got != want {
		t.Errorf("WithoutLastLink: got %q want %q", got, want)
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	base := adapt.Fingerprint("Titre", "Texte", []string{"a", "b"})
	if len(base) != 64 {
		t.Errorf("not a SHA-256 in hexadecimal: %q", base)
	}
	if base != adapt.Fingerprint("Titre ", "Texte\n", []string{"a", "b"}) {
		t.Error("spaces at the ends change it")
	}
	for name, other := range map[string]string{
		"title":    adapt.Fingerprint("Titres", "Texte", []string{"a", "b"}),
		"text":     adapt.Fingerprint("Titre", "Textes", []string{"a", "b"}),
		"order":    adapt.Fingerprint("Titre", "Texte", []string{"b", "a"}),
		"pictures": adapt.Fingerprint("Titre", "Texte", nil),
		"boundary": adapt.Fingerprint("TitreTexte", "", []string{"a", "b"}),
	} {
		if other == base {
			t.Errorf("%s makes no difference", name)
		}
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	tests := []struct {
		title string
		limit int
		want  string
	}{
		{"Fête de l’Œuvre à Ath : 17 h !", 0, "fete-de-l-oeuvre-a-ath-17-h"},
		{"Straße für alle", 0, "strasse-fur-alle"},
		{"5 € seulement", 0, "5-euros-seulement"},
		{"  --  ", 0, ""},
		{"日本", 0, ""},
		{"travaux rue haute", 12, "travaux-rue"},
		{"travaux rue haute", 11, "travaux-rue"},
		{"travaux rue haute", 10, "travaux"},
		{"anticonstitutionnellement", 5, "antic"},
	}
	for _, tt := range tests {
		if got := adapt.Slug(tt.title, tt.limit); got != tt.want {
			t.Errorf("Slug(%q, %d) = %q, want %q", tt.title, tt.limit, got, tt.want)
		}
	}
}
