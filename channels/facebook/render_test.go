package facebook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/facebook"
	"github.com/crieur/crieur/media"
)

func TestRenderTextAndLink(t *testing.T) {
	const link = "https://commune.example/a"
	tests := []struct {
		name       string
		message    channels.Message
		text, link string
	}{
		{"text as written", channels.Message{Text: "Été : 25 €\n\nOuvert."}, "Été : 25 €\n\nOuvert.", ""},
		{"tidied", channels.Message{Text: " a \r\n\r\n\r\n\r\nb\u200b "}, "a\n\nb", ""},
		{"a title is not put above a text", channels.Message{Title: "Brocante", Text: "Dimanche."}, "Dimanche.", ""},
		{"a title alone is the text", channels.Message{Title: "Brocante"}, "Brocante", ""},
		{"card", channels.Message{Text: "Dimanche.", Link: link}, "Dimanche.", link},
		{"card of a link that the text has", channels.Message{Text: "Voir " + link, Link: link}, "Voir " + link, link},
		{"no card beside pictures", withImage("Dimanche.", link), "Dimanche.\n\n" + link, ""},
		{"not twice in the text", withImage("Voir "+link, link), "Voir " + link, ""},
		{"pictures and a link alone", withImage("", link), link, ""},
		{
			"no card of Facebook's own",
			channels.Message{Text: "Dimanche.", Link: "https://m.Facebook.com/events/1"},
			"Dimanche.\n\nhttps://m.Facebook.com/events/1", "",
		},
		{
			"the article is not linked: the text is whole here",
			channels.Message{Text: "Dimanche.", ArticleURL: link},
			"Dimanche.", "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, issues := facebook.New().Render(tt.message, nil)
			if len(issues) != 0 {
				t.Fatalf("issues %+v", issues)
			}
			if got.Text != tt.text || got.Link != tt.link || got.Title != "" {
				t.Errorf("text %q, link %q, title %q; want %q, %q and none", got.Text, got.Link, got.Title, tt.text, tt.link)
			}
			if issues := facebook.New().Validate(got, nil); len(issues) != 0 {
				t.Errorf("not valid: %+v", issues)
			}
		})
	}
}

func withImage(text, link string) channels.Message {
	return channels.Message{Text: text, Link: link, Images: []channels.Image{{
		MediaID: "m1", SHA256: "abc", Width: 4000, Height: 3000, Alt: " Un étal ", Focal: media.Centre(),
	}}}
}

func TestRenderImages(t *testing.T) {
	got, _ := facebook.New().Render(withImage("Dimanche.", ""), nil)
	spec := facebook.New().Limits(nil).Images.Spec
	want := []channels.RenderedImage{{
		MediaID: "m1", SHA256: "abc", Alt: "Un étal",
		Plan: media.Plan{Crop: media.Crop{Width: 4000, Height: 3000}, Width: 2048, Height: 1536, Spec: spec},
	}}
	if diff := cmp.Diff(want, got.Images); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
}

func TestRenderIssues(t *testing.T) {
	tests := []struct {
		name    string
		message channels.Message
		want    []string
	}{
		{"empty", channels.Message{Text: "\u200b\n"}, []string{"text_empty text"}},
		{"link alone", channels.Message{Link: "https://commune.example/"}, []string{"text_empty text"}},
		{"too long", channels.Message{Text: strings.Repeat("é", 60_001)}, []string{"text_too_long text"}},
		{"link that is none", channels.Message{Text: "x", Link: "commune.example"}, []string{"link_invalid link"}},
		{"link to a script", channels.Message{Text: "x", Link: "javascript:alert(1)"}, []string{"link_invalid link"}},
		{
			"pictures",
			channels.Message{Text: "x", Images: append(photos("", 9).Images, channels.Image{}, channels.Image{Alt: strings.Repeat("a", 1001)})},
			[]string{"images_too_many images", "alt_missing images[9].alt", "alt_too_long images[10].alt"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			_, issues := facebook.New().Render(tt.message, nil)
			for _, issue := range issues {
				got = append(got, issue.Code+" "+issue.Field)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateRefusesWhatWasTamperedWith(t *testing.T) {
	good, _ := facebook.New().Render(withImage("Dimanche.", ""), nil)
	for name, change := range map[string]func(*channels.Rendered){
		"empty":    func(r *channels.Rendered) { r.Text, r.Images = "", nil },
		"too long": func(r *channels.Rendered) { r.Text = strings.Repeat("a", 60_001) },
		"alt":      func(r *channels.Rendered) { r.Images[0].Alt = strings.Repeat("a", 1001) },
		"link":     func(r *channels.Rendered) { r.Link = "file:///etc/passwd" },
		"pictures": func(r *channels.Rendered) { r.Images = make([]channels.RenderedImage, 11) },
	} {
		r := good
		r.Images = append([]channels.RenderedImage(nil), good.Images...)
		change(&r)
		if !channels.HasErrors(facebook.New().Validate(r, nil)) {
			t.Errorf("%s: valid", name)
		}
	}
}
