package crisis

import (
	"context"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// Store is what the use cases need of the ledger. What is not there is
// post.ErrNotFound; what conflicts with what happened meanwhile is
// post.ErrConflict. Register entries come without number and hashes: the ledger
// chains them in the transaction of the act.
type Store interface {
	Now(ctx context.Context) (time.Time, error)
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	Channels(ctx context.Context, communeID string) ([]post.Channel, error)
	Users(ctx context.Context, communeID string) ([]post.User, error)

	// OpenBroadcast saves an alert with its first message, and gives it its
	// year and number. Unless it is an exercise, the same transaction sets the
	// commune's flag, holds every other waiting delivery, keeps what is in
	// flight, and counts what it held. The deliveries of p are in the crisis
	// lane, scheduled, or awaiting approval while a second person must confirm.
	// post.ErrConflict where another real alert is open and alongside is false.
	OpenBroadcast(ctx context.Context, b post.Broadcast, p post.Post, alongside bool, entry post.RegisterEntry) (post.Broadcast, error)
	// ConfirmBroadcast lets an alert that awaits a second person leave. It checks
	// in the same statement that userID is not who opened it, or, with a reason,
	// that at least alone has passed since: by the ledger's clock.
	ConfirmBroadcast(ctx context.Context, communeID, id, userID, reason string, alone time.Duration, entry post.RegisterEntry) (post.Broadcast, error)
	// AbandonBroadcast gives up one that awaits a second person. What it held
	// stays held until a person decides.
	AbandonBroadcast(ctx context.Context, communeID, id, userID string, entry post.RegisterEntry) (post.Broadcast, error)
	// AddMessage saves the next message of an active alert; its number must be
	// the next one. Deliveries of earlier messages that did not leave yet are
	// cancelled: what is superseded is not said. A message of kind end ends the
	// alert and, when no other real one is open, takes the flag away.
	AddMessage(ctx context.Context, communeID string, m post.BroadcastMessage, p post.Post, entry post.RegisterEntry) (post.Broadcast, error)
	Broadcast(ctx context.Context, communeID, id string) (post.Broadcast, error)
	// Broadcasts lists alerts and exercises, newest first, with their messages.
	Broadcasts(ctx context.Context, communeID string, limit int) ([]post.Broadcast, error)
	// LastExercise is when the commune last did an exercise; zero: never.
	LastExercise(ctx context.Context, communeID string) (time.Time, error)
	// OpenBroadcasts lists those that await a second person or are active.
	OpenBroadcasts(ctx context.Context, communeID string) ([]post.Broadcast, error)
	// CountForHold counts what an alert would hold, and what is in flight.
	CountForHold(ctx context.Context, communeID string) (waiting, inFlight int, err error)
	// Tick notes that a person posted a message by hand, for a delivery of the
	// alert that is not sent.
	Tick(ctx context.Context, communeID, broadcastID string, tick post.Tick, entry post.RegisterEntry) error

	// Held lists the posts with deliveries that an alert holds, by due time.
	Held(ctx context.Context, communeID string) ([]post.Post, error)
	CountHeld(ctx context.Context, communeID string) (int, error)
	// DecideHeld releases and cancels held posts. post.ErrConflict for a release
	// while the commune's flag is set. What is released leaves at its hour, or
	// from now on post.Spacing apart on each channel; its lateness counts anew.
	DecideHeld(ctx context.Context, communeID string, release, cancel []string, entry post.RegisterEntry) error

	CrisisSettings(ctx context.Context, communeID string) (post.CrisisSettings, error)
	SaveCrisisSettings(ctx context.Context, communeID string, c post.CrisisSettings, entry post.RegisterEntry) error
	// CrisisTemplates are the commune's own, by hazard.
	CrisisTemplates(ctx context.Context, communeID string) ([]Own, error)
	SaveCrisisTemplate(ctx context.Context, communeID string, own Own, entry post.RegisterEntry) error
	DeleteCrisisTemplate(ctx context.Context, communeID, hazard string, entry post.RegisterEntry) error

	// Note adds an entry to the register.
	Note(ctx context.Context, entry post.RegisterEntry) error
	// Register lists entries before a number (0: from the newest), newest first.
	Register(ctx context.Context, communeID string, before int64, limit int) ([]post.RegisterEntry, error)
	// RegisterOf lists the entries about a subject, oldest first.
	RegisterOf(ctx context.Context, communeID, subject string) ([]post.RegisterEntry, error)
	// VerifyRegister reads the whole chain and reports whether it is whole.
	VerifyRegister(ctx context.Context, communeID string) (bool, error)
}

// Own are a commune's own words for a hazard.
type Own = post.CrisisTemplate
