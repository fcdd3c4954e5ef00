// Package secret keeps credentials out of sight: a type that never prints
// itself, and the box that seals them for the database.
package secret

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// Redacted is what a Value shows wherever it is printed.
const Redacted = "[redacted]"

// Value is a secret. Printing, formatting, logging and JSON all show Redacted;
// only Reveal gives the text.
type Value struct{ text string }

var (
	_ fmt.Formatter    = Value{}
	_ slog.LogValuer   = Value{}
	_ json.Marshaler   = Value{}
	_ json.Unmarshaler = (*Value)(nil)
)

// New wraps a secret.
func New(text string) Value { return Value{text} }

// Reveal returns the secret. Call it where the secret leaves for its network
// or goes into the box, and nowhere else.
func (v Value) Reveal() string { return v.text }

// IsZero reports whether there is no secret.
func (v Value) IsZero() bool { return v.text == "" }

// Format prints Redacted for every verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Redacted)) }

// String returns Redacted.
func (v Value) String() string { return Redacted }

// LogValue returns Redacted.
func (v Value) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalJSON writes Redacted.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(Redacted) }

// UnmarshalJSON reads a secret from input.
func (v *Value) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &v.text) }
