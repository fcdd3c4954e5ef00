package adapt_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

func forX(text string) int { return adapt.Count(channels.CountXWeighted, text) }

func TestShorten(t *testing.T) {
	t.Parallel()
	const url = "https://valmeuse.be/actu/1" // 26 code points, 23 on X
	runes := utf8.RuneCountInString
	tests := []struct {
		name, text, suffix string
		budget             int
		count              func(string) int
		want               string
		cut                bool
	}{
		{"fits", "Bonjour.", url, 10, runes, "Bonjour.", false},
		{
			"at a sentence", "La rue Haute est fermée. Une déviation passe par la rue Basse.", url, 60, runes,
			"La rue Haute est fermée. " + url, true,
		},
		{
			"at a word when a sentence keeps too little", "Avis. La rue Haute est fermée demain matin pour de longs travaux.", url, 64, runes,
			"Avis. La rue Haute est fermée demain… " + url, true,
		},
		{
			"little words do not wait for the next", "Nous invitons les habitants à la fête du village", "", 34, runes,
			"Nous invitons les habitants…", true,
		},
		{
			"a number keeps its unit", "Rendez-vous demain soir à 17 h précises", "", 30, runes,
			"Rendez-vous demain soir…", true,
		},
		{
			"no-break spaces hold", "Rendez-vous demain soir vers 17\u00A0h\u00A030 précises", "", 33, runes,
			"Rendez-vous demain soir…", true,
		},
		{
			"abbreviations do not end a sentence", "Le bourgmestre M. Jean Dupont vous invite ce 5 déc. 2026 à la maison communale.", "", 54, runes,
			"Le bourgmestre M. Jean Dupont vous invite…", true,
		},
		{
			"a month and a title are not ends", "Le 5 déc. Mme Van den Berg ouvre la salle. Entrée libre.", "", 46, runes,
			"Le 5 déc. Mme Van den Berg ouvre la salle. […]", true,
		},
		{
			"an hour ends a sentence", "Le bureau ouvre de 8 h à 16 h. Prenez un numéro à l’entrée, merci.", "", 40, runes,
			"Le bureau ouvre de 8 h à 16 h. […]", true,
		},
		{
			"quotes are closed", "Elle dit : «\u00A0nous fermons la route de Namur dès lundi\u00A0»", "", 40, runes,
			"Elle dit : «\u00A0nous fermons la route…\u00A0»", true,
		},
		{
			"brackets are closed", "Travaux (rue Haute, rue Basse, rue du Moulin) lundi", "", 34, runes,
			"Travaux (rue Haute, rue Basse…)", true,
		},
		{
			"a link is never cut", "Voir https://commune.be/une/adresse/assez/longue/ici pour la suite", "", 50, runes,
			"Voir…", true,
		},
		{
			"a link at the end stays clickable", "Voir https://commune.be/a/ pour la suite de ces travaux", "", 30, runes,
			"Voir https://commune.be/a/ …", true,
		},
		{
			"the suffix is not repeated", "Voir " + url + " et venez nombreux à la grande fête du village. Merci à tous.", url, 45, runes,
			"Voir " + url + " et venez…", true,
		},
		{
			"hashtags follow as far as there is room",
			"La rue Haute est fermée. Une déviation passe par la rue Basse. #Valmeuse #Mobilité", url, 62, runes,
			"La rue Haute est fermée. " + url + " #Valmeuse", true,
		},
		{
			"a family is one character", strings.Repeat("👨‍👩‍👧‍👦", 5), "", 7, forX,
			strings.Repeat("👨‍👩‍👧‍👦", 2) + "…", true,
		},
		{
			"one word too long", "Anticonstitutionnellement", "", 10, runes,
			"Anticonst…", true,
		},
		{"a hashtag is never cut", "#Anticonstitutionnellement", "", 10, runes, "", true},
		{"only the link fits", "Anticonstitutionnellement vôtre", url, 26, runes, url, true},
		{"not even the link fits", "Anticonstitutionnellement vôtre", url, 8, runes, "", true},
		{
			"lines end like sentences", "Ramassage des sapins\nDéposez-les devant chez vous avant 7 h du matin", url, 52, runes,
			"Ramassage des sapins " + url, true,
		},
		{
			"punctuation stays with its word", "Attention ! Verglas annoncé sur toute la commune", "", 14, runes,
			"Attention…", true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, cut := adapt.Shorten(tt.text, tt.suffix, tt.budget, tt.count)
			if got != tt.want || cut != tt.cut {
				t.Errorf("got  %q (%v)\nwant %q (%v)", got, cut, tt.want, tt.cut)
			}
			if n := tt.count(got); n > tt.budget {
				t.Errorf("%q counts %d, over %d", got, n, tt.budget)
			}
		})
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"first sentence", "La rue est fermée. Merci.", "La rue est fermée"},
		{"first line", "Ramassage des sapins\n\nDès lundi.", "Ramassage des sapins"},
		{"question", "Une idée ? Dites-la.", "Une idée ?"},
		{"without hashtags", "Fête du village #Valmeuse #Fête", "Fête du village"},
		{"only hashtags", "#Valmeuse", "#Valmeuse"},
		{"long", strings.Repeat("Travaux sur la route de Namur ", 9), "Travaux sur la route de Namur Travaux sur la route de Namur Travaux sur la route de Namur Travaux…"},
		{"nothing", " \n ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := adapt.Headline(tt.text); got != tt.want {
				t.Errorf("got %q want %q", got, tt.want)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	text := "La rue Haute\nest fermée.\n\nUne déviation est en place."
	if got, want := adapt.Excerpt(text, 200), "La rue Haute est fermée. Une déviation est en place."; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	if got, want := adapt.Excerpt(text, 30), "La rue Haute est fermée. […]"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}
