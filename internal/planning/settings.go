package planning

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/crieur/crieur/internal/post"
)

// defaultHours are those of the slots that a commune begins with, on working
// days: before work, at noon, and after school.
func defaultHours() []string { return []string{"08:00", "12:15", "17:00"} }

func defaultSlots() []post.Slot {
	var slots []post.Slot
	for weekday := 1; weekday <= 5; weekday++ {
		for _, at := range defaultHours() {
			slots = append(slots, post.Slot{Weekday: weekday, At: at})
		}
	}
	return slots
}

// Settings returns the commune's settings, or those that it begins with.
func (s *Service) Settings(ctx context.Context, actor post.Actor) (post.PublishingSettings, error) {
	settings, err := s.Store.PublishingSettings(ctx, actor.CommuneID)
	if errors.Is(err, post.ErrNotFound) {
		return post.PublishingSettings{CommuneID: actor.CommuneID, Slots: defaultSlots()}, nil
	}
	return settings, err
}

// SaveSettings replaces the settings of the version in them.
func (s *Service) SaveSettings(ctx context.Context, actor post.Actor, settings post.PublishingSettings) (post.PublishingSettings, error) {
	if actor.Role != post.RoleAuthor && actor.Role != post.RoleAdministrator {
		return post.PublishingSettings{}, &post.Problem{
			Kind: post.Forbidden, Code: "not_an_author",
			Detail: "Seules les personnes qui publient peuvent changer ces réglages.",
		}
	}
	settings.CommuneID = actor.CommuneID
	if err := tidy(&settings); err != nil {
		return post.PublishingSettings{}, err
	}
	var err error
	if settings.UpdatedAt, err = s.Store.Now(ctx); err != nil {
		return post.PublishingSettings{}, err
	}
	settings.UpdatedAt = settings.UpdatedAt.Truncate(time.Millisecond)
	err = s.Store.SavePublishingSettings(ctx, settings, settings.Version)
	if errors.Is(err, post.ErrStale) {
		return post.PublishingSettings{}, &post.Problem{
			Kind: post.Conflict, Code: "settings_changed", Err: err,
			Detail: "Quelqu’un vient de changer ces réglages. Rechargez la page, puis refaites votre changement.",
		}
	}
	settings.Version++
	return settings, err
}

// tidy sorts and trims, and refuses what cannot be meant.
func tidy(settings *post.PublishingSettings) error {
	var fields []post.Field
	blame := func(field, code, message string) {
		fields = append(fields, post.Field{Field: field, Code: code, Message: message})
	}
	for i, slot := range settings.Slots {
		if slices.Index(settings.Slots, slot) < i {
			blame(fmt.Sprintf("slots[%d]", i), "slot_twice", "Ce créneau est donné deux fois.")
		}
	}
	slices.SortFunc(settings.Slots, func(a, b post.Slot) int {
		return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.At, b.At))
	})
	settings.Signature = strings.TrimSpace(settings.Signature)
	names := map[string]bool{}
	for i := range settings.HashtagGroups {
		group := &settings.HashtagGroups[i]
		group.Name = strings.TrimSpace(group.Name)
		field := fmt.Sprintf("hashtag_groups[%d]", i)
		switch key := strings.ToLower(group.Name); {
		case key == "":
			blame(field+".name", "required", "Donnez un nom à ce groupe.")
		case names[key]:
			blame(field+".name", "name_twice", "Un autre groupe porte déjà ce nom.")
		default:
			names[key] = true
		}
		seen := map[string]bool{}
		for j, tag := range group.Tags {
			field := fmt.Sprintf("%s.tags[%d]", field, j)
			switch {
			case !isHashtag(tag):
				blame(field, "tag_invalid", "Un mot-dièse commence par # et n’a pas d’espace, comme #Valmeuse.")
			case seen[strings.ToLower(tag)]:
				blame(field, "tag_twice", "Ce mot-dièse est donné deux fois.")
			}
			seen[strings.ToLower(tag)] = true
		}
	}
	if len(fields) > 0 {
		return &post.Problem{Kind: post.Invalid, Code: fields[0].Code, Detail: fields[0].Message, Fields: fields}
	}
	return nil
}

// isHashtag: networks end a tag at a space and begin another at a #.
func isHashtag(tag string) bool {
	word, found := strings.CutPrefix(tag, "#")
	return found && word != "" && !strings.ContainsFunc(word, func(r rune) bool { return r == '#' || unicode.IsSpace(r) })
}
