package crisis

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// What stands in the register; the words are stable.
const (
	actionOpened        = "broadcast.opened"
	actionConfirmed     = "broadcast.confirmed"
	actionBrokeGlass    = "broadcast.broke_glass"
	actionAbandoned     = "broadcast.abandoned"
	actionUpdated       = "broadcast.updated"
	actionCorrected     = "broadcast.corrected"
	actionEnded         = "broadcast.ended"
	actionTicked        = "broadcast.ticked"
	actionHeldDecided   = "held.decided"
	actionSettings      = "crisis.settings"
	actionTemplateSaved = "template.saved"
	actionTemplateReset = "template.reset"
	actionRoleGiven     = "role.given"
	actionRoleTaken     = "role.taken"
	actionChannelLive   = "channel.live"
)

// detail is what an entry keeps beside who, when and what: enough to tell it
// again when what it is about is gone.
type detail struct {
	Title    string             `json:"title,omitempty"`
	Exercise bool               `json:"exercise,omitempty"`
	Number   int                `json:"number,omitempty"`
	Awaiting bool               `json:"awaiting,omitempty"`
	Severity post.AlertSeverity `json:"severity,omitempty"`
	Reason   string             `json:"reason,omitempty"`
	Channel  string             `json:"channel,omitempty"`
	URL      string             `json:"url,omitempty"`
	Hazard   string             `json:"hazard,omitempty"`
	Person   string             `json:"person,omitempty"`
	Released int                `json:"released,omitempty"`
	Canceled int                `json:"cancelled,omitempty"`

	SecondPerson  *bool `json:"second_person,omitempty"`
	ExerciseEvery *int  `json:"exercise_every,omitempty"`
	Contacts      *int  `json:"contacts,omitempty"`
}

// entry is an act for the register. The ledger chains it in the transaction of
// the act itself.
func (s *Service) entry(ctx context.Context, actor post.Actor, at time.Time, action, subject string, d detail) (post.RegisterEntry, error) {
	who, err := s.names(ctx, actor.CommuneID)
	if err != nil {
		return post.RegisterEntry{}, err
	}
	told, err := json.Marshal(d)
	if err != nil {
		return post.RegisterEntry{}, fmt.Errorf("register: %w", err)
	}
	kind := "session"
	if actor.Token {
		kind = "token"
	}
	return post.RegisterEntry{
		CommuneID: actor.CommuneID, At: at, ActorID: actor.UserID, ActorName: who.of(actor.UserID), ActorKind: kind,
		Action: action, Subject: subject, Detail: told,
	}, nil
}

func actionOf(kind post.MessageKind) string {
	switch kind {
	case post.MessageCorrection:
		return actionCorrected
	case post.MessageEnd:
		return actionEnded
	case post.MessageAlert, post.MessageUpdate:
	}
	return actionUpdated
}

// NoteRole notes that an administrator gave a person the crisis role, or took
// it away.
func (s *Service) NoteRole(ctx context.Context, actor post.Actor, user post.User) error {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	action := actionRoleTaken
	if user.Crisis {
		action = actionRoleGiven
	}
	entry, err := s.entry(ctx, actor, now, action, user.ID, detail{Person: cmp.Or(user.Name, user.Email)})
	if err != nil {
		return err
	}
	return s.Store.Note(ctx, entry)
}
