package simulator

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// graphTime is how the Graph API writes hours.
const graphTime = "2006-01-02T15:04:05-0700"

// facebookPerson is the id of the person behind every token.
const facebookPerson = "42"

// readPage is GET /{page}, and GET /me of a Page or of a person.
func (f *facebook) readPage(q *graphRequest) reply {
	fields, refusal := q.pageFields()
	if refusal != nil {
		return *refusal
	}
	page := q.page
	if other, ok := f.server.accountSpec(facebookName, q.path[0]); ok && other.ID != page.ID {
		return graphFailure(http.StatusForbidden, 10, 0,
			"(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature")
	}
	if fields == nil {
		fields = []graphField{{name: "name"}}
	}
	if q.user && q.path[0] == "me" {
		person := map[string]any{"id": facebookPerson, "name": "Camille Exemple"}
		return jsonReply(http.StatusOK, pick(person, fields))
	}
	return jsonReply(http.StatusOK, pick(f.pageNode(q, page), fields))
}

func (f *facebook) pageNode(q *graphRequest, page AccountSpec) map[string]any {
	return map[string]any{
		"id": page.ID, "name": page.Name, "category": "City", "verification_status": "not_verified",
		"link":            f.server.url(q.Request, "/facebook/pages/"+page.ID),
		"followers_count": 1, "fan_count": 1, "access_token": page.Credentials["page_access_token"],
	}
}

// readObject is GET /{post} or GET /{photo}.
func (f *facebook) readObject(q *graphRequest) reply {
	if post, ok := f.server.current(facebookName, q.page.ID, q.path[0]); ok {
		fields, refusal := q.postFields()
		if refusal != nil {
			return *refusal
		}
		return jsonReply(http.StatusOK, f.postNode(q, post, fields))
	}
	if image, ok := f.photo(q.page.ID, q.path[0]); ok {
		fields, refusal := q.photoFields()
		if refusal != nil {
			return *refusal
		}
		return jsonReply(http.StatusOK, f.photoNode(q, image, fields))
	}
	return noSuchObject(q.path[0])
}

// photo finds a photo, uploaded for later or published at once.
func (f *facebook) photo(page, id string) (RecordImage, bool) {
	if image, ok := f.server.picture(facebookName, page, id); ok {
		return image, true
	}
	post, shown := f.server.shownIn(facebookName, page, id)
	at := slices.IndexFunc(post.Images, func(i RecordImage) bool { return i.RemoteID == id })
	if !shown || at < 0 {
		return RecordImage{}, false
	}
	return post.Images[at], true
}

func (f *facebook) photoNode(q *graphRequest, image RecordImage, fields []graphField) map[string]any {
	node := map[string]any{
		"id": image.RemoteID, "width": image.Width, "height": image.Height,
		"created_time": f.server.now().UTC().Format(graphTime),
		"link":         f.server.url(q.Request, pictureURL(image)),
	}
	if image.Alt != "" {
		node["alt_text"], node["alt_text_custom"] = image.Alt, image.Alt
	}
	if story, shown := f.server.shownIn(facebookName, q.page.ID, image.RemoteID); shown {
		node["page_story_id"] = story.RemoteID
	}
	if fields == nil {
		fields = []graphField{{name: "created_time"}}
	}
	return pick(node, fields)
}

func (f *facebook) postNode(q *graphRequest, p Record, fields []graphField) map[string]any {
	node := map[string]any{
		"id": p.RemoteID, "permalink_url": p.URL, "is_published": !p.Draft,
		"created_time": p.At.UTC().Format(graphTime), "updated_time": p.At.UTC().Format(graphTime),
		"status_type": "mobile_status_update",
		"from":        map[string]any{"id": q.page.ID, "name": q.page.Name},
	}
	if p.Text != "" {
		node["message"] = p.Text
	}
	if app := p.Extra["application"]; app != "" {
		node["application"] = map[string]any{"id": app, "name": "Commune"}
	}
	if attachment := f.attachment(q, p); attachment != nil {
		node["attachments"] = map[string]any{"data": []map[string]any{attachment}}
		node["status_type"] = "added_photos"
		if p.Link != "" {
			node["status_type"] = "shared_story"
		}
	}
	if fields == nil {
		fields = []graphField{{name: "created_time"}, {name: "message"}}
	}
	return pick(node, fields)
}

// attachment is what hangs on a post: a link, a photo, or an album of photos.
func (f *facebook) attachment(q *graphRequest, p Record) map[string]any {
	photo := func(image RecordImage) map[string]any {
		address := f.server.url(q.Request, pictureURL(image))
		return map[string]any{
			"media_type": "photo", "type": "photo", "url": address,
			"target": map[string]any{"id": image.RemoteID, "url": address},
			"media": map[string]any{
				"image": map[string]any{"src": address, "width": image.Width, "height": image.Height},
			},
		}
	}
	switch {
	case len(p.Images) == 1:
		return photo(p.Images[0])
	case len(p.Images) > 1:
		list := make([]map[string]any, 0, len(p.Images))
		for _, image := range p.Images {
			list = append(list, photo(image))
		}
		return map[string]any{
			"media_type": "album", "type": "album", "url": p.URL,
			"target":         map[string]any{"id": strings.Replace(p.RemoteID, "_", "00", 1), "url": p.URL},
			"subattachments": map[string]any{"data": list},
		}
	case p.Link != "":
		return map[string]any{
			"media_type": "link", "type": "share", "url": p.Link, "unshimmed_url": p.Link,
			"target": map[string]any{"url": p.Link},
		}
	}
	return nil
}

// listPosts is GET /{page}/published_posts, /posts and /feed: newest first, by
// pages of limit (25, at most 100). The feed is ranked and may leave posts out:
// here it leaves out the newest.
func (f *facebook) listPosts(q *graphRequest) reply {
	fields, refusal := q.postFields()
	switch {
	case refusal != nil:
		return *refusal
	case !q.ownsPage():
		return noSuchObject(q.path[0])
	}
	posts := f.server.listed(facebookName, q.page.ID)
	slices.Reverse(posts)
	if q.path[1] == "feed" && len(posts) > 0 {
		posts = posts[1:]
	}
	since, until := graphInstant(q.get("since")), graphInstant(q.get("until"))
	posts = slices.DeleteFunc(posts, func(p Record) bool {
		return !since.IsZero() && p.At.Before(since) || !until.IsZero() && p.At.After(until)
	})
	if after := cursorID(q.get("after")); after != "" {
		at := slices.IndexFunc(posts, func(p Record) bool { return p.RemoteID == after })
		posts = posts[at+1:]
	}
	limit, err := strconv.Atoi(q.get("limit"))
	if err != nil || limit <= 0 {
		limit = 25
	}
	limit = min(limit, 100)
	more := len(posts) > limit
	if more {
		posts = posts[:limit]
	}
	data := make([]map[string]any, 0, len(posts))
	for _, p := range posts {
		data = append(data, f.postNode(q, p, fields))
	}
	answer := map[string]any{"data": data}
	if len(posts) > 0 {
		answer["paging"] = f.paging(q, posts, more)
	}
	return jsonReply(http.StatusOK, answer)
}

// paging names the ends of a page of posts, and the next page on this server.
func (f *facebook) paging(q *graphRequest, posts []Record, more bool) map[string]any {
	after := cursor(posts[len(posts)-1].RemoteID)
	paging := map[string]any{"cursors": map[string]any{"before": cursor(posts[0].RemoteID), "after": after}}
	if more {
		next := url.Values{}
		for name, value := range q.values {
			next.Set(name, value)
		}
		next.Set("after", after)
		path := "/facebook/" + q.version + "/" + strings.Join(q.path, "/")
		paging["next"] = f.server.url(q.Request, path) + "?" + next.Encode()
	}
	return paging
}

func cursor(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

func cursorID(text string) string {
	id, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(id)
}

// graphInstant reads since= and until=: Unix seconds or a date; zero otherwise.
func graphInstant(text string) time.Time {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0)
	}
	for _, layout := range []string{time.RFC3339, graphTime, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}
