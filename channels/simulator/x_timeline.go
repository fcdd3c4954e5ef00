package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crieur/crieur/channels/adapt"
)

// readTimeline lists the posts of an account, newest first.
func (x *xNetwork) readTimeline(q *xRequest) reply {
	query, refusal := readTimelineQuery(q)
	if refusal != nil {
		return *refusal
	}
	id := q.PathValue("id")
	spec, ok := x.server.accountSpec(xName, id)
	if !ok {
		return jsonReply(http.StatusOK, map[string]any{"errors": []map[string]any{{
			"title": "Not Found Error", "type": xProblems + "resource-not-found",
			"detail": fmt.Sprintf("Could not find user with id: [%s].", id), "resource_type": "user",
		}}})
	}
	posts := x.server.listed(xName, id)
	slices.Reverse(posts)
	posts = slices.DeleteFunc(posts, func(p Record) bool {
		return p.At.Before(query.from) || !query.until.IsZero() && !p.At.Before(query.until)
	})
	meta := map[string]any{}
	if query.offset < len(posts) {
		posts = posts[query.offset:]
	} else {
		posts = nil
	}
	if len(posts) > query.limit {
		posts = posts[:query.limit]
		meta["next_token"] = xPageToken + itoa(query.offset+query.limit)
	}
	meta["result_count"] = len(posts)
	answer := map[string]any{"meta": meta}
	if len(posts) > 0 {
		meta["newest_id"], meta["oldest_id"] = posts[0].RemoteID, posts[len(posts)-1].RemoteID
		var data []map[string]any
		for _, p := range posts {
			shown := x.showPost(p, query.fields, spec.Traits["naming"] == "post")
			if p.Extra[ExtraReplyTo] != "" && spec.Traits["replies"] == "mention" {
				mention(shown, "@"+xUsername(spec)+" ")
			}
			data = append(data, shown)
		}
		answer["data"] = data
	}
	return jsonReply(http.StatusOK, answer)
}

// mention puts the account that a post answers before its text, as X does with
// those of others.
func mention(shown map[string]any, name string) {
	text, _ := shown["text"].(string)
	shown["text"] = name + text
	entities, _ := shown["entities"].(map[string]any)
	urls, _ := entities["urls"].([]map[string]any)
	for _, u := range urls {
		for _, place := range []string{"start", "end"} {
			at, _ := u[place].(int)
			u[place] = at + len(name)
		}
	}
}

const xPageToken = "page-"

type timelineQuery struct {
	limit, offset int
	from, until   time.Time
	fields        []string
}

func readTimelineQuery(q *xRequest) (timelineQuery, *reply) {
	query := timelineQuery{limit: 10}
	for name, values := range q.URL.Query() {
		value, ok := values[0], true
		var err error
		switch name {
		case "max_results":
			query.limit, ok = number(value)
			ok = ok && query.limit >= 5 && query.limit <= 100
		case "start_time":
			query.from, err = time.Parse(time.RFC3339, value)
		case "end_time":
			query.until, err = time.Parse(time.RFC3339, value)
		case "pagination_token":
			query.offset, ok = number(strings.TrimPrefix(value, xPageToken))
		case "tweet.fields", "post.fields":
			query.fields = strings.Split(value, ",")
		case "exclude", "expansions", "media.fields", "user.fields", "since_id", "until_id":
		default:
			ok = false
		}
		if !ok || err != nil {
			refusal := xInvalid(name, fmt.Sprintf("The value of %s is not valid.", name))
			return query, &refusal
		}
	}
	return query, nil
}

// showPost is a post as X gives it back, with the fields that were asked for.
func (x *xNetwork) showPost(p Record, fields []string, renamed bool) map[string]any {
	edits := "edit_history_tweet_ids"
	if renamed {
		edits = "edit_history_post_ids"
	}
	shown := map[string]any{
		"id": p.RemoteID, "text": x.shownText(p.RemoteID, p.Text, p.Images), edits: []string{p.RemoteID},
	}
	for _, field := range fields {
		switch strings.TrimSpace(field) {
		case "created_at":
			shown["created_at"] = p.At.UTC().Format("2006-01-02T15:04:05.000Z")
		case "entities":
			if urls := x.shownLinks(p); len(urls) > 0 {
				shown["entities"] = map[string]any{"urls": urls}
			}
		case "attachments":
			var keys []string
			for _, image := range p.Images {
				keys = append(keys, xMediaKey(image))
			}
			if len(keys) > 0 {
				shown["attachments"] = map[string]any{"media_keys": keys}
			}
		}
	}
	return shown
}

// shownText is a text as X gives it back: its links wrapped, one more for the
// pictures, and & < > escaped.
func (x *xNetwork) shownText(id, text string, images []RecordImage) string {
	var b strings.Builder
	at := 0
	for i, link := range adapt.Links(text) {
		b.WriteString(escapeAsX(text[at:link.Start]))
		b.WriteString(shortLink(id, i))
		at = link.End
	}
	b.WriteString(escapeAsX(text[at:]))
	if len(images) > 0 {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(shortLink(id, -1))
	}
	return b.String()
}

// shownLinks are the entities of the links in shownText. Their places count in
// code points of the text without escapes.
func (x *xNetwork) shownLinks(p Record) []map[string]any {
	var urls []map[string]any
	add := func(start int, short, expanded, display string) map[string]any {
		entity := map[string]any{
			"start": start, "end": start + utf8.RuneCountInString(short),
			"url": short, "expanded_url": expanded, "display_url": display,
		}
		urls = append(urls, entity)
		return entity
	}
	at, length := 0, 0
	for i, link := range adapt.Links(p.Text) {
		length += utf8.RuneCountInString(p.Text[at:link.Start])
		written := link.In(p.Text)
		expanded := written
		if !strings.Contains(written, "://") {
			expanded = "http://" + written
		}
		_, display, _ := strings.Cut(expanded, "://")
		short := shortLink(p.RemoteID, i)
		add(length, short, expanded, display)
		length += utf8.RuneCountInString(short)
		at = link.End
	}
	length += utf8.RuneCountInString(p.Text[at:])
	if length > 0 {
		length++
	}
	for _, image := range p.Images {
		page := "https://twitter.com/i/status/" + p.RemoteID + "/photo/1"
		entity := add(length, shortLink(p.RemoteID, -1), page, "pic.twitter.com/"+p.RemoteID)
		entity["media_key"] = xMediaKey(image)
	}
	return urls
}

// shortLink is the i-th t.co address of a post; -1 is that of its pictures.
func shortLink(id string, i int) string {
	sum := sha256.Sum256([]byte(id + " " + itoa(i)))
	return "https://t.co/" + hex.EncodeToString(sum[:5])
}

// escapeAsX escapes what X escapes, and nothing else.
func escapeAsX(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}
