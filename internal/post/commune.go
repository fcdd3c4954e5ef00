package post

import (
	"slices"
	"time"
)

// ValidZone reports whether a name is a time zone of the IANA data. "Local" is
// the machine's own and names no place.
func ValidZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// ValidLanguage reports whether a commune can publish in a language.
func ValidLanguage(tag string) bool { return slices.Contains([]string{"fr-BE", "nl-BE", "de-BE"}, tag) }

// CommuneChange is what an administrator changes of the commune; nil stays.
type CommuneChange struct {
	Name            *string
	Zone            *string
	Language        *string
	AskBeforeResend *bool
}
