package site

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// eventData is an event in the vocabulary of schema.org (Event, release 30).
// images are those of an article that announces it.
func (p *Pages) eventData(c post.Commune, e *Event, images []any) any {
	content := &e.Content
	data := map[string]any{
		"@context": "https://schema.org", "@type": "Event", "name": content.Title,
		"eventStatus":         "https://schema.org/" + eventStatus(e.Status),
		"eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
		"url":                 p.publicURL + eventPath(c.Slug, e.ID),
		"location":            p.placeData(c, content),
		"organizer":           p.organizerData(c, content),
	}
	setDates(data, e, e.Spans[0], e.Spans[len(e.Spans)-1])
	if content.Description != "" {
		data["description"] = content.Description
	}
	if len(content.Languages) > 0 {
		data["inLanguage"] = content.Languages
	}
	if len(images) > 0 {
		data["image"] = images
	}
	if former := p.formerDates(e); len(former) > 0 {
		data["previousStartDate"] = former[len(former)-1]
	}
	if price := content.Price; price != nil {
		data["isAccessibleForFree"] = price.Amount == 0
		offer := map[string]any{
			"@type": "Offer", "price": strconv.FormatFloat(price.Amount, 'f', 2, 64), "priceCurrency": price.Currency,
			"url": data["url"], "availability": "https://schema.org/InStock",
		}
		if content.Link != "" {
			offer["url"] = content.Link
		}
		if price.Note != "" {
			offer["description"] = price.Note
		}
		data["offers"] = offer
	}
	if len(e.Spans) > 1 {
		var parts []any
		for _, s := range e.Spans {
			part := map[string]any{
				"@type": "Event", "name": content.Title, "eventStatus": data["eventStatus"], "location": data["location"],
			}
			setDates(part, e, s, s)
			parts = append(parts, part)
		}
		data["subEvent"] = parts
	}
	return data
}

// eventStatus is the member of schema.org's EventStatusType.
func eventStatus(s post.EventStatus) string {
	switch s {
	case post.EventRescheduled:
		return "EventRescheduled"
	case post.EventPostponed:
		return "EventPostponed"
	case post.EventCancelled:
		return "EventCancelled"
	default:
		return "EventScheduled"
	}
}

// setDates writes instants with their offset, and whole days as days, of which
// the last is included.
func setDates(data map[string]any, e *Event, first, last EventSpan) {
	if e.AllDay {
		data["startDate"] = first.Start.Format(time.DateOnly)
		data["endDate"] = last.End.AddDate(0, 0, -1).Format(time.DateOnly)
		return
	}
	zone := zoneOf(post.Commune{Zone: e.Zone})
	data["startDate"] = first.Start.In(zone).Format(time.RFC3339)
	if last.HasEnd {
		data["endDate"] = last.End.In(zone).Format(time.RFC3339)
	}
}

// formerDates are the beginnings that no longer hold, oldest first.
func (p *Pages) formerDates(e *Event) []string {
	zone := zoneOf(post.Commune{Zone: e.Zone})
	former := e.Previous
	if e.Status == post.EventCancelled {
		former = nil // it keeps the date at which it would have been
	}
	var all []string
	for _, d := range former {
		if at, err := time.ParseInLocation("2006-01-02T15:04", d.Start, zone); err == nil {
			all = append(all, at.Format(time.RFC3339))
		} else {
			all = append(all, d.Start)
		}
	}
	return all
}

func (p *Pages) placeData(c post.Commune, content *post.EventContent) any {
	place := map[string]any{"@type": "Place", "name": content.Place.Name, "address": content.Place.Address}
	if content.Place.Name == "" {
		place["name"] = c.Name
	}
	if content.Place.Address == "" {
		place["address"] = map[string]any{"@type": "PostalAddress", "addressLocality": c.Name, "addressCountry": "BE"}
	}
	if content.Place.Latitude != nil && content.Place.Longitude != nil {
		place["geo"] = map[string]any{"@type": "GeoCoordinates", "latitude": *content.Place.Latitude, "longitude": *content.Place.Longitude}
	}
	var features []any
	for _, text := range content.Accessibility {
		features = append(features, map[string]any{"@type": "LocationFeatureSpecification", "name": text, "value": true})
	}
	if len(features) > 0 {
		place["amenityFeature"] = features
	}
	return place
}

func (p *Pages) organizerData(c post.Commune, content *post.EventContent) any {
	organizer := map[string]any{"@type": "GovernmentOrganization", "name": c.Name, "url": p.publicURL + communePath(c.Slug)}
	if o := content.Organizer; o.Name != "" {
		organizer = map[string]any{"@type": "Organization", "name": o.Name}
		put(organizer, "url", o.URL)
		put(organizer, "email", o.Email)
		put(organizer, "telephone", o.Phone)
	}
	if k := content.Contact; k != (post.Party{}) {
		point := map[string]any{"@type": "ContactPoint", "contactType": "customer service"}
		put(point, "name", k.Name)
		put(point, "url", k.URL)
		put(point, "email", k.Email)
		put(point, "telephone", k.Phone)
		organizer["contactPoint"] = point
	}
	return organizer
}

func put(data map[string]any, name, value string) {
	if value != "" {
		data[name] = value
	}
}

// priceText is what an event costs, in words.
func priceText(price *post.Price) string {
	if price == nil {
		return ""
	}
	text := "Gratuit"
	if price.Amount > 0 {
		text = strings.TrimSuffix(strings.Replace(strconv.FormatFloat(price.Amount, 'f', 2, 64), ".", ",", 1), ",00") + "\u00a0" + price.Currency
	}
	if price.Note != "" {
		text += " – " + price.Note
	}
	return text
}

// mapURL shows a point on a free map.
func mapURL(latitude, longitude float64) string {
	return fmt.Sprintf("https://www.openstreetmap.org/?mlat=%.6f&mlon=%.6f#map=17/%.6f/%.6f", latitude, longitude, latitude, longitude)
}
