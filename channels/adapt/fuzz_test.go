package adapt_test

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/channels/adapt"
)

func seeds() []string {
	return []string{
		"", " ", "Bonjour à tous.", "Voir https://commune.be/a(b)?c=d#e, merci !", "a\u0301\u0301 b",
		"👨‍👩‍👧‍👦 🇧🇪 👍🏽 1️⃣ #Fête @ville", "«\u00A0Rendez-vous le 5 déc. à 17\u202Fh\u00A0» (M. Dupont)",
		"twitter.comこれは日本語です。example.com中国語t.co/abcde", "\u0600 a", "a\r\n\r\nb", "<b>&amp;\"'", "\xff\xfe", "é.é.é.be",
		strings.Repeat("La rue Haute est fermée. ", 20) + "#Valmeuse", strings.Repeat("x", 400), "\u202Eabc", "क्षि नमस्ते दुनिया",
	}
}

func FuzzCount(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := adapt.WeighForX(text)
		if w.Length < 0 || w.Valid && (w.Length == 0 || w.Length > adapt.XMaxLength) {
			t.Errorf("%q: %+v", text, w)
		}
		if utf8.ValidString(text) {
			// Decomposed or not, a text weighs the same.
			if got := adapt.WeighForX(norm.NFC.String(text)).Length; got != w.Length {
				t.Errorf("%q: %d, and %d in NFC", text, w.Length, got)
			}
			if w.Length > 2*utf8.RuneCountInString(norm.NFC.String(text))+adapt.XLinkLength*strings.Count(text, ".") {
				t.Errorf("%q weighs %d", text, w.Length)
			}
		}
		last := 0
		for _, link := range adapt.Links(text) {
			if link.Start < last || link.End <= link.Start || link.End > len(text) {
				t.Fatalf("%q: links %v", text, adapt.Links(text))
			}
			last = link.End
		}
	})
}

func FuzzShorten(f *testing.F) {
	for i, s := range seeds() {
		f.Add(s, "https://valmeuse.be/actu/1", i*7, i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, text, suffix string, budget int, x bool) {
		if !utf8.ValidString(text) || !utf8.ValidString(suffix) || budget < 0 || len(text) > 2000 {
			return // out of the contract: callers give tidy text
		}
		text, suffix = adapt.Typography(text), adapt.Typography(suffix)
		count := utf8.RuneCountInString
		if x {
			count = forX
		}
		got, cut := adapt.Shorten(text, suffix, budget, count)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		if n := count(got); n > budget {
			t.Fatalf("%q counts %d, over %d", got, n, budget)
		}
		if !cut {
			if got != strings.TrimSpace(text) {
				t.Fatalf("%q became %q without a cut", text, got)
			}
			return
		}
		if got != "" && suffix != "" && !strings.Contains(got, suffix) {
			t.Fatalf("the suffix %q is lost in %q", suffix, got)
		}
		checkCut(t, text, got)
	})
}

// checkCut: what is left of a text ends between two characters of it, and
// inside none of the spans that lose their meaning when cut.
func checkCut(t *testing.T, text, got string) {
	t.Helper()
	kept := strings.TrimRight(text[:commonPrefix(text, got)], " \n")
	if !strings.HasPrefix(strings.TrimLeft(got[len(kept):], " "), "…") {
		return
	}
	boundary := false
	for at, rest, state := 0, text, -1; rest != "" && !boundary; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(cluster)
		boundary = at == len(kept) || kept == ""
	}
	if !boundary {
		t.Errorf("%q cuts a character of %q", got, text)
	}
	for _, span := range slices.Concat(adapt.Links(text), adapt.Hashtags(text), adapt.Mentions(text)) {
		if span.Start < len(kept) && len(kept) < span.End {
			t.Errorf("%q cuts %q", got, span.In(text))
		}
	}
}

// Texts made of what must not be cut, in every order, at every length.
func TestShortenCutsNothingApart(t *testing.T) {
	t.Parallel()
	parts := []string{
		"https://commune.be/actualites/travaux", "commune.be", "#Valmeuse", "(#Fête)", "@ville_be", "👨‍👩‍👧‍👦👍🏽", "17\u00A0h\u00A030",
		"«\u00A0Rendez-vous", "demain\u00A0»", "M.", "Dupont", "le", "12", "rue", "Haute.", "Attention\u00A0!", "Anticonstitutionnellement",
	}
	for seed := range len(parts) {
		var text string
		for i := range 3 * len(parts) {
			text += parts[(i*(seed+1)+seed)%len(parts)] + " "
		}
		text = strings.TrimSpace(text)
		for budget := 0; budget < 300; budget += 7 {
			got, cut := adapt.Shorten(text, "https://a.be/1", budget, forX)
			if n := forX(got); n > budget {
				t.Errorf("%q counts %d, over %d", got, n, budget)
			}
			if cut {
				checkCut(t, text, got)
			}
		}
	}
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}

func FuzzInlineHTML(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	ours := regexp.MustCompile(`<br>|<a href="https?://[^"<>]*" rel="noopener">|</a>`)
	f.Fuzz(func(t *testing.T, text string) {
		got := adapt.InlineHTML(text)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		bare := ours.ReplaceAllString(got, "")
		if strings.ContainsAny(bare, `<>"`) {
			t.Fatalf("%q: markup that is not ours in %q", text, got)
		}
		// Nothing is lost: without markup and escapes it is the text again.
		back := html.UnescapeString(strings.ReplaceAll(ours.ReplaceAllStringFunc(got, func(m string) string {
			if m == "<br>" {
				return "\n"
			}
			return ""
		}), "\x00", "\uFFFD"))
		if want := strings.ToValidUTF8(text, "\uFFFD"); !strings.Contains(want, "\x00") && back != want {
			t.Fatalf("%q came back as %q", want, back)
		}
	})
}

func FuzzTypography(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := adapt.Typography(text)
		if twice := adapt.Typography(once); twice != once {
			t.Errorf("%q → %q → %q", text, once, twice)
		}
		if !utf8.ValidString(once) || strings.Contains(once, "\n\n\n") || !norm.NFC.IsNormalString(once) {
			t.Errorf("%q → %q", text, once)
		}
		canonical := adapt.Canonical(text)
		if again := adapt.Canonical(canonical); again != canonical {
			t.Errorf("canonical: %q → %q → %q", text, canonical, again)
		}
		for _, r := range adapt.Slug(text, 40) {
			if r > 'z' {
				t.Errorf("slug of %q has %q", text, r)
			}
		}
	})
}
