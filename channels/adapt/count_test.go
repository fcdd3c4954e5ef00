package adapt_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

func TestCountForX(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       int
	}{
		{"nothing", "", 0},
		{"letters with accents", "Fête à Vîrton", 13},
		{"decomposed accents", "Fe\u0302te", 4},
		{"French quotes and apostrophe", "« l’œuvre »", 11},
		{"no-break space", "17\u00A0h", 4},
		{"narrow no-break space", "Attention\u202F!", 12},
		{"euro", "5 €", 4},
		{"ellipsis", "fin…", 5},
		{"bullet", "• un", 5},
		{"link", "https://www.valmeuse.be/actualites/une-tres-longue-adresse-de-page?x=1", 23},
		{"bare host", "voir commune.be", 28},
		{"host with accents at the start", "école.be", 24},
		{"mail is text", "info@commune.be", 15},
		{"two links", "a.be b.be", 47},
		{"emoji", "🎉", 2},
		{"family", "👨‍👩‍👧‍👦", 2},
		{"skin tone", "👍🏽", 2},
		{"flag", "🇧🇪", 2},
		{"flag of nowhere", "🇧🇿🇦🇦", 6},
		{"keycap", "1️⃣", 2},
		{"heart with selector", "❤️", 2},
		{"copyright", "©", 1},
		{"copyright as emoji", "©️", 2},
		{"a sequence younger than the list weighs its parts", "🐦‍🔥", 5},
		{"broken UTF-8 weighs as what replaces it", "a\xff", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := adapt.Count(channels.CountXWeighted, tt.text); got != tt.want {
				t.Errorf("Count(%q) = %d, want %d", tt.text, got, tt.want)
			}
		})
	}
}

func TestCountCodePoints(t *testing.T) {
	t.Parallel()
	if got := adapt.Count(channels.CountCodePoints, "é…👍🏽"); got != 4 {
		t.Errorf("got %d, want 4", got)
	}
}

func TestWeighForX(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       adapt.XWeight
	}{
		{"empty is not valid", "", adapt.XWeight{}},
		{"at the limit", strings.Repeat("a", 280), adapt.XWeight{Length: 280, Valid: true, ValidEnd: 279}},
		{"one over", strings.Repeat("a", 281), adapt.XWeight{Length: 281, ValidEnd: 279}},
		{"forbidden character", "ab\uFEFFc", adapt.XWeight{Length: 5, ValidEnd: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, adapt.WeighForX(tt.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// In quadratic time this would not end within the limit of the test binary.
func TestLinksOfHostileText(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"é.", "a_.be.", "-.be ", "é", "(", "http://", "a.be/(", "日本。"} {
		text := strings.Repeat(part, 300_000)
		for _, link := range adapt.Links(text) {
			if link.Start >= link.End || link.End > len(text) {
				t.Fatalf("%q: bad span %+v", part, link)
			}
		}
	}
}

func TestHashtagsAndMentions(t *testing.T) {
	t.Parallel()
	text := "Fête #Saint_Éloi à #2026 avec @ville_be, info@commune.be et https://a.be/#ancre #fin"
	if diff := cmp.Diff([]string{"#Saint_Éloi", "#fin"}, written(text, adapt.Hashtags(text))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"@ville_be"}, written(text, adapt.Mentions(text))); diff != "" {
		t.Error(diff)
	}
}

func TestHashtagIssues(t *testing.T) {
	t.Parallel()
	issues := adapt.HashtagIssues("Venez à #Grez-doiceau ! #fete #2026 #Marche- #ok")
	want := []channels.Issue{{
		Severity: channels.SeverityWarning,
		Code:     "hashtag_cut",
		Field:    "text",
		Message:  "Le mot-dièse s’arrête à « #Grez » : écrivez « #GrezDoiceau » en un mot.",
	}}
	if diff := cmp.Diff(want, issues); diff != "" {
		t.Error(diff)
	}
}
