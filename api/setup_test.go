package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/crieur/crieur/api"
	"github.com/crieur/crieur/internal/auth"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
	"github.com/crieur/crieur/internal/testrig"
)

func TestTheFirstVisitChoosesZoneLanguageAndPractice(t *testing.T) {
	for name, c := range map[string]struct {
		extra          object
		status         int
		zone, language string
		practice       bool
	}{
		"nothing":      {nil, http.StatusCreated, "Europe/Brussels", "fr-BE", true},
		"everything":   {object{"zone": "Atlantic/Azores", "language": "de-BE", "practice": false}, http.StatusCreated, "Atlantic/Azores", "de-BE", false},
		"practice":     {object{"practice": true}, http.StatusCreated, "Europe/Brussels", "fr-BE", true},
		"no such zone": {object{"zone": "Europe/Valmeuse"}, http.StatusUnprocessableEntity, "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			var accounts *auth.Service
			practice := false
			e := newEdge(t, func(d *api.Deps) {
				var err error
				accounts, err = auth.New(auth.Deps{
					Store: &newborn{}, Key: make([]byte, 32), Zone: "Europe/Brussels", Language: "fr-BE",
					Cost: auth.Cost{MemoryKiB: 64, Passes: 1}, NewID: store.NewID, Now: d.Now, Log: d.Log,
					FirstChannels: func(_ context.Context, _ post.Actor, wanted bool) error {
						practice = wanted
						return nil
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				d.Auth = accounts
			})
			body := object{"token": accounts.SetupToken(), "commune": "Valmeuse", "email": officer, "name": "Sophie", "password": testrig.Password}
			for field, value := range c.extra {
				body[field] = value
			}
			data, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			w := e.do(t, http.MethodPost, "/api/v1/setup", bytes.NewReader(data), map[string]string{"Content-Type": "application/json"})
			var session api.Session
			if err := json.Unmarshal(w.Body.Bytes(), &session); err != nil {
				t.Fatal(err)
			}
			if w.Code != c.status || session.Commune.Zone != c.zone || session.Commune.Language != c.language || practice != c.practice {
				t.Errorf("%d, practice %v: %s", w.Code, practice, w.Body)
			}
		})
	}
}
