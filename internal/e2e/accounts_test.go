package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/testrig"
)

// Whoever reaches the server gives and takes the crisis role beside the running
// program, and the register says so.
func TestTheCrisisRoleFromTheCommandLine(t *testing.T) {
	t.Parallel()
	in := testrig.Install(t, testrig.Binary(t), map[string]string{"CRIEUR_DATA_DIR": t.TempDir(), "CRIEUR_PRACTICE": "false"})
	server := in.Serve("all")
	admin := administrator(t, in, server.URL)
	const karim = "karim@valmeuse.example"
	in.Command(testrig.Password+"\n", "user", "create", "--email", karim, "--role", "author", "--commune", "Valmeuse", "--name", "Karim", "--crisis")
	onCall := testrig.NewClient(t, server.URL, strings.TrimSpace(in.Command("", "token", "create", "--email", karim, "--name", "test")))
	mayRaise := func() bool {
		var state struct {
			MayRaise bool `json:"may_raise"`
		}
		onCall.Do(http.MethodGet, "/crisis", nil).Into(t, http.StatusOK, &state)
		return state.MayRaise
	}
	if !mayRaise() {
		t.Error("made with the role, the account may not raise alerts")
	}
	in.Command("", "user", "crisis", "--email", karim, "--take")
	if a := onCall.Do(http.MethodGet, "/session", nil); a.Status != http.StatusUnauthorized {
		t.Errorf("the role is gone and the token lives: %d", a.Status)
	}
	onCall.Token = strings.TrimSpace(in.Command("", "token", "create", "--email", karim, "--name", "other"))
	if mayRaise() {
		t.Error("taken away, the role is there")
	}
	in.Command("", "user", "crisis", "--email", karim)
	if !mayRaise() {
		t.Error("given again, the role is not there")
	}
	var register struct {
		Whole   bool
		Entries []struct{ Action, Who string }
	}
	admin.Do(http.MethodGet, "/register", nil).Into(t, http.StatusOK, &register)
	var told []string
	for _, e := range register.Entries {
		told = append(told, e.Action+" by "+e.Who)
	}
	if got := strings.Join(told, ", "); !register.Whole || got != "role.given by Ligne de commande, role.taken by Ligne de commande, role.given by Ligne de commande" {
		t.Errorf("the register says %q", got)
	}
}
