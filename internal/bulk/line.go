package bulk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/publishing"
)

var (
	isoDay     = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	frenchDay  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$`)
	hourOfDay  = regexp.MustCompile(`^(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?(?::\d{2})?$`)
	dayAndHour = regexp.MustCompile(`^(\S+?)(?:[ T]+(?:à\s+)?(\d{1,2}\s*(?:[:hH]\s*\d{0,2})?))$`)
)

// draft makes a post of a line, or says everything that is wrong with it.
func draft(r row, channels []post.Channel) (publishing.Draft, []Trouble) {
	var problems []Trouble
	d := publishing.Draft{Content: post.Content{
		Title: r.cells[columnTitle], Text: r.cells[columnText], Link: r.cells[columnLink], Category: r.cells[columnCategory],
	}}
	if d.Content.Text == "" && d.Content.Title == "" {
		problems = append(problems, Trouble{columnText, "Il manque le texte."})
	}
	ids, unknown := channelsOf(r.cells[columnChannels], channels)
	d.Channels = ids
	for _, message := range unknown {
		problems = append(problems, Trouble{columnChannels, message})
	}
	schedule, problem := scheduleOf(r)
	d.Schedule = schedule
	if problem != nil {
		problems = append(problems, *problem)
	}
	if schedule.Mode == post.ModeAt && r.cells[columnChannels] == "" {
		problems = append(problems, Trouble{columnChannels, "Choisissez au moins un canal."})
	}
	return d, problems
}

// channelsOf finds channels by their names, or by their kinds where one channel
// has it.
func channelsOf(cell string, all []post.Channel) (ids, problems []string) {
	for name := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(",|+;\n", r) }) {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		found := matching(name, all)
		switch {
		case len(found) == 0:
			problems = append(problems, "Le canal « "+name+" » n’existe pas ici.")
		case len(found) > 1:
			problems = append(problems, "Plusieurs canaux répondent à « "+name+" » : écrivez le nom exact.")
		case !slices.Contains(ids, found[0]):
			ids = append(ids, found[0])
		}
	}
	return ids, problems
}

func matching(name string, all []post.Channel) []string {
	var byName, byKind []string
	for i := range all {
		if fold(all[i].Name) == fold(name) {
			byName = append(byName, all[i].ID)
		}
		if fold(all[i].Kind) == fold(name) {
			byKind = append(byKind, all[i].ID)
		}
	}
	if len(byName) > 0 {
		return byName
	}
	return byKind
}

// scheduleOf reads when a post leaves: by its day and hour; without a day it is
// a draft.
func scheduleOf(r row) (post.Schedule, *Trouble) {
	dayCell, hourCell := r.cells[columnDate], r.cells[columnHour]
	if hourCell == "" {
		if both := dayAndHour.FindStringSubmatch(dayCell); both != nil {
			dayCell, hourCell = both[1], both[2]
		}
	}
	status := fold(r.cells[columnStatus])
	isDraft := status == "brouillon" || status == "draft"
	switch {
	case status != "" && !isDraft && status != "programme" && status != "programmee" && status != "scheduled":
		return post.Schedule{}, &Trouble{columnStatus, "Le statut « " + r.cells[columnStatus] + " » n’est pas connu : écrivez « brouillon » ou « programmé »."}
	case dayCell == "" && hourCell != "":
		return post.Schedule{}, &Trouble{columnDate, "Il manque la date."}
	case dayCell == "" && status != "" && !isDraft:
		return post.Schedule{}, &Trouble{columnDate, "Il manque la date et l’heure."}
	case dayCell == "":
		return post.Schedule{Mode: post.ModeDraft}, nil
	case hourCell == "" && !isDraft:
		return post.Schedule{}, &Trouble{columnHour, "Il manque l’heure."}
	}
	day, ok := readDay(dayCell)
	if !ok {
		return post.Schedule{}, &Trouble{columnDate, "La date « " + dayCell + " » n’est pas lisible. Exemple : 01/12/2026."}
	}
	if hourCell == "" {
		return post.Schedule{Mode: post.ModeDraft}, nil
	}
	hour, ok := readHour(hourCell)
	if !ok {
		return post.Schedule{}, &Trouble{columnHour, "L’heure « " + hourCell + " » n’est pas lisible. Exemple : 09:00."}
	}
	schedule := post.Schedule{Mode: post.ModeAt, Wall: day + "T" + hour}
	if isDraft {
		schedule.Mode = post.ModeDraft
	}
	return schedule, nil
}

func readDay(cell string) (string, bool) {
	if m := isoDay.FindStringSubmatch(cell); m != nil {
		return day(m[1], m[2], m[3])
	}
	if m := frenchDay.FindStringSubmatch(cell); m != nil {
		if len(m[3]) == 2 {
			m[3] = "20" + m[3]
		}
		return day(m[3], m[2], m[1])
	}
	return "", false
}

func day(year, month, date string) (string, bool) {
	m, errMonth := strconv.Atoi(month)
	d, errDate := strconv.Atoi(date)
	if errMonth != nil || errDate != nil || m < 1 || m > 12 || d < 1 || d > 31 {
		return "", false
	}
	return fmt.Sprintf("%s-%02d-%02d", year, m, d), true
}

func readHour(cell string) (string, bool) {
	m := hourOfDay.FindStringSubmatch(strings.TrimSpace(cell))
	if m == nil {
		return "", false
	}
	minutes := "00"
	if m[2] != "" {
		minutes = m[2]
	}
	h, errHour := strconv.Atoi(m[1])
	n, errMinute := strconv.Atoi(minutes)
	if errHour != nil || errMinute != nil || h > 23 || n > 59 {
		return "", false
	}
	return fmt.Sprintf("%02d:%02d", h, n), true
}
