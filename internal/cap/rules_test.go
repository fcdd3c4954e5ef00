package cap_test

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/internal/cap"
)

// Each rule that the schema cannot check is broken once.
func TestRules(t *testing.T) {
	for name, harm := range map[string]func(*cap.Alert){
		"a space in the identifier":    func(a *cap.Alert) { a.Identifier = "a b" },
		"a comma in the identifier":    func(a *cap.Alert) { a.Identifier = "a,b" },
		"an empty identifier":          func(a *cap.Alert) { a.Identifier = "" },
		"an ampersand in the sender":   func(a *cap.Alert) { a.Sender = "a&b" },
		"no hour":                      func(a *cap.Alert) { a.Sent = cap.Time{} },
		"an unknown status":            func(a *cap.Alert) { a.Status = "Real" },
		"an unknown type":              func(a *cap.Alert) { a.MsgType = "Hint" },
		"an unknown scope":             func(a *cap.Alert) { a.Scope = "Private" },
		"an exercise that hides":       func(a *cap.Alert) { a.Status = cap.Exercise },
		"an alert with references":     func(a *cap.Alert) { a.MsgType = cap.MsgAlert },
		"an update without references": func(a *cap.Alert) { a.References = nil },
		"a cancel without references":  func(a *cap.Alert) { a.MsgType, a.References = cap.MsgCancel, nil },
		"a reference to itself":        func(a *cap.Alert) { a.References[0].Identifier = a.Identifier },
		"a reference to the future":    func(a *cap.Alert) { a.References[0].Sent = cap.Time{Time: a.Sent.Add(time.Hour)} },
		"a broken reference":           func(a *cap.Alert) { a.References[0].Sender = "a, b" },
		"no language":                  func(a *cap.Alert) { a.Info.Language = "" },
		"no category":                  func(a *cap.Alert) { a.Info.Categories = nil },
		"an unknown category":          func(a *cap.Alert) { a.Info.Categories = []cap.Category{"Water"} },
		"no event":                     func(a *cap.Alert) { a.Info.Event = " " },
		"an unknown response":          func(a *cap.Alert) { a.Info.ResponseType = "Run" },
		"an unknown urgency":           func(a *cap.Alert) { a.Info.Urgency = "Now" },
		"an unknown severity":          func(a *cap.Alert) { a.Info.Severity = "Bad" },
		"a deprecated certainty":       func(a *cap.Alert) { a.Info.Certainty = "Very Likely" },
		"no end":                       func(a *cap.Alert) { a.Info.Expires = cap.Time{} },
		"over before it is sent":       func(a *cap.Alert) { a.Info.Expires = a.Sent },
		"a long headline":              func(a *cap.Alert) { a.Info.Headline = strings.Repeat("é", 161) },
		"no place":                     func(a *cap.Alert) { a.Info.Area.Description = "" },
		"an open polygon":              func(a *cap.Alert) { a.Info.Area.Polygon[0][0]++ },
		"three points":                 func(a *cap.Alert) { a.Info.Area.Polygon = cap.Polygon{{1, 1}, {2, 2}, {1, 1}} },
		"no latitude":                  func(a *cap.Alert) { a.Info.Area.Polygon = cap.Polygon{{91, 5}, {50, 5}, {50, 6}, {91, 5}} },
		"no number":                    func(a *cap.Alert) { a.Info.Area.Polygon[1][0] = math.NaN() },
		"half a geocode":               func(a *cap.Alert) { a.Info.Area.Geocodes = []cap.Geocode{{ValueName: "NIS"}} },
	} {
		a, err := cap.Of(issuer(), flood(), 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := cap.Check(a); err != nil {
			t.Fatalf("before: %v", err)
		}
		harm(&a)
		if _, err := cap.Marshal(a); !errors.Is(err, cap.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The pattern of the schema lets a comma pass as the sign of an offset; readers
// do not.
func TestTime(t *testing.T) {
	pattern := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$`)
	for _, zone := range []*time.Location{
		time.UTC, time.FixedZone("", 0), time.FixedZone("", 3600), time.FixedZone("", -5*3600-1800), time.FixedZone("", 5*3600+2700),
	} {
		text := cap.Time{Time: time.Date(2026, 1, 2, 3, 4, 5, 999, zone)}.String()
		if !pattern.MatchString(text) {
			t.Errorf("%q", text)
		}
		if _, offset := time.Date(2026, 1, 2, 3, 4, 5, 0, zone).Zone(); offset == 0 && !strings.HasSuffix(text, "-00:00") {
			t.Errorf("UTC is %q", text)
		}
	}
}
