package publishing

import (
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
)

// Codes of what bars a picture from being published.
const (
	pictureExpired = "picture_expired"
	pictureRefused = "picture_refused"
)

// barredPictures lists the pictures that may not be published: the people in
// them refused, or their last day is before the day of the publication. due is
// the post's hour, zero for none; an hour that has passed counts as now, because
// that is when it would still leave.
func barredPictures(wanted []post.Image, found []post.Media, due, now time.Time, zone string) ([]channels.Issue, error) {
	if due.Before(now) {
		due = now
	}
	day, err := post.DayIn(due, zone)
	if err != nil {
		return nil, err
	}
	var issues []channels.Issue
	for i, image := range wanted {
		at := slices.IndexFunc(found, func(m post.Media) bool { return m.ID == image.MediaID })
		if code, message := barred(&found[at], day, pictureName(i, len(wanted), found[at].Name)); code != "" {
			issues = append(issues, channels.Issue{Severity: channels.SeverityError, Code: code, Field: "images", Message: message})
		}
	}
	return issues, nil
}

// barred says why a picture may not be published on a day; "" is that it may.
func barred(m *post.Media, day, name string) (code, message string) {
	switch {
	case m.Consent == post.ConsentRefused:
		return pictureRefused, name + " ne peut pas être publiée : les personnes qu’elle montre ont refusé. Retirez-la, ou choisissez-en une autre."
	case m.ExpiredOn(day):
		return pictureExpired, name + " ne pouvait être publiée que jusqu’au " + frenchDay(m.ExpiresOn) +
			". Retirez-la, choisissez-en une autre, ou avancez la publication."
	}
	return "", ""
}

// pictureName is how a person recognises one of a post's pictures.
func pictureName(index, of int, name string) string {
	switch {
	case of == 1:
		return "Cette image"
	case name == "":
		return fmt.Sprintf("L’image %d", index+1)
	default:
		return fmt.Sprintf("L’image %d (%s)", index+1, name)
	}
}

func removedPicture(index int) post.Field {
	return post.Field{
		Field: fmt.Sprintf("images[%d].media_id", index), Code: "media_removed",
		Message: "Cette image a été retirée de la médiathèque. Choisissez-en une autre, ou envoyez-la de nouveau.",
	}
}

// frenchDay writes a day, 2026-12-31, as people do: 31/12/2026.
func frenchDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}
