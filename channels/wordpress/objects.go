package wordpress

import (
	"encoding/json"
	"html"
	"strings"
	"time"
)

// Statuses of a post.
const (
	statusPublish = "publish"
	statusTrash   = "trash"
)

// trashSuffix is what WordPress adds to the slug of a post in the trash.
const trashSuffix = "__trashed"

// article is a post of the site, as the API gives it in the context "edit".
type article struct {
	ID            int64    `json:"id"`
	Status        string   `json:"status"`
	Slug          string   `json:"slug"`
	Link          string   `json:"link"`
	DateGMT       siteTime `json:"date_gmt"`
	Title         rawText  `json:"title"`
	Content       rawText  `json:"content"`
	FeaturedMedia int64    `json:"featured_media"`
	Categories    []int64  `json:"categories"`
}

// articleFields are those of article, for _fields.
const articleFields = "id,status,slug,link,date_gmt,title,content,featured_media,categories"

// picture is an attachment.
type picture struct {
	ID        int64  `json:"id"`
	Slug      string `json:"slug"`
	AltText   string `json:"alt_text"`
	SourceURL string `json:"source_url"`
	// MissingSizes are those that the server did not get to.
	MissingSizes []string `json:"missing_image_sizes"`
	Details      sizes    `json:"media_details"`
}

const pictureFields = "id,slug,alt_text,source_url,missing_image_sizes,media_details"

// sizes are the copies that WordPress made.
type sizes struct{ Large string }

// UnmarshalJSON never fails: without its copies a picture is shown all the same.
func (s *sizes) UnmarshalJSON(data []byte) error {
	var details struct {
		Sizes phpMap[struct {
			SourceURL string `json:"source_url"`
		}] `json:"sizes"`
	}
	if err := json.Unmarshal(data, &details); err == nil {
		s.Large = details.Sizes["large"].SourceURL
	}
	return nil
}

// phpMap is a JSON object. PHP writes an empty one as [].
type phpMap[T any] map[string]T

// UnmarshalJSON implements json.Unmarshaler.
func (m *phpMap[T]) UnmarshalJSON(data []byte) error {
	if emptyPHP(data) {
		*m = nil
		return nil
	}
	return json.Unmarshal(data, (*map[string]T)(m))
}

func emptyPHP(data []byte) bool { return string(data) == "[]" || string(data) == "null" }

// rawText is a text as it is stored.
type rawText struct {
	Raw string `json:"raw"`
}

// siteTime is an instant without an offset, in UTC; zero where there is none.
type siteTime struct{ time.Time }

// UnmarshalJSON never fails: a draft has no date, and a date that cannot be read
// is not worth an article.
func (t *siteTime) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if parsed, err := time.ParseInLocation("2006-01-02T15:04:05", text, time.UTC); err == nil {
		t.Time = parsed
	}
	return nil
}

// term is a category.
type term struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// user is who we are.
type user struct {
	ID           int64        `json:"id"`
	Name         string       `json:"name"`
	Capabilities capabilities `json:"capabilities"`
}

// capabilities are what a user may do; plugins put other values than true and
// false beside them.
type capabilities phpMap[json.RawMessage]

// UnmarshalJSON implements json.Unmarshaler.
func (c *capabilities) UnmarshalJSON(data []byte) error {
	return (*phpMap[json.RawMessage])(c).UnmarshalJSON(data)
}

// have reports whether a capability is given.
func (c capabilities) have(name string) bool { return string(c[name]) == "true" }

// index is the root of the API.
type index struct {
	Name           string                  `json:"name"`
	Home           string                  `json:"home"`
	Namespaces     []string                `json:"namespaces"`
	Authentication phpMap[json.RawMessage] `json:"authentication"`
}

// takesApplicationPasswords: the site offers them.
func (i index) takesApplicationPasswords() bool {
	_, ok := i.Authentication["application-passwords"]
	return ok
}

// plain is a text of the API without its entities.
func plain(text string) string { return strings.TrimSpace(html.UnescapeString(text)) }
