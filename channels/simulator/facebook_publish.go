package simulator

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of the Graph API: the text's is the one that is quoted everywhere, a
// picture's is the older of two that are in force.
const (
	facebookMaxText    = 63_206
	facebookMaxPicture = 4 << 20
)

// graphID makes an id as the network writes them.
func (f *facebook) graphID() string {
	return strconv.FormatInt(1_220_000_000_000_000+f.server.nextNumber(), 10)
}

// createPost is POST /{page}/feed.
func (f *facebook) createPost(q *graphRequest) reply {
	fields, refusal := q.postFields()
	switch {
	case refusal != nil:
		return *refusal
	case !q.ownsPage():
		return noSuchObject(q.path[0])
	}
	photos, err := q.attachedMedia()
	if err != nil {
		return graphFailure(http.StatusBadRequest, 100, 0, "(#100) Param attached_media must be an array.")
	}
	text, link := q.get("message"), q.get("link")
	if refusal := f.refuseText(q, text, link, len(photos)); refusal != nil {
		return *refusal
	}
	images, refusal := f.attach(q.page.ID, photos)
	if refusal != nil {
		return *refusal
	}
	return f.publish(q, fields, Record{
		RemoteID: q.page.ID + "_" + f.graphID(),
		Text:     text, Link: link, Images: images, Draft: q.get("published") == "false",
	})
}

func (f *facebook) refuseText(q *graphRequest, text, link string, photos int) *reply {
	refuse := func(code, subcode int, message string) *reply {
		failure := graphFailure(http.StatusBadRequest, code, subcode, message)
		return &failure
	}
	switch {
	case q.has("scheduled_publish_time"):
		return refuse(100, 0, "(#100) The specified scheduled publish time is invalid.")
	case strings.TrimSpace(text) == "" && link == "" && photos == 0:
		return refuse(100, 0, "(#100) Empty post. Requires at least one of: message, link, attached_media")
	case utf8.RuneCountInString(text) > facebookMaxText:
		return refuse(100, 0, "(#100) Param message is too long")
	}
	if link != "" {
		address, err := url.Parse(link)
		switch {
		case err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https":
			return refuse(100, 2061006, "(#100) The url you supplied is invalid")
		case address.Hostname() == "facebook.com" || strings.HasSuffix(address.Hostname(), ".facebook.com"):
			return refuse(100, 1609008, "(#100) Links to Facebook cannot be shared")
		}
	}
	if photos > 0 {
		return nil
	}
	// The network compares with the post before, without looking at its hour.
	last, ok := f.server.lastPost(facebookName, q.page.ID)
	if ok && len(last.Images) == 0 && last.Text == text && last.Link == link {
		return refuse(506, 1455006, "(#506) Duplicate status message")
	}
	return nil
}

// attach takes unpublished photos for a post.
func (f *facebook) attach(page string, photos []string) ([]RecordImage, *reply) {
	var images []RecordImage
	for _, id := range photos {
		image, ok := f.server.picture(facebookName, page, id)
		if !ok {
			failure := noSuchObject(id)
			return nil, &failure
		}
		if _, shown := f.server.shownIn(facebookName, page, id); shown {
			failure := graphFailure(http.StatusBadRequest, 1366051, 0, "These photos were already posted.")
			return nil, &failure
		}
		images = append(images, image)
	}
	return images, nil
}

// createPhoto is POST /{page}/photos, which publishes unless published=false.
func (f *facebook) createPhoto(q *graphRequest) reply {
	fields, refusal := q.photoFields()
	switch {
	case refusal != nil:
		return *refusal
	case !q.ownsPage():
		return noSuchObject(q.path[0])
	}
	image, refusal := f.takePicture(q)
	if refusal != nil {
		return *refusal
	}
	image.RemoteID, image.Alt = f.graphID(), q.get("alt_text_custom")
	if q.get("published") == "false" {
		accepted := Record{RemoteID: image.RemoteID, Images: []RecordImage{image}}
		answer := map[string]any{"id": image.RemoteID}
		if fields != nil {
			answer = f.photoNode(q, image, fields)
		}
		return jsonReply(http.StatusOK, answer, accepted)
	}
	caption := q.get("caption")
	if caption == "" {
		caption = q.get("message")
	}
	post := Record{
		RemoteID: q.page.ID + "_" + f.graphID(), Text: caption, Images: []RecordImage{image},
		Extra: q.madeBy(),
	}
	post.URL = f.server.url(q.Request, "/facebook/"+post.RemoteID)
	answer := map[string]any{"id": image.RemoteID, "post_id": post.RemoteID}
	if fields != nil {
		answer = f.photoNode(q, image, fields)
		if slices.ContainsFunc(fields, func(field graphField) bool { return field.name == "page_story_id" }) {
			answer["page_story_id"] = post.RemoteID
		}
	}
	return jsonReply(http.StatusOK, answer, post)
}

// takePicture reads the picture of a call: bytes, or an address of this server,
// the only one from which it fetches.
func (f *facebook) takePicture(q *graphRequest) (RecordImage, *reply) {
	refuse := func(code, subcode int, message string) *reply {
		failure := graphFailure(http.StatusBadRequest, code, subcode, message)
		return &failure
	}
	data, ok := q.files["source"]
	if address := q.get("url"); !ok && address != "" {
		sha, own := strings.CutPrefix(address, f.server.url(q.Request, "/_media/"))
		var err error
		if own && isChecksum(sha) {
			data, err = f.server.media.open(sha)
		}
		if err != nil || data == nil {
			return RecordImage{}, refuse(324, 0, "(#324) Missing or invalid image file")
		}
	} else if !ok {
		return RecordImage{}, refuse(324, 0, "(#324) Requires upload file")
	}
	if len(data) > facebookMaxPicture {
		return RecordImage{}, refuse(100, 1366046, "(#100) The photo is larger than 4 MB")
	}
	image, err := f.server.keepPicture(bytes.Clone(data))
	switch {
	case errors.Is(err, errNotAPicture) || err == nil && image.ContentType == "image/webp":
		return RecordImage{}, refuse(324, 2069019, "(#324) Missing or invalid image file")
	case err != nil:
		return RecordImage{}, refuse(1, 0, "An unknown error occurred")
	}
	return image, nil
}

// publish accepts a post of the feed.
func (f *facebook) publish(q *graphRequest, fields []graphField, post Record) reply {
	post.URL = f.server.url(q.Request, "/facebook/"+post.RemoteID)
	post.Extra = q.madeBy()
	answer := map[string]any{"id": post.RemoteID}
	if fields != nil {
		post.At = f.server.now()
		answer = f.postNode(q, post, fields)
	}
	return jsonReply(http.StatusOK, answer, post)
}

func (q *graphRequest) madeBy() map[string]string {
	if app := q.page.Credentials["app_id"]; app != "" {
		return map[string]string{"application": app}
	}
	return nil
}

// updatePost is POST /{post}: the text of one's own post, or its publication.
func (f *facebook) updatePost(q *graphRequest) reply {
	post, ok := f.server.current(facebookName, q.page.ID, q.path[0])
	if !ok || q.user {
		return noSuchObject(q.path[0])
	}
	if post.Extra["application"] != q.page.Credentials["app_id"] {
		return graphFailure(http.StatusForbidden, 200, 0, "(#200) You do not have permission to edit this post")
	}
	if q.has("message") {
		post.Text = q.get("message")
	}
	if q.get("is_published") == "true" {
		post.Draft = false
	}
	post.Operation, post.At = opUpdate, f.server.now()
	return jsonReply(http.StatusOK, map[string]bool{"success": true}, post)
}

// deleteObject is DELETE /{post} or /{photo}.
func (f *facebook) deleteObject(q *graphRequest) reply {
	id := q.path[0]
	_, isPost := f.server.current(facebookName, q.page.ID, id)
	_, isPhoto := f.server.picture(facebookName, q.page.ID, id)
	if !isPost && !isPhoto || q.user {
		return noSuchObject(id)
	}
	return jsonReply(http.StatusOK, map[string]bool{"success": true}, Record{RemoteID: id})
}
