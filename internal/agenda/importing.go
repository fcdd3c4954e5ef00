package agenda

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// FileFormat is what a file of dates is written in.
type FileFormat string

const (
	FormatICS FileFormat = "ics"
	FormatCSV FileFormat = "csv"
)

// Import is a file of a whole year.
type Import struct {
	Format  FileFormat
	Content []byte
	// RecurrenceID names the one whose dates the file replaces; "": a new one is
	// made, as Draft says.
	RecurrenceID string
	Draft        RecurrenceDraft
	// DryRun shows what would be done, and does nothing.
	DryRun bool
}

// ImportState is what becomes of one date of a file.
type ImportState string

const (
	ImportNew   ImportState = "new"
	ImportKnown ImportState = "known"
	// ImportPast: its hour has passed, nothing is announced.
	ImportPast ImportState = "past"
	// ImportGone: it was planned, and is not in the file any more.
	ImportGone ImportState = "gone"
)

// ImportLine is one date of a file, as it would be announced.
type ImportLine struct {
	Date  string
	Label string
	DueAt time.Time
	State ImportState
	Title string
	Text  string
}

// ImportResult is what a file does, or would do.
type ImportResult struct {
	Lines  []ImportLine
	Issues []LineIssue
	// View is nil in a dry run.
	View *RecurrenceView
}

// ImportDates takes the dates of a file. The same file changes nothing the
// second time.
func (s *Service) ImportDates(ctx context.Context, actor post.Actor, in Import) (ImportResult, error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return ImportResult{}, err
	}
	c := post.Recurrence{Zone: in.Draft.Zone}
	var all []post.Occurrence
	if in.RecurrenceID != "" {
		if c, all, now, err = s.forChange(ctx, actor, in.RecurrenceID, 0); err != nil {
			return ImportResult{}, err
		}
		if c.Rule != "" {
			return ImportResult{}, fieldProblem("recurrence_id", "rule_and_dates", "Cette série suit une règle : changez la règle, ou importez dans une nouvelle série.")
		}
	} else if c.Zone == "" {
		commune, err := s.Store.CommuneByID(ctx, actor.CommuneID)
		if err != nil {
			return ImportResult{}, err
		}
		c.Zone = commune.Zone
	}
	dates, issues, err := readDates(&c, in, now)
	if err != nil {
		return ImportResult{}, err
	}
	if in.RecurrenceID != "" {
		return s.importInto(ctx, actor, c, all, dates, issues, in.DryRun, now)
	}
	draft := in.Draft
	draft.Dates, draft.Rule, draft.Source = dates, "", checksum(in.Content)
	if in.DryRun {
		known, err := s.Store.Recurrences(ctx, actor.CommuneID)
		if err != nil {
			return ImportResult{}, err
		}
		if slices.ContainsFunc(known, func(c post.Recurrence) bool { return c.Source == draft.Source }) {
			return ImportResult{}, fileKnown(post.ErrConflict)
		}
		c, merged, err := s.recurrenceOf(ctx, actor, draft, now)
		if err != nil {
			return ImportResult{}, err
		}
		result := ImportResult{Issues: issues}
		for i, d := range merged {
			result.Lines = append(result.Lines, importLine(&c, s.occurrence(&c, d, i, now), ImportNew))
		}
		return result, nil
	}
	view, err := s.CreateRecurrence(ctx, actor, draft)
	if err != nil {
		return ImportResult{}, err
	}
	result := ImportResult{Issues: issues, View: &view}
	for _, o := range view.Occurrences {
		result.Lines = append(result.Lines, importLine(&view.Recurrence, o, ImportNew))
	}
	return result, nil
}

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func readDates(c *post.Recurrence, in Import, now time.Time) ([]FileDate, []LineIssue, error) {
	zone, err := location(c.Zone)
	if err != nil {
		return nil, nil, err
	}
	from, to := window(c, now)
	var dates []FileDate
	var issues []LineIssue
	switch in.Format {
	case FormatICS:
		dates, issues, err = readICS(in.Content, zone, from, to)
	case FormatCSV:
		dates, issues, err = readCSV(in.Content, from, to)
	default:
		err = fieldProblem("format", "format_unknown", "Choisissez un fichier ICS ou CSV.")
	}
	if err != nil {
		return nil, nil, err
	}
	dates = mergeDates(dates)
	switch {
	case len(dates) == 0:
		return nil, nil, fieldProblem("content", "file_empty", "Ce fichier ne contient aucune date à venir.")
	case len(dates) > maxFileDates:
		return nil, nil, fieldProblem("content", "dates_too_many", fmt.Sprintf("Un fichier donne au plus %d dates.", maxFileDates))
	}
	return dates, issues, nil
}

func importLine(c *post.Recurrence, o post.Occurrence, state ImportState) ImportLine {
	if o.State == post.OccurrencePast {
		state = ImportPast
	}
	title, text := wordOccurrence(c, &o)
	return ImportLine{Date: o.Date, Label: o.Label, DueAt: o.DueAt, State: state, Title: title, Text: text}
}

// importInto brings the dates of a recurrence to those of a file. What a person
// skipped or moved stays so.
func (s *Service) importInto(ctx context.Context, actor post.Actor, c post.Recurrence, all []post.Occurrence, dates []FileDate, issues []LineIssue, dryRun bool, now time.Time) (ImportResult, error) {
	result := ImportResult{Issues: issues}
	var changed []post.Occurrence
	next := 0
	for _, o := range all {
		next = max(next, o.Ordinal+1)
	}
	for _, d := range dates {
		at := slices.IndexFunc(all, func(o post.Occurrence) bool { return o.Date == d.Date })
		if at < 0 {
			o := s.occurrence(&c, d, next, now)
			next++
			changed = append(changed, o)
			result.Lines = append(result.Lines, importLine(&c, o, ImportNew))
			continue
		}
		o := all[at]
		result.Lines = append(result.Lines, importLine(&c, o, ImportKnown))
		if o.DueAt.After(now) && (o.Label != d.Label || o.State == post.OccurrenceDropped) {
			if o.State == post.OccurrenceDropped {
				o.State = post.OccurrencePlanned
			}
			o.Label, o.Pending, o.UpdatedAt = d.Label, true, now
			changed = append(changed, o)
		}
	}
	for _, o := range all {
		inFile := slices.ContainsFunc(dates, func(d FileDate) bool { return d.Date == o.Date })
		if inFile || !o.DueAt.After(now) || o.State == post.OccurrenceDropped {
			continue
		}
		result.Lines = append(result.Lines, importLine(&c, o, ImportGone))
		o.State, o.Pending, o.UpdatedAt = post.OccurrenceDropped, true, now
		changed = append(changed, o)
	}
	if dryRun {
		return result, nil
	}
	if err := s.checkOccurrences(ctx, actor, &c, changed); err != nil {
		return ImportResult{}, err
	}
	view, err := s.saveRecurrence(ctx, c, changed, now)
	result.View = &view
	return result, err
}
