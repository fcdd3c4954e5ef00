package bulk

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/internal/post"
)

// Bounds of a table.
const (
	MaxFile  = 1 << 20
	maxLines = 1000
	maxCells = 40
)

// column is what a cell means, whatever its heading is called.
type column string

const (
	columnTitle    column = "titre"
	columnText     column = "texte"
	columnLink     column = "lien"
	columnCategory column = "catégorie"
	columnDate     column = "date"
	columnHour     column = "heure"
	columnChannels column = "canaux"
	columnStatus   column = "statut"
)

// columnOf finds what a heading means: in French or English, with or without
// accents and capitals.
func columnOf(heading string) (column, bool) {
	switch fold(heading) {
	case "titre", "title":
		return columnTitle, true
	case "texte", "text", "message":
		return columnText, true
	case "lien", "link", "url":
		return columnLink, true
	case "categorie", "category", "rubrique":
		return columnCategory, true
	case "date", "jour":
		return columnDate, true
	case "heure", "hour", "time":
		return columnHour, true
	case "canaux", "canal", "channels", "channel":
		return columnChannels, true
	case "statut", "status", "etat":
		return columnStatus, true
	default:
		return "", false
	}
}

// fold takes accents, capitals and outer spaces away.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(strings.Join(strings.Fields(text), " "))) {
		if r < 0x300 || r > 0x36f {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// row is one line of a table, by column.
type row struct {
	// line is where it begins in the file, from 1.
	line  int
	cells map[column]string
}

// readTable reads a table as Excel, LibreOffice and others save it: separated by
// semicolons, commas or tabs, in UTF-8, UTF-16 or Windows-1252.
func readTable(data []byte) ([]row, error) {
	if len(data) > MaxFile {
		return nil, tableProblem("table_too_large", "Ce fichier dépasse 1 Mo.", nil)
	}
	text, err := decode(data)
	if err != nil {
		return nil, tableProblem("table_unreadable", "Ce fichier n’est pas un tableau CSV.", err)
	}
	text, separator, skipped := separatorOf(text)
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes, reader.TrimLeadingSpace = separator, -1, true, false
	headings, err := reader.Read()
	if err != nil {
		return nil, tableProblem("table_empty", "Ce fichier est vide.", err)
	}
	columns, err := columnsOf(headings)
	if err != nil {
		return nil, err
	}
	var rows []row
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, tableProblem("table_unreadable", "Ce fichier n’est pas un tableau CSV.", err)
		}
		line, _ := reader.FieldPos(0)
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		if len(rows) == maxLines {
			return nil, tableProblem("table_too_long", "Ce fichier dépasse 1000 lignes : partagez-le.", nil)
		}
		r := row{line: line + skipped, cells: map[column]string{}}
		for i, cell := range cells[:min(len(cells), len(columns))] {
			if columns[i] != "" {
				r.cells[columns[i]] = strings.TrimSpace(cell)
			}
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, tableProblem("table_empty", "Ce fichier n’a aucune ligne sous les titres des colonnes.", nil)
	}
	return rows, nil
}

// decode finds the encoding: by its mark, else UTF-8 where it is valid, else
// what Windows writes in western Europe.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(data[3:]), "\uFFFD"), nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		return string(text), err
	case bytes.IndexByte(data, 0) >= 0:
		return "", errors.New("binary")
	case utf8.Valid(data):
		return string(data), nil
	default:
		text, err := charmap.Windows1252.NewDecoder().Bytes(data)
		return string(text), err
	}
}

// separatorOf finds the separator: that which Excel names in a first line of its
// own, else the one that stands most often between the headings. skipped is how
// many lines were taken away.
func separatorOf(text string) (rest string, separator rune, skipped int) {
	first, after, _ := strings.Cut(text, "\n")
	if named, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(first)), "sep="); ok && len(named) == 1 {
		return after, rune(named[0]), 1
	}
	separator, most := ';', 0
	for _, candidate := range ";,\t" {
		if n := strings.Count(first, string(candidate)); n > most {
			separator, most = candidate, n
		}
	}
	return text, separator, 0
}

func columnsOf(headings []string) ([]column, error) {
	if len(headings) > maxCells {
		return nil, tableProblem("table_too_wide", "Ce fichier a trop de colonnes.", nil)
	}
	columns := make([]column, len(headings))
	seen := map[column]bool{}
	for i, heading := range headings {
		if strings.TrimSpace(heading) == "" {
			continue
		}
		c, ok := columnOf(heading)
		if !ok {
			return nil, tableProblem("column_unknown", "La colonne « "+strings.TrimSpace(heading)+
				" » n’est pas connue. Colonnes possibles : titre, texte, lien, catégorie, date, heure, canaux, statut.", nil)
		}
		if seen[c] {
			return nil, tableProblem("column_twice", "La colonne « "+string(c)+" » est là deux fois.", nil)
		}
		seen[c], columns[i] = true, c
	}
	if !seen[columnText] && !seen[columnTitle] {
		return nil, tableProblem("column_missing", "Il manque la colonne « texte ». La première ligne du fichier donne les titres des colonnes.", nil)
	}
	return columns, nil
}

func tableProblem(code, message string, cause error) *post.Problem {
	return &post.Problem{
		Kind: post.Invalid, Code: code, Detail: message, Err: cause,
		Fields: []post.Field{{Field: "file", Code: code, Message: message}},
	}
}
