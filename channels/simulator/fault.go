package simulator

import "time"

// Effect is what a fault does to an answer.
type Effect string

const (
	// EffectStatus answers with Status and Body.
	EffectStatus Effect = "status"
	// EffectHang keeps the connection open until the client gives up.
	EffectHang Effect = "hang"
	// EffectReset closes the connection with a TCP reset.
	EffectReset Effect = "reset"
	// EffectEOF closes the connection without an answer.
	EffectEOF Effect = "eof"
	// EffectGarbage answers 200 with bytes that are not JSON.
	EffectGarbage Effect = "garbage"
	// EffectTruncate answers with the first half of the true body.
	EffectTruncate Effect = "truncate"
	// EffectDelay waits Delay, then answers truly.
	EffectDelay Effect = "delay"
	// EffectHide keeps a new post out of the account's lists for Delay.
	EffectHide Effect = "hide"
)

// Fault is planned for the next calls that match it.
type Fault struct {
	Network string `json:"network"`
	// Account "" matches every account.
	Account string `json:"account,omitempty"`
	// Operation is "post", "media", "alt", "read", "check", "delete",
	// "update", "token"; "" matches all.
	Operation string `json:"operation,omitempty"`
	// After: the call is executed and recorded first, then the effect hits the
	// answer. Otherwise nothing is executed.
	After  bool              `json:"after,omitempty"`
	Effect Effect            `json:"effect"`
	Status int               `json:"status,omitempty"`
	Body   string            `json:"body,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	// Delay in nanoseconds, as Go writes durations in JSON.
	Delay time.Duration `json:"delay,omitempty"`
	// Times is how many calls are hit; 0 means 1, -1 means all.
	Times int `json:"times,omitempty"`
}
