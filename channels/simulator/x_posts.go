package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/crieur/crieur/channels/adapt"
)

// ExtraReplyTo names, in Record.Extra, the post that one answers.
const ExtraReplyTo = "reply_to"

// xCreate is the body of POST /2/tweets. Fields that people do not use here are
// known, so that they are not refused as unknown ones.
type xCreate struct {
	Text  *string `json:"text"`
	Media *struct {
		IDs    []string `json:"media_ids"`
		Tagged []string `json:"tagged_user_ids"`
	} `json:"media"`
	Reply *struct {
		To      string   `json:"in_reply_to_tweet_id"`
		Exclude []string `json:"exclude_reply_user_ids"`
	} `json:"reply"`
	Quote *string         `json:"quote_tweet_id"`
	Poll  json.RawMessage `json:"poll"`
	Edit  json.RawMessage `json:"edit_options"`

	ReplySettings   json.RawMessage `json:"reply_settings"`
	MadeWithAI      json.RawMessage `json:"made_with_ai"`
	PaidPartnership json.RawMessage `json:"paid_partnership"`
	Community       json.RawMessage `json:"community_id"`
	Geo             json.RawMessage `json:"geo"`
	Nullcast        json.RawMessage `json:"nullcast"`
}

func (x *xNetwork) createPost(q *xRequest) reply {
	var in xCreate
	if refusal, ok := readXJSON(q, &in); !ok {
		return refusal
	}
	text := ""
	if in.Text != nil {
		text = *in.Text
	}
	weight := adapt.WeighForX(text)
	switch {
	case text == "" && in.Media == nil && in.Poll == nil:
		return xInvalid("text", "Tweet text or media is required.")
	case exclusive(in.Media != nil, in.Poll != nil, in.Quote != nil) > 1:
		return xInvalid("media", "media, poll and quote_tweet_id are mutually exclusive.")
	case in.Quote != nil, in.Edit != nil:
		return xForbidden() // not for self-serve applications and ordinary accounts
	case in.Reply != nil && in.Reply.To == "":
		return xInvalid("reply.in_reply_to_tweet_id", "in_reply_to_tweet_id is required.")
	case in.Reply != nil && (!x.isOwn(q, in.Reply.To) || q.user.Traits["replies"] == "refused"):
		return xForbidden() // nobody summoned us
	case text != "" && !weight.Valid:
		return xForbidden()
	case x.isDuplicate(q, text):
		return xProblem(http.StatusForbidden, "Forbidden", "about:blank",
			"You are not allowed to create a Tweet with duplicate content.")
	}
	var images []RecordImage
	if in.Media != nil {
		var refusal *reply
		if images, refusal = x.attach(q, in.Media.IDs); refusal != nil {
			return *refusal
		}
	}
	var extra map[string]string
	if in.Reply != nil {
		extra = map[string]string{ExtraReplyTo: in.Reply.To}
	}
	id := x.nextID()
	return jsonReply(http.StatusCreated, map[string]any{"data": map[string]any{
		"id": id, "text": x.shownText(id, text, images), "edit_history_tweet_ids": []string{id},
	}}, Record{
		RemoteID: id, Text: text, Images: images, Extra: extra,
		URL: x.server.url(q.Request, "/x/"+xUsername(q.user)+"/status/"+id),
	})
}

func exclusive(given ...bool) int {
	n := 0
	for _, g := range given {
		if g {
			n++
		}
	}
	return n
}

func (x *xNetwork) isOwn(q *xRequest, id string) bool {
	_, ok := x.server.current(xName, q.user.ID, id)
	return ok
}

// isDuplicate: X refuses a text that the account shows already. It compares
// what readers see.
func (x *xNetwork) isDuplicate(q *xRequest, text string) bool {
	return text != "" && slices.ContainsFunc(x.server.Posts(xName, q.user.ID), func(p Record) bool {
		return strings.TrimSpace(p.Text) == strings.TrimSpace(text)
	})
}

// attach finds the uploaded pictures of a post.
func (x *xNetwork) attach(q *xRequest, ids []string) ([]RecordImage, *reply) {
	refuse := func(message string) *reply {
		refusal := xInvalid("media.media_ids", message)
		return &refusal
	}
	if len(ids) < 1 || len(ids) > 4 {
		return nil, refuse("media_ids must have between 1 and 4 items.")
	}
	var images []RecordImage
	for _, id := range ids {
		image, ok := x.server.picture(xName, q.user.ID, id)
		if !ok || !x.usable(id) {
			return nil, refuse("Your media IDs are invalid.")
		}
		images = append(images, image)
	}
	return images, nil
}

func (x *xNetwork) deletePost(q *xRequest) reply {
	id := q.PathValue("id")
	if !x.isOwn(q, id) {
		return jsonReply(http.StatusNotFound, map[string]any{
			"title": "Not Found Error", "type": xProblems + "resource-not-found", "status": http.StatusNotFound,
			"detail": fmt.Sprintf("Could not find tweet with id: [%s].", id),
		})
	}
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{"deleted": true}},
		Record{RemoteID: id})
}

// readXJSON reads a JSON body; unknown fields are refused as X refuses them.
func readXJSON(q *xRequest, value any) (refusal reply, ok bool) {
	if !strings.HasPrefix(q.Header.Get("Content-Type"), "application/json") {
		return xProblem(http.StatusUnsupportedMediaType, "Unsupported Media Type", "about:blank",
			"Content-Type must be application/json."), false
	}
	decoder := json.NewDecoder(strings.NewReader(string(q.body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return xInvalid("body", err.Error()), false
	}
	return reply{}, true
}
