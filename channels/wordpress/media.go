package wordpress

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
	"github.com/crieur/crieur/internal/failpoint"
	"github.com/crieur/crieur/media"
)

// uploadHeader names the attachment that exists already when the server breaks
// down while it makes the smaller copies (WP_REST_Attachments_Controller::
// create_item, since 5.3).
const uploadHeader = "X-WP-Upload-Attachment-ID"

// maxPostProcess is how often the server is asked to finish its copies.
const maxPostProcess = 3

// pictures makes sure that the article's pictures are on the site, each once,
// and returns them in order. Those of an earlier attempt are taken up.
func (c *channel) pictures(ctx context.Context, r channels.Rendered, attempt channels.Attempt) ([]picture, error) {
	if len(r.Images) == 0 {
		return nil, nil
	}
	there, err := c.picturesThere(ctx, r)
	if err != nil {
		return nil, err
	}
	pictures := make([]picture, len(r.Images))
	for i := range r.Images {
		p, ok := there[pictureName(r, i)]
		if !ok {
			if p, err = c.upload(ctx, r, i, attempt); err != nil {
				return nil, err
			}
		}
		id := strconv.FormatInt(p.ID, 10)
		if saved, ok := attempt.Step(channels.StepUpload, i); !ok || saved != id {
			failpoint.Hit(failpoint.WordPressUploaded)
			if err := attempt.SaveStep(ctx, channels.StepUpload, i, id, time.Time{}); err != nil {
				return nil, &channels.Error{Kind: channels.Internal, Op: opMedia, Code: "wordpress.step_not_saved", Err: err}
			}
		}
		failpoint.Hit(failpoint.WordPressUploadSaved)
		if pictures[i], err = c.completed(ctx, p, r.Images[i].Alt); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}

// picturesThere finds the pictures of an article on the site by their slugs.
// They hold the delivery's key and the picture's checksum, so a step of an older
// rendering is never taken for this one.
func (c *channel) picturesThere(ctx context.Context, r channels.Rendered) (map[string]picture, error) {
	names := make([]string, len(r.Images))
	for i := range r.Images {
		names[i] = pictureName(r, i)
	}
	var found []picture
	_, err := c.api.do(ctx, request{
		op: opLookup, method: http.MethodGet, route: "/wp/v2/media",
		query: url.Values{
			"slug": {strings.Join(names, ",")}, "context": {"edit"}, "per_page": {"100"}, "_fields": {pictureFields},
		},
	}, &found)
	there := make(map[string]picture, len(found))
	for _, p := range found {
		there[p.Slug] = p
	}
	return there, err
}

// pictureName is the slug and the file name of a picture.
func pictureName(r channels.Rendered, i int) string {
	image := r.Images[i]
	plan := fmt.Sprint(image.SHA256, image.Plan.Crop, image.Plan.Width, image.Plan.Height)
	return fmt.Sprintf("photo-%s-%d-%s", stableID(r.Key), i+1, stableID(plan)[:6])
}

func (c *channel) upload(ctx context.Context, r channels.Rendered, i int, attempt channels.Attempt) (picture, error) {
	image, err := attempt.Image(ctx, i)
	if err != nil {
		return picture{}, &channels.Error{Kind: channels.Internal, Op: opMedia, Code: "wordpress.image", Err: err}
	}
	body, contentType, err := uploadForm(r, i, image)
	if err != nil {
		return picture{}, &channels.Error{Kind: channels.Internal, Op: opMedia, Code: "wordpress.image", Err: err}
	}
	var made picture
	response, err := c.api.do(ctx, request{
		op: opMedia, method: http.MethodPost, route: "/wp/v2/media", contentType: contentType, body: body,
	}, &made)
	if err == nil && made.ID == 0 {
		err = notWordPress(opMedia, nil)
	}
	if err != nil {
		return c.recoverUpload(ctx, response, err)
	}
	return made, nil
}

// recoverUpload takes up an upload whose answer is a breakdown although the
// file arrived.
func (c *channel) recoverUpload(ctx context.Context, response *rest.Response, failed error) (picture, error) {
	if response == nil || response.Status < 500 {
		return picture{}, failed
	}
	id, err := strconv.ParseInt(response.Header.Get(uploadHeader), 10, 64)
	if err != nil || id <= 0 {
		return picture{}, failed
	}
	for range maxPostProcess {
		if p, err := c.postProcess(ctx, id); err == nil && p.ID == id {
			return p, nil
		}
	}
	return picture{}, failed
}

// postProcess lets the server go on with its copies.
func (c *channel) postProcess(ctx context.Context, id int64) (picture, error) {
	var p picture
	_, err := c.api.send(ctx, request{
		op: opMedia, method: http.MethodPost, route: fmt.Sprintf("/wp/v2/media/%d/post-process", id),
	}, map[string]string{"action": "create-image-subsizes"}, &p)
	return p, err
}

// completed gives a picture what an interrupted upload left out.
func (c *channel) completed(ctx context.Context, p picture, alt string) (picture, error) {
	if len(p.MissingSizes) > 0 {
		// Without its smaller copies a picture is shown all the same.
		if whole, err := c.postProcess(ctx, p.ID); err == nil && whole.ID == p.ID {
			p = whole
		} else {
			c.log.WarnContext(ctx, "wordpress: a picture stays without its smaller copies", "media", p.ID, "error", err)
		}
	}
	if sameAlt(p.AltText, alt) {
		return p, nil
	}
	var updated picture
	_, err := c.api.send(ctx, request{
		op: opMedia, method: http.MethodPost, route: fmt.Sprintf("/wp/v2/media/%d", p.ID),
	}, map[string]string{"alt_text": alt}, &updated)
	if err == nil && updated.ID != p.ID {
		err = notWordPress(opMedia, nil)
	}
	return updated, err
}

// sameAlt compares alternative texts. WordPress tidies them up
// (sanitize_text_field), so only a text that is missing is worth a call, or one
// of another picture.
func sameAlt(stored, wanted string) bool {
	return stored == wanted || (stored != "" && wanted != "" && strings.ContainsAny(wanted, "<%\n\t\r"))
}

// uploadForm is a multipart form, so that the alternative text arrives with the
// picture.
func uploadForm(r channels.Rendered, i int, image channels.EncodedImage) (body []byte, contentType string, err error) {
	extension, ok := map[media.Format]string{media.JPEG: ".jpg", media.PNG: ".png"}[media.Format(image.ContentType)]
	if !ok {
		return nil, "", fmt.Errorf("a picture of type %q", image.ContentType)
	}
	name := pictureName(r, i)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for _, field := range [][2]string{
		{"slug", name}, {"title", escape(r.Title)}, {"alt_text", r.Images[i].Alt},
	} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, "", err
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s%s"`, name, extension)},
		"Content-Type":        {image.ContentType},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(image.Data); err != nil {
		return nil, "", err
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return form.Bytes(), w.FormDataContentType(), nil
}
