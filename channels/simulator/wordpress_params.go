package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// wpParams are the parameters of a call: of the query and of a JSON or form
// body, which wins.
type wpParams map[string]any

// wpFile is an uploaded file.
type wpFile struct {
	name string
	data []byte
	// form: it came as a part of a form, and not alone.
	form bool
}

// read reads the whole request. WordPress takes parameters from wherever they
// are.
func (q *wpRequest) read() error {
	q.params = wpParams{}
	for name, values := range q.URL.Query() {
		q.params[strings.TrimSuffix(name, "[]")] = strings.Join(values, ",")
	}
	delete(q.params, "rest_route")
	kind, _, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	switch {
	case q.Method == http.MethodGet || q.Method == http.MethodHead:
		return nil
	case kind == "application/json":
		return q.readJSON()
	case kind == "multipart/form-data":
		return q.readForm()
	case kind == "application/x-www-form-urlencoded":
		if err := q.ParseForm(); err != nil {
			return err
		}
		for name, values := range q.PostForm {
			q.params[strings.TrimSuffix(name, "[]")] = strings.Join(values, ",")
		}
		return nil
	}
	data, err := io.ReadAll(q.Body)
	if err != nil || len(data) == 0 {
		return err
	}
	q.file = &wpFile{data: data}
	_, disposition, err := mime.ParseMediaType(q.Header.Get("Content-Disposition"))
	if err == nil {
		q.file.name = disposition["filename"]
	}
	return nil
}

func (q *wpRequest) readJSON() error {
	data, err := io.ReadAll(q.Body)
	if err != nil || len(data) == 0 {
		return err
	}
	var body map[string]any
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	for name, value := range body {
		q.params[name] = value
	}
	return nil
}

func (q *wpRequest) readForm() error {
	parts, err := q.MultipartReader()
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
		if part.FormName() == "file" {
			q.file = &wpFile{name: part.FileName(), data: data, form: true}
		} else {
			q.params[part.FormName()] = string(data)
		}
	}
}

func (p wpParams) has(name string) bool {
	value, ok := p[name]
	return ok && value != nil
}

// text is a string parameter; WordPress takes {"raw": "…"} as well.
func (p wpParams) text(name string) string {
	switch value := p[name].(type) {
	case string:
		return value
	case map[string]any:
		raw, _ := value["raw"].(string)
		return raw
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

func (p wpParams) number(name string) int64 {
	n, err := strconv.ParseInt(p.text(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// list is an array, or a text with commas.
func (p wpParams) list(name string) []string {
	var items []string
	switch value := p[name].(type) {
	case []any:
		for _, item := range value {
			items = append(items, strings.TrimSpace(fmt.Sprint(item)))
		}
	case string:
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	case float64:
		items = append(items, strconv.FormatFloat(value, 'f', -1, 64))
	}
	return items
}

func contains(list []string, item string) bool { return slices.Contains(list, item) }

// maxPerPage bounds lists.
const maxPerPage = 100

// paged cuts a page out of a list and counts the whole.
func paged[T any](q *wpRequest, all []T, show func(T) any) reply {
	perPage, page := 10, 1
	if q.params.has("per_page") {
		if perPage = int(q.params.number("per_page")); perPage < 1 || perPage > maxPerPage {
			return invalidParam("per_page", "per_page doit être compris entre 1 (inclus) et 100 (inclus)")
		}
	}
	if q.params.has("page") {
		page = max(1, int(q.params.number("page")))
	}
	shown := []any{}
	for i := (page - 1) * perPage; i < min(page*perPage, len(all)); i++ {
		shown = append(shown, show(all[i]))
	}
	answer := jsonReply(http.StatusOK, shown)
	answer.Header.Set("X-Wp-Total", strconv.Itoa(len(all)))
	answer.Header.Set("X-Wp-Totalpages", strconv.Itoa((len(all)+perPage-1)/perPage))
	return answer
}
