package adapt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// breaks are the places where a text may be cut: after words, and of those the
// ones that end a sentence. The end of the text is the last of them.
func breaks(text string) []textBreak {
	var found []textBreak
	for at := 0; at < len(text); {
		end := at + span(text[at:], "", func(r rune) bool { return !isBreakingSpace(r) })
		next := end + span(text[end:], "", isBreakingSpace)
		if end > at {
			word, following := text[at:end], text[next:]
			lineEnd := next == len(text) || strings.Contains(text[end:next], "\n")
			switch {
			case !endsCharacter(word, text[end:next]):
			case lineEnd || endsSentence(word, following):
				found = append(found, textBreak{end: end, sentence: true})
			case mayBreak(word, following):
				found = append(found, textBreak{end: end})
			}
		}
		at = next
	}
	return found
}

// endsSentence reports whether a word, followed by a text, is the last of its
// sentence.
func endsSentence(word, following string) bool {
	bare := strings.TrimRightFunc(word, func(r rune) bool {
		return strings.ContainsRune("»”\"’')]", r) || unicode.IsSpace(r)
	})
	last := lastRune(bare)
	if !strings.ContainsRune(".!?…", last) || bare == "" {
		return false
	}
	next := firstRune(following)
	if unicode.IsLower(next) || strings.ContainsRune("»”)],;:!?%€", next) {
		return false
	}
	return last != '.' || bare != word || !isAbbreviation(bare, following)
}

// mayBreak reports whether a text may be cut after a word: not before what
// belongs to it.
func mayBreak(word, following string) bool {
	next := following[:span(following, "", func(r rune) bool { return !isBreakingSpace(r) })]
	switch {
	case strings.IndexFunc(next, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 &&
		strings.IndexFunc(next, isPunctuation) == 0:
		// "Attention !", "10 %", "( … )"
		return false
	case unicode.IsDigit(lastRune(word)):
		// "17 h", "5 décembre", "12 rue Haute"
		return false
	case unicode.IsDigit(firstRune(next)):
		// "le 5", "n° 12", "route 4"
		return false
	case isAbbreviation(word, following):
		return false
	}
	switch word {
	case "Mme", "Mmes", "Mlle", "Mr", "n°", "N°", "nº":
		return false
	}
	return true
}

func isPunctuation(r rune) bool {
	return unicode.IsPunct(r) || unicode.Is(unicode.Sc, r) || unicode.Is(unicode.Sm, r)
}

// isAbbreviation reports whether the full stop at the end of a word belongs to
// the word and not to the sentence.
func isAbbreviation(word, following string) bool {
	stem, found := strings.CutSuffix(word, ".")
	if !found {
		return false
	}
	stem = strings.TrimLeft(stem, "(«\"“[\u00A0\u202F")
	if i := strings.LastIndexAny(stem, "’'-\u00A0\u202F"); i >= 0 {
		// "l’av.", "J.-C."
		stem = strings.TrimLeft(stem[i:], "’'-\u00A0\u202F")
	}
	if utf8.RuneCountInString(stem) == 1 && unicode.IsLetter(firstRune(stem)) {
		// An initial, "r. Haute" or "p. 3"; but "de 8 h à 16 h." ends a sentence.
		return unicode.IsUpper(firstRune(stem)) || stem == "r" || unicode.IsDigit(firstRune(following))
	}
	if len(stem) <= 2 && span(stem, "", isDigit) == len(stem) {
		// "1." numbers an entry.
		return true
	}
	switch strings.ToLower(stem) {
	case "mm", "dr", "me", "mgr", "pr", "st", "ste", "sts", "av", "ave", "bd", "bld", "bvd", "boul", "ch", "chée",
		"pl", "imp", "rés", "tél", "gsm", "fax", "no", "nos", "art", "cf", "ex", "p.ex", "env", "resp", "rens",
		"réf", "pp", "vol", "éd", "apr", "max", "bât", "app", "j.-c", "c.-à-d", "c.à.d":
		return true
	case "janv", "févr", "fév", "avr", "juil", "sept", "oct", "nov", "déc",
		"lun", "mar", "mer", "jeu", "ven", "sam", "dim", "min", "sec":
		return unicode.IsDigit(firstRune(following))
	}
	return false
}

// endsCharacter reports whether a character, as readers see it, ends where the
// word ends: a few scripts have letters that join even with a space.
func endsCharacter(word, spaces string) bool {
	if lastRune(word) < utf8.RuneSelf || spaces == "" {
		return true
	}
	_, size := utf8.DecodeRuneInString(spaces)
	for at, rest, state := 0, word+spaces[:size], -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(cluster)
		if at >= len(word) {
			return at == len(word)
		}
	}
	return true
}
