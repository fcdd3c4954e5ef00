package bulk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

// Store is what the use cases need of the ledger.
type Store interface {
	Channels(ctx context.Context, communeID string) ([]post.Channel, error)
}

// Posts are the use cases on posts.
type Posts interface {
	Rehearse(ctx context.Context, actor post.Actor, draft publishing.Draft) ([]publishing.Preview, error)
	Create(ctx context.Context, actor post.Actor, draft publishing.Draft) (post.Post, error)
	Post(ctx context.Context, actor post.Actor, id string) (post.Post, error)
}

// Service holds the use cases.
type Service struct {
	store Store
	posts Posts
}

// New makes the service.
func New(store Store, posts Posts) *Service { return &Service{store, posts} }

// Fate is what becomes of a line.
type Fate string

const (
	// FateOK: it would be saved.
	FateOK Fate = "ok"
	// FateSaved: it was saved now.
	FateSaved Fate = "saved"
	// FateAlready: this line of this very file was saved before.
	FateAlready Fate = "already"
	FateInvalid Fate = "invalid"
)

// Line is the result of one line of a table.
type Line struct {
	// Number is where it begins in the file, from 1.
	Number   int
	Fate     Fate
	PostID   string
	Title    string
	Schedule post.Schedule
	Channels []string
	// Problems keep it from being saved; Warnings do not.
	Problems []Trouble
	Warnings []string

	draft publishing.Draft
}

// Text is what the post says, as it was read.
func (l *Line) Text() string { return l.draft.Content.Text }

// Trouble is what keeps a line from being saved.
type Trouble struct {
	// Column is where it stands; "" where the whole line is meant.
	Column  column
	Message string
}

// columnAt is the column of a field of a post.
func columnAt(field string) column {
	name, _, _ := strings.Cut(field, ".")
	name, _, _ = strings.Cut(name, "[")
	switch name {
	case "text", "overrides":
		return columnText
	case "title":
		return columnTitle
	case "link":
		return columnLink
	case "category":
		return columnCategory
	case "channels":
		return columnChannels
	case "publish":
		return columnDate
	default:
		return ""
	}
}

// Result is that of a whole table.
type Result struct {
	// SHA256 is that of the file.
	SHA256 string
	Lines  []Line
}

// Count is how many lines have a fate.
func (r *Result) Count(fate Fate) int {
	n := 0
	for i := range r.Lines {
		if r.Lines[i].Fate == fate {
			n++
		}
	}
	return n
}

// Import reads a table, tries every line as if it were entered by hand, and
// unless it is a trial saves them. Where one line is not valid nothing is saved,
// unless the valid ones are asked for. The same file again saves nothing again:
// a post's id is made from the file and the line.
func (s *Service) Import(ctx context.Context, actor post.Actor, data []byte, trial, validOnly bool) (Result, error) {
	rows, err := readTable(data)
	if err != nil {
		return Result{}, err
	}
	all, err := s.store.Channels(ctx, actor.CommuneID)
	if err != nil {
		return Result{}, err
	}
	sum := sha256.Sum256(data)
	result := Result{SHA256: hex.EncodeToString(sum[:])}
	for _, r := range rows {
		line, err := s.try(ctx, actor, r, all, result.SHA256)
		if err != nil {
			return Result{}, err
		}
		result.Lines = append(result.Lines, line)
	}
	markTwins(result.Lines)
	if trial {
		return result, nil
	}
	if n := result.Count(FateInvalid); n > 0 && !validOnly {
		return Result{}, refused(&result, n)
	}
	// What was begun is brought to its end, also when nobody waits any more.
	return result, s.save(context.WithoutCancel(ctx), actor, &result)
}

// try judges one line. Nothing is saved.
func (s *Service) try(ctx context.Context, actor post.Actor, r row, all []post.Channel, file string) (Line, error) {
	d, problems := draft(r, all)
	d.ID = postID(actor.CommuneID, file, r.line)
	line := Line{
		Number: r.line, Fate: FateOK, PostID: d.ID, Title: d.Content.Headline(), Schedule: d.Schedule, Channels: d.Channels,
		Problems: problems, draft: d,
	}
	_, err := s.posts.Post(ctx, actor, d.ID)
	if err == nil {
		line.Fate, line.Problems = FateAlready, nil
		return line, nil
	}
	if !errors.Is(err, post.ErrNotFound) {
		return Line{}, err
	}
	if len(problems) == 0 {
		if err := s.preview(ctx, actor, &line); err != nil {
			return Line{}, err
		}
	}
	if len(line.Problems) > 0 {
		line.Fate = FateInvalid
	}
	return line, nil
}

// preview adds what every channel says of the line.
func (s *Service) preview(ctx context.Context, actor post.Actor, line *Line) error {
	previews, err := s.posts.Rehearse(ctx, actor, line.draft)
	var problem *post.Problem
	if errors.As(err, &problem) {
		line.Problems = append(line.Problems, troubles(problem)...)
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range previews {
		for _, issue := range p.Issues {
			if issue.Severity == channels.SeverityError && line.draft.Schedule.Mode != post.ModeDraft {
				if t := (Trouble{columnAt(issue.Field), issue.Message}); !slices.Contains(line.Problems, t) {
					line.Problems = append(line.Problems, t)
				}
			} else if !slices.Contains(line.Warnings, issue.Message) {
				line.Warnings = append(line.Warnings, issue.Message)
			}
		}
	}
	return nil
}

// troubles are what a refusal says, by field.
func troubles(problem *post.Problem) []Trouble {
	if len(problem.Fields) == 0 {
		return []Trouble{{Message: problem.Detail}}
	}
	all := make([]Trouble, 0, len(problem.Fields))
	for _, field := range problem.Fields {
		all = append(all, Trouble{columnAt(field.Field), field.Message})
	}
	return all
}

// markTwins tells of lines that say the same at the same hour: a spreadsheet
// copies lines easily.
func markTwins(lines []Line) {
	first := map[string]int{}
	for i := range lines {
		l := &lines[i]
		what := strings.Join([]string{l.draft.Content.Title, l.draft.Content.Text, l.Schedule.Wall, string(l.Schedule.Mode)}, "\x00")
		if earlier, ok := first[what]; ok {
			l.Warnings = append(l.Warnings, fmt.Sprintf("Cette ligne répète la ligne %d.", earlier))
			continue
		}
		first[what] = l.Number
	}
}

// save saves the valid lines. One that was valid a moment ago and is not any
// more says so; the others are saved.
func (s *Service) save(ctx context.Context, actor post.Actor, result *Result) error {
	for i := range result.Lines {
		l := &result.Lines[i]
		if l.Fate != FateOK {
			continue
		}
		_, err := s.posts.Create(ctx, actor, l.draft)
		var problem *post.Problem
		switch {
		case err == nil:
			l.Fate = FateSaved
		case errors.As(err, &problem):
			l.Fate, l.Problems = FateInvalid, append(l.Problems, troubles(problem)...)
		default:
			return err
		}
	}
	return nil
}

// postID is the same for the same line of the same file in a commune.
func postID(communeID, file string, line int) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("crieur:bulk:"+communeID+":"+file+":"+strconv.Itoa(line))).String()
}

func refused(result *Result, n int) *post.Problem {
	p := &post.Problem{
		Kind: post.Invalid, Code: "lines_invalid",
		Detail: fmt.Sprintf("%d lignes sont à corriger : rien n’a été enregistré.", n),
	}
	if n == 1 {
		p.Detail = "Une ligne est à corriger : rien n’a été enregistré."
	}
	for i := range result.Lines {
		if l := &result.Lines[i]; l.Fate == FateInvalid {
			messages := make([]string, 0, len(l.Problems))
			for _, t := range l.Problems {
				messages = append(messages, t.Message)
			}
			p.Fields = append(p.Fields, post.Field{Field: fmt.Sprintf("lines[%d]", l.Number), Code: "line_invalid", Message: strings.Join(messages, " ")})
		}
	}
	return p
}
