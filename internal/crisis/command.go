package crisis

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// RoleByCommand is the entry about a crisis role that somebody with access to
// the server gave or took: nobody knows which person that was.
func RoleByCommand(user post.User, at time.Time) (post.RegisterEntry, error) {
	told, err := json.Marshal(detail{Person: cmp.Or(user.Name, user.Email)})
	if err != nil {
		return post.RegisterEntry{}, fmt.Errorf("register: %w", err)
	}
	action := actionRoleTaken
	if user.Crisis {
		action = actionRoleGiven
	}
	return post.RegisterEntry{
		CommuneID: user.CommuneID, At: at, ActorName: "Ligne de commande", ActorKind: "machine",
		Action: action, Subject: user.ID, Detail: told,
	}, nil
}
