package agenda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
)

// RecurrenceDraft is what a person entered of practical information that comes
// again, by a rule or on dates.
type RecurrenceDraft struct {
	ID       string
	Name     string
	Category string
	Zone     string
	// Rule is an RRULE, with or without its name; First is its first date.
	Rule  string
	First string
	// Dates are used without a rule.
	Dates []FileDate
	Body  post.RecurrenceBody
	// Source is the checksum of the file of Dates.
	Source string
}

// FileDate is one date with what happens on it.
type FileDate struct {
	Date  string
	Label string
}

// RecurrenceView is a recurrence with its dates.
type RecurrenceView struct {
	Recurrence  post.Recurrence
	Occurrences []post.Occurrence
}

// Bounds of a recurrence.
const (
	maxName       = 120
	maxTexts      = 20
	maxBefore     = 60
	maxShift      = 30
	maxFileDates  = 1000
	planningAhead = 60 // days for which posts are made
	showAhead     = 400
)

// topics are those with wordings of their own.
func topics() []string { return []string{"waste", "market", "office", "other"} }

// CreateRecurrence saves a recurrence and makes the posts of the coming weeks.
func (s *Service) CreateRecurrence(ctx context.Context, actor post.Actor, d RecurrenceDraft) (RecurrenceView, error) {
	if d.ID != "" {
		if c, err := s.Store.Recurrence(ctx, actor.CommuneID, d.ID); !errors.Is(err, post.ErrNotFound) {
			if err != nil {
				return RecurrenceView{}, err
			}
			return s.finishedRecurrence(ctx, c)
		}
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return RecurrenceView{}, err
	}
	c, dates, err := s.recurrenceOf(ctx, actor, d, now)
	if err != nil {
		return RecurrenceView{}, err
	}
	occurrences, err := s.firstOccurrences(&c, dates, now)
	if err != nil {
		return RecurrenceView{}, err
	}
	if err := s.checkOccurrences(ctx, actor, &c, occurrences); err != nil {
		return RecurrenceView{}, err
	}
	err = s.Store.CreateRecurrence(ctx, c, occurrences)
	if errors.Is(err, post.ErrConflict) {
		return RecurrenceView{}, fileKnown(err)
	}
	if err != nil {
		return RecurrenceView{}, err
	}
	return s.finishedRecurrence(ctx, c)
}

func fileKnown(err error) error {
	return &post.Problem{
		Kind: post.Conflict, Code: "file_known", Err: err,
		Detail: "Ce fichier a déjà été importé. Ouvrez la série existante pour la mettre à jour.",
	}
}

func (s *Service) recurrenceOf(ctx context.Context, actor post.Actor, d RecurrenceDraft, now time.Time) (post.Recurrence, []FileDate, error) {
	commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
	if err != nil {
		return post.Recurrence{}, nil, err
	}
	c := post.Recurrence{
		ID: d.ID, CommuneID: actor.CommuneID, AuthorID: actor.UserID, Version: 1, Status: post.RecurrenceActive,
		Name: strings.Join(strings.Fields(d.Name), " "), Category: d.Category, Zone: cmp.Or(d.Zone, commune.Zone),
		Rule: strings.TrimPrefix(strings.TrimSpace(d.Rule), "RRULE:"), First: d.First, Body: d.Body, Source: d.Source, CreatedAt: now, UpdatedAt: now,
	}
	if c.ID == "" {
		c.ID = s.NewID()
	}
	if c.Rule != "" && len(d.Dates) > 0 {
		return c, nil, fieldProblem("dates", "rule_and_dates", "Donnez une règle ou des dates, pas les deux.")
	}
	dates := mergeDates(d.Dates)
	if c.Rule == "" {
		if len(dates) == 0 {
			return c, nil, fieldProblem("rule", "required", "Donnez une règle, ou des dates.")
		}
		c.First = dates[0].Date
	}
	if err := s.checkRecurrence(ctx, actor, &c); err != nil {
		return c, nil, err
	}
	for i, date := range dates {
		if _, err := time.Parse(dayLayout, date.Date); err != nil {
			return c, nil, fieldProblem(fmt.Sprintf("dates[%d].date", i), "date_unreadable", "Cette date n’est pas lisible. Exemple : 2027-03-14.")
		}
	}
	return c, dates, nil
}

// mergeDates puts dates in order and joins what happens on the same day: one
// day is announced once.
func mergeDates(in []FileDate) []FileDate {
	in = slices.Clone(in)
	slices.SortStableFunc(in, func(a, b FileDate) int { return strings.Compare(a.Date, b.Date) })
	var out []FileDate
	labels := map[string][]string{}
	for _, d := range in {
		if len(out) == 0 || out[len(out)-1].Date != d.Date {
			out = append(out, FileDate{Date: d.Date})
		}
		if label := strings.Join(strings.Fields(d.Label), " "); label != "" && !slices.Contains(labels[d.Date], label) {
			labels[d.Date] = append(labels[d.Date], label)
		}
	}
	for i := range out {
		out[i].Label = enumerate(labels[out[i].Date])
	}
	return out
}

func (s *Service) checkRecurrence(ctx context.Context, actor post.Actor, c *post.Recurrence) error {
	b := &c.Body
	b.Topic, b.At = cmp.Or(b.Topic, "other"), cmp.Or(b.At, "18:00")
	switch {
	case c.Name == "" || len([]rune(c.Name)) > maxName:
		return fieldProblem("name", "name_invalid", fmt.Sprintf("Donnez un nom d’au plus %d signes.", maxName))
	case !slices.Contains(topics(), b.Topic):
		return fieldProblem("topic", "topic_unknown", "Choisissez : déchets, marché, bureaux ou autre.")
	case len(b.Texts) > maxTexts:
		return fieldProblem("texts", "texts_too_many", fmt.Sprintf("Au plus %d textes.", maxTexts))
	case b.Before < 0 || b.Before > maxBefore:
		return fieldProblem("before", "before_out_of_range", fmt.Sprintf("Annoncez de 0 à %d jours avant.", maxBefore))
	case b.ShiftDays < -maxShift || b.ShiftDays > maxShift:
		return fieldProblem("shift_days", "shift_out_of_range", fmt.Sprintf("Décalez d’au plus %d jours.", maxShift))
	case len(b.Channels) == 0:
		return fieldProblem("channels", "channels_empty", "Choisissez au moins un canal.")
	}
	if _, err := location(c.Zone); err != nil {
		return err
	}
	if _, err := hour(b.At); err != nil {
		return fieldProblem("at", "hour_unreadable", "Cette heure n’est pas lisible. Exemple : 18:00.")
	}
	for i, text := range append([]string{b.Title}, b.Texts...) {
		field := "title"
		if i > 0 {
			field = fmt.Sprintf("texts[%d]", i-1)
		}
		if err := checkBlanks(field, text, RecurrenceBlanks()); err != nil {
			return err
		}
	}
	for i, date := range b.Exceptions {
		if _, err := time.Parse(dayLayout, date); err != nil {
			return fieldProblem(fmt.Sprintf("exceptions[%d]", i), "date_unreadable", "Cette date n’est pas lisible. Exemple : 2027-03-14.")
		}
	}
	if c.Rule != "" {
		if _, err := expand(c, c.First, c.First); err != nil {
			return err
		}
	}
	return s.checkChannels(ctx, actor, b.Channels)
}

// expand lists the dates of a rule from one date to another, both included,
// without its exceptions.
func expand(c *post.Recurrence, from, to string) ([]string, error) {
	zone, err := location(c.Zone)
	if err != nil {
		return nil, err
	}
	first, err := time.Parse(dayLayout, c.First)
	if err != nil {
		return nil, fieldProblem("starts_on", "date_unreadable", "Cette date n’est pas lisible. Exemple : 2027-03-14.")
	}
	rule, err := clock.ParseRecurrence(c.Rule, first, zone)
	if err != nil {
		return nil, &post.Problem{
			Kind: post.Invalid, Code: "rule_unreadable", Err: err, Detail: "Cette règle n’est pas lisible. Exemple : FREQ=WEEKLY;BYDAY=MO;UNTIL=20271231.",
			Fields: []post.Field{{Field: "rule", Code: "rule_unreadable", Message: "Cette règle n’est pas lisible. Exemple : FREQ=WEEKLY;BYDAY=MO;UNTIL=20271231."}},
		}
	}
	begin, err1 := time.Parse(dayLayout, max(from, c.First))
	end, err2 := time.Parse(dayLayout, to)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("dates of a recurrence: %w", err)
	}
	start, _ := clock.Resolve(begin, zone)
	stop, _ := clock.Resolve(end.AddDate(0, 0, 1), zone)
	var dates []string
	for _, at := range rule.Between(start, stop) {
		date := at.In(zone).Format(dayLayout)
		if !slices.Contains(c.Body.Exceptions, date) {
			dates = append(dates, date)
		}
	}
	return dates, nil
}

// dateIn is the date some days from a moment, in the recurrence's zone.
func dateIn(c *post.Recurrence, now time.Time, days int) string {
	zone, err := location(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	return now.In(zone).AddDate(0, 0, days).Format(dayLayout)
}

// firstOccurrences are the rows with which a recurrence begins: all dates of a
// file, or those of a rule for the coming weeks.
func (s *Service) firstOccurrences(c *post.Recurrence, dates []FileDate, now time.Time) ([]post.Occurrence, error) {
	if c.Rule == "" {
		occurrences := make([]post.Occurrence, len(dates))
		for i, d := range dates {
			occurrences[i] = s.occurrence(c, d, i, now)
		}
		return occurrences, nil
	}
	until := dateIn(c, now, planningAhead+c.Body.Before+1)
	occurrences, err := s.planned(c, "", until, now)
	c.PlannedUntil = until
	return occurrences, err
}

// planned are the occurrences of a rule after one date and up to another.
func (s *Service) planned(c *post.Recurrence, after, until string, now time.Time) ([]post.Occurrence, error) {
	dates, err := expand(c, c.First, until)
	if err != nil {
		return nil, err
	}
	var occurrences []post.Occurrence
	for i, date := range dates {
		if date > after {
			occurrences = append(occurrences, s.occurrence(c, FileDate{Date: date}, i, now))
		}
	}
	return occurrences, nil
}

func (s *Service) occurrence(c *post.Recurrence, d FileDate, ordinal int, now time.Time) post.Occurrence {
	o := post.Occurrence{
		CommuneID: c.CommuneID, RecurrenceID: c.ID, Date: d.Date, Label: d.Label, Ordinal: ordinal,
		State: post.OccurrencePlanned, PostID: s.NewID(), Pending: true, Revision: 1, UpdatedAt: now,
	}
	o.DueAt = dueOf(c, &o)
	if !o.DueAt.After(now) {
		o.State, o.Pending = post.OccurrencePast, false
	}
	return o
}

// takesPlace is the day on which an occurrence is.
func takesPlace(c *post.Recurrence, o *post.Occurrence) time.Time {
	if moved, err := time.Parse(dayLayout, o.MovedTo); err == nil {
		return moved
	}
	day, _ := time.Parse(dayLayout, o.Date) // checked when it was saved
	return day.AddDate(0, 0, c.Body.ShiftDays)
}

// dueOf is when an occurrence is announced. In spring an hour that does not
// exist is shifted, in autumn it is the first of two: the announcement comes
// once on every day.
func dueOf(c *post.Recurrence, o *post.Occurrence) time.Time {
	at, _ := hour(c.Body.At) // checked when it was saved
	zone, err := location(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	due, _ := clock.Resolve(wallOn(takesPlace(c, o).AddDate(0, 0, -c.Body.Before), at), zone)
	return due
}
