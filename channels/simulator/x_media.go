package simulator

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What X takes of media (docs.x.com, media best practices, read 2026-08-22).
const (
	xMediaLife    = 86400 * time.Second
	xMaxImage     = 5 << 20
	xMaxVideo     = 512 << 20
	xMaxAlt       = 1000
	xMaxSegment   = 999
	xVideoWorking = 2 * time.Second
)

// xUpload is what is known of an uploaded file besides its picture.
type xUpload struct {
	account string
	ends    time.Time
	// The rest is of an upload in parts.
	mediaType string
	total     int
	data      []byte
	next      int
	finalized bool
	ready     time.Time
}

// usable reports whether a file was not forgotten and is not being worked on.
// After a restart nothing is known of it, and it is taken.
func (x *xNetwork) usable(id string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	u, ok := x.uploads[id]
	now := x.server.now()
	return !ok || now.Before(u.ends) && !now.Before(u.ready)
}

// uploadImage takes a whole file: a form, or JSON with the file in base64.
func (x *xNetwork) uploadImage(q *xRequest) reply {
	var data []byte
	var category string
	if strings.HasPrefix(q.Header.Get("Content-Type"), "application/json") {
		var in struct {
			Media    string   `json:"media"`
			Category string   `json:"media_category"`
			Type     string   `json:"media_type"`
			Shared   bool     `json:"shared"`
			Owners   []string `json:"additional_owners"`
		}
		if refusal, ok := readXJSON(q, &in); !ok {
			return refusal
		}
		decoded, err := base64.StdEncoding.DecodeString(in.Media)
		if err != nil {
			return xInvalid("media", "media is not base64.")
		}
		data, category = decoded, in.Category
	} else {
		form, err := readXForm(q, "media", "media_category", "media_type", "shared", "additional_owners")
		if err != nil {
			return xInvalid("media", err.Error())
		}
		data, category = form["media"], string(form["media_category"])
	}
	if !slices.Contains([]string{"tweet_image", "dm_image", "subtitles"}, category) {
		return xInvalid("media_category", "media_category is not one of the allowed values.")
	}
	return x.keepImage(q, x.nextID(), data)
}

// keepImage inspects and keeps a picture.
func (x *xNetwork) keepImage(q *xRequest, id string, data []byte) reply {
	if len(data) == 0 || len(data) > xMaxImage {
		return xInvalid("media", "File size exceeds 5242880 bytes.")
	}
	image, err := x.server.keepPicture(data)
	if errors.Is(err, errNotAPicture) {
		return xInvalid("media", "media type unrecognized.")
	}
	if err != nil {
		return reply{Status: http.StatusInsufficientStorage, Header: http.Header{}, Body: []byte(err.Error())}
	}
	image.RemoteID = id
	x.mu.Lock()
	x.uploads[id] = &xUpload{account: q.user.ID, ends: x.server.now().Add(xMediaLife), finalized: true}
	x.mu.Unlock()
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{
		"id": id, "media_key": xMediaKey(image), "size": len(data),
		"expires_after_secs": int(xMediaLife / time.Second),
	}}, Record{RemoteID: id, Images: []RecordImage{image}})
}

func xMediaKey(image RecordImage) string {
	if strings.HasPrefix(image.ContentType, "video/") {
		return "7_" + image.RemoteID
	}
	return "3_" + image.RemoteID
}

// readXForm reads a multipart form; unknown fields are refused.
func readXForm(q *xRequest, known ...string) (map[string][]byte, error) {
	kind, parameters, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, errors.New("the body is not multipart/form-data")
	}
	reader := multipart.NewReader(bytes.NewReader(q.body), parameters["boundary"])
	form := map[string][]byte{}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(known, part.FormName()) {
			return nil, errors.New("unknown field " + part.FormName())
		}
		if form[part.FormName()], err = io.ReadAll(part); err != nil {
			return nil, err
		}
	}
}

func (x *xNetwork) initializeUpload(q *xRequest) reply {
	var in struct {
		Type     string   `json:"media_type"`
		Total    int      `json:"total_bytes"`
		Category string   `json:"media_category"`
		Shared   bool     `json:"shared"`
		Owners   []string `json:"additional_owners"`
	}
	if refusal, ok := readXJSON(q, &in); !ok {
		return refusal
	}
	if in.Total <= 0 || in.Total > xMaxVideo {
		return xInvalid("total_bytes", "total_bytes is out of range.")
	}
	id := x.nextID()
	x.mu.Lock()
	x.uploads[id] = &xUpload{
		account: q.user.ID, ends: x.server.now().Add(xMediaLife), mediaType: in.Type, total: in.Total,
	}
	x.mu.Unlock()
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{
		"id": id, "media_key": xMediaKey(RecordImage{RemoteID: id, ContentType: in.Type}),
		"expires_after_secs": int(xMediaLife / time.Second),
	}})
}

// begun returns the upload in parts that a call is about, with x.mu held.
func (x *xNetwork) begun(q *xRequest, id string) (*xUpload, bool) {
	u, ok := x.uploads[id]
	if !ok || u.account != q.user.ID || u.mediaType == "" || !x.server.now().Before(u.ends) {
		return nil, false
	}
	return u, true
}

func (x *xNetwork) appendUpload(q *xRequest) reply {
	form, err := readXForm(q, "media", "segment_index")
	if err != nil {
		return xInvalid("media", err.Error())
	}
	index, ok := number(string(form["segment_index"]))
	x.mu.Lock()
	defer x.mu.Unlock()
	u, begun := x.begun(q, q.PathValue("id"))
	switch {
	case !begun || u.finalized:
		return xInvalid("id", "The media id is invalid.")
	case !ok || index > xMaxSegment || index != u.next:
		return xInvalid("segment_index", "segment_index is out of order.")
	case len(u.data)+len(form["media"]) > u.total:
		return xInvalid("media", "More bytes than total_bytes.")
	}
	u.data = append(u.data, form["media"]...)
	u.next++
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{"expires_at": u.ends.Unix()}})
}

func (x *xNetwork) finalizeUpload(q *xRequest) reply {
	id := q.PathValue("id")
	x.mu.Lock()
	u, begun := x.begun(q, id)
	if !begun || u.finalized || len(u.data) != u.total {
		x.mu.Unlock()
		return xInvalid("id", "The media id is invalid, or segments are missing.")
	}
	video := strings.HasPrefix(u.mediaType, "video/")
	if video {
		u.finalized, u.ready = true, x.server.now().Add(xVideoWorking)
	}
	data := u.data
	x.mu.Unlock()
	if !video {
		return x.keepImage(q, id, data)
	}
	file := RecordImage{RemoteID: id, ContentType: u.mediaType, Bytes: len(data)}
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{
		"id": id, "media_key": xMediaKey(file), "size": len(data),
		"expires_after_secs": int(xMediaLife / time.Second),
		"processing_info":    map[string]any{"state": "pending", "check_after_secs": int(xVideoWorking / time.Second)},
	}}, Record{RemoteID: id, Images: []RecordImage{file}})
}

func (x *xNetwork) readUpload(q *xRequest) reply {
	id := q.URL.Query().Get("media_id")
	if q.URL.Query().Get("command") != "STATUS" {
		return xInvalid("command", "command must be STATUS.")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	u, begun := x.begun(q, id)
	if !begun || !u.finalized {
		return xInvalid("media_id", "The media id is invalid.")
	}
	info := map[string]any{"state": "succeeded", "progress_percent": 100}
	if x.server.now().Before(u.ready) {
		info = map[string]any{"state": "in_progress", "progress_percent": 50, "check_after_secs": 1}
	}
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{"id": id, "processing_info": info}})
}

// describeMedia gives a picture its alternative text.
func (x *xNetwork) describeMedia(q *xRequest) reply {
	var in struct {
		ID       string `json:"id"`
		Metadata struct {
			Alt *struct {
				Text string `json:"text"`
			} `json:"alt_text"`
		} `json:"metadata"`
	}
	if refusal, ok := readXJSON(q, &in); !ok {
		return refusal
	}
	image, ok := x.server.picture(xName, q.user.ID, in.ID)
	switch {
	case !ok || !x.usable(in.ID):
		return xInvalid("id", "The media id is invalid.")
	case in.Metadata.Alt == nil:
		return xInvalid("metadata", "metadata.alt_text is required.")
	case utf8.RuneCountInString(in.Metadata.Alt.Text) > xMaxAlt:
		return xInvalid("metadata.alt_text.text", "The alt text is longer than 1000 characters.")
	}
	image.Alt = in.Metadata.Alt.Text
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{
		"id": in.ID, "associated_metadata": map[string]any{"alt_text": map[string]string{"text": image.Alt}},
	}}, Record{RemoteID: in.ID, Images: []RecordImage{image}})
}
