package importing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// wordpressPage is how many articles are asked for at once: with what they embed
// they stay below the bound of a body.
const (
	wordpressPage = 30
	// wordpressPages is how many such lists are read after a busy day.
	wordpressPages = 5
)

// modifiedOverlap is asked for again: clocks of sites are not exact.
const modifiedOverlap = 2 * time.Minute

// wordpressCursor is what a reading leaves for the next one.
type wordpressCursor struct {
	// Plain: the site has no addresses of their own for its API.
	Plain bool `json:"plain,omitempty"`
	// Modified is the newest change that was seen, in UTC.
	Modified time.Time `json:"modified,omitzero"`
}

// wordpressPost is an article, as far as it is read.
type wordpressPost struct {
	ID          int    `json:"id"`
	DateGMT     string `json:"date_gmt"`
	ModifiedGMT string `json:"modified_gmt"`
	Link        string `json:"link"`
	Title       struct {
		Rendered string `json:"rendered"`
	} `json:"title"`
	Content struct {
		Rendered  string `json:"rendered"`
		Protected bool   `json:"protected"`
	} `json:"content"`
	Excerpt struct {
		Rendered string `json:"rendered"`
	} `json:"excerpt"`
	Embedded struct {
		Media []struct {
			SourceURL string `json:"source_url"`
			AltText   string `json:"alt_text"`
			MediaType string `json:"media_type"`
		} `json:"wp:featuredmedia"`
		Terms [][]struct {
			Name     string `json:"name"`
			Taxonomy string `json:"taxonomy"`
		} `json:"wp:term"`
	} `json:"_embedded"`
}

// readWordPress reads the articles of a WordPress site that everybody may read.
// Sites without pretty addresses have their API behind a parameter.
func readWordPress(ctx context.Context, f *fetcher, s *post.Source) (Reading, error) {
	var cursor wordpressCursor
	if s.Cursor != "" {
		if err := json.Unmarshal([]byte(s.Cursor), &cursor); err != nil {
			cursor = wordpressCursor{} // another program's: read from the beginning
		}
	}
	var items []Item
	newest := cursor.Modified
	for number := 1; number <= wordpressPages; number++ {
		articles, base, err := wordpressArticles(ctx, f, s.URL, &cursor, number)
		if err != nil {
			return Reading{}, err
		}
		for i := range articles {
			if changed := date(articles[i].ModifiedGMT); changed.After(newest) {
				newest = changed
			}
			if !articles[i].Content.Protected {
				items = append(items, articles[i].item(base))
			}
		}
		// The first reading needs the newest only.
		if len(articles) < wordpressPage || cursor.Modified.IsZero() {
			break
		}
		// A site that knows nothing of modified_after shows old ones too.
		if last := date(articles[len(articles)-1].ModifiedGMT); last.Before(cursor.Modified.Add(-modifiedOverlap)) {
			break
		}
	}
	cursor.Modified = newest
	next, err := json.Marshal(cursor)
	return Reading{Items: newestFirst(usable(items)), Cursor: string(next)}, err
}

// wordpressArticles reads one page of articles, the newest change first.
func wordpressArticles(ctx context.Context, f *fetcher, site string, cursor *wordpressCursor, number int) ([]wordpressPost, *url.URL, error) {
	p, err := f.get(ctx, question{url: wordpressURL(site, *cursor, number), accept: "application/json"})
	var status *statusError
	if errors.As(err, &status) && status.status == http.StatusNotFound {
		cursor.Plain = !cursor.Plain
		p, err = f.get(ctx, question{url: wordpressURL(site, *cursor, number), accept: "application/json"})
	}
	if errors.As(err, &status) && status.status == http.StatusBadRequest && number > 1 {
		return nil, nil, nil // the page before was the last
	}
	if err != nil {
		return nil, nil, err
	}
	var articles []wordpressPost
	if err := json.Unmarshal(p.body, &articles); err != nil {
		return nil, nil, fmt.Errorf("%w: no list of articles: %w", errUnread, err)
	}
	return articles[:min(len(articles), wordpressPage)], p.url, nil
}

func wordpressURL(site string, cursor wordpressCursor, number int) string {
	query := url.Values{
		"page": {strconv.Itoa(number)}, "per_page": {strconv.Itoa(wordpressPage)}, "orderby": {"modified"}, "order": {"desc"},
		"_embed": {"wp:featuredmedia,wp:term"},
	}
	if !cursor.Modified.IsZero() {
		query.Set("modified_after", cursor.Modified.Add(-modifiedOverlap).UTC().Format("2006-01-02T15:04:05Z"))
	}
	const route = "/wp/v2/posts"
	base := strings.TrimRight(site, "/")
	if cursor.Plain {
		query.Set("rest_route", route)
		return base + "/?" + query.Encode()
	}
	return base + "/wp-json" + route + "?" + query.Encode()
}

func (a *wordpressPost) item(base *url.URL) Item {
	link := absolute(base, a.Link)
	i := Item{
		GUID: "wordpress:" + strconv.Itoa(a.ID), RemoteID: strconv.Itoa(a.ID), Published: date(a.DateGMT),
		Content: post.ItemContent{Title: plainTitle(a.Title.Rendered), Link: link},
	}
	if len(a.Embedded.Media) > 0 {
		m := a.Embedded.Media[0]
		if address := absolute(base, m.SourceURL); address != "" && m.MediaType != "file" {
			alt, _ := prose(m.AltText, nil)
			i.Content.Pictures = addPicture(nil, post.ItemPicture{URL: address, Alt: alt})
		}
	}
	text, pictures := prose(a.Content.Rendered, parseBase(link, base))
	excerpt, _ := prose(a.Excerpt.Rendered, base)
	i.Content.Text = text
	if text == "" {
		i.Content.Text = excerpt
	}
	for _, p := range pictures {
		i.Content.Pictures = addPicture(i.Content.Pictures, p)
	}
	for _, terms := range a.Embedded.Terms {
		for _, term := range terms {
			if term.Taxonomy == "category" {
				name, _ := prose(term.Name, nil)
				i.Content.Categories = addCategory(i.Content.Categories, name)
			}
		}
	}
	return i
}
