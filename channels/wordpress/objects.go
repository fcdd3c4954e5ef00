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

// sizes are the copies that WordPress made. PHP writes an empty map as [].
type sizes struct{ Large string }

func (s *sizes) UnmarshalJSON(data []byte) error {
	var details struct {
		Sizes map[string]struct {
			SourceURL string `json:"source_url"`
		} `json:"sizes"`
	}
	if json.Unmarshal(data, &details) == nil {
		s.Large = details.Sizes["large"].SourceURL
	}
	return nil
}

// rawText is a text as it is stored.
type rawText struct {
	Raw string `json:"raw"`
}

// siteTime is an instant without an offset, in UTC; zero where there is none.
type siteTime struct{ time.Time }

func (t *siteTime) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return nil // null: a draft without a date
	}
	parsed, err := time.ParseInLocation("2006-01-02T15:04:05", text, time.UTC)
	if err == nil {
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

// capabilities are what a user may do. PHP writes none as [].
type capabilities map[string]bool

func (c *capabilities) UnmarshalJSON(data []byte) error {
	var may map[string]json.RawMessage
	if json.Unmarshal(data, &may) != nil {
		*c = nil
		return nil
	}
	*c = make(capabilities, len(may))
	for name, value := range may {
		(*c)[name] = string(value) == "true"
	}
	return nil
}

// index is the root of the API.
type index struct {
	Name           string          `json:"name"`
	Home           string          `json:"home"`
	Namespaces     []string        `json:"namespaces"`
	Authentication json.RawMessage `json:"authentication"`
}

// takesApplicationPasswords: the site offers them. PHP writes an empty map as
// [].
func (i index) takesApplicationPasswords() bool {
	var methods map[string]json.RawMessage
	if json.Unmarshal(i.Authentication, &methods) != nil {
		return false
	}
	_, ok := methods["application-passwords"]
	return ok
}

// plain is a text of the API without its entities.
func plain(text string) string { return strings.TrimSpace(html.UnescapeString(text)) }
