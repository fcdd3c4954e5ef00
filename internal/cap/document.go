package cap

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// MediaType is that of a document.
const MediaType = "application/cap+xml"

// Status says whether people are to act on a document.
type Status string

const (
	Actual   Status = "Actual"
	Exercise Status = "Exercise"
)

// MsgType says what a document does to the earlier ones that it names.
type MsgType string

const (
	MsgAlert  MsgType = "Alert"
	MsgUpdate MsgType = "Update"
	// MsgCancel withdraws what should not have been said.
	MsgCancel MsgType = "Cancel"
)

// Category of what happens.
type Category string

const (
	Geo       Category = "Geo"
	Met       Category = "Met"
	Safety    Category = "Safety"
	Security  Category = "Security"
	Rescue    Category = "Rescue"
	Fire      Category = "Fire"
	Health    Category = "Health"
	Env       Category = "Env"
	Transport Category = "Transport"
	Infra     Category = "Infra"
	CBRNE     Category = "CBRNE"
	Other     Category = "Other"
)

// ResponseType is what people are asked to do.
type ResponseType string

const (
	Shelter  ResponseType = "Shelter"
	Evacuate ResponseType = "Evacuate"
	Prepare  ResponseType = "Prepare"
	Execute  ResponseType = "Execute"
	Avoid    ResponseType = "Avoid"
	Monitor  ResponseType = "Monitor"
	Assess   ResponseType = "Assess"
	AllClear ResponseType = "AllClear"
	None     ResponseType = "None"
)

// Urgency is how soon people are to act.
type Urgency string

const (
	Immediate      Urgency = "Immediate"
	Expected       Urgency = "Expected"
	Future         Urgency = "Future"
	Past           Urgency = "Past"
	UnknownUrgency Urgency = "Unknown"
)

// Severity of what happens.
type Severity string

const (
	Extreme         Severity = "Extreme"
	Severe          Severity = "Severe"
	Moderate        Severity = "Moderate"
	Minor           Severity = "Minor"
	UnknownSeverity Severity = "Unknown"
)

// Certainty that it happens.
type Certainty string

const (
	Observed         Certainty = "Observed"
	Likely           Certainty = "Likely"
	Possible         Certainty = "Possible"
	Unlikely         Certainty = "Unlikely"
	UnknownCertainty Certainty = "Unknown"
)

// Alert is a document. The order of the fields is that of the schema, which
// fixes it.
type Alert struct {
	XMLName    xml.Name   `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
	Identifier string     `xml:"identifier"`
	Sender     string     `xml:"sender"`
	Sent       Time       `xml:"sent"`
	Status     Status     `xml:"status"`
	MsgType    MsgType    `xml:"msgType"`
	Scope      string     `xml:"scope"`
	Note       string     `xml:"note,omitempty"`
	References References `xml:"references,omitempty"`
	Incidents  string     `xml:"incidents,omitempty"`
	Info       Info       `xml:"info"`
}

// Info is what happens and what to do, in one language.
type Info struct {
	Language     string       `xml:"language"`
	Categories   []Category   `xml:"category"`
	Event        string       `xml:"event"`
	ResponseType ResponseType `xml:"responseType"`
	Urgency      Urgency      `xml:"urgency"`
	Severity     Severity     `xml:"severity"`
	Certainty    Certainty    `xml:"certainty"`
	// Expires is never left out: an alert without it is live for ever.
	Expires     Time   `xml:"expires"`
	SenderName  string `xml:"senderName"`
	Headline    string `xml:"headline"`
	Description string `xml:"description"`
	Instruction string `xml:"instruction,omitempty"`
	Web         string `xml:"web,omitempty"`
	Contact     string `xml:"contact,omitempty"`
	Area        Area   `xml:"area"`
}

// Area is where.
type Area struct {
	Description string    `xml:"areaDesc"`
	Polygon     Polygon   `xml:"polygon,omitempty"`
	Geocodes    []Geocode `xml:"geocode"`
}

// Geocode names a place in a list of places, as the NIS code of a commune.
type Geocode struct {
	ValueName string `xml:"valueName"`
	Value     string `xml:"value"`
}

// Time is an instant with its offset, to the second.
type Time struct{ time.Time }

// MarshalText never writes "Z", which CAP refuses: UTC is "-00:00".
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// String is the instant as documents carry it.
func (t Time) String() string {
	if _, offset := t.Zone(); offset == 0 {
		return t.Format("2006-01-02T15:04:05") + "-00:00"
	}
	return t.Format("2006-01-02T15:04:05-07:00")
}

// Reference names an earlier document.
type Reference struct {
	Sender, Identifier string
	Sent               Time
}

// References are all earlier documents that one supersedes.
type References []Reference

// MarshalText implements encoding.TextMarshaler.
func (r References) MarshalText() ([]byte, error) {
	all := make([]string, len(r))
	for i, one := range r {
		all[i] = one.Sender + "," + one.Identifier + "," + one.Sent.String()
	}
	return []byte(strings.Join(all, " ")), nil
}

// Polygon is closed: its last point is the first. Points are latitude and
// longitude, in this order, on WGS 84.
type Polygon [][2]float64

// decimals of a coordinate: about a metre.
const decimals = 5

// MarshalText implements encoding.TextMarshaler.
func (p Polygon) MarshalText() ([]byte, error) {
	all := make([]string, len(p))
	for i, point := range p {
		all[i] = strconv.FormatFloat(point[0], 'f', decimals, 64) + "," + strconv.FormatFloat(point[1], 'f', decimals, 64)
	}
	return []byte(strings.Join(all, " ")), nil
}

// Marshal writes a document that keeps the rules of Check.
func Marshal(a Alert) ([]byte, error) {
	if err := Check(a); err != nil {
		return nil, err
	}
	body, err := xml.MarshalIndent(a, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(append([]byte(xml.Header), body...), '\n'), nil
}
