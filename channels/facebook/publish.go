package facebook

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	fb "github.com/huandu/facebook/v2"
	"golang.org/x/sync/errgroup"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
)

// Operations, as errors name them.
const (
	opFeed   = "facebook.feed"
	opPhoto  = "facebook.photo"
	opUpload = "facebook.upload"
	opRead   = "facebook.read"
	opPage   = "facebook.page"
	opToken  = "facebook.token"
	opList   = "facebook.published_posts"
	opDelete = "facebook.delete"
	opUpdate = "facebook.update"
)

const (
	// uploadLife is how long an unpublished photo is built on. Meta drops those
	// that nothing uses after about a day.
	uploadLife = 20 * time.Hour
	// parallelUploads bounds the uploads of one album that run at once: an
	// album of ten is there in seconds, and three pictures are in memory.
	parallelUploads = 3
	// permalinkPatience bounds the one reading after a publication.
	permalinkPatience = 5 * time.Second
)

// Publish implements channels.Channel. Text and links are one call; a single
// photo is one call too. An album is uploaded unpublished first, which shows
// nothing to anybody, and its post is the creating call.
func (c *channel) Publish(ctx context.Context, r channels.Rendered, attempt channels.Attempt) (channels.Receipt, error) {
	if id, ok := attempt.Step(channels.StepPublish, 0); ok {
		return c.receipt(ctx, id, ""), nil // an earlier attempt got its answer
	}
	page, err := c.pageID(opFeed)
	if err != nil {
		return channels.Receipt{}, err
	}
	var earlier []int
	create := request{op: opFeed, effect: creating, method: fb.POST, path: page + "/feed", params: fb.Params{}}
	switch len(r.Images) {
	case 0:
		create.params["fields"] = "id,permalink_url"
		if r.Text != "" {
			create.params["message"] = r.Text
		}
		if r.Link != "" {
			create.params["link"] = r.Link
		}
	case 1:
		create.op, create.path = opPhoto, page+"/photos"
		if create.params, err = c.photo(ctx, r, 0, attempt, create.op); err != nil {
			return channels.Receipt{}, err
		}
		create.params["published"] = true
		if r.Text != "" {
			create.params["message"] = r.Text
		}
	default:
		for i := range r.Images {
			if _, saved := attempt.Step(channels.StepUpload, i); saved {
				earlier = append(earlier, i)
			}
		}
		photos, err := c.album(ctx, page, r, attempt)
		if err != nil {
			return channels.Receipt{}, err
		}
		create.params["fields"] = "id,permalink_url"
		create.params["attached_media"] = photos
		if r.Text != "" {
			create.params["message"] = r.Text
		}
	}
	receipt, err := c.create(ctx, create, attempt)
	return receipt, forget(ctx, err, earlier, attempt)
}

// forget looks at the refusal of an album with photos of an earlier attempt.
// Facebook may have dropped them before their time, so they are uploaded again,
// once: photos of the same attempt are not in doubt.
func forget(ctx context.Context, err error, earlier []int, attempt channels.Attempt) error {
	if len(earlier) == 0 || !isGone(err) {
		return err
	}
	for _, i := range earlier {
		if saveErr := attempt.SaveStep(ctx, channels.StepUpload, i, "", time.Time{}); saveErr != nil {
			return ours(ctx, opFeed, "facebook.step", saveErr)
		}
	}
	return &channels.Error{Kind: channels.Temporary, Op: opFeed, Code: "facebook.photos_forgotten", Err: err}
}

// create makes the one call that publishes.
func (c *channel) create(ctx context.Context, r request, attempt channels.Attempt) (channels.Receipt, error) {
	if c.graph.token.IsZero() {
		return channels.Receipt{}, noToken(r.op)
	}
	if err := attempt.Creating(ctx); err != nil {
		return channels.Receipt{}, ours(ctx, r.op, "facebook.creating", err)
	}
	failpoint.Hit(failpoint.FacebookBeforeCreate)
	result, err := c.graph.do(ctx, r)
	if err != nil {
		return channels.Receipt{}, err
	}
	id := text(result, "post_id") // of a photo; its own id is the picture's
	if id == "" {
		id = text(result, "id")
	}
	if id == "" {
		return channels.Receipt{}, &channels.Error{
			Kind: channels.UnknownOutcome, Op: r.op, Code: "facebook.unreadable", Err: errUnreadable,
		}
	}
	failpoint.Hit(failpoint.FacebookPublished)
	// It is public. Nothing that fails from here on may make it look otherwise.
	if err := attempt.SaveStep(context.WithoutCancel(ctx), channels.StepPublish, 0, id, time.Time{}); err != nil {
		c.log.WarnContext(ctx, "facebook: the id of a published post was not noted", "post", id, "error", err)
	}
	failpoint.Hit(failpoint.FacebookStepSaved)
	return c.receipt(ctx, id, text(result, "permalink_url")), nil
}

// receipt makes the receipt of a post that was just published, with its address
// where that is known or can be read.
func (c *channel) receipt(ctx context.Context, id, url string) channels.Receipt {
	receipt := channels.Receipt{RemoteID: id, URL: url, At: c.now()}
	if receipt.URL == "" && isObjectID(id) {
		ctx, cancel := context.WithTimeout(ctx, permalinkPatience)
		defer cancel()
		node, err := c.graph.do(ctx, request{
			op: opRead, method: fb.GET, path: id, params: fb.Params{"fields": "permalink_url"},
		})
		if err != nil {
			c.log.InfoContext(ctx, "facebook: the address of a published post was not read", "post", id, "error", err)
		}
		receipt.URL = text(node, "permalink_url")
	}
	if receipt.URL == "" {
		receipt.URL = postAddress(id)
	}
	return receipt
}

// postAddress leads to a post by its id, by way of a redirect of Facebook's.
func postAddress(id string) string { return "https://www.facebook.com/" + id }

// attached is one picture of an album.
type attached struct {
	ID string `json:"media_fbid"`
}

// album uploads the pictures that no earlier attempt has uploaded. The ledger's
// side is asked by one goroutine at a time.
func (c *channel) album(ctx context.Context, page string, r channels.Rendered, attempt channels.Attempt) ([]attached, error) {
	photos := make([]attached, len(r.Images))
	var ledger sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelUploads)
	for i := range r.Images {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err // another picture failed; its error is the one that counts
			}
			ledger.Lock()
			id, saved := attempt.Step(channels.StepUpload, i)
			ledger.Unlock()
			if saved {
				photos[i].ID = id
				return nil
			}
			id, err := c.upload(ctx, page, r, i, attempt, &ledger)
			photos[i].ID = id
			return err
		})
	}
	if err := group.Wait(); err != nil {
		if _, ok := channels.AsError(err); !ok {
			err = c.graph.unanswered(request{op: opUpload}, &exchange{}, false, err)
		}
		return nil, err
	}
	return photos, nil
}

// upload makes one unpublished photo.
func (c *channel) upload(
	ctx context.Context, page string, r channels.Rendered, i int, attempt channels.Attempt, ledger *sync.Mutex,
) (string, error) {
	ledger.Lock()
	params, err := c.photo(ctx, r, i, attempt, opUpload)
	ledger.Unlock()
	if err != nil {
		return "", err
	}
	params["published"] = false
	result, err := c.graph.do(ctx, request{op: opUpload, method: fb.POST, path: page + "/photos", params: params})
	if err != nil {
		return "", err
	}
	id := text(result, "id")
	if id == "" {
		return "", &channels.Error{Kind: channels.Temporary, Op: opUpload, Code: "facebook.unreadable", Err: errUnreadable}
	}
	ledger.Lock()
	defer ledger.Unlock()
	failpoint.Hit(failpoint.FacebookUploaded)
	if err := attempt.SaveStep(ctx, channels.StepUpload, i, id, c.now().Add(uploadLife)); err != nil {
		return "", ours(ctx, opUpload, "facebook.step", err)
	}
	failpoint.Hit(failpoint.FacebookUploadSaved)
	return id, nil
}

// photo are the parameters of a picture. The library skips a nil value in one
// encoding and panics in the other, so there is none.
func (c *channel) photo(ctx context.Context, r channels.Rendered, i int, attempt channels.Attempt, op string) (fb.Params, error) {
	picture, err := attempt.Image(ctx, i)
	if err != nil {
		return nil, ours(ctx, op, "facebook.image", fmt.Errorf("picture %d: %w", i, err))
	}
	params := fb.Params{
		"source": fb.DataWithContentType(fmt.Sprintf("photo-%d", i+1), bytes.NewReader(picture.Data), picture.ContentType),
	}
	if alt := r.Images[i].Alt; alt != "" {
		params["alt_text_custom"] = alt
	}
	return params, nil
}

// text is a field of a result; "" where it is not there.
func text(result fb.Result, field string) string {
	value, ok := result[field].(string)
	if !ok {
		return ""
	}
	return value
}
