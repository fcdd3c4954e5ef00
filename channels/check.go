package channels

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// CheckCommon finds what is wrong with a message on every network alike. What
// depends on how a network counts or adapts the text is the driver's. Codes:
//
//   - "text_empty": neither text, title nor picture;
//   - "images_too_many": more pictures than Limits.Images.Max;
//   - "alt_missing": a picture without an alternative text that is not marked
//     decorative; an error on every network, also on those that take no
//     alternative text, because the commune's duty to describe its pictures
//     does not end with the network (Directive (EU) 2016/2102, article 4);
//   - "alt_too_long": an alternative text over Limits.Images.AltMax code points.
//
// All are errors. The alternative text of a decorative picture does not leave
// and is not checked.
func CheckCommon(m Message, l Limits) []Issue {
	var issues []Issue
	report := func(code, field, message string) {
		issues = append(issues, Issue{Severity: SeverityError, Code: code, Field: field, Message: message})
	}
	if isBlank(m.Text) && isBlank(m.Title) && len(m.Images) == 0 {
		report("text_empty", "text", "Écrivez un texte ou ajoutez une image.")
	}
	if extra := len(m.Images) - l.Images.Max; extra > 0 {
		report("images_too_many", "images", tooManyImages(l.Images.Max, extra))
	}
	for i, image := range m.Images {
		if image.Decorative {
			continue
		}
		field := fmt.Sprintf("images[%d].alt", i)
		length := utf8.RuneCountInString(image.Alt)
		switch {
		case isBlank(image.Alt):
			report("alt_missing", field,
				"Décrivez l’image pour les personnes qui ne la voient pas, ou marquez-la comme décorative.")
		case l.Images.AltMax > 0 && length > l.Images.AltMax:
			report("alt_too_long", field, fmt.Sprintf(
				"Raccourcissez la description de l’image : %d caractères, %d au plus.", length, l.Images.AltMax))
		}
	}
	return issues
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

func tooManyImages(most, extra int) string {
	if most == 0 {
		return "Retirez les images : ce réseau n’en prend pas."
	}
	remove := "retirez-en une"
	if extra > 1 {
		remove = fmt.Sprintf("retirez-en %d", extra)
	}
	if most == 1 {
		return "Ce réseau prend une seule image : " + remove + "."
	}
	return fmt.Sprintf("Ce réseau prend %d images au plus : %s.", most, remove)
}
