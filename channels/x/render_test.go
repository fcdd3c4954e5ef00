package x_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/channels/x"
	"github.com/crieur/crieur/media"
)

const (
	article = "https://www.valmeuse.be/actualites/travaux-rue-haute"
	long    = "La rue Haute sera fermée à la circulation du lundi 7 au vendredi 11 décembre. " +
		"Une déviation est mise en place par la rue Basse et la place du Marché. " +
		"Les riverains gardent l’accès à leur garage. " +
		"Le marché du mercredi se tient sur le parking de la gare. " +
		"Plus d’informations au service des travaux. #Valmeuse"
)

func TestRenderText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		message channels.Message
		want    string
		issues  []string
	}{
		{"what fits leaves whole", channels.Message{Text: "Bal des pompiers."}, "Bal des pompiers.", nil},
		{
			"and without the article's address, which costs more",
			channels.Message{Text: "Bal des pompiers.", ArticleURL: article},
			"Bal des pompiers.", nil,
		},
		{
			"the title stays at home when there is a text",
			channels.Message{Title: "Fête", Text: "Bal des pompiers."},
			"Bal des pompiers.", nil,
		},
		{"the title stands in for a missing text", channels.Message{Title: "Bal des pompiers"}, "Bal des pompiers", nil},
		{
			"the author's link follows",
			channels.Message{Text: "Programme.", Link: "https://fete.be/p"},
			"Programme.\nhttps://fete.be/p", nil,
		},
		{
			"but not twice",
			channels.Message{Text: "Programme : https://fete.be/p", Link: "https://fete.be/p"},
			"Programme : https://fete.be/p", nil,
		},
		{
			"a longer address is another link",
			channels.Message{Text: "Photos : https://fete.be/p/photos", Link: "https://fete.be/p"},
			"Photos : https://fete.be/p/photos\nhttps://fete.be/p", nil,
		},
		{
			"the narrow no-break space becomes a light one",
			channels.Message{Text: "Attention\u202F! Il est 17\u00A0h."},
			"Attention\u00A0! Il est 17\u00A0h.", nil,
		},
		{
			"too long: shortened with the article",
			channels.Message{Text: long, Link: "https://autre.be", ArticleURL: article},
			"La rue Haute sera fermée à la circulation du lundi 7 au vendredi 11 décembre. " +
				"Une déviation est mise en place par la rue Basse et la place du Marché. " +
				"Les riverains gardent l’accès à leur garage. " +
				"Le marché du mercredi se tient sur le parking de la gare. " + article,
			[]string{"warning text_shortened X : le texte est raccourci, avec un lien vers l’article complet."},
		},
		{
			"or else with the author's link",
			channels.Message{Text: long, Link: "https://fete.be/p"},
			"La rue Haute sera fermée à la circulation du lundi 7 au vendredi 11 décembre. " +
				"Une déviation est mise en place par la rue Basse et la place du Marché. " +
				"Les riverains gardent l’accès à leur garage. " +
				"Le marché du mercredi se tient sur le parking de la gare. https://fete.be/p",
			[]string{"warning text_shortened X : le texte est raccourci, avec votre lien."},
		},
		{
			"with neither, the author is warned",
			channels.Message{Text: long},
			"La rue Haute sera fermée à la circulation du lundi 7 au vendredi 11 décembre. " +
				"Une déviation est mise en place par la rue Basse et la place du Marché. " +
				"Les riverains gardent l’accès à leur garage. " +
				"Le marché du mercredi se tient sur le parking de la gare. […] #Valmeuse",
			[]string{"warning text_shortened X : le texte est trop long et sera coupé, sans lien vers la suite. " +
				"Ajoutez le canal « Site » pour y lier l’article complet, ou écrivez un texte pour X."},
		},
		{
			"the text makes room for its link",
			channels.Message{Text: strings.Repeat("Une phrase de vingt. ", 13), Link: "https://fete.be/p"},
			strings.TrimSpace(strings.Repeat("Une phrase de vingt. ", 12)) + " https://fete.be/p",
			[]string{"warning text_shortened X : le texte est raccourci, avec votre lien."},
		},
		{
			"a text written for X is not shortened",
			channels.Message{Text: strings.Repeat("a", 288), ArticleURL: article, Overridden: true},
			strings.Repeat("a", 288),
			[]string{"error text_too_long X : 8 caractères de trop."},
		},
		{
			"one too many",
			channels.Message{Text: strings.Repeat("a", 281), Overridden: true},
			strings.Repeat("a", 281),
			[]string{"error text_too_long X : 1 caractère de trop."},
		},
		{
			"and gets no link that its author did not write",
			channels.Message{Text: "Court.", Link: "https://fete.be/p", Overridden: true},
			"Court.", nil,
		},
		{"nothing", channels.Message{Text: " \n"}, "", []string{"error text_empty Écrivez un texte ou ajoutez une image."}},
		{
			"nothing that can be seen",
			channels.Message{Text: "\u200B\x00"},
			"",
			[]string{"error text_empty Écrivez un texte ou ajoutez une image."},
		},
		{
			"a hashtag that will be cut",
			channels.Message{Text: "Fête à #Grez-Doiceau"},
			"Fête à #Grez-Doiceau",
			[]string{"warning hashtag_cut Le mot-dièse s’arrête à « #Grez » : écrivez « #GrezDoiceau » en un mot."},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rendered, issues := x.New().Render(tt.message, nil)
			if diff := cmp.Diff(tt.want, rendered.Text); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			var got []string
			for _, i := range issues {
				got = append(got, string(i.Severity)+" "+i.Code+" "+i.Message)
			}
			if diff := cmp.Diff(tt.issues, got); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
			if want := adapt.Count(channels.CountXWeighted, rendered.Text); rendered.Length != want || rendered.Limit != 280 {
				t.Errorf("counted as %d of %d, want %d of 280", rendered.Length, rendered.Limit, want)
			}
		})
	}
}

func TestRenderCost(t *testing.T) {
	t.Parallel()
	picture := channels.Image{MediaID: "m", Width: 100, Height: 100, Alt: "Un étal"}
	tests := []struct {
		name    string
		message channels.Message
		want    float64
	}{
		{"text", channels.Message{Text: "Bal."}, 0.015},
		{"with a link", channels.Message{Text: "Bal : https://fete.be"}, 0.2},
		{"with a bare host", channels.Message{Text: "Bal : fete.be"}, 0.2},
		{"with a mail address", channels.Message{Text: "Bal : info@fete.be"}, 0.015},
		{"with descriptions", channels.Message{Text: "Bal.", Images: []channels.Image{picture, picture}}, 0.025},
		{"link and description", channels.Message{Text: "fete.be", Images: []channels.Image{picture}}, 0.205},
		{"decorative", channels.Message{Text: "Bal.", Images: []channels.Image{{MediaID: "m", Alt: "x", Decorative: true}}}, 0.015},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rendered, _ := x.New().Render(tt.message, nil)
			if diff := cmp.Diff(&channels.Amount{Amount: tt.want, Currency: "USD"}, rendered.Cost); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRenderImages(t *testing.T) {
	t.Parallel()
	m := channels.Message{Text: "Des photos."}
	for range 6 {
		m.Images = append(m.Images, channels.Image{
			MediaID: "m", SHA256: "s", Width: 4000, Height: 1000, Alt: "Un étal", Focal: media.Focal{X: 0.5, Y: 0.5},
		})
	}
	m.Images[1].Decorative = true
	m.Images[5].Alt = ""
	rendered, issues := x.New().Render(m, nil)
	if len(rendered.Images) != 4 {
		t.Fatalf("%d pictures leave, want 4", len(rendered.Images))
	}
	if rendered.Images[0].Alt != "Un étal" || rendered.Images[1].Alt != "" {
		t.Errorf("descriptions: %+v", rendered.Images)
	}
	// A panorama is shrunk and keeps its shape.
	plan := rendered.Images[0].Plan
	if diff := cmp.Diff([]int{4000, 1000, 1600, 400}, []int{plan.Crop.Width, plan.Crop.Height, plan.Width, plan.Height}); diff != "" {
		t.Error(diff)
	}
	want := []channels.Issue{
		{
			Severity: channels.SeverityError, Code: "alt_missing", Field: "images[5].alt",
			Message: "Décrivez l’image pour les personnes qui ne la voient pas, ou marquez-la comme décorative.",
		},
		{
			Severity: channels.SeverityWarning, Code: "images_dropped", Field: "images",
			Message: "X prend 4 images : les 2 dernières n’y partiront pas.",
		},
	}
	if diff := cmp.Diff(want, issues); diff != "" {
		t.Error(diff)
	}
	m.Images = m.Images[:5]
	if _, issues = x.New().Render(m, nil); len(issues) != 1 || issues[0].Message != "X prend 4 images : la dernière n’y partira pas." {
		t.Errorf("five pictures: %+v", issues)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		rendered channels.Rendered
		want     string
	}{
		{"fine", channels.Rendered{Text: "Bal."}, ""},
		{"only a picture", channels.Rendered{Images: make([]channels.RenderedImage, 1)}, ""},
		{"nothing", channels.Rendered{}, "text_empty"},
		{"too long", channels.Rendered{Text: strings.Repeat("€", 141)}, "text_too_long"},
		{"a character that X refuses", channels.Rendered{Text: "a\uFEFFb"}, "text_characters"},
		{"five pictures", channels.Rendered{Text: "a", Images: make([]channels.RenderedImage, 5)}, "images_too_many"},
		{
			"a long description",
			channels.Rendered{Text: "a", Images: []channels.RenderedImage{{Alt: strings.Repeat("é", 1001)}}},
			"alt_too_long",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			for _, i := range x.New().Validate(tt.rendered, nil) {
				got += i.Code
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The link to the article that closes a shortened text is the post's mark; the
// author's own link, which other posts may have too, is none.
func TestArticleLinkIsTheMark(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Une phrase qui en dit long sur la rue. ", 12)
	const article = "https://commune.be/c/ath/rue-01hx"
	for name, tt := range map[string]struct {
		m    channels.Message
		want string
	}{
		"shortened":             {channels.Message{Key: "k", Text: long, ArticleURL: article}, article},
		"short enough":          {channels.Message{Key: "k", Text: "Court.", ArticleURL: article}, ""},
		"the author’s own link": {channels.Message{Key: "k", Text: long, Link: "https://a.be/x"}, ""},
	} {
		rendered, issues := x.New().Render(tt.m, nil)
		if channels.HasErrors(issues) || rendered.Article != tt.want {
			t.Errorf("%s: mark %q, want %q (%+v)", name, rendered.Article, tt.want, issues)
		}
	}
}
