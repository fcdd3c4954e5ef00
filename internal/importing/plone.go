package importing

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/internal/post"
)

// plonePage is how many objects are asked for at once.
const plonePage = 30

// ploneTypes are the types of news of iMio and of plain Plone.
func ploneTypes() []string { return []string{"imio.news.NewsItem", "News Item"} }

// ploneToken is a word of a vocabulary: {"token", "title"}, or the token alone.
type ploneToken struct{ name string }

func (t *ploneToken) UnmarshalJSON(b []byte) error {
	var object struct{ Token, Title string }
	if err := json.Unmarshal(b, &object); err == nil {
		t.name = object.Title
		if t.name == "" {
			t.name = object.Token
		}
		return nil
	}
	// Anything that is neither says nothing.
	if err := json.Unmarshal(b, &t.name); err != nil {
		t.name = ""
	}
	return nil
}

// ploneObject is a news item, as far as it is read.
type ploneObject struct {
	ID          string `json:"@id"`
	UID         string `json:"UID"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Text        *struct {
		Data string `json:"data"`
	} `json:"text"`
	Image *struct {
		Download string `json:"download"`
		Scales   map[string]struct {
			Download string `json:"download"`
			Width    int    `json:"width"`
		} `json:"scales"`
	} `json:"image"`
	ImageCaption  string       `json:"image_caption"`
	Effective     string       `json:"effective"`
	Created       string       `json:"created"`
	Category      *ploneToken  `json:"category"`
	LocalCategory *ploneToken  `json:"local_category"`
	Topics        []ploneToken `json:"topics"`
	Subjects      []ploneToken `json:"subjects"`
	State         string       `json:"review_state"`
}

// readPlone reads the news below an address of Plone: a site of its own, or the
// folder of a commune in iMio's shared back-end. Without the header Accept it
// would answer with a page.
func readPlone(ctx context.Context, f *fetcher, s *post.Source) (Reading, error) {
	query := url.Values{
		"portal_type": ploneTypes(), "sort_on": {"effective"}, "sort_order": {"descending"},
		"fullobjects": {"1"}, "b_size": {strconv.Itoa(plonePage)},
	}
	p, err := f.get(ctx, question{
		url: strings.TrimRight(s.URL, "/") + "/@search?" + query.Encode(), accept: "application/json", etag: s.ETag, lastModified: s.LastModified,
	})
	if err != nil {
		return Reading{}, err
	}
	if p.unchanged {
		return Reading{Unchanged: true, ETag: p.etag, LastModified: p.lastModified}, nil
	}
	var found struct {
		Items []ploneObject `json:"items"`
	}
	if err := json.Unmarshal(p.body, &found); err != nil {
		return Reading{}, fmt.Errorf("%w: no answer of Plone: %w", errUnread, err)
	}
	var items []Item
	for i := range found.Items[:min(len(found.Items), maxItems)] {
		if o := &found.Items[i]; o.State == "" || o.State == "published" {
			items = append(items, o.item(p.url, s.PublicURL))
		}
	}
	return Reading{Items: newestFirst(usable(items)), ETag: p.etag, LastModified: p.lastModified}, nil
}

func (o *ploneObject) item(base *url.URL, publicURL string) Item {
	i := Item{GUID: o.UID, Published: date(o.Effective)}
	if i.Published.IsZero() {
		i.Published = date(o.Created)
	}
	if i.GUID == "" {
		i.GUID = o.ID
	}
	i.Content.Title = plainTitle(o.Title)
	i.Content.Link = o.publicLink(base, publicURL, i.Content.Title)
	own := parseBase(o.ID, base)
	lead := oneLine(strings.ReplaceAll(o.Description, "**", ""))
	i.Content.Text = lead
	if o.Image != nil {
		address, widest := o.Image.Download, 0
		if address == "" {
			for _, scale := range o.Image.Scales {
				if scale.Width > widest {
					address, widest = scale.Download, scale.Width
				}
			}
		}
		if address = absolute(own, address); address != "" {
			i.Content.Pictures = addPicture(nil, post.ItemPicture{URL: address, Alt: o.ImageCaption})
		}
	}
	if o.Text != nil {
		body, pictures := prose(o.Text.Data, own)
		if body != "" && lead != "" {
			body = lead + "\n\n" + body
		}
		i.Content.Text = richer(lead, body)
		for _, p := range pictures {
			i.Content.Pictures = addPicture(i.Content.Pictures, p)
		}
	}
	for _, token := range []*ploneToken{o.LocalCategory, o.Category} {
		if token != nil {
			i.Content.Categories = addCategory(i.Content.Categories, token.name)
		}
	}
	for _, token := range append(o.Topics, o.Subjects...) {
		i.Content.Categories = addCategory(i.Content.Categories, token.name)
	}
	return i
}

// publicLink is where visitors find the object. The address in iMio's back-end
// is that of an office and is not shown: the commune's own page finds the
// object by its UID, whatever the words before it.
func (o *ploneObject) publicLink(base *url.URL, publicURL, title string) string {
	if publicURL != "" && o.UID != "" {
		return strings.TrimRight(publicURL, "/") + "/" + adapt.Slug(title, 60) + "?u=" + url.QueryEscape(o.UID)
	}
	link := absolute(base, o.ID)
	if u, err := url.Parse(link); err != nil || strings.HasSuffix(u.Hostname(), ".enwallonie.be") {
		return ""
	}
	return link
}
