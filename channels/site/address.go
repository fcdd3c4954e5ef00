package site

import (
	"net/url"
	"strings"

	"github.com/crieur/crieur/media"
)

// Paths of the pages, below the public address. Slugs are made of letters that
// need no escaping; escaping them all the same costs nothing.

func communePath(slug string) string { return "/c/" + url.PathEscape(slug) }

func articlePath(commune, slug string) string {
	return communePath(commune) + "/" + url.PathEscape(slug)
}

func feedPath(commune string, kind feedKind) string {
	return communePath(commune) + "/feed." + string(kind)
}

func imagePath(commune string, image Image) string {
	return communePath(commune) + "/media/" + image.SHA256 + imageExtension(image)
}

func imageExtension(image Image) string {
	if media.Format(image.ContentType) == media.PNG {
		return ".png"
	}
	return ".jpg"
}

func agendaPath(commune string) string { return communePath(commune) + "/agenda" }

func eventPath(commune, id string) string { return agendaPath(commune) + "/" + url.PathEscape(id) }

// EventURL is the page of an event in the public agenda of a commune.
func EventURL(publicURL, commune, id string) string {
	return strings.TrimRight(publicURL, "/") + eventPath(commune, id)
}
