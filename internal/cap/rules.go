package cap

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrInvalid means that a document breaks a rule of CAP 1.2. Such a document is
// not published.
var ErrInvalid = errors.New("cap: not a valid alert")

// MaxHeadline is how long a headline is at most, in code points: what CAP 1.2
// advises, and what fits on a screen in the street.
const MaxHeadline = 160

// minPolygon is a triangle whose first point stands again at its end.
const minPolygon = 4

// Check looks at what the schema asks and at what it cannot say: references,
// the order of hours, closed polygons with the latitude first.
func Check(a Alert) error {
	var broken []error
	rule := func(holds bool, text string, args ...any) {
		if !holds {
			broken = append(broken, fmt.Errorf(text, args...))
		}
	}
	rule(isName(a.Identifier), "identifier %q", a.Identifier)
	rule(isName(a.Sender), "sender %q", a.Sender)
	rule(!a.Sent.IsZero(), "no hour of sending")
	rule(a.Status == Actual || a.Status == Exercise, "status %q", a.Status)
	rule(a.Status != Exercise || a.Note != "", "an exercise without a note that says so")
	rule(a.Scope == scopePublic, "scope %q", a.Scope)
	switch a.MsgType {
	case MsgAlert:
		rule(len(a.References) == 0, "an alert that refers to earlier ones")
	case MsgUpdate, MsgCancel:
		rule(len(a.References) > 0, "%s without references", a.MsgType)
	default:
		rule(false, "message type %q", a.MsgType)
	}
	for _, r := range a.References {
		rule(isName(r.Sender) && isName(r.Identifier) && !r.Sent.IsZero(), "reference %+v", r)
		rule(r.Identifier != a.Identifier, "it refers to itself")
		rule(!r.Sent.After(a.Sent.Time), "it refers to what was sent later")
	}
	checkInfo(a.Info, rule)
	rule(a.Info.Expires.After(a.Sent.Time), "it expires before it is sent")
	if len(broken) > 0 {
		return errors.Join(ErrInvalid, errors.Join(broken...))
	}
	return nil
}

func checkInfo(i Info, rule func(holds bool, text string, args ...any)) {
	rule(i.Language != "", "no language: readers take it for American English")
	rule(len(i.Categories) > 0, "no category")
	for _, c := range i.Categories {
		rule(slices.Contains(categories(), c), "category %q", c)
	}
	rule(strings.TrimSpace(i.Event) != "", "no event")
	rule(slices.Contains([]ResponseType{Shelter, Evacuate, Prepare, Execute, Avoid, Monitor, Assess, AllClear, None}, i.ResponseType),
		"response type %q", i.ResponseType)
	rule(slices.Contains([]Urgency{Immediate, Expected, Future, Past, UnknownUrgency}, i.Urgency), "urgency %q", i.Urgency)
	rule(slices.Contains([]Severity{Extreme, Severe, Moderate, Minor, UnknownSeverity}, i.Severity), "severity %q", i.Severity)
	rule(slices.Contains([]Certainty{Observed, Likely, Possible, Unlikely, UnknownCertainty}, i.Certainty), "certainty %q", i.Certainty)
	rule(utf8.RuneCountInString(i.Headline) <= MaxHeadline, "a headline of %d characters", utf8.RuneCountInString(i.Headline))
	rule(strings.TrimSpace(i.Area.Description) != "", "an area without a name")
	rule(len(i.Area.Polygon) == 0 || isPolygon(i.Area.Polygon), "polygon %v", i.Area.Polygon)
	for _, g := range i.Area.Geocodes {
		rule(g.ValueName != "" && g.Value != "", "geocode %+v", g)
	}
}

func categories() []Category {
	return []Category{Geo, Met, Safety, Security, Rescue, Fire, Health, Env, Transport, Infra, CBRNE, Other}
}

// isName: identifiers and senders hold no space, comma, "<" or "&", because
// references are written with them.
func isName(text string) bool {
	return text != "" && utf8.ValidString(text) && !strings.ContainsAny(text, ",<& \t\r\n\u00a0")
}

// isPolygon: closed, and with the latitude first. Longitudes of Belgium would
// pass as latitudes; what is no latitude at all is found here.
func isPolygon(p Polygon) bool {
	if len(p) < minPolygon || p[0] != p[len(p)-1] {
		return false
	}
	for _, point := range p {
		if !(point[0] >= -90 && point[0] <= 90 && point[1] >= -180 && point[1] <= 180) {
			return false
		}
	}
	return true
}
