package post

import "time"

// Circumstance is what communes publish about.
type Circumstance string

const (
	CircumstanceEvents        Circumstance = "events"
	CircumstancePractical     Circumstance = "practical"
	CircumstanceServices      Circumstance = "services"
	CircumstanceProjects      Circumstance = "projects"
	CircumstanceCrises        Circumstance = "crises"
	CircumstanceLight         Circumstance = "light"
	CircumstanceParticipation Circumstance = "participation"
)

// Circumstances lists every circumstance, the most frequent first.
func Circumstances() []Circumstance {
	return []Circumstance{
		CircumstanceEvents, CircumstancePractical, CircumstanceServices, CircumstanceProjects,
		CircumstanceCrises, CircumstanceLight, CircumstanceParticipation,
	}
}

// Blank is what a person fills in: {name} in the title and the text.
type Blank struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	// Example helps to fill it in.
	Example string `json:"example,omitempty"`
	// Optional: a line whose optional blank is empty is left out.
	Optional bool `json:"optional,omitempty"`
}

// Template is a text with blanks for a circumstance.
type Template struct {
	ID        string
	CommuneID string
	// Builtin templates come with the program and cannot be changed.
	Builtin      bool
	Circumstance Circumstance
	Name         string
	Title        string
	Text         string
	// Category is that of the post.
	Category string
	Blanks   []Blank
	// Origin names the pack that it came with; "": made here.
	Origin    string
	CreatedBy string
	CreatedAt time.Time
	UpdatedAt time.Time
}
