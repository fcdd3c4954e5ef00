package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// Posts are the use cases on posts and deliveries.
type Posts interface {
	Create(ctx context.Context, actor post.Actor, draft publishing.Draft) (post.Post, error)
	Preview(ctx context.Context, actor post.Actor, draft publishing.Draft, kinds []string) ([]publishing.Preview, error)
	Post(ctx context.Context, actor post.Actor, id string) (post.Post, error)
	Posts(ctx context.Context, actor post.Actor, filter post.Filter) (post.Page, error)
	Update(ctx context.Context, actor post.Actor, id string, ifVersion int, patch publishing.Patch) (post.Post, error)
	Cancel(ctx context.Context, actor post.Actor, id string) (post.Post, error)
	Approve(ctx context.Context, actor post.Actor, id string) (post.Post, error)
	Retry(ctx context.Context, actor post.Actor, deliveryID string) (post.Delivery, error)
	Resolve(ctx context.Context, actor post.Actor, deliveryID string, sent bool, remoteURL string) (post.Delivery, error)
	Delivery(ctx context.Context, actor post.Actor, id string) (post.Delivery, []post.Attempt, error)
	Remove(ctx context.Context, actor post.Actor, deliveryID string) (post.Delivery, error)
	Correct(ctx context.Context, actor post.Actor, deliveryID string, correction publishing.Correction) (post.Delivery, error)
	Duplicate(ctx context.Context, actor post.Actor, id, copyID string) (post.Post, error)
	Names(ctx context.Context, actor post.Actor) (map[string]string, error)
}

// CreatePost implements StrictServerInterface.
func (s *Server) CreatePost(ctx context.Context, in CreatePostRequestObject) (CreatePostResponseObject, error) {
	ctx, actor := caller(ctx)
	var (
		wanted  NewPost
		request []byte
		err     error
	)
	if in.MultipartBody != nil {
		wanted, request, err = s.readUpload(ctx, actor, in.MultipartBody)
	} else {
		wanted, request = *in.JSONBody, rawBody(ctx)
	}
	if err != nil {
		return nil, err
	}
	return s.once(ctx, actor, in.Params.IdempotencyKey, "posts", request, func(ctx context.Context, id string) (any, error) {
		draft := draftOf(wanted)
		draft.ID = id
		p, err := s.deps.Posts.Create(ctx, actor, draft)
		if err != nil {
			return nil, err
		}
		return s.postView(ctx, actor, p)
	})
}

// ListPosts implements StrictServerInterface.
func (s *Server) ListPosts(ctx context.Context, in ListPostsRequestObject) (ListPostsResponseObject, error) {
	ctx, actor := caller(ctx)
	page, err := s.deps.Posts.Posts(ctx, actor, post.Filter{
		From: value(in.Params.From), To: value(in.Params.To), Status: post.Status(value(in.Params.Status)),
		ChannelID: value(in.Params.Channel), Query: value(in.Params.Q),
		Cursor: value(in.Params.Cursor), Limit: value(in.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	names, err := s.postNames(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := PostPage{Posts: make([]Post, 0, len(page.Posts)), NextCursor: text(page.NextCursor)}
	for i := range page.Posts {
		list.Posts = append(list.Posts, postView(&page.Posts[i], names))
	}
	shown := make([]*Post, len(list.Posts))
	for i := range list.Posts {
		shown[i] = &list.Posts[i]
	}
	if err := s.addSeries(ctx, actor, shown...); err != nil {
		return nil, err
	}
	return ListPosts200JSONResponse(list), nil
}

// GetPost implements StrictServerInterface.
func (s *Server) GetPost(ctx context.Context, in GetPostRequestObject) (GetPostResponseObject, error) {
	ctx, actor := caller(ctx)
	p, err := s.deps.Posts.Post(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	answer, err := s.postAnswer(ctx, actor, p)
	return GetPost200JSONResponse{answer}, err
}

// UpdatePost implements StrictServerInterface.
func (s *Server) UpdatePost(ctx context.Context, in UpdatePostRequestObject) (UpdatePostResponseObject, error) {
	ctx, actor := caller(ctx)
	version, err := versionOf(in.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.deps.Posts.Update(ctx, actor, in.ID, version, patchOf(*in.Body))
	if err != nil {
		return nil, err
	}
	answer, err := s.postAnswer(ctx, actor, p)
	return UpdatePost200JSONResponse{answer}, err
}

// CancelPost implements StrictServerInterface.
func (s *Server) CancelPost(ctx context.Context, in CancelPostRequestObject) (CancelPostResponseObject, error) {
	ctx, actor := caller(ctx)
	p, err := s.deps.Posts.Cancel(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	answer, err := s.postAnswer(ctx, actor, p)
	return CancelPost200JSONResponse{answer}, err
}

// ApprovePost implements StrictServerInterface.
func (s *Server) ApprovePost(ctx context.Context, in ApprovePostRequestObject) (ApprovePostResponseObject, error) {
	ctx, actor := caller(ctx)
	p, err := s.deps.Posts.Approve(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	answer, err := s.postAnswer(ctx, actor, p)
	return ApprovePost200JSONResponse{answer}, err
}

// PreviewPost implements StrictServerInterface.
func (s *Server) PreviewPost(ctx context.Context, in PreviewPostRequestObject) (PreviewPostResponseObject, error) {
	ctx, actor := caller(ctx)
	kinds, ids := value(in.Body.Kinds), value(in.Body.Channels)
	if len(kinds) == 0 && len(ids) == 0 {
		return nil, invalid("channels", "channels_empty", "Choisissez au moins un canal, ou un type de canal.")
	}
	wanted := NewPost{
		Title: in.Body.Title, Text: in.Body.Text, Link: in.Body.Link, Category: in.Body.Category, Images: in.Body.Images,
		Channels: ids, Overrides: in.Body.Overrides, Publish: previewPublish(in.Body.Publish),
	}
	previews, err := s.deps.Posts.Preview(ctx, actor, draftOf(wanted), kinds)
	if err != nil {
		return nil, err
	}
	list := PreviewList{Previews: make([]Preview, 0, len(previews))}
	for _, p := range previews {
		list.Previews = append(list.Previews, previewView(p.ChannelID, p.Kind, p.Rendered, p.Issues))
	}
	return PreviewPost200JSONResponse(list), nil
}

// previewPublish is when a post that is only looked at would leave: nothing is
// refused for its hour, but a picture may have expired by then.
func previewPublish(in *NewPublish) NewPublish {
	if in == nil || in.Mode == ModeNow {
		return NewPublish{Mode: ModeDraft}
	}
	return NewPublish{Mode: ModeDraft, At: in.At, Zone: in.Zone}
}

func draftOf(in NewPost) publishing.Draft {
	return publishing.Draft{
		Content: post.Content{
			Title: value(in.Title), Text: value(in.Text), Link: value(in.Link), Category: value(in.Category),
			Images: imagesOf(value(in.Images)),
		},
		Channels: in.Channels, Overrides: overridesOf(value(in.Overrides)), Schedule: scheduleOf(in.Publish),
		MaxLateness: latenessOf(in.Publish),
	}
}

func patchOf(in PostPatch) publishing.Patch {
	patch := publishing.Patch{Title: in.Title, Text: in.Text, Link: in.Link, Category: in.Category, Channels: in.Channels}
	if in.Images != nil {
		images := imagesOf(*in.Images)
		patch.Images = &images
	}
	if in.Overrides != nil {
		overrides := overridesOf(*in.Overrides)
		patch.Overrides = &overrides
	}
	if in.Publish != nil {
		schedule := scheduleOf(*in.Publish)
		patch.Schedule, patch.MaxLateness = &schedule, latenessOf(*in.Publish)
	}
	return patch
}

func imagesOf(in []NewImage) []post.Image {
	images := make([]post.Image, 0, len(in))
	for _, image := range in {
		images = append(images, post.Image{
			MediaID: value(image.MediaID), Alt: value(image.Alt), Decorative: value(image.Decorative), Focal: image.Focal,
		})
	}
	return images
}

func overridesOf(in OverrideMap) map[string]publishing.Override {
	overrides := make(map[string]publishing.Override, len(in))
	for id, o := range in {
		overrides[id] = publishing.Override{Title: o.Title, Text: o.Text}
	}
	return overrides
}

func scheduleOf(in NewPublish) post.Schedule {
	return post.Schedule{Mode: post.Mode(in.Mode), Wall: value(in.At), Zone: value(in.Zone)}
}

// latenessOf is 0 where nothing was chosen.
func latenessOf(in NewPublish) time.Duration {
	return time.Duration(value(in.MaxLatenessMinutes)) * time.Minute
}

// versionOf reads If-Match: 3, "3" or W/"3".
func versionOf(ifMatch string) (int, error) {
	version, err := strconv.Atoi(strings.Trim(strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/"), `"`))
	if err != nil || version < 1 {
		return 0, parameterProblem("If-Match", "parameter_invalid", "Donnez le numéro de la version que vous avez lue.")
	}
	return version, nil
}

func etagOf(version int) string { return `"` + strconv.Itoa(version) + `"` }

func (s *Server) postAnswer(ctx context.Context, actor post.Actor, p post.Post) (PostJSONResponse, error) {
	view, err := s.postView(ctx, actor, p)
	etag := etagOf(p.Version)
	return PostJSONResponse{Body: view, Headers: PostResponseHeaders{ETag: &etag}}, err
}

func (s *Server) postView(ctx context.Context, actor post.Actor, p post.Post) (Post, error) {
	names, err := s.postNames(ctx, actor)
	if err != nil {
		return Post{}, err
	}
	view := postView(&p, names)
	return view, s.addSeries(ctx, actor, &view)
}

// postNames are those of the channels, and of who writes. An alert does without
// the latter: it is shown while the ledger is away.
type postNames struct {
	channels channelNames
	people   map[string]string
}

func (s *Server) postNames(ctx context.Context, actor post.Actor) (names postNames, err error) {
	if names.channels, err = s.channelNames(ctx, actor); err != nil {
		return postNames{}, err
	}
	names.people, err = s.deps.Posts.Names(ctx, actor)
	return names, err
}

func minutes(d time.Duration) *int {
	n := int(d / time.Minute)
	return &n
}

func postView(p *post.Post, names postNames) Post {
	view := Post{
		ID: p.ID, Version: p.Version, Status: PostStatus(post.StatusOf(p.Deliveries)), AuthorID: p.AuthorID,
		Title: p.Content.Title, Text: p.Content.Text, Link: p.Content.Link, Category: p.Content.Category,
		Images: make([]Image, 0, len(p.Content.Images)), Channels: []string{}, Overrides: OverrideMap{},
		Publish: Publish{
			Mode: Mode(p.Schedule.Mode), At: text(p.Schedule.Wall), Zone: text(p.Schedule.Zone), DueAt: instant(p.Schedule.DueAt),
			MaxLatenessMinutes: minutes(p.MaxLateness),
		},
		Deliveries: make([]Delivery, 0, len(p.Deliveries)), CreatedAt: moment(p.CreatedAt), UpdatedAt: moment(p.UpdatedAt),
		UpdatedBy: names.person(p.UpdatedBy), BroadcastID: text(p.BroadcastID),
	}
	for _, image := range p.Content.Images {
		view.Images = append(view.Images, Image{
			MediaID: image.MediaID, URL: mediaURL(image.MediaID), Alt: image.Alt, Decorative: image.Decorative, Focal: image.Focal,
		})
	}
	for _, v := range p.Variants {
		view.Overrides[v.ChannelID] = Override{Title: v.Title, Text: v.Text}
	}
	for i := range p.Deliveries {
		view.Deliveries = append(view.Deliveries, deliveryView(&p.Deliveries[i], names.channels))
		view.Channels = append(view.Channels, p.Deliveries[i].ChannelID)
	}
	return view
}

func previewView(channelID, kind string, rendered channels.Rendered, issues []channels.Issue) Preview {
	view := Preview{
		ChannelID: text(channelID), Kind: kind, Title: text(rendered.Title), Text: rendered.Text, HTML: text(rendered.HTML),
		Link: text(rendered.Link), Shortened: rendered.Shortened, Length: rendered.Length, Limit: rendered.Limit,
		Images: make([]PreviewImage, 0, len(rendered.Images)), Issues: make([]Issue, 0, len(issues)),
	}
	if rendered.Cost != nil {
		view.Cost = &Amount{Amount: rendered.Cost.Amount, Currency: rendered.Cost.Currency}
	}
	for _, image := range rendered.Images {
		view.Images = append(view.Images, PreviewImage{
			MediaID: image.MediaID, URL: mediaURL(image.MediaID), Alt: image.Alt,
			Width: image.Plan.Width, Height: image.Plan.Height, Crop: image.Plan.Crop,
		})
	}
	for _, i := range issues {
		view.Issues = append(view.Issues, Issue{Severity: IssueSeverity(i.Severity), Code: i.Code, Field: i.Field, Message: i.Message})
	}
	return view
}
