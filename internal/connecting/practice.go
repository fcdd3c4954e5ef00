package connecting

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// maxFeed is how many posts a feed shows; the newest.
const maxFeed = 50

// PracticeFeeds are what the simulated networks of this process hold.
type PracticeFeeds interface {
	// Posts are an account's posts that stand, in the order in which they came.
	Posts(kind, accountID string, exercise bool) []PracticePost
	// Remove takes posts of an account away.
	Remove(kind, accountID string, exercise bool, remoteIDs []string) error
	// Picture returns a picture by its checksum; nil: it is not there.
	Picture(sha256 string, exercise bool) ([]byte, error)
}

// PracticePost is a post as a citizen would see it.
type PracticePost struct {
	RemoteID string
	// PostID is Crieur's own.
	PostID  string
	Title   string
	Text    string
	At      time.Time
	URL     string
	ReplyTo string
	Images  []PracticePicture
	// Exercise: of an exercise of the crisis page.
	Exercise bool
}

// PracticePicture is a picture of a post.
type PracticePicture struct {
	SHA256        string
	Alt           string
	Width, Height int
}

// PracticeFeed is what one channel shows on its simulated network.
type PracticeFeed struct {
	Channel post.Channel
	Account post.Account
	Posts   []PracticePost
}

// PracticeFeeds shows what the commune published on simulated networks: a feed
// for each practice channel, and one for each real channel with which it did an
// exercise. Communes of one installation share the accounts of practice, and
// none sees the others' posts.
func (s *Service) PracticeFeeds(ctx context.Context, actor post.Actor) ([]PracticeFeed, error) {
	feeds, err := s.practiceFeeds(ctx, actor)
	for i := range feeds {
		feeds[i].Posts = feeds[i].Posts[:min(len(feeds[i].Posts), maxFeed)]
	}
	return feeds, err
}

// practiceFeeds are whole feeds, newest first.
func (s *Service) practiceFeeds(ctx context.Context, actor post.Actor) ([]PracticeFeed, error) {
	if s.Networks.Feeds == nil {
		return nil, noPractice()
	}
	all, err := s.Store.Channels(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	rehearsing, err := s.Store.ExerciseChannels(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	own, err := s.traces(ctx, actor.CommuneID)
	if err != nil {
		return nil, err
	}
	var feeds []PracticeFeed
	for _, ch := range all {
		feed := PracticeFeed{Channel: ch, Account: ch.Account}
		if ch.Practice {
			feed.Posts = s.practicePosts(own, ch.Kind, ch.Account.ID, false)
		}
		at := slices.IndexFunc(rehearsing, func(e post.Channel) bool { return e.ExerciseOf == ch.ID })
		if at >= 0 {
			feed.Posts = append(feed.Posts, s.practicePosts(own, ch.Kind, rehearsing[at].Account.ID, true)...)
		}
		if !ch.Practice && len(feed.Posts) == 0 {
			continue
		}
		slices.SortStableFunc(feed.Posts, func(a, b PracticePost) int {
			return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.RemoteID, a.RemoteID))
		})
		feeds = append(feeds, feed)
	}
	return feeds, nil
}

// traces are a commune's own posts on simulated networks, with Crieur's ids.
func (s *Service) traces(ctx context.Context, communeID string) (map[store.PracticeTrace]string, error) {
	sent, err := s.Store.PracticeTraces(ctx, communeID)
	if err != nil {
		return nil, err
	}
	own := make(map[store.PracticeTrace]string, len(sent))
	for _, t := range sent {
		id := t.PostID
		t.PostID = ""
		own[t] = id
	}
	return own, nil
}

func (s *Service) practicePosts(own map[store.PracticeTrace]string, kind, accountID string, exercise bool) []PracticePost {
	var posts []PracticePost
	for _, p := range s.Networks.Feeds.Posts(kind, accountID, exercise) {
		id, ok := own[store.PracticeTrace{Kind: kind, AccountID: accountID, RemoteID: p.RemoteID, Exercise: exercise}]
		if !ok {
			continue
		}
		p.PostID, p.Exercise = id, exercise
		posts = append(posts, p)
	}
	return posts
}

// ClearPractice takes the commune's posts off the simulated networks. What
// Crieur knows of them stays.
func (s *Service) ClearPractice(ctx context.Context, actor post.Actor) error {
	if err := administrator(actor); err != nil {
		return err
	}
	if s.Networks.Feeds == nil {
		return noPractice()
	}
	own, err := s.traces(ctx, actor.CommuneID)
	if err != nil {
		return err
	}
	gone := map[store.PracticeTrace][]string{}
	for t := range own {
		id := t.RemoteID
		t.RemoteID = ""
		gone[t] = append(gone[t], id)
	}
	for of, ids := range gone {
		if err := s.Networks.Feeds.Remove(of.Kind, of.AccountID, of.Exercise, ids); err != nil {
			return err
		}
	}
	return nil
}

// PracticePicture returns a picture of the commune's own feeds.
func (s *Service) PracticePicture(ctx context.Context, actor post.Actor, sha256 string) ([]byte, error) {
	feeds, err := s.practiceFeeds(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, feed := range feeds {
		for _, p := range feed.Posts {
			if !slices.ContainsFunc(p.Images, func(i PracticePicture) bool { return i.SHA256 == sha256 }) {
				continue
			}
			data, err := s.Networks.Feeds.Picture(sha256, p.Exercise)
			if err != nil || data != nil {
				return data, err
			}
		}
	}
	return nil, fmt.Errorf("connecting: picture of practice: %w", post.ErrNotFound)
}

func noPractice() error {
	return &post.Problem{
		Kind: post.Conflict, Code: "practice_unavailable",
		Detail: "Le bac à sable ne tourne pas sur cette installation. La personne qui la gère peut l’activer (CRIEUR_PRACTICE) là où un seul processus sert Crieur.",
	}
}
