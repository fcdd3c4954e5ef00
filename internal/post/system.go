package post

import "time"

// SystemStatus is what an administrator must know of the installation.
type SystemStatus struct {
	Clock ClockState
	// Recovery is the last recovery from an older ledger; nil: none yet.
	Recovery *Recovery
	// Overdue counts the commune's deliveries whose hour has passed and that wait for nothing
	// known.
	Overdue int
	// MailConfigured: notices can be sent by mail.
	MailConfigured bool
}

// ClockSubject is what the notices of the clock are about.
const ClockSubject = "clock"

// ClockState is whether the time can be trusted.
type ClockState struct {
	// Paused: the clock jumped and ordinary work waits for it to come back or
	// for a person to confirm it.
	Paused bool
	Since  time.Time
	// Jump is how far the clock moved beyond the time that passed; negative:
	// backwards.
	Jump time.Duration
}

// Recovery is how a ledger that is older than what was sent was mended.
type Recovery struct {
	StartedAt time.Time
	// EndedAt is zero while it goes on.
	EndedAt time.Time
	// Settled: found to have been sent. Held: a person decides. Absent: sent,
	// and not in the ledger any more.
	Settled, Held, Absent int
}
