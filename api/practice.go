package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/crieur/crieur/internal/connecting"
	"github.com/crieur/crieur/internal/post"
)

// Practice is what the simulated networks show.
type Practice interface {
	PracticeFeeds(ctx context.Context, actor post.Actor) ([]connecting.PracticeFeed, error)
	ClearPractice(ctx context.Context, actor post.Actor) error
	PracticePicture(ctx context.Context, actor post.Actor, sha256 string) ([]byte, error)
}

// GetPractice implements StrictServerInterface.
func (s *Server) GetPractice(ctx context.Context, _ GetPracticeRequestObject) (GetPracticeResponseObject, error) {
	ctx, actor := caller(ctx)
	feeds, err := s.deps.Channels.PracticeFeeds(ctx, actor)
	if err != nil {
		return nil, err
	}
	view := PracticeFeeds{Feeds: make([]PracticeFeed, 0, len(feeds))}
	for _, f := range feeds {
		feed := PracticeFeed{
			ChannelID: f.Channel.ID, Kind: f.Channel.Kind, Account: Account(f.Account), Posts: make([]PracticePost, 0, len(f.Posts)),
		}
		for i := range f.Posts {
			feed.Posts = append(feed.Posts, practicePostView(&f.Posts[i]))
		}
		view.Feeds = append(view.Feeds, feed)
	}
	return GetPractice200JSONResponse(view), nil
}

func practicePostView(p *connecting.PracticePost) PracticePost {
	view := PracticePost{
		RemoteID: p.RemoteID, PostID: text(p.PostID), Title: p.Title, Text: p.Text, At: moment(p.At),
		URL: text(p.URL), ReplyTo: text(p.ReplyTo), Images: make([]PracticePicture, 0, len(p.Images)), Exercise: p.Exercise,
	}
	for _, image := range p.Images {
		view.Images = append(view.Images, PracticePicture{
			URL: basePath + "/practice/pictures/" + image.SHA256, Alt: image.Alt, Width: image.Width, Height: image.Height,
		})
	}
	return view
}

// ClearPractice implements StrictServerInterface.
func (s *Server) ClearPractice(ctx context.Context, _ ClearPracticeRequestObject) (ClearPracticeResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Channels.ClearPractice(ctx, actor); err != nil {
		return nil, err
	}
	return ClearPractice204Response{}, nil
}

// practicePicture serves bytes as a picture and as nothing else.
type practicePicture []byte

func (p practicePicture) VisitGetPracticePictureResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", http.DetectContentType(p))
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.WriteHeader(http.StatusOK)
	_, err := bytes.NewReader(p).WriteTo(w)
	return err
}

// GetPracticePicture implements StrictServerInterface.
func (s *Server) GetPracticePicture(ctx context.Context, in GetPracticePictureRequestObject) (GetPracticePictureResponseObject, error) {
	ctx, actor := caller(ctx)
	data, err := s.deps.Channels.PracticePicture(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return practicePicture(data), nil
}
