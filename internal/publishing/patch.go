package publishing

import (
	"cmp"
	"slices"

	"github.com/crieur/crieur/internal/post"
)

// apply gives the draft that the post would be after the change.
func (p Patch) apply(current post.Post) Draft {
	draft := Draft{
		Content: current.Content, Schedule: current.Schedule, Overrides: map[string]Override{},
		MaxLateness: cmp.Or(p.MaxLateness, current.MaxLateness),
	}
	for _, d := range current.Deliveries {
		if d.State != post.Cancelled && !slices.Contains(draft.Channels, d.ChannelID) {
			draft.Channels = append(draft.Channels, d.ChannelID)
		}
	}
	for _, v := range current.Variants {
		draft.Overrides[v.ChannelID] = Override{Title: v.Title, Text: v.Text}
	}
	set(&draft.Content.Title, p.Title)
	set(&draft.Content.Text, p.Text)
	set(&draft.Content.Link, p.Link)
	set(&draft.Content.Category, p.Category)
	set(&draft.Content.Images, p.Images)
	set(&draft.Schedule, p.Schedule)
	set(&draft.Overrides, p.Overrides)
	if p.Channels != nil {
		draft.Channels = *p.Channels
		if p.Overrides == nil {
			draft.keepOverridesOf(*p.Channels)
		}
	}
	return draft
}

// keepOverridesOf drops the texts of channels that are no longer chosen.
func (d *Draft) keepOverridesOf(ids []string) {
	kept := make(map[string]Override, len(ids))
	for _, id := range ids {
		if override, ok := d.Overrides[id]; ok {
			kept[id] = override
		}
	}
	d.Overrides = kept
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
