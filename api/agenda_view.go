package api

import (
	"github.com/crieur/crieur/internal/agenda"
	"github.com/crieur/crieur/internal/post"
)

func eventView(e *post.Event, address func(id string) string) Event {
	c := &e.Content
	view := Event{
		ID: e.ID, Version: e.Version, UID: e.ID, Sequence: e.Sequence, Status: EventStatus(e.Status),
		Title: c.Title, Description: c.Description, Place: c.Place.Name, Address: c.Place.Address,
		StartsAt: e.Dates[0].Start, EndsAt: text(e.Dates[0].End), OtherDates: dateViews(e.Dates[1:]), PreviousDates: dateViews(e.Previous),
		AllDay: e.AllDay, Zone: e.Zone, FirstInstant: moment(e.StartsAt), LastInstant: moment(e.EndsAt),
		Organizer: partyView(c.Organizer), Contact: partyView(c.Contact), Link: c.Link, Images: imageViews(c.Images),
		Accessibility: notNil(c.Accessibility), Languages: notNil(c.Languages), Category: e.Category, Listed: e.Listed, Channels: notNil(e.Channels),
		Steps: stepViews(e.Steps), URL: address(e.ID), CreatedAt: moment(e.CreatedAt), UpdatedAt: moment(e.UpdatedAt),
	}
	if c.Place.Latitude != nil && c.Place.Longitude != nil {
		view.Point = &MapPoint{Latitude: *c.Place.Latitude, Longitude: *c.Place.Longitude}
	}
	if c.Price != nil {
		view.Price = &Price{Amount: c.Price.Amount, Currency: &c.Price.Currency, Note: text(c.Price.Note)}
	}
	return view
}

func dateViews(all []post.EventDate) []EventDate {
	views := make([]EventDate, 0, len(all))
	for _, d := range all {
		views = append(views, EventDate{StartsAt: d.Start, EndsAt: text(d.End)})
	}
	return views
}

func partyView(p post.Party) Party {
	return Party{Name: text(p.Name), Email: text(p.Email), Phone: text(p.Phone), URL: text(p.URL)}
}

func imageViews(all []post.Image) []Image {
	views := make([]Image, 0, len(all))
	for _, image := range all {
		views = append(views, Image{MediaID: image.MediaID, URL: mediaURL(image.MediaID), Alt: image.Alt, Decorative: image.Decorative, Focal: image.Focal})
	}
	return views
}

func stepViews(all []post.SeriesStep) []SeriesStep {
	views := make([]SeriesStep, 0, len(all))
	for _, step := range all {
		kind := AnnouncementKind(step.Kind)
		views = append(views, SeriesStep{
			Key: &step.Key, Kind: &kind, Before: text(step.Before), After: text(step.After), At: &step.At, EachDate: &step.EachDate,
			Title: text(step.Title), Text: text(step.Text),
			Template: text(step.Template),
		})
	}
	return views
}

func recipeView(r post.Recipe) Recipe {
	return Recipe{Category: r.Category, Steps: stepViews(r.Steps), QuietFrom: r.QuietFrom, QuietTo: r.QuietTo, SpacingMinutes: r.SpacingMinutes}
}

func cascadeView(c *agenda.Cascade, names channelNames) Cascade {
	view := Cascade{
		Version: c.Version, Status: EventStatus(c.Event.Status), StartsAt: c.Event.Dates[0].Start, EndsAt: text(c.Event.Dates[0].End),
		Items: make([]CascadeItem, 0, len(c.Items)),
	}
	for i := range c.Items {
		item := &c.Items[i]
		one := CascadeItem{
			Step: item.Step, Kind: AnnouncementKind(item.Kind), PostID: item.PostID, Action: CascadeItemAction(item.Action), Title: item.Title,
			From: instant(item.From), To: instant(item.To), Reason: text(item.Reason), Published: make([]Delivery, 0, len(item.Published)),
		}
		for j := range item.Published {
			one.Published = append(one.Published, deliveryView(&item.Published[j], names))
		}
		view.Items = append(view.Items, one)
	}
	if c.Notice != nil {
		view.Notice = &EventNotice{Title: c.Notice.Body.Title, Text: c.Notice.Body.Text, Short: text(c.Notice.Body.Short), Channels: notNil(c.Event.Channels)}
	}
	return view
}

func planView(p *agenda.Plan) EventPlan {
	view := EventPlan{
		Announcements: make([]PlannedAnnouncement, 0, len(p.Announcements)), Steps: stepViews(p.Steps),
		Skipped: make([]SkippedStep, 0, len(p.Skipped)), Issues: make([]ProblemField, 0, len(p.Issues)),
		QuietFrom: p.Rules.QuietFrom, QuietTo: p.Rules.QuietTo, SpacingMinutes: p.Rules.SpacingMinutes,
	}
	for i := range p.Announcements {
		a := &p.Announcements[i]
		one := PlannedAnnouncement{
			Step: a.Step, Kind: AnnouncementKind(a.Kind), DueAt: moment(a.DueAt), Title: a.Body.Title, Text: a.Body.Text,
			Wording: Wording{Title: a.TitleWords, Text: a.TextWords}, Overrides: OverrideMap{}, Note: text(a.Note),
		}
		for id, o := range a.Overrides {
			one.Overrides[id] = Override{Title: o.Title, Text: o.Text}
		}
		view.Announcements = append(view.Announcements, one)
	}
	for _, sk := range p.Skipped {
		view.Skipped = append(view.Skipped, SkippedStep{Step: sk.Step, Kind: AnnouncementKind(sk.Kind), Reason: sk.Reason})
	}
	for _, f := range p.Issues {
		view.Issues = append(view.Issues, ProblemField{Field: f.Field, Code: f.Code, Message: f.Message})
	}
	return view
}
