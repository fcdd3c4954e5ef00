package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// graphField is one name of a fields= list, with the names in its braces.
// Modifiers, as .limit(5), are read over.
type graphField struct {
	name string
	sub  []graphField
}

// parseGraphFields reads a fields= list; false when its braces do not match.
func parseGraphFields(text string) ([]graphField, bool) {
	fields, rest, ok := parseGraphList(text)
	return fields, ok && rest == ""
}

func parseGraphList(text string) (fields []graphField, rest string, ok bool) {
	for {
		end := strings.IndexAny(text, ",{}.(")
		if end < 0 {
			end = len(text)
		}
		field := graphField{name: strings.TrimSpace(text[:end])}
		text = text[end:]
		for strings.HasPrefix(text, ".") || strings.HasPrefix(text, "(") {
			closing := strings.IndexByte(text, ')')
			if closing < 0 {
				return nil, "", false
			}
			text = text[closing+1:]
		}
		if inner, braced := strings.CutPrefix(text, "{"); braced {
			if field.sub, text, ok = parseGraphList(inner); !ok {
				return nil, "", false
			}
			if text, ok = strings.CutPrefix(text, "}"); !ok {
				return nil, "", false
			}
		}
		if field.name == "" {
			return nil, "", false
		}
		fields = append(fields, field)
		next, more := strings.CutPrefix(text, ",")
		if !more {
			return fields, text, true
		}
		text = next
	}
}

// The fields that this imitation knows of each node.
func pageFieldNames() []string {
	return []string{"id", "name", "link", "category", "followers_count", "fan_count", "verification_status", "access_token"}
}

func postFieldNames() []string {
	return []string{
		"id", "message", "created_time", "updated_time", "permalink_url", "status_type",
		"application", "attachments", "is_published", "from",
	}
}

func photoFieldNames() []string {
	return []string{
		"id", "name", "created_time", "link", "page_story_id", "alt_text", "alt_text_custom", "width", "height",
	}
}

func (q *graphRequest) postFields() ([]graphField, *reply)  { return q.fields(postFieldNames()) }
func (q *graphRequest) photoFields() ([]graphField, *reply) { return q.fields(photoFieldNames()) }
func (q *graphRequest) pageFields() ([]graphField, *reply)  { return q.fields(pageFieldNames()) }

// fields reads fields=; nil without one. An unknown name refuses the call, and
// so does a counter that needs pages_read_user_content.
func (q *graphRequest) fields(known []string) ([]graphField, *reply) {
	text := q.get("fields")
	if text == "" {
		return nil, nil
	}
	fields, ok := parseGraphFields(text)
	if !ok {
		failure := graphFailure(http.StatusBadRequest, 2500, 0, "Syntax error in the field list")
		return nil, &failure
	}
	for _, field := range fields {
		if slices.Contains([]string{"comments", "reactions", "likes"}, field.name) {
			failure := graphFailure(http.StatusForbidden, 10, 0,
				"(#10) This endpoint requires the 'pages_read_user_content' permission")
			return nil, &failure
		}
		if !slices.Contains(known, field.name) {
			failure := graphFailure(http.StatusBadRequest, 100, 0,
				"(#100) Tried accessing nonexisting field ("+field.name+")")
			return nil, &failure
		}
	}
	return fields, nil
}

// pick keeps the fields that were asked for, at every depth.
func pick(node map[string]any, fields []graphField) map[string]any {
	picked := map[string]any{}
	if id, ok := node["id"]; ok {
		picked["id"] = id // the id comes always
	}
	for _, field := range fields {
		value, ok := node[field.name]
		if !ok {
			continue
		}
		if inner, isNode := value.(map[string]any); isNode && field.sub != nil {
			value = pickInner(inner, field.sub)
		}
		picked[field.name] = value
	}
	return picked
}

// pickInner picks from a node, or from each node of an edge.
func pickInner(inner map[string]any, fields []graphField) map[string]any {
	list, isEdge := inner["data"].([]map[string]any)
	if !isEdge {
		return pick(inner, fields)
	}
	data := make([]map[string]any, 0, len(list))
	for _, node := range list {
		data = append(data, pick(node, fields))
	}
	return map[string]any{"data": data}
}
