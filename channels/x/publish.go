package x

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/failpoint"
)

// Operations, as errors name them.
const (
	opPrepare = "x.prepare"
	opUpload  = "x.media"
	opAlt     = "x.metadata"
	opPost    = "x.tweets"
	opCheck   = "x.me"
	opFind    = "x.timeline"
	opDelete  = "x.delete"
	opRenew   = "x.token"
)

// mediaLife is how long X keeps an uploaded picture where it does not say
// (86,400 seconds in its examples, read 2026-11-21).
const mediaLife = 24 * time.Hour

// Publish implements channels.Channel: pictures first, each with its
// alternative text, which makes nothing visible; then one request for the post.
func (c *channel) Publish(ctx context.Context, r channels.Rendered, attempt channels.Attempt) (channels.Receipt, error) {
	var ids []string
	var earlier []int
	for i, image := range r.Images {
		_, saved := attempt.Step(channels.StepUpload, i)
		if saved {
			earlier = append(earlier, i)
		}
		id, err := c.upload(ctx, attempt, i)
		if err != nil {
			return channels.Receipt{}, err
		}
		if err := c.describe(ctx, id, image.Alt); err != nil {
			return channels.Receipt{}, forget(ctx, err, earlier, attempt)
		}
		ids = append(ids, id)
	}
	body := newPost{Text: r.Text}
	if len(ids) > 0 {
		body.Media = &newPostMedia{IDs: ids}
	}
	if r.ReplyTo != "" {
		body.Reply = &newPostReply{To: r.ReplyTo}
	}
	create, err := postJSON(opPost, creating, "/2/tweets", body)
	if err != nil {
		return channels.Receipt{}, err
	}
	if !c.api.authorized {
		_, err := c.api.send(ctx, create) // says what is missing, before the point of no return
		return channels.Receipt{}, err
	}
	if err := attempt.Creating(ctx); err != nil {
		return channels.Receipt{}, ours(ctx, opPrepare, err)
	}
	failpoint.Hit(failpoint.XBeforeCreate)
	receipt, err := c.create(ctx, create)
	if body.Reply != nil && refusesReply(err) {
		// What it would have answered may be gone, or X may not let us answer. It
		// refused, so nothing was made: it is said by itself.
		body.Reply = nil
		if create, err = postJSON(opPost, creating, "/2/tweets", body); err != nil {
			return channels.Receipt{}, err
		}
		receipt, err = c.create(ctx, create)
	}
	return receipt, forget(ctx, err, earlier, attempt)
}

// refusesReply: the refusal may be of the answer and not of what it says. X does
// not tell them apart.
func refusesReply(err error) bool {
	e, ok := channels.AsError(err)
	if !ok || e.Kind != channels.Rejected {
		return false
	}
	return e.Status == http.StatusBadRequest || e.Status == http.StatusForbidden || e.Status == http.StatusNotFound
}

// forget looks at a refusal of a request that names pictures of an earlier
// attempt. X says no more than that the request is invalid; it may have
// forgotten them before their time, so they are uploaded again, once: pictures
// of the same attempt are not in doubt.
func forget(ctx context.Context, err error, earlier []int, attempt channels.Attempt) error {
	e, ok := channels.AsError(err)
	if !ok || len(earlier) == 0 || e.Kind != channels.Rejected || e.Status != http.StatusBadRequest {
		return err
	}
	for _, i := range earlier {
		if saveErr := attempt.SaveStep(ctx, channels.StepUpload, i, "", time.Time{}); saveErr != nil {
			return ours(ctx, e.Op, saveErr)
		}
	}
	return &channels.Error{Kind: channels.Temporary, Op: e.Op, Code: "x.media_forgotten", Status: e.Status, Err: err}
}

type newPost struct {
	Text  string        `json:"text,omitempty"`
	Media *newPostMedia `json:"media,omitempty"`
	Reply *newPostReply `json:"reply,omitempty"`
}

type newPostReply struct {
	To string `json:"in_reply_to_tweet_id"`
}

type newPostMedia struct {
	IDs []string `json:"media_ids"`
}

// create makes the one request that publishes.
func (c *channel) create(ctx context.Context, r request) (channels.Receipt, error) {
	var answer struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := c.api.call(ctx, r, &answer); err != nil {
		return channels.Receipt{}, err
	}
	if answer.Data.ID == "" {
		return channels.Receipt{}, &channels.Error{
			Kind: channels.UnknownOutcome, Op: r.op, Code: "x.unreadable", Err: errors.New("a success without an id"),
		}
	}
	failpoint.Hit(failpoint.XPublished)
	return channels.Receipt{RemoteID: answer.Data.ID, URL: c.postURL(answer.Data.ID), At: c.api.now()}, nil
}

// upload returns the id of the i-th picture on X, of an earlier attempt if X
// still has it.
func (c *channel) upload(ctx context.Context, attempt channels.Attempt, i int) (string, error) {
	if id, ok := attempt.Step(channels.StepUpload, i); ok {
		return id, nil
	}
	image, err := attempt.Image(ctx, i)
	if err != nil {
		return "", ours(ctx, opPrepare, err)
	}
	form, contentType, err := uploadForm(image)
	if err != nil {
		return "", ours(ctx, opPrepare, err)
	}
	r := request{
		op: opUpload, method: http.MethodPost, path: "/2/media/upload", contentType: contentType, body: form,
	}
	var answer struct {
		Data struct {
			ID      string `json:"id"`
			Expires int64  `json:"expires_after_secs"`
		} `json:"data"`
	}
	if err := c.api.call(ctx, r, &answer); err != nil {
		return "", err
	}
	id := answer.Data.ID
	if id == "" {
		return "", &channels.Error{
			Kind: channels.Temporary, Op: r.op, Code: "x.unreadable", Err: errors.New("a success without an id"),
		}
	}
	life := mediaLife
	if answer.Data.Expires > 0 {
		life = time.Duration(answer.Data.Expires) * time.Second
	}
	failpoint.Hit(failpoint.XUploaded)
	if err := attempt.SaveStep(ctx, channels.StepUpload, i, id, c.api.now().Add(life)); err != nil {
		return "", ours(ctx, opPrepare, err)
	}
	failpoint.Hit(failpoint.XUploadSaved)
	return id, nil
}

func uploadForm(image channels.EncodedImage) (body []byte, contentType string, err error) {
	var data bytes.Buffer
	form := multipart.NewWriter(&data)
	err = form.WriteField("media_category", "tweet_image")
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("media", "image"))
	header.Set("Content-Type", image.ContentType)
	if err == nil {
		part, partErr := form.CreatePart(header)
		if err = partErr; err == nil {
			_, err = part.Write(image.Data)
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("encode the picture's form: %w", err)
	}
	return data.Bytes(), form.FormDataContentType(), nil
}

// describe gives a picture its alternative text. It is said again by every
// attempt, which X allows, so that a post never leaves without it.
func (c *channel) describe(ctx context.Context, id, alt string) error {
	if alt == "" {
		return nil
	}
	type text struct {
		Text string `json:"text"`
	}
	type metadata struct {
		Alt text `json:"alt_text"`
	}
	r, err := postJSON(opAlt, harmless, "/2/media/metadata", struct {
		ID       string   `json:"id"`
		Metadata metadata `json:"metadata"`
	}{id, metadata{text{alt}}})
	if err != nil {
		return err
	}
	var answer struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	return c.api.call(ctx, r, &answer)
}

// ours is a failure on our side before the point of no return: the ledger, the
// picture store, or a worker that stops.
func ours(ctx context.Context, op string, err error) error {
	failure := &channels.Error{Kind: channels.Internal, Op: op, Code: "x.prepare", Err: err}
	if ctx.Err() != nil {
		failure.Kind, failure.Code = channels.Temporary, "x.interrupted"
	}
	return failure
}
