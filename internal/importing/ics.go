package importing

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/ics"
	"github.com/crieur/crieur/internal/post"
)

// readICS reads what is to come in a calendar. zone is that of hours without
// one of their own. One event that cannot be read does not hide the others.
func readICS(ctx context.Context, f *fetcher, s *post.Source, zone *time.Location) (Reading, error) {
	p, err := f.get(ctx, question{url: s.URL, accept: "text/calendar, */*;q=0.1", etag: s.ETag, lastModified: s.LastModified})
	if err != nil {
		return Reading{}, err
	}
	if p.unchanged {
		return Reading{Unchanged: true, ETag: p.etag, LastModified: p.lastModified}, nil
	}
	items, err := parseCalendar(p.body, p.url, zone, f.now())
	return Reading{Items: items, ETag: p.etag, LastModified: p.lastModified}, err
}

func parseCalendar(body []byte, base *url.URL, zone *time.Location, now time.Time) ([]Item, error) {
	entries, _, err := ics.Read(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnread, err)
	}
	var items []Item
	for i := range entries {
		if item, ok := itemOfEvent(&entries[i], base, zone, now); ok {
			items = append(items, item)
		}
	}
	return soonestFirst(items), nil
}

// soonestFirst keeps what begins first.
func soonestFirst(items []Item) []Item {
	items = usable(items)
	slices.SortStableFunc(items, func(a, b Item) int { return a.Published.Compare(b.Published) })
	return items[:min(len(items), maxItems)]
}

// itemOfEvent makes an item of an event that is still to come.
func itemOfEvent(e *ics.Entry, base *url.URL, zone *time.Location, now time.Time) (Item, bool) {
	start := e.Start.Instant(zone)
	end := start
	if !e.End.IsZero() {
		end = e.End.Instant(zone)
	}
	if end.Before(now.Add(-24*time.Hour)) || e.Cancelled {
		return Item{}, false
	}
	i := Item{GUID: cutBytes(e.UID+e.RecurrenceID.String(), maxURL), Published: start.UTC(), Future: true}
	i.Content.Title = plainTitle(e.Summary)
	i.Content.Link = absolute(base, e.URL)
	head := "🗓 " + frenchDate(start.In(zone), e.Start.Day)
	if place := oneLine(e.Location); place != "" {
		head += "\n📍 " + place
	}
	body, pictures := e.Description, []post.ItemPicture(nil)
	if strings.Contains(body, "<") {
		body, pictures = prose(body, base)
	}
	i.Content.Text = cutText(strings.TrimSpace(head+"\n\n"+body), maxText)
	if e.Picture || pictureName(e.Attachment) {
		if address := absolute(base, e.Attachment); address != "" {
			i.Content.Pictures = addPicture(nil, post.ItemPicture{URL: address})
		}
	}
	for _, p := range pictures {
		i.Content.Pictures = addPicture(i.Content.Pictures, p)
	}
	for _, name := range e.Categories {
		i.Content.Categories = addCategory(i.Content.Categories, name)
	}
	return i, i.Content.Title != ""
}

// frenchDate writes a day, and its hour, as people say it.
func frenchDate(at time.Time, day bool) string {
	days := []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months := []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	number := at.Format("2")
	if number == "1" {
		number = "1er"
	}
	text := fmt.Sprintf("%s %s %s %d", days[at.Weekday()], number, months[at.Month()-1], at.Year())
	if !day {
		text += fmt.Sprintf(" à %d\u00a0h", at.Hour())
		if at.Minute() != 0 {
			text += fmt.Sprintf("\u00a0%02d", at.Minute())
		}
	}
	return text
}
