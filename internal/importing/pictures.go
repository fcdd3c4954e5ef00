package importing

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"

	"github.com/crieur/crieur/internal/post"
)

const pictureAccepts = "image/jpeg, image/png, image/webp, image/gif, image/heic;q=0.8"

// patience is in how many tries a picture of a site that does not answer is
// asked for again.
const patience = 3

// errLater: a picture may be had the next time.
var errLater = errors.New("importing: a picture is not to be had right now")

// fetchPictures brings an item's pictures into the library, by the same rules
// as an upload: what is no picture is refused there. A picture that cannot be
// had is marked, and the item goes on without it; one that may be had later
// gives errLater while tries are left. Any other error is a fault of our own.
func (s *Service) fetchPictures(ctx context.Context, actor post.Actor, item *post.SourceItem, triesLeft bool) error {
	var later error
	for i := range item.Content.Pictures {
		p := &item.Content.Pictures[i]
		if p.MediaID != "" || p.Lost {
			continue
		}
		err := s.fetchPicture(ctx, actor, p)
		var problem *post.Problem
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, post.ErrFull):
			return err
		case errors.As(err, &problem) && problem.Kind == post.Unavailable:
			return err
		case triesLeft && passing(err):
			later = errors.Join(errLater, err)
		default:
			p.Lost = true
			s.Log.InfoContext(ctx, "a picture of an item was not taken over", "item", item.ID, "url", p.URL, "error", err)
		}
	}
	return later
}

// passing reports whether a request may end otherwise the next time.
func passing(err error) bool {
	var problem *post.Problem
	var status *statusError
	switch {
	case errors.As(err, &problem), refusedAddress(err), errors.Is(err, errAddress), errors.Is(err, errRedirects), errors.Is(err, errTooLarge):
		return false
	case errors.As(err, &status):
		return status.status == http.StatusTooManyRequests || status.status >= http.StatusInternalServerError
	default:
		return true
	}
}

func (s *Service) fetchPicture(ctx context.Context, actor post.Actor, p *post.ItemPicture) error {
	got, err := s.fetch.get(ctx, question{url: p.URL, accept: pictureAccepts})
	if err != nil {
		return err
	}
	name := ""
	if u, err := url.Parse(p.URL); err == nil {
		name = path.Base(u.Path)
	}
	m, err := s.Pictures.Upload(ctx, actor, bytes.NewReader(got.body), name)
	if err != nil {
		return err
	}
	p.MediaID = m.ID
	return nil
}

// pictureNotes say what a person must do about the pictures of an item before
// it may leave.
func pictureNotes(c *post.ItemContent) []string {
	var lost, undescribed int
	for _, p := range c.Pictures {
		switch {
		case p.Lost:
			lost++
		case p.Alt == "":
			undescribed++
		}
	}
	var notes []string
	switch {
	case undescribed == 1:
		notes = append(notes, "Une image n’a pas de description : ajoutez-la avant de publier.")
	case undescribed > 1:
		notes = append(notes, "Des images n’ont pas de description : ajoutez-les avant de publier.")
	}
	if lost > 0 {
		notes = append(notes, "Une image du site n’a pas pu être reprise : ajoutez-la à la main, ou publiez sans elle.")
	}
	return notes
}
