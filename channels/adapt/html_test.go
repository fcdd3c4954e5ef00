package adapt_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels/adapt"
)

func TestInlineHTML(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"escapes", `Bal <b>des</b> "pompiers" & l'autre`, `Bal &lt;b&gt;des&lt;/b&gt; &#34;pompiers&#34; &amp; l&#39;autre`},
		{"script in a link", `http://a.be/"onclick=x <script>`, `<a href="http://a.be/" rel="noopener">http://a.be/</a>&#34;onclick=x &lt;script&gt;`},
		{"link", "Voir https://commune.be/a?b=1&c=2.", `Voir <a href="https://commune.be/a?b=1&amp;c=2" rel="noopener">https://commune.be/a?b=1&amp;c=2</a>.`},
		{"bare host", "Sur commune.be/agenda, demain", `Sur <a href="https://commune.be/agenda" rel="noopener">commune.be/agenda</a>, demain`},
		{"missing space is no link", "Ce matin.Sa Majesté", "Ce matin.Sa Majesté"},
		{"mail is no link", "info@commune.be", "info@commune.be"},
		{"line breaks", "Un\nDeux", "Un<br>Deux"},
		{"hashtags stay text", "#Valmeuse @ville", "#Valmeuse @ville"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := adapt.InlineHTML(tt.text); got != tt.want {
				t.Errorf("InlineHTML(%q)\n got %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

func TestParagraphs(t *testing.T) {
	t.Parallel()
	text := "\n\nUn\r\nsuite  \r\n \r\n\r\nDeux & trois\n"
	want := []string{"Un<br>suite", "Deux &amp; trois"}
	if diff := cmp.Diff(want, adapt.Paragraphs(text)); diff != "" {
		t.Error(diff)
	}
	if got, want := adapt.PlainToHTML(text), "<p>Un<br>suite</p>\n<p>Deux &amp; trois</p>"; got != want {
		t.Errorf("PlainToHTML: got %q want %q", got, want)
	}
	if got := adapt.Paragraphs(" \n "); got != nil {
		t.Errorf("blank text: got %q", got)
	}
}
