package api

import (
	"context"

	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/post"
)

func eventDraftOf(in NewEvent) agenda.EventDraft {
	d := agenda.EventDraft{
		Content: post.EventContent{
			Title: in.Title, Description: value(in.Description), Place: placeOf(value(in.Place), value(in.Address), in.Point),
			Organizer: partyOf(in.Organizer), Contact: partyOf(in.Contact), Price: priceOf(in.Price), Images: imagesOf(value(in.Images)),
			Link: value(in.Link), Accessibility: value(in.Accessibility), Languages: value(in.Languages),
		},
		Dates: datesOf(in.StartsAt, value(in.EndsAt), value(in.OtherDates)), Zone: value(in.Zone), AllDay: value(in.AllDay),
		Listed: in.Listed == nil || *in.Listed, Category: value(in.Category), Channels: value(in.Channels),
	}
	if in.Announcements != nil {
		steps := stepsOf(*in.Announcements)
		d.Steps = &steps
	}
	return d
}

func placeOf(name, address string, point *MapPoint) post.Place {
	place := post.Place{Name: name, Address: address}
	if point != nil {
		place.Latitude, place.Longitude = &point.Latitude, &point.Longitude
	}
	return place
}

func partyOf(in *Party) post.Party {
	p := value(in)
	return post.Party{Name: value(p.Name), Email: value(p.Email), Phone: value(p.Phone), URL: value(p.URL)}
}

func priceOf(in *Price) *post.Price {
	if in == nil {
		return nil
	}
	price := post.Price{Amount: in.Amount, Currency: value(in.Currency), Note: value(in.Note)}
	if price.Currency == "" {
		price.Currency = "EUR"
	}
	return &price
}

func datesOf(start, end string, others []EventDate) []post.EventDate {
	dates := []post.EventDate{{Start: start, End: end}}
	for _, d := range others {
		dates = append(dates, post.EventDate{Start: d.StartsAt, End: value(d.EndsAt)})
	}
	return dates
}

func stepsOf(in []SeriesStep) []post.SeriesStep {
	steps := make([]post.SeriesStep, 0, len(in))
	for _, step := range in {
		steps = append(steps, post.SeriesStep{
			Key: value(step.Key), Kind: post.AnnouncementKind(value(step.Kind)), Before: value(step.Before), After: value(step.After),
			At: value(step.At), EachDate: value(step.EachDate), Title: value(step.Title), Text: value(step.Text),
			Template: value(step.Template),
		})
	}
	return steps
}

func postponement(in EventPostponement) agenda.Change {
	change := agenda.Change{
		Kind: post.AnnouncePostponed, Announce: in.Announce == nil || *in.Announce, Reason: value(in.Reason), Text: value(in.Text), IfVersion: value(in.Version),
	}
	if start := value(in.StartsAt); start != "" {
		change.Dates = datesOf(start, value(in.EndsAt), value(in.OtherDates))
	}
	return change
}

func cancellation(in EventCancellation) agenda.Change {
	return agenda.Change{
		Kind: post.AnnounceCancelled, Announce: in.Announce == nil || *in.Announce, Reason: value(in.Reason), Text: value(in.Text), IfVersion: value(in.Version),
	}
}

// amendment is a change of anything else; what is left out stays as it is.
func (s *Server) amendment(ctx context.Context, actor post.Actor, id string, in EventPatch) (agenda.Change, error) {
	found, err := s.deps.Agenda.Event(ctx, actor, id)
	if err != nil {
		return agenda.Change{}, err
	}
	content := found.Event.Content
	set(&content.Title, in.Title)
	set(&content.Description, in.Description)
	set(&content.Place.Name, in.Place)
	set(&content.Place.Address, in.Address)
	if in.Point != nil {
		content.Place.Latitude, content.Place.Longitude = &in.Point.Latitude, &in.Point.Longitude
	}
	if in.Price != nil {
		content.Price = priceOf(in.Price)
	}
	for _, gone := range value(in.Clear) {
		switch gone {
		case EventPatchClearPoint:
			content.Place.Latitude, content.Place.Longitude = nil, nil
		case EventPatchClearPrice:
			content.Price = nil
		}
	}
	if in.Organizer != nil {
		content.Organizer = partyOf(in.Organizer)
	}
	if in.Contact != nil {
		content.Contact = partyOf(in.Contact)
	}
	set(&content.Link, in.Link)
	set(&content.Accessibility, in.Accessibility)
	set(&content.Languages, in.Languages)
	if in.Images != nil {
		content.Images = imagesOf(*in.Images)
	}
	change := agenda.Change{
		Kind: post.AnnounceChanged, Content: &content, AllDay: in.AllDay, Zone: in.Zone, Category: in.Category, Listed: in.Listed,
		Channels: in.Channels, Announce: value(in.Announce), Reason: value(in.Reason), Text: value(in.Text),
	}
	if in.StartsAt != nil {
		change.Dates = datesOf(*in.StartsAt, value(in.EndsAt), value(in.OtherDates))
	}
	if in.Announcements != nil {
		steps := stepsOf(*in.Announcements)
		change.Steps = &steps
	}
	return change, nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
