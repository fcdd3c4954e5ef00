package app

import (
	"strings"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/connecting"
)

// practiceFeeds reads what the simulated networks hold, those of practice and
// those of exercises.
type practiceFeeds struct{ practice, exercises *simulator.Server }

var _ connecting.PracticeFeeds = practiceFeeds{}

func (f practiceFeeds) networks(exercise bool) *simulator.Server {
	if exercise {
		return f.exercises
	}
	return f.practice
}

// Posts implements connecting.PracticeFeeds.
func (f practiceFeeds) Posts(kind, accountID string, exercise bool) []connecting.PracticePost {
	networks := f.networks(exercise)
	records := networks.Posts(kind, networks.AccountID(kind, accountID))
	posts := make([]connecting.PracticePost, len(records))
	for i, r := range records {
		posts[i] = connecting.PracticePost{
			RemoteID: r.RemoteID, Title: r.Title, Text: shownText(r), At: r.At, URL: r.URL, ReplyTo: r.Extra[simulator.ExtraReplyTo],
		}
		for _, image := range r.Images {
			posts[i].Images = append(posts[i].Images, connecting.PracticePicture{
				SHA256: image.SHA256, Alt: image.Alt, Width: image.Width, Height: image.Height,
			})
		}
	}
	return posts
}

// shownText ends with the link where the network shows it beside the text.
func shownText(r simulator.Record) string {
	if r.Link == "" || strings.Contains(r.Text, r.Link) {
		return r.Text
	}
	return strings.TrimSpace(r.Text + "\n\n" + r.Link)
}

// Remove implements connecting.PracticeFeeds.
func (f practiceFeeds) Remove(kind, accountID string, exercise bool, remoteIDs []string) error {
	networks := f.networks(exercise)
	return networks.Remove(kind, networks.AccountID(kind, accountID), remoteIDs)
}

// Picture implements connecting.PracticeFeeds.
func (f practiceFeeds) Picture(sha256 string, exercise bool) ([]byte, error) {
	return f.networks(exercise).Picture(sha256)
}
