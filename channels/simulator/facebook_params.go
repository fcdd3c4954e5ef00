package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// graphParams are the parameters of a call, wherever they came: query, form,
// multipart or JSON. Later places win.
type graphParams struct {
	values map[string]string
	files  map[string][]byte
}

func (p graphParams) get(name string) string { return p.values[name] }

func (p graphParams) has(name string) bool { _, ok := p.values[name]; return ok }

// method honours the method= override of POST.
func (p graphParams) method(actual string) string {
	if override := strings.ToUpper(p.get("method")); actual == http.MethodPost && override != "" {
		return override
	}
	if actual == http.MethodHead {
		return http.MethodGet
	}
	return actual
}

func readGraphParams(r *http.Request) (graphParams, error) {
	p := graphParams{values: map[string]string{}, files: map[string][]byte{}}
	for name, values := range r.URL.Query() {
		p.values[name] = values[len(values)-1]
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	switch kind {
	case "multipart/form-data":
		return p, p.readMultipart(r)
	case "application/json":
		return p, p.readJSON(r)
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return p, err
		}
		for name, values := range r.PostForm {
			p.values[name] = values[len(values)-1]
		}
	}
	return p, nil
}

func (p graphParams) readMultipart(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() != "" {
			p.files[part.FormName()] = data
		} else {
			p.values[part.FormName()] = string(data)
		}
	}
}

func (p graphParams) readJSON(r *http.Request) error {
	var body map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	for name, raw := range body {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			p.values[name] = text
		} else {
			p.values[name] = string(raw)
		}
	}
	return nil
}

// attachedMedia are the ids of attached_media in both of its spellings: one
// JSON array, or attached_media[0], attached_media[1] and so on.
func (p graphParams) attachedMedia() ([]string, error) {
	type attached struct {
		ID json.Number `json:"media_fbid"`
	}
	var list []attached
	if text := p.get("attached_media"); text != "" {
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, err
		}
	}
	for i := 0; ; i++ {
		text := p.get(fmt.Sprintf("attached_media[%d]", i))
		if text == "" {
			break
		}
		var one attached
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.ID.String()
	}
	return ids, nil
}
