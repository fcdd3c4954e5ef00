package crisis

import (
	"context"
	"fmt"
	"strings"

	"github.com/crieur/crieur/internal/post"
)

// Settings are what the commune chose for crises.
func (s *Service) Settings(ctx context.Context, actor post.Actor) (post.CrisisSettings, error) {
	return s.Store.CrisisSettings(ctx, actor.CommuneID)
}

// SaveSettings changes them. A second person is only asked for where there is
// one.
func (s *Service) SaveSettings(ctx context.Context, actor post.Actor, wanted post.CrisisSettings) (post.CrisisSettings, error) {
	if err := needAdministrator(actor); err != nil {
		return post.CrisisSettings{}, err
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return post.CrisisSettings{}, err
	}
	before, err := s.Store.CrisisSettings(ctx, actor.CommuneID)
	if err != nil {
		return post.CrisisSettings{}, err
	}
	if before.SecondPerson != wanted.SecondPerson {
		// Who could take the second person away alone would need none.
		if err := needPerson(actor, now); err != nil {
			return post.CrisisSettings{}, err
		}
	}
	if before.SecondPerson && !wanted.SecondPerson {
		if err := s.noneAwaits(ctx, actor.CommuneID); err != nil {
			return post.CrisisSettings{}, err
		}
	}
	if wanted.SecondPerson && !before.SecondPerson {
		if err := s.needTwo(ctx, actor.CommuneID); err != nil {
			return post.CrisisSettings{}, err
		}
	}
	if wanted.Contacts, err = tidyContacts(wanted.Contacts); err != nil {
		return post.CrisisSettings{}, err
	}
	contacts := len(wanted.Contacts)
	entry, err := s.entry(ctx, actor, now, actionSettings, "", detail{
		SecondPerson: &wanted.SecondPerson, ExerciseEvery: &wanted.ExerciseEvery, Contacts: &contacts,
	})
	if err != nil {
		return post.CrisisSettings{}, err
	}
	if err := s.Store.SaveCrisisSettings(ctx, actor.CommuneID, wanted, entry); err != nil {
		return post.CrisisSettings{}, err
	}
	return s.Store.CrisisSettings(ctx, actor.CommuneID)
}

// noneAwaits: an alert that waits for a second person is decided first.
func (s *Service) noneAwaits(ctx context.Context, communeID string) error {
	open, err := s.Store.OpenBroadcasts(ctx, communeID)
	if err != nil {
		return err
	}
	for i := range open {
		if open[i].Status == post.BroadcastAwaiting {
			return conflict("broadcast_awaits", "Une alerte attend une deuxième personne : confirmez-la ou abandonnez-la d’abord.", nil)
		}
	}
	return nil
}

// needTwo: where one person alone has the crisis role, nobody could confirm.
func (s *Service) needTwo(ctx context.Context, communeID string) error {
	users, err := s.Store.Users(ctx, communeID)
	if err != nil {
		return err
	}
	n := 0
	for i := range users {
		if users[i].MayAlert() && users[i].DisabledAt.IsZero() {
			n++
		}
	}
	if n >= 2 {
		return nil
	}
	return invalid("second_person", "second_person_missing",
		"Une seule personne a le rôle de crise : personne ne pourrait confirmer. Donnez-le d’abord à une deuxième.")
}

// tidyContacts drops empty lines, and asks for a number where there is a name.
func tidyContacts(all []post.Contact) ([]post.Contact, error) {
	kept := make([]post.Contact, 0, len(all))
	for i, c := range all {
		c = post.Contact{Name: strings.TrimSpace(c.Name), Role: strings.TrimSpace(c.Role), Phone: strings.TrimSpace(c.Phone)}
		if c == (post.Contact{}) {
			continue
		}
		if c.Phone == "" {
			return nil, invalid(fmt.Sprintf("contacts[%d].phone", i), "required", "Donnez le numéro à appeler.")
		}
		kept = append(kept, c)
	}
	return kept, nil
}
