package post

import "time"

// AlertSeverity of an alert; the words are those of CAP 1.2.
type AlertSeverity string

const (
	AlertMinor    AlertSeverity = "minor"
	AlertModerate AlertSeverity = "moderate"
	AlertSevere   AlertSeverity = "severe"
	AlertExtreme  AlertSeverity = "extreme"
)

// BroadcastStatus is where an alert stands.
type BroadcastStatus string

const (
	// BroadcastAwaiting: a second person must confirm; the rest is held already.
	BroadcastAwaiting BroadcastStatus = "awaiting_confirmation"
	BroadcastActive   BroadcastStatus = "active"
	BroadcastEnded    BroadcastStatus = "ended"
	// BroadcastAbandoned: given up before anything was said.
	BroadcastAbandoned BroadcastStatus = "abandoned"
)

// Open reports whether the alert still holds everything else back.
func (s BroadcastStatus) Open() bool { return s == BroadcastAwaiting || s == BroadcastActive }

// MessageKind is what a message of an alert is.
type MessageKind string

const (
	MessageAlert      MessageKind = "alert"
	MessageUpdate     MessageKind = "update"
	MessageCorrection MessageKind = "correction"
	MessageEnd        MessageKind = "end"
)

// Area is what an alert is about on the map.
type Area struct {
	// Description names it, as "Rue Haute et rue Basse"; "" is the whole commune.
	Description string `json:"description"`
	// Polygon holds at least four latitude-longitude pairs, first and last
	// equal; empty: none was drawn.
	Polygon [][2]float64 `json:"polygon,omitempty"`
}

// Broadcast is one alert, from its first message to its end.
type Broadcast struct {
	ID        string
	CommuneID string
	// Year and Number name it to people: the commune's 42nd alert of 2026.
	// Exercises are counted apart.
	Year, Number int
	Exercise     bool
	Status       BroadcastStatus
	// Hazard is the key of the template; "" for words of one's own.
	Hazard   string
	Title    string
	Severity AlertSeverity
	Area     Area
	// Channels are the ids of the commune's own channels, in an exercise too.
	Channels []string
	// Correction is ready from the first minute, for a false alert.
	Correction   string
	NextUpdateAt time.Time
	// Held is how many deliveries the alert held when it was raised.
	Held        int
	OpenedBy    string
	OpenedAt    time.Time
	ConfirmedBy string
	ConfirmedAt time.Time
	// BreakGlass is the reason why one person alone let it leave.
	BreakGlass string
	EndedBy    string
	EndedAt    time.Time
	Messages   []BroadcastMessage
	InFlight   []InFlight
}

// BroadcastMessage is one numbered message of an alert.
type BroadcastMessage struct {
	BroadcastID string
	// Number counts from 1 in its alert, and stands in every text.
	Number int
	Kind   MessageKind
	Title  string
	// Text is what the person wrote, without number and time.
	Text         string
	PostID       string
	CreatedBy    string
	CreatedAt    time.Time
	NextUpdateAt time.Time
	Deliveries   []Delivery
	Ticks        []Tick
}

// InFlight is a delivery that was already on its way when an alert held the
// rest.
type InFlight struct {
	Delivery Delivery
	// Was is its state at that moment.
	Was   State
	Title string
}

// Tick says that a person posted a message by hand.
type Tick struct {
	DeliveryID string
	By         string
	At         time.Time
	RemoteURL  string
}

// Contact is somebody to call in a crisis.
type Contact struct {
	Name  string `json:"name"`
	Role  string `json:"role"`
	Phone string `json:"phone"`
}

// CrisisSettings are what a commune chose for crises.
type CrisisSettings struct {
	SecondPerson bool
	Contacts     []Contact
	// ExerciseEvery is the number of days after which an exercise is due; 0:
	// nobody is reminded.
	ExerciseEvery int
}

// RegisterEntry is one act in the register of a commune.
type RegisterEntry struct {
	CommuneID string
	// Seq counts from 1 in its commune.
	Seq       int64
	At        time.Time
	ActorID   string
	ActorName string
	// ActorKind is "session", "token" or "machine".
	ActorKind string
	// Action is stable, as "broadcast.opened".
	Action  string
	Subject string
	// Detail is a JSON object.
	Detail []byte
	// Previous and Hash chain the entries: SHA-256 in hex.
	Previous, Hash string
}

// CrisisTemplate is a commune's own text for a hazard.
type CrisisTemplate struct {
	Hazard     string        `json:"hazard"`
	Severity   AlertSeverity `json:"severity"`
	Title      string        `json:"title"`
	Message    string        `json:"message"`
	Update     string        `json:"update"`
	End        string        `json:"end"`
	Correction string        `json:"correction"`
	ReviewedBy string        `json:"-"`
	ReviewedAt time.Time     `json:"-"`
}
