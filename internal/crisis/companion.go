package crisis

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
)

const (
	// smsMax is how long the text for BE-Alert may be, in septets or UTF-16
	// units.
	smsMax = 160
	// voiceWords are read in a minute.
	voiceWords = 150
)

// Companion are the texts that a person copies into BE-Alert, which Crieur never
// triggers.
type Companion struct {
	SMS         string
	SMSEncoding SMSEncoding
	// SMSLength is in septets or UTF-16 units.
	SMSLength   int
	SMSSegments int
	Voice       string
	// VoiceSeconds is how long it takes to read aloud.
	VoiceSeconds int
}

// companion makes the texts of a message. Without accents that phones count
// double, 160 signs hold more, and one SMS is not split in three.
func companion(commune post.Commune, title, text string, nextUpdateAt time.Time, exercise bool) Companion {
	title, text = strings.Join(strings.Fields(adapt.Typography(title)), " "), strings.Join(strings.Fields(adapt.Typography(text)), " ")
	said := commune.Name + " : " + sentence(title) + " " + text
	before, after := "", ""
	if exercise {
		before, after = "EXERCICE - ", " - EXERCICE"
	}
	body := plainForSMS(said)
	count := func(s string) int { return measureSMS(s).length }
	short, _ := adapt.Shorten(body, "", smsMax-count(before)-count(after), func(s string) int { return count(plainForSMS(s)) })
	sms := before + plainForSMS(short) + after
	size := measureSMS(sms)

	voice := voiceText(commune, title, text, nextUpdateAt, exercise)
	return Companion{
		SMS: sms, SMSEncoding: size.encoding, SMSLength: size.length, SMSSegments: size.segments,
		Voice: voice, VoiceSeconds: voiceSeconds(voice),
	}
}

// voiceText is read aloud in a minute at most. It says who speaks, and ends with
// a whole sentence.
func voiceText(commune post.Commune, title, text string, nextUpdateAt time.Time, exercise bool) string {
	before, after := "Message de la commune de "+commune.Name+".", ""
	if !nextUpdateAt.IsZero() {
		at := nextUpdateAt.In(zoneOf(commune))
		after = "Prochaine information à " + at.Format("15") + " heures"
		if at.Minute() != 0 {
			after += " " + at.Format("4")
		}
		after = strings.Replace(after, " 0", " ", 1) + "."
	}
	if exercise {
		before, after = "Ceci est un exercice. "+before, strings.TrimSpace(after+" C’était un exercice.")
	}
	room := voiceWords - words(before) - words(after)
	body, _ := adapt.Shorten(sentence(title)+" "+text, "", room, words)
	return strings.TrimSpace(before + " " + sentence(body) + " " + after)
}

func voiceSeconds(voice string) int { return (words(voice)*60 + voiceWords - 1) / voiceWords }

func words(text string) int { return len(strings.Fields(text)) }

// sentence ends a text as one.
func sentence(text string) string {
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?:;") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// plainForSMS replaces the signs of French that GSM 03.38 does not know by ones
// that it knows and that read the same.
func plainForSMS(text string) string {
	text = strings.NewReplacer(
		"’", "'", "‘", "'", "“", `"`, "”", `"`, "« ", `"`, " »", `"`, "«\u00a0", `"`, "\u00a0»", `"`, "«\u202f", `"`, "\u202f»", `"`, "«", `"`, "»", `"`,
		"–", "-", "—", "-", "…", "...", "\u00a0", " ", "\u202f", " ", "œ", "oe", "Œ", "OE", "°", "o", "•", "-", "→", "->", "ç", "c",
	).Replace(norm.NFC.String(text))
	var plain strings.Builder
	for _, r := range text {
		if septets(r) > 0 {
			plain.WriteRune(r)
			continue
		}
		// The letter without its accent.
		if base := []rune(norm.NFD.String(string(r))); septets(base[0]) > 0 {
			plain.WriteRune(base[0])
			continue
		}
		plain.WriteRune(r)
	}
	return plain.String()
}
