package adapt

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/crieur/crieur/channels"
)

// ExerciseMark begins and ends every text of an exercise, so that no part of
// one can be taken for an alert.
const ExerciseMark = "EXERCICE"

// nextPoint begins the line that promises the next message; what is longer than
// maxNextPoint, in code points, says more than that.
const (
	nextPoint    = "Prochain point"
	maxNextPoint = 60
)

// AlertText is a message of an alert with what none may lack: the title where
// the network has no other place for it ("" where it has), the way to the
// alert's page, and in an exercise the word at its beginning and its end. What
// the text has already stays as it is. Its first line is its number and hour.
func AlertText(text, title string, a channels.Alert) string {
	head, body, tail := alertParts(Typography(text), a)
	title = Typography(title)
	if a.Exercise {
		// Where it stands in the text, the word stands there already.
		title = strings.TrimLeft(strings.TrimPrefix(title, ExerciseMark), " –-:\u00a0")
	}
	if title != "" && !strings.Contains(strings.ToLower(head+"\n"+body), strings.ToLower(title)) {
		body = joinLines(title, body)
	}
	return alertFrame(head, body, tail, a)
}

// AlertTitle is the title of a message where it stands alone, in a list of news:
// an end and a correction say what they are, and an exercise that it is one.
func AlertTitle(title string, a channels.Alert) string {
	title = strings.Join(strings.Fields(Typography(title)), " ")
	if a.Exercise {
		title = strings.TrimLeft(strings.TrimPrefix(title, ExerciseMark), " –-:\u00a0")
	}
	what := ""
	switch a.Kind {
	case "end":
		what = "Fin d’alerte"
	case "correction":
		what = "Rectification"
	}
	if what != "" && !strings.HasPrefix(title, what) {
		title = what + " : " + title
	}
	if a.Exercise {
		title = ExerciseMark + " – " + title
	}
	return title
}

// FollowUp says of a later message that it is one, below its number, on
// networks that do not show it beside the first.
func FollowUp(text string, a channels.Alert) string {
	if a.Number <= 1 {
		return text
	}
	head, rest, _ := strings.Cut(text, "\n")
	return joinLines(head, fmt.Sprintf("Suite du message n°%c%d", noBreakSpace, a.Number-1), rest)
}

// AlertHead is the line of a message with its number and hour.
func AlertHead(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimLeft(strings.TrimPrefix(line, ExerciseMark), " –-:\u00a0")
		if line != "" {
			return line
		}
	}
	return ""
}

// ShortenAlert makes a text of AlertText fit a budget, as count measures it: its
// body is cut at a sentence or a word. The line with number and hour, the hour
// of the next message, the way to the alert's page and the word of an exercise
// stay. Where not even these fit, the text is returned as it is.
func ShortenAlert(text string, a channels.Alert, budget int, count func(string) int) (short string, cut bool) {
	if count(text) <= budget {
		return text, false
	}
	head, body, tail := alertParts(text, a)
	frame := func(said string) string { return alertFrame(head, said, tail, a) }
	for room := budget - count(frame("")); room > 0; room-- {
		said, _ := Shorten(body, "", room, count)
		if said == "" {
			break
		}
		if whole := frame(said); count(whole) <= budget {
			return whole, true
		}
	}
	if bare := frame(""); count(bare) <= budget {
		return bare, true
	}
	return text, false
}

// alertFrame joins the parts, with the way to the alert's page where none of
// them has it.
func alertFrame(head, body, tail string, a channels.Alert) string {
	whole := joinLines(head, body, tail)
	if a.URL != "" && !leadsTo(whole, a.URL) {
		whole = joinLines(whole, a.URL)
	}
	return markExercise(whole, a)
}

// leadsTo reports whether a text has an address as a link, or on a line of its
// own: addresses within an office are no links to everybody.
func leadsTo(text, address string) bool {
	if containsLink(text, address) {
		return true
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == address {
			return true
		}
	}
	return false
}

// alertParts splits a text: the line with number and hour, what is said, and the
// lines at the end that are never cut. The word of an exercise is in none of
// them.
func alertParts(text string, a channels.Alert) (head, body, tail string) {
	lines := strings.Split(text, "\n")
	if a.Exercise {
		lines = withoutMark(lines)
	}
	if len(lines) == 0 {
		return "", "", ""
	}
	head, lines = lines[0], lines[1:]
	end := len(lines)
	for promised := false; end > 0; end-- {
		line := strings.TrimSpace(lines[end-1])
		promise := !promised && isPromise(line)
		if !promise && line != "" && line != a.URL {
			break
		}
		promised = promised || promise
	}
	return head, strings.Trim(strings.Join(lines[:end], "\n"), "\n"), strings.Trim(strings.Join(lines[end:], "\n"), "\n")
}

func isPromise(line string) bool {
	return strings.HasPrefix(line, nextPoint) && utf8.RuneCountInString(line) <= maxNextPoint
}

// withoutMark takes the word from the first line and from the last ones.
func withoutMark(lines []string) []string {
	for len(lines) > 0 {
		first := strings.TrimLeft(strings.TrimPrefix(lines[0], ExerciseMark), " –-:\u00a0")
		if first != "" {
			lines = append([]string{first}, lines[1:]...)
			break
		}
		lines = lines[1:]
	}
	for len(lines) > 0 && (lines[len(lines)-1] == ExerciseMark || lines[len(lines)-1] == "") {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func markExercise(text string, a channels.Alert) string {
	if !a.Exercise {
		return text
	}
	return joinLines(ExerciseMark+" – "+text, ExerciseMark)
}

func joinLines(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n")
}
