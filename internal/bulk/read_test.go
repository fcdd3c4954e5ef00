package bulk

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/crieur/crieur/internal/post"
)

func utf16le(text string) []byte {
	data := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		data = append(data, byte(unit), byte(unit>>8))
	}
	return data
}

func TestTablesAsSpreadsheetsSaveThem(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"semicolons, Windows-1252": []byte("Texte;Cat\xe9gorie\r\nL\x92\xe9t\xe9, enfin;F\xeate\r\n"),
		"semicolons, UTF-8 mark":   []byte("\xef\xbb\xbfTexte;Catégorie\nL’été, enfin;Fête\n"),
		"commas":                   []byte("texte,catégorie\n\"L’été, enfin\",Fête"),
		"tabs, UTF-16":             utf16le("Texte\tCatégorie\r\nL’été, enfin\tFête\r\n"),
		"named separator":          []byte("sep=;\r\nTEXTE;categorie\r\nL’été, enfin;Fête\r\n"),
		"empty columns and lines":  []byte("texte;catégorie;;\n;;;\nL’été, enfin;Fête;;\n"),
	} {
		rows, err := readTable(data)
		if err != nil || len(rows) != 1 || rows[0].cells[columnText] != "L’été, enfin" || rows[0].cells[columnCategory] != "Fête" {
			t.Errorf("%s: %v %+v", name, err, rows)
		}
	}
	for name, data := range map[string]string{
		"too many lines": "texte\n" + strings.Repeat("a\n", maxLines+1), "too large": "texte\n" + strings.Repeat("a", MaxFile),
		"too wide": strings.Repeat(";", maxCells+1) + "\n", "twice": "texte;text\na;b\n", "no table": "\x00\x01", "nothing": "",
	} {
		_, err := readTable([]byte(data))
		var problem *post.Problem
		if !errors.As(err, &problem) || len(problem.Fields) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHoursAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for cells, want := range map[[3]string]string{
		{"01/12/2026", "9h30", ""}: "at 2026-12-01T09:30", {"1.2.27", "9 h", ""}: "at 2027-02-01T09:00", {"2026-12-01", "14:05:00", ""}: "at 2026-12-01T14:05",
		{"01/12/2026 18:30", "", ""}: "at 2026-12-01T18:30", {"", "", ""}: "draft ", {"01/12/2026", "8:00", "Brouillon"}: "draft 2026-12-01T08:00",
		{"01/12/2026", "", ""}: "", {"", "9:00", ""}: "", {"31/13/2026", "9:00", ""}: "", {"demain", "9:00", ""}: "", {"01/12/2026", "25:00", ""}: "", {"01/12/2026", "9:00", "peut-être"}: "",
	} {
		schedule, problem := scheduleOf(row{cells: map[column]string{columnDate: cells[0], columnHour: cells[1], columnStatus: cells[2]}})
		got := string(schedule.Mode) + " " + schedule.Wall
		if problem != nil {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q (%v)", cells, got, want, problem)
		}
	}
}

func TestChannelsByNameOrKind(t *testing.T) {
	t.Parallel()
	all := []post.Channel{{ID: "1", Kind: "facebook", Name: "Page de la ville"}, {ID: "2", Kind: "site", Name: "Actualités"}, {ID: "3", Kind: "x", Name: "X"}, {ID: "4", Kind: "x", Name: "X police"}}
	ids, problems := channelsOf("page de la ville, SITE | actualites + x", all)
	if strings.Join(ids, " ") != "1 2 3" || len(problems) != 0 {
		t.Errorf("%v %v", ids, problems)
	}
	if ids, problems := channelsOf("x police; snapchat", all); strings.Join(ids, " ") != "4" || len(problems) != 1 {
		t.Errorf("%v %v", ids, problems)
	}
}
