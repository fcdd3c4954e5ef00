package channels_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
)

func TestCheckCommon(t *testing.T) {
	limits := channels.Limits{Images: channels.ImageLimit{Max: 2, AltMax: 10}}
	described := channels.Image{Alt: "Un étal"}
	tests := []struct {
		name    string
		message channels.Message
		want    []string
	}{
		{"text alone", channels.Message{Text: "Bonjour"}, nil},
		{"picture alone", channels.Message{Images: []channels.Image{described}}, nil},
		{"title alone", channels.Message{Title: "Brocante"}, nil},
		{"nothing", channels.Message{}, []string{"text_empty text"}},
		{"only spaces", channels.Message{Text: " \n\u00a0", Link: "https://commune.example/"}, []string{"text_empty text"}},
		{
			"alt missing, blank, too long; decorative needs none",
			channels.Message{Text: "x", Images: []channels.Image{
				{Alt: strings.Repeat("é", 11)}, {Decorative: true},
			}},
			[]string{"alt_too_long images[0].alt"},
		},
		{
			"counted in code points",
			channels.Message{Text: "x", Images: []channels.Image{{Alt: strings.Repeat("é", 10)}, {Alt: " "}}},
			[]string{"alt_missing images[1].alt"},
		},
		{
			"too many",
			channels.Message{Text: "x", Images: []channels.Image{described, described, described}},
			[]string{"images_too_many images"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, issue := range channels.CheckCommon(tt.message, limits) {
				if issue.Severity != channels.SeverityError || issue.Message == "" {
					t.Errorf("issue %+v: want an error with a message", issue)
				}
				got = append(got, issue.Code+" "+issue.Field)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckCommonSaysHowManyPicturesToRemove(t *testing.T) {
	image := channels.Image{Decorative: true}
	tests := []struct {
		most, images int
		want         string
	}{
		{0, 1, "Retirez les images : ce réseau n’en prend pas."},
		{1, 2, "Ce réseau prend une seule image : retirez-en une."},
		{4, 5, "Ce réseau prend 4 images au plus : retirez-en une."},
		{4, 6, "Ce réseau prend 4 images au plus : retirez-en 2."},
	}
	for _, tt := range tests {
		message := channels.Message{Text: "x"}
		for range tt.images {
			message.Images = append(message.Images, image)
		}
		issues := channels.CheckCommon(message, channels.Limits{Images: channels.ImageLimit{Max: tt.most}})
		if len(issues) != 1 || issues[0].Message != tt.want {
			t.Errorf("%d of %d images: %+v, want %q", tt.images, tt.most, issues, tt.want)
		}
	}
}
