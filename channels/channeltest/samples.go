package channeltest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/media"
)

// message is a plain message that every channel takes, with n pictures.
func (h Harness) message(key, text string, images int) channels.Message {
	limits := h.limits()
	m := channels.Message{Key: key, Text: text, Language: "fr-BE", Category: "news"}
	if limits.TitleRequired {
		m.Title = "Avis " + key
	}
	for i := range images {
		m.Images = append(m.Images, picture(i))
	}
	return m
}

// picture is the i-th picture of a message: 640×480, which no network refuses.
func picture(i int) channels.Image {
	name := fmt.Sprintf("picture-%d", i)
	sum := sha256.Sum256([]byte(name))
	return channels.Image{
		MediaID: name, SHA256: hex.EncodeToString(sum[:]), ContentType: media.JPEG, Bytes: 60_000,
		Width: 640, Height: 480, Alt: fmt.Sprintf("Photo %d : des étals place du Marché", i+1),
		Focal: media.Focal{X: 0.5, Y: 0.5},
	}
}

// words is text of exactly n code points, of one weight in every counting rule.
// It starts with a letter and ends with one.
func words(n int) string {
	const word = "mot "
	text := []byte(strings.Repeat(word, n/len(word)+1)[:n])
	if n > 0 && text[n-1] == ' ' {
		text[n-1] = 's'
	}
	return string(text)
}

// HostileTexts is what people paste and what breaks naive channels. It is the
// seed corpus of the fuzz tests.
func HostileTexts() []string {
	return []string{
		"Brocante de printemps, dimanche dès 8 h, place du Marché.",
		"Travaux rue Haute : déviation par la rue Basse\u202f; durée « deux semaines »…",
		"Famille 👨‍👩‍👧‍👦, drapeau 🇧🇪, peau 👍🏽, cœur ❤️ " + strings.Repeat("👩🏽‍🚒", 60),
		strings.Repeat("e\u0301\u0323", 200),
		"\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u202eretourné\u202c fin",
		"Voir https://commune.example/" + strings.Repeat("a", 400) + "?q=é&b=%20#x puis commune.example et www.commune.example/x.",
		strings.Repeat("https://commune.example/a ", 30),
		"@mairie @police.zone #brocante #Été2026 $TWTR ＠plein ＃largeur",
		`<script>alert(1)</script><img src=x onerror=alert(1)>"'&amp;&lt;<!-- --><a href="javascript:alert(1)">x</a>`,
		"]]>{{.}}<%= 1 %>${x}`;DROP TABLE post;--\\u0000",
		"ligne\r\nligne\n\n\n\nligne\t\ttabulation   espaces\u00a0insécables",
		strings.Repeat("mot ", 20_000),
		strings.Repeat("x", 5_000),
		"Nul\x00octet, \ufeffBOM, \u200bespace nulle, \ufffdremplacement",
		"octets \xff\xfe invalides",
		strings.Repeat("Phrase assez longue pour être coupée proprement. ", 40),
		"日本語の文章と、長い説明。" + strings.Repeat("漢字", 200),
		".",
		"\n",
	}
}
